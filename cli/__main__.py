"""`python -m cli` is `bailleurs`."""

from cli.main import app

app()
