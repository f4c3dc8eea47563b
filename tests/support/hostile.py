"""What an attacker has at hand, and where they look."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from sqlalchemy import inspect, text

from bot.choices import Choice, Choices
from offre_bailleurs.database import reading
from tests.support.chat import ChatClient, ChatProblem
from tests.support.live import LiveBot
from tests.support.world import TenantGiven

SECRET_TENANT = TenantGiven("Ludivine Cachée", "4 venelle Discrète, 35000 Rennes")
"""The one tenant of somebody else."""


def problem(call: Callable[[], object]) -> ChatProblem:
    """The error that a call is answered with."""
    with pytest.raises(ChatProblem) as raised:
        call()
    return raised.value


def signed(live: LiveBot, chat: ChatClient, payload: str) -> str:
    """A choice as the bot signs them, which no client can make."""
    choices = Choices(conversation_of(chat), secret=live.servers.settings.secret_key)
    return choices.sign(Choice("Bouton", payload))


def conversation_of(chat: ChatClient) -> str:
    """The conversation's id, which its token bears in clear."""
    assert chat.token is not None
    return str(jwt.decode(chat.token, options={"verify_signature": False})["sub"])


def unsigned(claims: dict[str, Any]) -> str:
    """A token of the algorithm "none"."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims))
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def forged_call(action: str, tenancy: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """What Rasa would send to the action server, sent by somebody else."""
    slots = {"tenancy_id": tenancy, "declare_rent_outcome": "validate", "summary": "x", "requested_slot": None}
    message = {"text": "Valider", "intent": {"name": "validate"}, "entities": [], "metadata": metadata}
    return {
        "next_action": action,
        "sender_id": "forged",
        "tracker": {
            "sender_id": "forged",
            "slots": slots,
            "latest_message": message,
            "events": [],
            "paused": False,
            "latest_input_channel": "webchat",
            "active_loop": {},
            "latest_action_name": "action_listen",
            "latest_event_time": 0,
            "followup_action": None,
        },
        "domain": {},
        "version": "3.6.21",
    }


def everything_stored(live: LiveBot) -> str:
    """Every text in every table."""
    with reading(on=live.engine) as session:
        tables = inspect(session.connection()).get_table_names()
        return "\n".join(
            str(row)
            for table in tables
            for row in session.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608
        )
