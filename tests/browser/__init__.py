"""The site in Chromium: `pytest tests/browser`, or `make browser`.

`Visitor` is somebody at a browser of their own, with an `Assistant` (the chat as a person sees it), a `Keyboard` and a
`Witness` (errors, violations of the content security policy, requests). `site.py` starts the three real servers once
for the folder; the demo's people and those whom a test adds live in one database.

`python -m tests.browser.pictures` takes the README's pictures anew.
"""
