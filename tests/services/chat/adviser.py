"""An adviser of the tests: does in the chat's tables what the desk does there."""

from __future__ import annotations

import uuid

from sqlalchemy import Engine, insert, select, update

from offre_bailleurs.chat_tables import Floor, conversation, message, turn
from offre_bailleurs.database import now, transaction
from offre_bailleurs.desk.floor import give_floor


class Adviser:
    """Whoever answers in one conversation."""

    def __init__(self, engine: Engine, conversation_id: str) -> None:
        self._engine = engine
        self._id = conversation_id

    def take(self) -> None:
        """Take the floor."""
        self._give_floor(Floor.ADVISER)

    def hand_back(self) -> None:
        """Give the floor back to the bot."""
        self._give_floor(Floor.RETURNING)

    def say(self, text: str) -> int:
        """Say something; its number."""
        with self._engine.begin() as connection:
            numbered = update(conversation).where(conversation.c.id == self._id)
            numbered = numbered.values(last_seq=conversation.c.last_seq + 1).returning(conversation.c.last_seq)
            seq = connection.execute(numbered).scalar_one()
            common = {"conversation_id": self._id, "created_at": now()}
            said = f"desk-{uuid.uuid4().hex}"[:36]
            connection.execute(insert(turn).values(message_id=said, first_seq=seq, last_seq=seq, **common))
            connection.execute(insert(message).values(seq=seq, sender="adviser", body={"text": text}, **common))
        return int(seq)

    @property
    def floor(self) -> Floor:
        """Who has it."""
        with self._engine.connect() as connection:
            mine = select(conversation.c.floor).where(conversation.c.id == self._id)
            return Floor(connection.execute(mine).scalar_one())

    def _give_floor(self, to: Floor) -> None:
        with transaction(on=self._engine) as session:
            give_floor(session, self._id, to)
