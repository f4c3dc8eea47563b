"""Replays conversations written in YAML against the real bot. tests/conversations/README.md tells how to write them.

`scenario` reads the files, `expectations` says what the bot's answers must be, `facts` what the database must hold,
`replay` speaks, `plugin` makes pytest tests of it all.
"""
