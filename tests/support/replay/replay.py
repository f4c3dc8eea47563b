"""Speaks a conversation to the bot and compares, turn after turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from sqlalchemy import Engine

from offre_bailleurs.database import reading
from offre_bailleurs.models import PortalUser
from tests.support.chat import ChatClient, ChatProblem, Message
from tests.support.replay.desk import AdviserAct, Desk
from tests.support.replay.reading import OF_THE_ACCOUNT, ScenarioError
from tests.support.replay.rows import Rows, conversation_id
from tests.support.replay.scenario import (
    VISITOR,
    LandlordGiven,
    Meanwhile,
    OrganisationGiven,
    Scenario,
    Turn,
)
from tests.support.world import Household, Person, World

CLOSED_SINCE = 3
OPENS_IN = 5
"""Days."""


class Bot(Protocol):
    """What a replay needs of the bot of the session."""

    @property
    def engine(self) -> Engine:
        """Its database."""

    @property
    def world(self) -> World:
        """What makes rows in it."""

    def client(self, user_id: int | None = None) -> ChatClient:
        """A browser of somebody, signed in or not."""


class ConversationFailed(Exception):
    """The conversation did not go as written. The message is the whole conversation so far, and what is wrong."""


@dataclass
class Transcript:
    """What was said, for the reader of a failure."""

    scenario: Scenario
    lines: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Something that was not said."""
        self.lines.append(f"       ({text})")

    def said(self, sign: str, text: str) -> None:
        """What the landlord did."""
        self.lines.extend(_margin(f"  you {sign} ", text))

    def heard(self, messages: Sequence[Message]) -> None:
        """What the bot answered."""
        for message in messages:
            self.lines.extend(_margin("  bot | ", message.text))
            if message.buttons:
                self.lines.append("      | " + " ".join(f"[{button.title}]" for button in message.buttons))
            if message.attachment is not None:
                self.lines.append(f"      | file: {message.attachment.get('name')}")
        if not messages:
            self.lines.append("  bot | (nothing)")

    def failure(self, turn: Turn, reasons: Sequence[str]) -> ConversationFailed:
        """The error that shows all this."""
        crosses = [f"  ✗ {reason}" for reason in reasons]
        head = [self.scenario.name, f"{self.scenario.path}, turn {turn.number} of {len(self.scenario.turns)}", ""]
        return ConversationFailed("\n".join([*head, *self.lines, *crosses]))

    def __str__(self) -> str:
        return "\n".join(self.lines)


@dataclass
class _Tab:
    """One conversation of one speaker, and what the bot said in it last."""

    client: ChatClient
    last: list[Message]


