"""The three real servers, a gate before each of the two that the chat asks, and landlords at every step."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

import jwt
from sqlalchemy import Engine, func, select

from offre_bailleurs.chat_tables import events
from offre_bailleurs.database import reading
from offre_bailleurs.models import AuditEvent, Campaign, Declaration, DeclarationState, Situation
from tests.services.faults.gate import Gate
from tests.support.chat import ChatClient, Message
from tests.support.journey import REGISTER, STEPS, TENANT
from tests.support.live import LiveBot, live_bot
from tests.support.servers import ALL
from tests.support.world import campaign_year

TURN_TIMEOUT = 10
"""Seconds: less than the 15 for which a writer waits on SQLite, so that a turn is given up while its action waits."""

OPENING = "opening"
TURNS = (OPENING, *(step.name for step in STEPS))
"""The journey's turns, in their order."""

NOTHING_DONE = r"503.*rien n'a été transmis à la Caf"
OUTCOME_UNKNOWN = r"503.*rien ne sera transmis deux fois"
"""What a problem document says when an action may have acted, and nobody knows."""

_REFERENCE = re.compile(r"OB-\d{4}-\d{6}")


class Declared(NamedTuple):
    """What the database holds of the declaration. `transmissions` counts the audit trail, `rent` is in cents."""

    state: DeclarationState | None = None
    situation: Situation | None = None
    rent: int | None = None
    transmissions: int = 0


_STILL = Situation.STILL_TENANT
DECLARED = {
    OPENING: Declared(),
    "tenant": Declared(),
    "situation": Declared(DeclarationState.IN_PROGRESS, _STILL),
    "rent": Declared(DeclarationState.IN_PROGRESS, _STILL, 65_000),
    "validation": Declared(DeclarationState.TRANSMITTED, _STILL, 65_000, 1),
}
"""What stands in the database once each turn is done."""


