"""The chat, HTTP left out: open a conversation, say something in it, read it again, forget it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final, TypeVar

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import conversations, privacy, problems, turns, user_message
from bot.choices import Choice, Choices, InvalidChoice
from bot.conversations import OPENING_ID, Body, Message
from bot.guard import guard
from bot.incoming import Incoming
from bot.logs import describe, hashed
from bot.output import CHANNEL, Replies
from bot.problems import Problem
from bot.tokens import sign_conversation
from bot.turns import Busy, CurrentTurn, TurnFailed, Turns
from offre_bailleurs.database import now
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import Settings

T = TypeVar("T")
Handle = Callable[[UserMessage], Coroutine[Any, Any, object]]
"""Gives a message to Rasa."""

MAX_WAIT: Final = 25.0
"""Seconds for which a reader may wait for a message: under the 30 after which many proxies give up."""
_REMEMBERED: Final = 10_000
"""Messages in doubt that a process remembers; it forgets them when it ends."""
_RECHECK: Final = 1.0
"""Seconds after which a reader who waits looks in the database, for what another process wrote."""

logger = structlog.get_logger(__name__)


class Chat:
    """The conversations that this process serves. Every method raises `Problem`."""

    def __init__(self, settings: Settings, engine: Engine, handle: Handle) -> None:
        self._settings = settings
        self._engine = engine
        self._handle = handle
        self._turns = Turns()
        self._news = _News()
        self._in_doubt = _InDoubt()

    async def open(self, agent: Agent | None, user_id: int | None) -> dict[str, Any]:
        """Open a conversation, for a signed-in portal user or an unknown visitor (None), with the bot's greeting."""
        lifetime = timedelta(seconds=self._settings.conversation_lifetime)
        expires_at = now().replace(microsecond=0) + lifetime
        turn = CurrentTurn(conversations.new_id(), OPENING_ID, user_id, 0, expires_at, said=None)
        greeting = await self._turns.answer(
            turn.conversation_id, OPENING_ID, lambda: self._run(_ready(agent), turn, user_message.opening())
        )
        return {
            "token": sign_conversation(turn.conversation_id, expires_at, secret=self._settings.secret_key),
            "expires_in": self._settings.conversation_lifetime,
            "messages": self._shown(turn.conversation_id, greeting),
        }

    async def say(
        self, agent: Agent | None, conversation_id: str, incoming: Incoming, address: str
    ) -> list[dict[str, Any]]:
        """Answer a message that came from a network address, or give again the answer that it already had."""
        choice = self._verified(conversation_id, incoming.choice) if incoming.choice is not None else None
        try:
            answer = await self._turns.answer(
                conversation_id, incoming.id, lambda: self._answer(agent, conversation_id, incoming, choice, address)
            )
        except Busy:
            raise problems.busy() from None
        return self._shown(conversation_id, answer)

    async def read(self, conversation_id: str, *, after: int, wait: float) -> list[dict[str, Any]]:
        """What was said after message number `after`; waits up to `wait` seconds when that is nothing yet."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(wait, MAX_WAIT)
        while True:
            with self._news.watched(conversation_id) as written:  # before looking, or a message in between is missed
                messages = await self._database(conversations.messages_after, conversation_id, after)
                if messages is None:
                    raise problems.dead_token()
                left = deadline - loop.time()
                if messages or left <= 0 or self.closed:
                    return self._shown(conversation_id, messages)
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left, _RECHECK)):
                        await written.wait()

    async def forget(self, conversation_id: str) -> None:
        """Delete the conversation and all that was said in it."""
        if await self._database(conversations.find, conversation_id) is None:
            raise problems.dead_token()
        await self._database(conversations.forget, conversation_id)
        self._news.announce(conversation_id)

    @property
    def closed(self) -> bool:
        """Whether the server is stopping."""
        return self._news.closed

    def close(self) -> None:
        """Let go those who wait: the server stops."""
        self._news.close()

    async def _answer(
        self, agent: Agent | None, conversation_id: str, incoming: Incoming, choice: Choice | None, address: str
    ) -> list[Message]:
        try:
            found, answered = await self._database(conversations.find_turn, conversation_id, incoming.id)
        except Problem:
            raise problems.not_done(may_have_acted=(conversation_id, incoming.id) in self._in_doubt) from None
        if found is None:
            raise problems.dead_token()
        if answered is not None:
            return answered
        ready = _ready(agent)
        replies: list[Body] = []
        if choice is not None:
            said, message = choice.title, user_message.chosen(choice, ready.domain)
        else:
            masked = privacy.mask(incoming.text or "")
            said, message = masked.text, user_message.typed(masked.text)
            if masked.kinds:
                replies.append({"text": privacy.notice(masked.kinds)})
        turn = CurrentTurn(conversation_id, incoming.id, found.user_id, found.version, None, {"text": said}, replies)
        client = keyed_digest("client", address, secret=self._settings.secret_key)
        return await self._run(ready, turn, message, client)

    async def _run(self, agent: Agent, turn: CurrentTurn, message: UserMessage, client: str = "") -> list[Message]:
        guard(agent)
        key = (turn.conversation_id, turn.message_id)
        vouched = Turn(*key, turn.user_id, client)
        message.sender_id = turn.conversation_id
        message.message_id = turn.message_id
        message.input_channel = CHANNEL
        message.output_channel = Replies(turn.replies)
        message.metadata = {"turn": sign_turn(vouched, secret=self._settings.secret_key)}
        try:
            answer = await turns.run(turn, lambda: self._handle(message), seconds=self._settings.turn_timeout)
        except TurnFailed as failure:
            logger.warning("webchat.turn.failed", conversation=hashed(turn.conversation_id), reason=str(failure))
            if failure.may_have_acted:
                self._in_doubt.add(key)
            raise (
                problems.busy() if failure.overtaken else problems.not_done(may_have_acted=key in self._in_doubt)
            ) from None
        self._in_doubt.discard(key)
        self._news.announce(turn.conversation_id)
        return answer

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


class _InDoubt:
    """The messages that failed after they may have acted, the newest of them.

    When such a message is sent again and fails before it reaches the action server, that nothing was transmitted would
    be true of the second attempt alone.
    """

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], None] = {}

    def __contains__(self, message: tuple[str, str]) -> bool:
        return message in self._messages

    def add(self, message: tuple[str, str]) -> None:
        self._messages[message] = None
        if len(self._messages) > _REMEMBERED:
            del self._messages[next(iter(self._messages))]

    def discard(self, message: tuple[str, str]) -> None:
        self._messages.pop(message, None)


class _News:
    """Wakes those who wait for a conversation's next message, when this process writes it."""

    def __init__(self) -> None:
        self.closed = False
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def watched(self, conversation_id: str) -> Iterator[asyncio.Event]:
        written = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(written)
        try:
            yield written
        finally:
            self._waiting[conversation_id].discard(written)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def announce(self, conversation_id: str) -> None:
        for written in self._waiting.get(conversation_id, ()):
            written.set()

    def close(self) -> None:
        self.closed = True
        for conversation_id in self._waiting:
            self.announce(conversation_id)


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
