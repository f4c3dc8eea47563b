"""Who has the floor of a conversation, and what is said there without the assistant: the desk's hand on the chat.

The floor changes hands beside the conversation's version: a turn of the assistant's that is under way ends and is
kept, for what it did (« Valider ») is done. Whatever the landlord says next finds who has the floor now
(docs/decisions/0011-hand-over.md).
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from sqlalchemy import case, insert, select, update
from sqlalchemy.orm import Session

from offre_bailleurs import wake
from offre_bailleurs.chat_tables import Floor, conversation, message, turn
from offre_bailleurs.database import now

BOT: Final = "bot"
ADVISER: Final = "adviser"
_ID_LENGTH: Final = 36
"""Of a turn's message id."""


class ConversationGone(Exception):
    """The conversation was erased, or has expired: nothing can be said there any more."""


def give_floor(session: Session, conversation_id: str, to: Floor) -> None:
    """Change hands. A turn that is under way is kept all the same, but for the one that tells of a return.

    A return that was not told of yet, and that this change overtakes, takes the conversation's version with it: the
    assistant must not say that it is back once an adviser has the floor again, nor why it was before something else
    happened.

    Raises:
        ConversationGone: there is no such conversation any more.
    """
    overtakes_return = case((conversation.c.floor == Floor.RETURNING, 1), else_=0)
    changed = (
        update(conversation)
        .where(conversation.c.id == conversation_id, conversation.c.expires_at > now())
        .values(floor=to, version=conversation.c.version + overtakes_return)
    )
    if session.scalar(changed.returning(conversation.c.id)) is None:
        raise ConversationGone
    wake.ring_once_committed(session, conversation_id)


def swap_floor(session: Session, conversation_id: str, *, of: Floor, to: Floor) -> None:
    """Within a turn of the assistant's own: one floor for another, if it is that one."""
    session.execute(
        update(conversation).where(conversation.c.id == conversation_id, conversation.c.floor == of).values(floor=to)
    )


def say_once(session: Session, conversation_id: str, sender: str, text: str, *, key: str) -> int:
    """Add a message to a conversation; its number. The same key again adds nothing, and gives the same number.

    The caller holds a lock under which nobody else says something with that key.

    Raises:
        ConversationGone: there is no such conversation any more.
    """
    message_id = _turn_id(key)
    lives = select(conversation.c.id).where(conversation.c.id == conversation_id, conversation.c.expires_at > now())
    if session.scalar(lives.with_for_update(key_share=True)) is None:
        raise ConversationGone
    said = select(turn.c.last_seq).where(turn.c.conversation_id == conversation_id, turn.c.message_id == message_id)
    seq: int | None = session.scalar(said)
    if seq is not None:
        return seq
    numbered = update(conversation).where(conversation.c.id == conversation_id)
    numbered = numbered.values(last_seq=conversation.c.last_seq + 1)
    seq = session.execute(numbered.returning(conversation.c.last_seq)).scalar_one()
    common: dict[str, Any] = {"conversation_id": conversation_id, "created_at": now()}
    session.execute(insert(turn).values(message_id=message_id, first_seq=seq, last_seq=seq, **common))
    session.execute(insert(message).values(seq=seq, sender=sender, body={"text": text}, **common))
    wake.ring_once_committed(session, conversation_id)
    return seq


def _turn_id(key: str) -> str:
    """No client's message has such an id: theirs are UUIDs."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"desk-{digest}"[:_ID_LENGTH]
