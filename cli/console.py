"""What the commands tell the person at the terminal, in French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import typer
from sqlalchemy.exc import DBAPIError
from typer.core import TyperGroup

from offre_bailleurs.demo import DemoLogin
from offre_bailleurs.settings import SettingsError


class OperatorError(Exception):
    """Something that only the operator can mend. The message is one line that says what to change."""


class Commands(TyperGroup):
    """A group of commands in which what the operator must mend ends in one line, not in a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Exit code 1 when it is refused."""
        try:
            return super().invoke(ctx)
        except (OperatorError, SettingsError) as error:
            _refuse(str(error))
        except DBAPIError as error:
            _refuse(f"DATABASE_URL : {error.orig}. Les tables sont-elles à jour (`bailleurs migrate`) ?")


def _refuse(reason: str) -> NoReturn:
    typer.echo(typer.style("Erreur : ", fg="red", bold=True) + " ".join(reason.split()), err=True)
    raise typer.Exit(1)


_as_json = False


def speak_json(as_json: bool) -> None:
    """Whether `say` writes one JSON object a line, as the servers' logs: `bailleurs serve` with LOG_FORMAT=json."""
    global _as_json
    _as_json = as_json


def say(text: str) -> None:
    """Tell one step."""
    if not _as_json:
        typer.echo(f"• {text}")
        return
    from cli.supervisor import json_line

    typer.echo(json_line(text.encode()))


def say_logins(logins: Sequence[DemoLogin]) -> None:
    """Print who can sign in to the demo, with their passwords."""
    if not logins:
        return
    login_width = max(len(demo.login) for demo in logins)
    password_width = max(len(demo.password) for demo in logins)
    typer.echo("Comptes de démonstration (identifiant, mot de passe) :")
    for demo in logins:
        typer.echo(f"  {demo.login:<{login_width}}  {demo.password:<{password_width}}  {demo.who}")