class Story:
    """A landlord who declares one rent, with an account of their own."""

    def __init__(self, bot: LiveBot, chat_url: str) -> None:
        self.household = bot.world.landlord("Claude Bailleur", REGISTER)
        self._bot = bot
        self._chat_url = chat_url
        self._done = 0
        self.chat = self._client()

    @property
    def next_turn(self) -> str:
        """The turn that comes next."""
        return TURNS[self._done]

    @property
    def is_over(self) -> bool:
        """«Valider» was pressed, and answered."""
        return self._done == len(TURNS)

    def go_to(self, turn: str) -> Self:
        """Do all turns up to this one, which is done too."""
        while self._done <= TURNS.index(turn):
            self._understood(self.send())
        return self

    def send(self) -> list[Message]:
        """Send the next turn's message; the answer. It stays the next turn: see `send_again`."""
        return STEPS[self._done - 1].speak(self.chat) if self._done else self.chat.open()

    def send_again(self) -> list[Message]:
        """Send it again under the same id, as the widget does when it heard nothing; the answer must be the usual.

        An opening has no id: the widget opens another conversation.
        """
        if self._done:
            return self._understood(self.chat.again())
        self.chat = self._client()
        return self._understood(self.chat.open())

    def finish(self) -> None:
        """Do all turns that are left."""
        self.go_to(TURNS[-1])

    def transcript(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Who said what, above which buttons, as GET gives it; the reference is left out."""
        return [
            (each.sender, _REFERENCE.sub("…", each.text), tuple(button.title for button in each.buttons))
            for each in self.chat.history()
        ]

    def declared(self) -> Declared:
        """What the database holds, once and for all: two declarations of one tenant are an error."""
        declaration = self.declaration()
        if declaration is None:
            return Declared()
        with reading(on=self._bot.engine) as session:
            trail = select(func.count()).where(
                AuditEvent.subject == f"declaration:{declaration.id}", AuditEvent.action == "declaration.transmitted"
            )
            return Declared(
                declaration.state, declaration.situation, declaration.july_rent_cents, session.scalar(trail) or 0
            )

    def declaration(self) -> Declaration | None:
        """This year's declaration of the tenant."""
        with reading(on=self._bot.engine) as session:
            return session.scalars(
                select(Declaration)
                .join(Declaration.campaign)
                .where(Declaration.tenancy_id == self.household.tenancies[TENANT], Campaign.year == campaign_year())
            ).one_or_none()

    def messages_in_rasa(self) -> int:
        """How many messages of the landlord's Rasa keeps of this conversation, the opening's included."""
        conversation_id = jwt.decode(str(self.chat.token), options={"verify_signature": False})["sub"]
        with self._bot.engine.connect() as connection:
            mine = select(func.count()).where(events.c.sender_id == conversation_id, events.c.type_name == "user")
            return connection.scalar(mine) or 0

    def _understood(self, answer: list[Message]) -> list[Message]:
        if self._done and not STEPS[self._done - 1].understood(answer):
            raise AssertionError(f"{self.next_turn}: the bot answered {[message.text for message in answer]}")
        self._done += 1
        return answer

    def _client(self) -> ChatClient:
        client = self._bot.client(self.household.people[0].user_id)
        client.chat_url = self._chat_url
        return client


class House:
    """Everything a fault test needs."""

    def __init__(self, bot: LiveBot, actions_gate: Gate, chat_gate: Gate) -> None:
        self.bot = bot
        self.actions_gate = actions_gate
        """Between Rasa and the action server."""
        self.chat_gate = chat_gate
        """Between the browsers and Rasa."""
        undisturbed = self.story()
        undisturbed.finish()
        self._undisturbed = undisturbed.transcript()

    @property
    def engine(self) -> Engine:
        """The servers' database."""
        return self.bot.engine

    def story(self) -> Story:
        """A landlord who has not opened the chat yet."""
        return Story(self.bot, f"http://127.0.0.1:{self.chat_gate.port}/webhooks/webchat")

    def after_every_turn(self) -> list[Story]:
        """Landlords of whom each has done one turn more than the one before."""
        return [self.story().go_to(turn) for turn in TURNS]

    def before_every_turn(self) -> list[Story]:
        """Landlords of whom each will do another turn next."""
        return [self.story(), *(self.story().go_to(turn) for turn in TURNS[:-1])]

    def kill(self, server: str) -> None:
        """kill -9."""
        if server == "actions":
            self.actions_gate.shut()
        self.bot.servers.kill(server)

    def freeze(self, *servers: str) -> None:
        """Have servers hold still, as on a machine that has no time for them; their connections stand."""
        for server in servers:
            os.killpg(self.bot.servers.pid(server), signal.SIGSTOP)

    def thaw(self, *servers: str) -> None:
        """Have them go on."""
        for server in servers:
            if self.bot.servers.is_running(server):
                os.killpg(self.bot.servers.pid(server), signal.SIGCONT)

    def restart(self, server: str) -> None:
        """Start again what was killed."""
        self.bot.servers.restart(server)
        if server == "actions":
            self.actions_gate.open()

    def repair(self) -> None:
        """Start again what a test that failed left dead."""
        self.thaw(*ALL)
        self.bot.servers.start(*ALL)
        self.actions_gate.open()

    @contextmanager
    def sending(self, stories: Sequence[Story]) -> Iterator[list[Future[list[Message]]]]:
        """Have all of them send their next message at the same time. At the end each has an answer or has failed."""
        with ThreadPoolExecutor(len(stories)) as threads:
            yield [threads.submit(story.send) for story in stories]

    def assert_nothing_lost_or_doubled(self, story: Story) -> None:
        """It ended as if nothing had happened, in what was said and in what was done, and ends so again."""
        assert story.is_over
        assert story.transcript() == self._undisturbed
        assert [message.seq for message in story.chat.history()] == list(range(1, len(self._undisturbed) + 1))
        assert story.declared() == DECLARED["validation"]
        assert story.messages_in_rasa() == len(TURNS)
        last = story.chat.again()
        declaration = story.declaration()
        assert declaration is not None
        assert declaration.reference is not None
        assert declaration.reference in last[0].text
        assert last == story.chat.messages[-len(last) :] == story.chat.history()[-len(last) :]
        assert story.declared() == DECLARED["validation"]


@contextmanager
def open_house(
    database: str,
    *,
    model: Path | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
    disk: Path | None = None,
    **variables: str,
) -> Iterator[House]:
    """A house on a new database, with all three servers.

    Args:
        database: see `tests.support.databases.database`.
        model: see `Servers`.
        own: by program, variables that it alone is started with.
        disk: see `live_bot`.
        variables: settings that differ from a test's usual ones.
    """
    actions_gate, chat_gate = Gate(), Gate()
    address = f"http://127.0.0.1:{actions_gate.port}/webhook"
    settings = {"ACTIONS_URL": address, "TURN_TIMEOUT": str(TURN_TIMEOUT), **variables}
    with live_bot(database, model=model, own=own, disk=disk, **settings) as bot:
        bot.servers.start(*ALL)
        actions_gate.forward_to(bot.servers.settings.actions_port)
        chat_gate.forward_to(bot.servers.settings.rasa_port)
        try:
            yield House(bot, actions_gate, chat_gate)
        finally:
            actions_gate.shut()
            chat_gate.shut()


def is_last_call(call: dict[str, Any]) -> bool:
    """Whether a call of the action server is the last of its turn, in this journey."""
    if call["next_action"] == "validate_declare_rent_form":
        return bool(call["tracker"]["latest_message"]["intent"]["name"] != "validate")
    return call["next_action"] in ("action_open_conversation", "action_submit_declare_rent")
