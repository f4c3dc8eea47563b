"""The chat, HTTP left out: open a conversation, say something in it, read it again, forget it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import conversations, handover, privacy, problems, user_message
from bot.capacity import MARGIN, Places, in_time
from bot.choices import Choice, Choices, InvalidChoice
from bot.conversations import OPENING_ID, Body, Committed, CompletedTurn, Conversation, LostRace, Message
from bot.guard import guard
from bot.incoming import Incoming
from bot.locks import EndedElsewhere, Locks
from bot.logs import describe, hashed
from bot.news import News
from bot.output import CHANNEL, Replies
from bot.problems import Problem
from bot.recent import RECENT
from bot.tokens import sign_conversation
from bot.turns import Busy, CurrentTurn, InDoubt, TurnFailed, Turns
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import now
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import Settings

T = TypeVar("T")
Handle = Callable[[UserMessage], Coroutine[Any, Any, object]]
"""Gives a message to Rasa."""

MAX_WAIT: Final = 25.0
"""Seconds for which a reader may wait for a message: under the 30 after which many proxies give up."""
_PATIENCE: Final = 2.0
"""Seconds for which a reader waits for the bot to take the floor back, before being given what there is."""
_RETRY: Final = 5.0
"""Seconds after which a reader who waits has the bot try again."""
_TRIES: Final = 3
"""How often it is tried to keep a message without Rasa when something else was committed first."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Heard:
    """Messages as the interface gives them, and who answers the next one; None when it could not be read."""

    messages: list[dict[str, Any]]
    floor: Floor | None
    is_gone: bool = False
    """The conversation ended with these messages: they said that it is erased."""


