"""`bailleurs serve`: from whatever state to three servers that answer, and the worker beside them."""

from __future__ import annotations

import signal
from types import FrameType
from typing import NoReturn

import typer

from cli import data, training
from cli.checks import check_all, check_no_demo, say_remarks
from cli.console import say, say_logins, speak_json
from cli.environment import programs_environ, read_programs
from cli.supervisor import Supervisor
from offre_bailleurs.settings import PROJECT_ROOT, Settings

READY_PATIENCE = 120.0
"""Seconds that the three servers have, together, before they are said not to answer."""


def serve(settings: Settings) -> int:
    """Check, prepare, start, and watch until it ends; the exit code.

    Raises:
        OperatorError: a check failed.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _leave)
    speak_json(settings.log_format == "json")
    check_all(settings)
    prepare(settings)
    model = training.model_path()
    if not model.exists():
        say("Entraînement du modèle de compréhension (quelques minutes)…")
        training.train()
    say("Démarrage du serveur d'actions, de Rasa, du portail, de l'envoi du courrier et du conseil…")
    supervisor = Supervisor(
        read_programs(settings),
        environ=programs_environ(settings, model),
        folder=PROJECT_ROOT,
        ready_patience=READY_PATIENCE,
        as_json=settings.log_format == "json",
    )
    return supervisor.run(on_ready=lambda: _announce(settings))


def prepare(settings: Settings) -> None:
    """Migrate the database and, in development, fill it with the demo when it is empty."""
    say("Mise à jour de la base de données…")
    data.migrate(settings)
    check_no_demo(settings)
    say_remarks(settings)
    if not settings.is_production and data.seed_demo_if_empty(settings):
        say("Base vide : données de démonstration ajoutées.")


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Asked to stop while still preparing: leave by an exception, which ends a training under way and clears up."""
    raise SystemExit(128 + number)


def _announce(settings: Settings) -> None:
    if settings.log_format == "json":
        say(f"Prêt. Le portail et le chat : {settings.portal_url}")
        return
    typer.echo(f"\nPrêt. Le portail et le chat : {settings.portal_url}")
    if not settings.is_production:
        say_logins(data.known_demo_logins())
    typer.echo("Ctrl-C arrête tout.\n")
