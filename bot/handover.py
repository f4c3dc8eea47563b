"""The chat while an adviser has the floor, and while it returns to the bot.

What a landlord says to an adviser is kept as a turn that Rasa never hears of: no understanding, no form, no action, and
nothing of it in Rasa's memory. What the bot was answering when the adviser came, it answers to the end: the adviser
reads it too. When the floor returns, one turn that nobody typed tells the bot so; the journey that
was under way then asks its question again.

What was said before the landlord could read that the bot is back was meant for the adviser. It is kept as said and
answered with what the bot says on its return: an « oui » to a person must not answer a form's question.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.conversations import Body, CompletedTurn, Conversation
from bot.turns import CurrentTurn
from offre_bailleurs.chat_tables import Floor

BUTTONS_WAIT: Final = (
    "Un conseiller vous répond en ce moment\u00a0: les boutons attendent qu'il ait terminé. "
    "D'ici là, écrivez-lui directement."
)
"""Answers a button that was pressed while an adviser has the floor."""
BUTTON_IN_DOUBT: Final = (
    "Un conseiller a pris la parole pendant que votre choix était traité. Si celui-ci a été pris en compte, "
    "il ne le sera pas deux fois\u00a0; l'assistant y reviendra avec vous quand le conseiller aura terminé."
)
"""Answers the same, of a button that may have acted, whose turn failed, and that is sent again to the adviser."""
UNABLE: Final = (
    "Votre message est enregistré, mais l'assistant ne peut pas vous répondre pour le moment. "
    "Réessayez dans un instant."
)
"""Answers what was kept as the floor returned, when the bot cannot speak."""

_SOON: Final = 1.0
_LATER: Final = 5.0


def is_heard_by_the_bot(floor: Floor) -> bool:
    """Whether the bot answers what is said now."""
    return floor in (Floor.BOT, Floor.WAITING)


def recheck_after(floor: Floor) -> float:
    """Seconds after which a reader who waits looks in the database, for what another process wrote.

    Often while a person answers or is awaited. Else only another window of the landlord's, served by another process,
    can have written.
    """
    return _LATER if floor is Floor.BOT else _SOON


def kept(
    found: Conversation, message_id: str, said: Body, notices: Sequence[Body], *, button: bool, in_doubt: bool
) -> CompletedTurn:
    """The turn, without Rasa, that keeps what was said and answers no more than it must.

    Args:
        found: the conversation as it was read.
        message_id: the client's.
        said: what is kept, masked; of a button, its title.
        notices: what the landlord must know of what was masked.
        button: whether a button was pressed.
        in_doubt: whether the same message may have acted before, in a turn that failed.
    """
    to_adviser = found.floor is Floor.ADVISER
    waits: list[Body] = []
    if button and to_adviser:
        waits.append({"text": BUTTON_IN_DOUBT if in_doubt else BUTTONS_WAIT})
    return CompletedTurn(
        conversation_id=found.id,
        message_id=message_id,
        user_id=found.user_id,
        version=None if to_adviser else found.version,
        opens_until=None,
        said=said,
        replies=[*notices, *waits],
        events=[],
    )


def returned(found: Conversation, *, answers: str | None = None) -> CurrentTurn:
    """The turn with which the floor returns to the bot.

    Its id is made of the conversation's version, which its commit takes, and so does whoever takes the floor before
    it: whoever runs it, on whatever replica, one of them commits it, and no other return has the same id.

    Args:
        found: the conversation as it was read.
        answers: the message, kept before, whose answer it is; None when somebody only reads.
    """
    return CurrentTurn(
        conversation_id=found.id,
        message_id=f"returned-{found.version}",
        user_id=found.user_id,
        version=found.version,
        opens_until=None,
        said=None,
        floor=Floor.BOT,
        answers=answers,
    )


def unable(found: Conversation, message_id: str) -> CompletedTurn:
    """The turn, without Rasa, that says so under a message that was kept when the bot cannot take the floor back.

    The floor goes on returning: the bot speaks as soon as it can.
    """
    return CompletedTurn(
        conversation_id=found.id,
        message_id=f"unable-{found.version}",
        user_id=found.user_id,
        version=found.version,
        opens_until=None,
        said=None,
        replies=[{"text": UNABLE}],
        events=[],
        answers=message_id,
    )
