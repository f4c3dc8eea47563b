"""What Rasa lets pass, and a turn must not: an action that gave no usable answer, and actions without end.

Rasa logs a failed call of the action server and goes on as if the action had answered nothing: a form is skipped and
what comes after it runs with empty slots. Here a call that brings no usable answer ends the turn (`TurnAborted`), with
one exception: the 400 with which an action declines to run, which Rasa knows how to handle. An answer of the wrong form
is as unusable as none, so it is compared here with Rasa's own description before Rasa does so and loses it.

When its policies predict one action after the other without end, Rasa stops, keeps what was said until then, and is
mute from then on: the conversation never comes back to listening. Here the turn ends with nothing kept.
"""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp
from jsonschema.validators import validator_for  # type: ignore[import-untyped]
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from bot.turns import TurnAborted, current_turn

_ANSWER: Final = validator_for(RemoteAction.action_response_format_spec())(RemoteAction.action_response_format_spec())
"""Compiled once: 3 ms for an answer, where compiling it for each takes 80."""


class GuardedEndpoint(EndpointConfig):
    """Rasa's endpoint of the action server, guarded within a turn of the chat: see the module."""

    def __init__(self, guarded: EndpointConfig | None) -> None:
        """Guards `guarded`; None (no action server in endpoints.yml) fails each turn that needs one."""
        known = vars(guarded).copy() if guarded is not None else {}
        known.pop("type", None)
        super().__init__(**known.pop("kwargs", {}), **known)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the server and return its JSON answer.

        Raises:
            TurnAborted: within a turn, when the call brings no usable answer.
            ClientResponseError: the action declined (400); outside a turn, any status of 400 or more.
        """
        turn = current_turn.get()
        if turn is None:
            return await super().request(method, subpath, content_type, compress, **kwargs)
        if not self.url:
            raise TurnAborted("no action server is configured")
        acted_before, turn.may_have_acted = turn.may_have_acted, True
        try:
            answer = await super().request(method, subpath, content_type, compress, **kwargs)
        except aiohttp.ClientConnectorError:
            turn.may_have_acted = acted_before
            raise TurnAborted("the action server cannot be reached") from None
        except ClientResponseError as error:
            if error.status == 400 and _declines(error.text):
                raise
            raise TurnAborted(f"the action server answered {error.status}") from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TurnAborted(f"the action server did not answer: {type(error).__name__}") from None
        if not _ANSWER.is_valid(answer):
            raise TurnAborted("the action server answered in an unknown form")
        return answer


def guard(agent: Agent) -> None:
    """Have `agent` fail a turn where Rasa would go on: see the module.

    Cheap: it is asked before each turn, so that a model or an agent that was replaced meanwhile is guarded too.
    """
    if not isinstance(agent.action_endpoint, GuardedEndpoint):
        agent.action_endpoint = GuardedEndpoint(agent.action_endpoint)
    if agent.processor is not None:
        agent.processor.action_endpoint = agent.action_endpoint
        agent.processor.on_circuit_break = _abort


def _abort(*_: object) -> None:
    if current_turn.get() is not None:
        raise TurnAborted("the policies predicted actions without end")


def _declines(body: str | bytes) -> bool:
    """Whether a 400 is rasa-sdk's ActionExecutionRejection: Rasa reads the action's name from it."""
    try:
        return "action_name" in json.loads(body)
    except (ValueError, TypeError):
        return False
