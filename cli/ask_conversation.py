"""A conversation with the model in this process: no server, and nothing of the operator's data is read or written.

The actions run here (`ask_actions`), on an empty database of their own that is deleted at the end; the conversation
itself stays in memory. Anonymous: nobody is signed in.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config

import migrations
from bot import privacy, user_message
from bot.choices import Choice
from bot.conversations import Body
from bot.output import CHANNEL, Replies
from cli.ask import FALLBACK, Heard, Intent, Understanding
from cli.ask_actions import ActionFailed, InProcessActions, real_actions
from cli.chat_client import Button
from cli.console import OperatorError
from offre_bailleurs import database
from offre_bailleurs.french.text import clean
from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.settings import PROJECT_ROOT, settings

_UNSEEN = ("action_listen", "action_session_start")
"""Rasa's own, run in every turn."""


class InProcess:
    """One conversation with an agent; it speaks as the chat channel does (bot/chat.py)."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._id = uuid.uuid4().hex

    async def open(self, profile: str | None) -> None:
        """The opening turn, whose greeting is not kept; then who speaks, when that is known."""
        await self._handle(user_message.opening(), [])
        if profile is not None:
            tracker = await self._tracker()
            tracker.update(SlotSet("profile", profile), self._agent.domain)
            await self._agent.tracker_store.save(tracker)

    async def say(self, text: str) -> Heard:
        """Type words: masked as the channel masks them."""
        masked = privacy.mask(clean(text))
        replies: list[Body] = [{"text": privacy.notice(masked.kinds)}] if masked.kinds else []
        return await self._handle(user_message.typed(masked.text), replies)

    async def press(self, button: Button) -> Heard:
        """Press a button."""
        return await self._handle(user_message.chosen(Choice(button.title, button.choice), self._agent.domain), [])

    async def _handle(self, message: UserMessage, replies: list[Body]) -> Heard:
        turn = Turn(self._id, uuid.uuid4().hex, user_id=None)
        message.sender_id = turn.conversation_id
        message.message_id = turn.message_id
        message.input_channel = CHANNEL
        message.output_channel = Replies(replies)
        message.metadata = {"turn": sign_turn(turn, secret=settings().secret_key)}
        try:
            await self._agent.handle_message(message)
        except ActionFailed as failure:
            raise OperatorError(str(failure)) from failure
        tracker = await self._tracker()
        return Heard(_understood(tracker), tuple(_actions(tracker)), tuple(replies))

    async def _tracker(self) -> DialogueStateTracker:
        return await self._agent.tracker_store.get_or_create_tracker(self._id)


@asynccontextmanager
async def in_this_process(model: Path, profile: str | None) -> AsyncIterator[InProcess]:
    """An opened conversation with a trained model.

    Raises:
        OperatorError: the actions cannot be run.
    """
    with empty_database():
        agent = Agent.load(
            model,
            generator=_wordings(),
            tracker_store=InMemoryTrackerStore(None),
            action_endpoint=InProcessActions(real_actions()),
        )
        conversation = InProcess(agent)
        await conversation.open(profile)
        yield conversation


@contextmanager
def empty_database() -> Iterator[str]:
    """The settings name a migrated SQLite database that holds nothing; its URL. It is deleted at the end."""
    before = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="bailleurs-ask-") as folder:
        url = f"sqlite:///{Path(folder) / 'bailleurs.db'}"
        os.environ["DATABASE_URL"] = url
        _forget()
        try:
            migrations.upgrade(url)
            yield url
        finally:
            database.engine().dispose()
            if before is None:
                del os.environ["DATABASE_URL"]
            else:
                os.environ["DATABASE_URL"] = before
            _forget()


def _wordings() -> EndpointConfig | None:
    """What chooses the words of an answer in the servers, endpoints.yml says."""
    os.environ.setdefault("ACTIONS_URL", settings().actions_url)  # the file names it, nothing here asks for it
    return read_endpoint_config(str(PROJECT_ROOT / "endpoints.yml"), "nlg")


def _forget() -> None:
    """Have the settings and the engine read again."""
    settings.cache_clear()
    database.engine.cache_clear()


def _understood(tracker: DialogueStateTracker) -> Understanding:
    parsed = (tracker.latest_message.parse_data if tracker.latest_message else None) or {}
    ranking = [Intent(each["name"], float(each["confidence"])) for each in parsed.get("intent_ranking") or ()]
    return Understanding(
        tuple(intent for intent in ranking if intent.name != FALLBACK), tuple(parsed.get("entities") or ())
    )


def _actions(tracker: DialogueStateTracker) -> list[str]:
    """What ran since the last message, in order."""
    names: list[str] = []
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name and event.action_name not in _UNSEEN:
            names.append(event.action_name)
    return names[::-1]
