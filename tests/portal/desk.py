"""The desk of the portal's tests: two advisers, and landlords who ask for one."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from offre_bailleurs import chat_tables
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.desk.reasons import ASKED, SILENCE
from offre_bailleurs.desk.requests import Matter, ask_adviser, leave_message
from offre_bailleurs.identity import Turn
from offre_bailleurs.models import OutboxMessage, PortalUser, Profile, SupportRequest, UserState
from tests.portal.browser import Browser
from tests.portal.world import World, password_hash

QUEUE = "/conseil"
KEY = "5f0f1a0e-0000-4000-8000-000000000001"

_TAG = re.compile(r"<[^>]+>")


@dataclass
class Desk:
    """Advisers `alice` and `basile`, and what the database holds of their requests."""

    engine: Engine
    alice: int
    basile: int
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def conversation(self, *said: tuple[str, str], user_id: int | None = None) -> str:
        """A conversation in which this was said, by whom; its id."""
        name = f"conversation-{next(self._numbers)}"
        with transaction(on=self.engine) as session:
            session.execute(
                insert(chat_tables.conversation).values(
                    id=name,
                    created_at=now(),
                    expires_at=now() + timedelta(hours=1),
                    user_id=user_id,
                    last_seq=len(said),
                    floor="bot",
                    version=1,
                )
            )
        self._append(name, 1, said)
        return name

    def speak(self, request_id: int, *said: tuple[str, str]) -> None:
        """Go on with the conversation of a request."""
        name = self.request(request_id).conversation_id
        with transaction(on=self.engine) as session:
            table = chat_tables.conversation
            grown = update(table).where(table.c.id == name).values(last_seq=table.c.last_seq + len(said))
            last = session.execute(grown.returning(table.c.last_seq)).scalar_one()
        self._append(name, last - len(said) + 1, said)

    def ask(
        self,
        *said: tuple[str, str],
        user_id: int | None = None,
        profile: Profile | None = None,
        topic: str | None = None,
        journey: str | None = None,
        step: str | None = None,
    ) -> int:
        """A landlord asks for an adviser; the request's number."""
        name = self.conversation(*said, user_id=user_id)
        with transaction(on=self.engine) as session:
            matter = Matter(ASKED, profile, topic, journey, step)
            return ask_adviser(session, self._turn(name, user_id), matter).id

    def leave(self, message: str, email: str | None = "claire@essai.example", *said: tuple[str, str]) -> int:
        """A landlord leaves a message; the request's number."""
        name = self.conversation(*said)
        with transaction(on=self.engine) as session:
            matter = Matter(SILENCE, Profile.LANDLORD)
            return leave_message(session, self._turn(name, None), matter, message=message, email=email).id

    def request(self, request_id: int) -> SupportRequest:
        """A request as the database has it now."""
        with reading(on=self.engine) as session:
            request = session.get_one(SupportRequest, request_id)
            session.expunge_all()
            return request

    def age(self, request_id: int, **since: float) -> None:
        """Have a request wait since that long."""
        with transaction(on=self.engine) as session:
            session.get_one(SupportRequest, request_id).created_at = now() - timedelta(**since)

    def erase(self, request_id: int) -> None:
        """The landlord erases the conversation."""
        name = self.request(request_id).conversation_id
        with transaction(on=self.engine) as session:
            session.execute(chat_tables.conversation.delete().where(chat_tables.conversation.c.id == name))

    def said(self, request_id: int) -> list[tuple[str, str]]:
        """Who said what in the conversation of a request."""
        message = chat_tables.message
        name = self.request(request_id).conversation_id
        with reading(on=self.engine) as session:
            rows = session.execute(select(message).where(message.c.conversation_id == name).order_by(message.c.seq))
            return [(row.sender, row.body["text"]) for row in rows]

    def outbox(self) -> Sequence[OutboxMessage]:
        """What waits to be sent."""
        with reading(on=self.engine) as session:
            found = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
            session.expunge_all()
            return found

    def state(self) -> list[object]:
        """Everything that an adviser can change."""
        with reading(on=self.engine) as session:
            return [
                [list(row) for row in session.execute(select(table).order_by(*table.primary_key))]
                for table in (SupportRequest.__table__, chat_tables.conversation, chat_tables.message)
            ]

    def close_access(self, user_id: int) -> None:
        """End an adviser's access behind everybody's back."""
        with transaction(on=self.engine) as session:
            session.get_one(PortalUser, user_id).state = UserState.CLOSED

    def _turn(self, name: str, user_id: int | None) -> Turn:
        return Turn(name, f"turn-{next(self._numbers)}", user_id, "client")

    def _append(self, name: str, first: int, said: Sequence[tuple[str, str]]) -> None:
        with transaction(on=self.engine) as session:
            for seq, (sender, text) in enumerate(said, first):
                body = {"text": text}
                session.execute(
                    insert(chat_tables.message).values(
                        conversation_id=name, seq=seq, sender=sender, body=body, created_at=now()
                    )
                )


@pytest.fixture
def desk(engine: Engine, world: World) -> Desk:
    chat_tables.metadata.create_all(engine)
    with transaction(on=engine) as session:
        advisers = [
            PortalUser(
                login=login,
                first_name=first_name,
                last_name=last_name,
                email=f"{login}@caf.example",
                is_adviser=True,
                state=UserState.ACTIVE,
                password_hash=password_hash(),
            )
            for login, first_name, last_name in (("alice", "Alice", "Accueil"), ("basile", "Basile", "Écoute"))
        ]
        session.add_all(advisers)
        session.flush()
        return Desk(engine, *(adviser.id for adviser in advisers))


def path(request_id: int, action: str = "") -> str:
    """The address of a request's page, or of something done to it."""
    return f"{QUEUE}/demandes/{request_id}" + (f"/{action}" if action else "")


def post(browser: Browser, request_id: int, action: str, **fields: str) -> Any:
    """Press a button of a request's page, as a browser without JavaScript does."""
    return browser.client.post(path(request_id, action), data={"jeton": browser.csrf_token(QUEUE), **fields})


def by_script(browser: Browser, request_id: int, action: str, **fields: str) -> Any:
    """The same, as the page's script does."""
    data = {"jeton": browser.csrf_token(QUEUE), **fields}
    return browser.client.post(path(request_id, action), data=data, headers={"HX-Request": "true"})


def text_of(response: Any) -> str:
    """What people read of a page, or of a part of one."""
    page = html.unescape(response.text)
    page = page.partition("<main")[2] or page
    return " ".join(_TAG.sub(" ", page).replace("\xa0", " ").split())


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" id="{name}" name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]
