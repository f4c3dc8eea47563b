"""Measures, as ratios in one run: our bot beside `rasa init`'s default bot on the same data, actions and database."""

import bot  # noqa: F401 - lets Rasa be imported: see bot/absent.py
