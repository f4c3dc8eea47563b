"""What every test may use; see tests/support."""

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py

pytest_plugins = ["tests.support.plugin"]