class Replay:
    """One run of a scenario."""

    def __init__(self, scenario: Scenario, bot: Bot) -> None:
        self.transcript = Transcript(scenario)
        self.turns = 0
        """How many messages the bot answered."""
        self._scenario = scenario
        self._bot = bot
        self._households: list[Household] = []
        self._tabs: dict[tuple[str, str], _Tab] = {}
        self.tokens: list[str] = []
        """Of the conversations held, in the order in which they were opened."""
        self._desk = Desk(bot.engine, bot.world)

    def run(self) -> None:
        """Replay all the turns.

        Raises:
            ConversationFailed: a turn did not go as written.
        """
        with ExitStack() as stack:
            self._households = [self._make(account) for account in self._scenario.accounts]
            self._set_campaign(self._scenario.campaign, stack)
            stack.callback(self._leave_queue)
            self._desk.queue(self._scenario.queue, self._others)
            for turn in self._scenario.turns:
                reasons = self._play(turn, stack)
                if reasons:
                    raise self.transcript.failure(turn, reasons)

    def _make(self, account: LandlordGiven | OrganisationGiven) -> Household:
        if isinstance(account, LandlordGiven):
            return self._bot.world.landlord(
                account.name, account.tenants, state=account.state, departement=account.departement
            )
        return self._bot.world.organisation(
            account.name, account.groups, account.users, account.tenants, managers=account.managers
        )

    def _play(self, turn: Turn, stack: ExitStack) -> list[str]:
        if turn.meanwhile is not None:
            try:
                self._happen(turn, turn.meanwhile, stack)
            except LookupError as error:
                return [str(error)]
            return self._wrong_facts(turn)
        try:
            tab, first_look = self._tab(turn)
            answer = self._answer(turn, tab) if not first_look else tab.last
        except ChatProblem as problem:
            self.transcript.note(f"error {problem.status}: {problem.detail}")
            return [] if problem.status == turn.problem else [f"the chat answered an error: {problem}"]
        except httpx.TransportError as error:
            return [f"the chat did not answer: {error!r}"]
        except LookupError as error:
            return [str(error)]
        if turn.problem is not None:
            return [f"the chat did not answer the error {turn.problem}"]
        wrong = [mismatch for each in turn.bot if (mismatch := each.mismatch(answer)) is not None]
        if turn.again and answer != tab.last:
            wrong.append("the same message sent again was answered otherwise")
        tab.last = answer
        return wrong + self._wrong_facts(turn)

    def _tab(self, turn: Turn) -> tuple[_Tab, bool]:
        """The conversation to speak in; True when it is to be looked at, not spoken in."""
        speaker = turn.speaker or self._default_speaker()
        key = (speaker, turn.tab)
        looks = turn.reopen or not (turn.user or turn.press or turn.again or turn.news)
        if turn.reopen or key not in self._tabs:
            client = self._bot.client(None if speaker == VISITOR else self._person(speaker).user_id)
            self.transcript.note(f"{speaker} opens a conversation{f' in {turn.tab}' if turn.tab else ''}")
            greeting = client.open()
            self.tokens.append(client.token or "")
            self.turns += 1
            self.transcript.heard(greeting)
            self._tabs[key] = _Tab(client, greeting)
        elif len(self._tabs) > 1:
            self.transcript.note(f"{speaker}{f', {turn.tab}' if turn.tab else ''}")
        return self._tabs[key], looks

    def _answer(self, turn: Turn, tab: _Tab) -> list[Message]:
        if turn.user is not None:
            typed = self._with_account(turn.user)
            self.transcript.said(">", typed)
            answer = tab.client.say(typed)
        elif turn.press is not None:
            button = tab.client.find_button(turn.press)
            self.transcript.said("⏎", f"[{button.title}]")
            answer = tab.client.choose(button.choice)
        elif turn.news:
            self.transcript.note("the page asks for news")
            answer = tab.client.news()
        else:
            self.transcript.note("the same message, sent again")
            answer = tab.client.again()
        self.turns += 1
        self.transcript.heard(answer)
        return answer

    def _happen(self, turn: Turn, meanwhile: Meanwhile, stack: ExitStack) -> None:
        if meanwhile.adviser is not None:
            self._advise(turn, meanwhile.adviser)
        if meanwhile.desk is not None:
            self.transcript.note("meanwhile, the desk closes")
            self._desk.close()
        if meanwhile.close_user is not None:
            self.transcript.note(f"meanwhile, the access of {meanwhile.close_user} is closed")
            self._bot.world.close_user(self._person(meanwhile.close_user).user_id)
        if meanwhile.leave_groups is not None:
            self.transcript.note(f"meanwhile, {meanwhile.leave_groups} loses every authorisation group")
            self._bot.world.leave_groups(self._person(meanwhile.leave_groups).user_id)
        if meanwhile.withdraw_role is not None:
            self.transcript.note(f"meanwhile, {meanwhile.withdraw_role} is made a plain user")
            self._bot.world.withdraw_role(self._person(meanwhile.withdraw_role).user_id)
        if meanwhile.campaign is not None:
            self._set_campaign(meanwhile.campaign, stack)

    def _advise(self, turn: Turn, act: AdviserAct) -> None:
        tab, _ = self._tab(turn)
        self.transcript.note(f"meanwhile, the adviser {act.act or act.says or f'closes: {act.closes}'}")
        self._desk.act(act, conversation_id(tab.client.token or ""))

    @property
    def _others(self) -> str:
        """How the ids of the conversations of those who wait before begin."""
        return f"queue-{id(self)}"

    def _leave_queue(self) -> None:
        others = [f"{self._others}-{number}" for number in range(self._scenario.queue)]
        self._desk.leave_nobody_waiting([*others, *map(conversation_id, self.tokens)])

    def _set_campaign(self, state: str, stack: ExitStack) -> None:
        if state == "open":
            return
        self.transcript.note(f"the campaign is {state}")
        closed = state == "closed"
        stack.enter_context(
            self._bot.world.campaign(
                closed_since=CLOSED_SINCE if closed else None, opens_in=None if closed else OPENS_IN
            )
        )

    def _wrong_facts(self, turn: Turn) -> list[str]:
        if not turn.database:
            return []
        with reading(on=self._bot.engine) as session:
            account_ids = [household.account_id for household in self._households]
            rows = Rows(session, account_ids, self.tokens)
            return [mismatch for fact in turn.database for mismatch in fact.mismatches(rows)]

    def _with_account(self, text: str) -> str:
        """A text with the first person's N° utilisateur and email address in their places."""
        if not any(f"<{name}>" in text for name in OF_THE_ACCOUNT):
            return text
        with reading(on=self._bot.engine) as session:
            user = session.get_one(PortalUser, self._households[0].people[0].user_id)
            known = {"user number": user.partner_account.user_number, "email": user.email or ""}
        for name in OF_THE_ACCOUNT:
            text = text.replace(f"<{name}>", known[name])
        return text

    def _default_speaker(self) -> str:
        return self._households[0].people[0].name if self._scenario.signed_in else VISITOR

    def _person(self, name: str) -> Person:
        people = [person for household in self._households for person in household.people]
        for person in people:
            if person.name == name:
                return person
        raise ScenarioError(f"« {name} » is nobody of this conversation: {', '.join(each.name for each in people)}")


def _margin(sign: str, text: str) -> list[str]:
    first, *others = text.split("\n")
    return [sign + first, *(f"      | {line}" for line in others)]
