"""The site in Chromium: `pytest tests/browser`, or `make browser`.

`Visitor` is somebody at a browser of their own, with an `Assistant` (the chat as a person sees it), a `Keyboard` and a
`Witness` (errors, violations of the content security policy, requests). `access.py` and `users.py` know the pages of an
access and of the users; `Post` is what the worker has sent to somebody. `site.py` starts the three real servers and
the worker once for the folder; the demo's people and those whom a test adds live in one database, and a test that
chooses a password or closes an access does so to people of its own (but for the demo's newcomers, who connect in
test_first_connection.py alone).

`python -m tests.browser.pictures` takes the README's pictures anew.
"""