class Chat:
    """The conversations that this process serves. Every method raises `Problem`."""

    def __init__(self, settings: Settings, engine: Engine, handle: Handle) -> None:
        self._settings = settings
        self._engine = engine
        self._handle = handle
        self._turns = Turns()
        self._places = Places()
        self._locks = Locks(settings.redis_url, secret=settings.secret_key, patience=settings.turn_timeout)
        self._news = News(settings.redis_url, secret=settings.secret_key)
        self._in_doubt = InDoubt()
        self._returning: set[str] = set()
        """The conversations in which this process is handing the floor back to the bot."""

    async def open(self, agent: Agent | None, user_id: int | None) -> dict[str, Any]:
        """Open a conversation, for a signed-in portal user or an unknown visitor (None), with the bot's greeting."""
        lifetime = timedelta(seconds=self._settings.conversation_lifetime)
        expires_at = now().replace(microsecond=0) + lifetime
        turn = CurrentTurn(conversations.new_id(), OPENING_ID, user_id, 0, expires_at, said=None)
        under_way = self._turns.answer(
            turn.conversation_id, OPENING_ID, lambda: self._run(_ready(agent), turn, user_message.opening())
        )
        greeting = await in_time(under_way, seconds=self._settings.turn_timeout + MARGIN)
        return {
            "token": sign_conversation(turn.conversation_id, expires_at, secret=self._settings.secret_key),
            "expires_in": self._settings.conversation_lifetime,
            "messages": self._shown(turn.conversation_id, greeting.messages),
        }

    async def say(self, agent: Agent | None, conversation_id: str, incoming: Incoming, address: str) -> Heard:
        """Answer a message that came from a network address, or give again the answer that it already had."""
        choice = self._verified(conversation_id, incoming.choice) if incoming.choice is not None else None
        late = False
        while True:
            answering = partial(self._answer, agent, conversation_id, incoming, choice, address, late=late)
            try:
                under_way = self._turns.answer(conversation_id, incoming.id, answering)
                answer = await in_time(under_way, seconds=self._settings.turn_timeout + MARGIN)
                break
            except Busy:
                if conversation_id not in self._returning:
                    raise problems.busy() from None
                late = True
                await self._turns.ended(conversation_id)
        return Heard(self._shown(conversation_id, answer.messages), answer.floor, is_gone=answer.floor is None)

    async def read(self, agent: Agent | None, conversation_id: str, *, after: int, wait: float) -> Heard:
        """What was said after message number `after`; waits up to `wait` seconds when that is nothing yet.

        Whoever reads while the floor returns to the bot has it speak first. When it cannot, there is all the same
        something to read, and the next reading tries again.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(wait, MAX_WAIT)
        next_try = loop.time()
        while True:
            with self._news.watched(conversation_id) as written:  # before looking, or a message in between is missed
                found, messages = await self._database(conversations.messages_after, conversation_id, after)
                if found is None:
                    raise problems.dead_token()
                if found.floor is Floor.RETURNING and loop.time() >= next_try and not self.closed:
                    await self._try_return(agent, found)
                    next_try = loop.time() + _RETRY
                    continue
                left = deadline - loop.time()
                if messages or left <= 0 or self.closed:
                    return Heard(self._shown(conversation_id, messages), found.floor)
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, self._news.recheck_after(found.floor))):
                        await written.wait()

    async def forget(self, conversation_id: str) -> None:
        """Delete the conversation and all that was said in it."""
        if await self._database(conversations.find, conversation_id) is None:
            raise problems.dead_token()
        await self._database(conversations.forget, conversation_id)
        RECENT.forget(conversation_id)
        self._news.announce(conversation_id)

    @property
    def closed(self) -> bool:
        """Whether the server is stopping."""
        return self._news.closed

    def close(self) -> None:
        """Let go those who wait: the server stops."""
        self._news.close()

    async def _answer(
        self,
        agent: Agent | None,
        conversation_id: str,
        incoming: Incoming,
        choice: Choice | None,
        address: str,
        *,
        late: bool,
    ) -> Committed:
        """Answer a message once; `late` when it was said to an adviser whose floor has returned meanwhile."""
        said, notices = _said(incoming, choice)
        key = (conversation_id, incoming.id)
        for _ in range(_TRIES):
            try:
                found, answered = await self._database(conversations.find_turn, conversation_id, incoming.id)
            except Problem:
                raise problems.not_done(may_have_acted=await self._is_in_doubt(key)) from None
            if found is None:
                raise problems.dead_token()
            if answered is not None:
                return Committed(answered, found.floor)
            if handover.is_heard_by_the_bot(found.floor) and not late:
                ready = _ready(agent)
                message = user_message.chosen(choice, ready.domain) if choice else user_message.typed(said["text"])
                turn = CurrentTurn(conversation_id, incoming.id, found.user_id, found.version, None, said, notices)
                client = keyed_digest("client", address, secret=self._settings.secret_key)
                try:
                    return await self._run(ready, turn, message, client)
                except EndedElsewhere:
                    continue
            late = True
            in_doubt = choice is not None and await self._is_in_doubt(key)
            done = handover.kept(found, incoming.id, said, notices, button=choice is not None, in_doubt=in_doubt)
            with suppress(LostRace):
                return await self._keep(agent, found, done)
        raise problems.busy()

    async def _keep(self, agent: Agent | None, found: Conversation, done: CompletedTurn) -> Committed:
        """Keep what was said without Rasa; once the adviser's part is over, have the bot speak.

        That it cannot speak does not undo what was kept: the landlord is told, and whoever reads next has it try again.

        Raises:
            LostRace: nothing was kept.
        """
        if found.floor is Floor.ADVISER:
            return await self._commit(done)
        self._returning.add(found.id)
        try:
            kept = await self._commit(done)
            found = replace(found, version=found.version + 1)
            try:
                return _after(kept, await self._return(agent, found, done.message_id))
            except Problem as problem:
                if problem.status == HTTPStatus.CONFLICT:  # another process has the bot speak
                    return kept
            with suppress(Problem, LostRace):
                kept = _after(kept, await self._commit(handover.unable(found, done.message_id)))
            return kept
        finally:
            self._returning.discard(found.id)

    async def _try_return(self, agent: Agent | None, found: Conversation) -> None:
        turn_id = handover.returned(found).message_id
        with suppress(Busy, Problem, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._turns.answer(found.id, turn_id, partial(self._return, agent, found))

    async def _return(self, agent: Agent | None, found: Conversation, answers: str | None = None) -> Committed:
        self._returning.add(found.id)
        try:
            return await self._run(_ready(agent), handover.returned(found, answers=answers), user_message.returned())
        except EndedElsewhere:
            raise problems.busy() from None
        finally:
            self._returning.discard(found.id)

    async def _commit(self, done: CompletedTurn) -> Committed:
        key = (done.conversation_id, done.message_id)
        try:  # without a time limit: giving it up would not tell how it ended
            committed = await asyncio.to_thread(conversations.commit, self._engine, done)
        except SQLAlchemyError as error:
            logger.warning("webchat.database.failed", reason=describe(error))
            raise problems.not_done(may_have_acted=key in self._in_doubt) from None
        self._in_doubt.discard(key)
        self._news.announce(done.conversation_id)
        return committed

    async def _run(self, agent: Agent, turn: CurrentTurn, message: UserMessage, client: str = "") -> Committed:
        guard(agent)
        key = (turn.conversation_id, turn.message_id)
        vouched = Turn(*key, turn.user_id, client)
        message.sender_id = turn.conversation_id
        message.message_id = turn.message_id
        message.input_channel = CHANNEL
        message.output_channel = Replies(turn.replies, turn.pass_floor, turn.erase)
        message.metadata = {"turn": sign_turn(vouched, secret=self._settings.secret_key)}
        try:
            async with self._locks.held(*key) as hold:
                if hold.tried_before:
                    self._in_doubt.add(key)
                try:
                    seconds = self._settings.turn_timeout
                    answer = await self._places.run(turn, lambda: self._handle(message), seconds=seconds)
                except TurnFailed as failure:
                    hold.settled = not failure.may_have_acted and key not in self._in_doubt
                    raise
                hold.settled = True
        except Busy:  # another replica answers another message of the conversation
            raise problems.busy() from None
        except TurnFailed as failure:
            logger.warning("webchat.turn.failed", conversation=hashed(turn.conversation_id), reason=str(failure))
            if failure.may_have_acted:
                self._in_doubt.add(key)
            raise (
                problems.busy()
                if failure.overtaken
                else problems.not_done(may_have_acted=key in self._in_doubt, retry_after=failure.retry_after)
            ) from None
        self._in_doubt.discard(key)
        self._news.announce(turn.conversation_id)
        return Committed(answer, turn.next_floor)

    async def _is_in_doubt(self, key: tuple[str, str]) -> bool:
        """Whether a message may have acted, in a turn of this process or of another that did not tell how it ended."""
        return key in self._in_doubt or await self._locks.may_have_acted(*key)

    async def _database(self, function: Callable[..., T], *args: Any) -> T:
        try:
            async with asyncio.timeout(self._settings.turn_timeout):
                return await asyncio.to_thread(function, self._engine, *args)
        except (SQLAlchemyError, TimeoutError) as error:
            logger.warning("webchat.database.failed", reason=describe(error))
            raise problems.unavailable() from None

    def _verified(self, conversation_id: str, signed: str) -> Choice:
        try:
            return Choices(conversation_id, secret=self._settings.secret_key).verify(signed)
        except InvalidChoice:
            raise problems.malformed("Ce bouton n'appartient pas à cette conversation.") from None

    def _shown(self, conversation_id: str, messages: list[Message]) -> list[dict[str, Any]]:
        choices = Choices(conversation_id, secret=self._settings.secret_key)
        return [_shown(message, choices) for message in messages]


def _said(incoming: Incoming, choice: Choice | None) -> tuple[Body, list[Body]]:
    """What is kept of a message, and what the landlord must know of it."""
    if choice is not None:
        return {"text": choice.title}, []
    masked = privacy.mask(incoming.text or "")
    return {"text": masked.text}, [{"text": privacy.notice(masked.kinds)}] if masked.kinds else []


def _after(kept: Committed, said: Committed) -> Committed:
    """What was kept, and what was said thereafter, as one answer."""
    return Committed(kept.messages + said.messages, said.floor)


def _ready(agent: Agent | None) -> Agent:
    if agent is None or not agent.is_ready():
        logger.warning("webchat.agent.missing")
        raise problems.not_done(may_have_acted=False)
    return agent


def _shown(message: Message, choices: Choices) -> dict[str, Any]:
    """A message as the interface gives it: the buttons' payloads signed."""
    body = dict(message.body)
    if "buttons" in body:
        body["buttons"] = [
            {"title": each["title"], "choice": choices.sign(Choice(each["title"], each["payload"]))}
            for each in body["buttons"]
        ]
    return {"seq": message.seq, "from": message.sender, **body}
