"""`bailleurs outbox`: what became of the emails, letters and calls, without anything of what they say or to whom."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from cli.console import OperatorError, say
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.mail import messages
from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState

SHOWN = 200
"""The newest ones; older ones are seldom asked for."""

_HEADINGS = ("n°", "objet", "envoi", "état", "âge", "essais", "prochain essai", "dernière erreur")
_PURPOSES = {
    messages.LOGIN: "identifiant",
    messages.TEMPORARY_PASSWORD: "mot de passe provisoire",
    messages.USE_LOST_LOGIN: "renvoi à « Identifiant perdu »",
    messages.EMAIL_CHANGED: "changement d'adresse",
    messages.DESK_REQUEST: "demande au conseil",
    messages.ADVISER_ANSWER: "réponse d'un conseiller",
}
_KINDS = {MessageKind.EMAIL: "courriel", MessageKind.LETTER: "lettre", MessageKind.WEBHOOK: "appel"}
_STATES = {
    OutboxState.WAITING: "en attente",
    OutboxState.SENT: "envoyé",
    OutboxState.FAILED: "en échec",
    OutboxState.CANCELLED: "annulé",
}
_SENDING = "en cours"


def show(*, only_waiting: bool) -> None:
    """Print the outbox, the newest messages last."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(SHOWN)
    if only_waiting:
        query = query.where(OutboxMessage.state == OutboxState.WAITING)
    with reading() as session:
        rows = [_row(message) for message in session.scalars(query)]
    if not rows:
        say("Rien n'attend d'être envoyé." if only_waiting else "Aucun message.")
        return
    table = Table(*_HEADINGS)
    for row in reversed(rows):
        table.add_row(*row)
    Console().print(table)
    if len(rows) == SHOWN:
        say(f"Seuls les {SHOWN} derniers messages sont montrés.")


def retry(message_id: int) -> None:
    """Have a message that failed sent again, as if for the first time.

    Raises:
        OperatorError: there is none of that number, it has not failed, or nothing is left of it.
    """
    with transaction() as session:
        message = session.get(OutboxMessage, message_id, with_for_update=True)
        if message is None:
            raise OperatorError(f"il n'y a pas de message {message_id} ; `bailleurs outbox` les montre.")
        if message.state is not OutboxState.FAILED:
            raise OperatorError(f"le message {message_id} n'est pas en échec ({_STATES[message.state]}).")
        if message.sealed is None:
            raise OperatorError(f"le message {message_id} n'est plus valable : un plus récent l'a remplacé.")
        message.state, message.attempts, message.next_attempt_at = OutboxState.WAITING, 0, now()


def _row(message: OutboxMessage) -> tuple[str, ...]:
    waits = message.state is OutboxState.WAITING
    leased = waits and message.lease is not None and message.next_attempt_at > now()
    return (
        str(message.id),
        _PURPOSES.get(message.purpose, message.purpose),
        _KINDS[message.kind],
        _SENDING if leased else _STATES[message.state],
        _duration(now() - message.created_at),
        str(message.attempts),
        _next_attempt(message) if waits and not leased else "",
        message.last_error or "",
    )


def _next_attempt(message: OutboxMessage) -> str:
    wait = message.next_attempt_at - now()
    return f"dans {_duration(wait)}" if wait > timedelta() else "tout de suite"


def _duration(duration: timedelta) -> str:
    """In the largest unit that counts: « 3 min »."""
    seconds = max(0, int(duration.total_seconds()))
    for unit, length in (("j", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
