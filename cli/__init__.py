"""The `bailleurs` command: everything that is done by hand around the assistant."""

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py
