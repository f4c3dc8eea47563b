"""What Rasa lets pass, and a turn must not: an action that gave no usable answer, and actions without end.

Rasa logs a failed call of the action server and goes on as if the action had answered nothing: a form is skipped and
what comes after it runs with empty slots. Here a call that brings no usable answer ends the turn (`TurnAborted`), with
one exception: the 400 with which an action declines to run, which Rasa knows how to handle. An answer of the wrong form
is as unusable as none, so it is compared here with Rasa's own description before Rasa does so and loses it.

When its policies predict one action after the other without end, Rasa stops, keeps what was said until then, and is
mute from then on: the conversation never comes back to listening. Here the turn ends with nothing kept.
"""

from __future__ import annotations

import asyncio
import json
from types import TracebackType
from typing import Any, Final

import aiohttp
from rasa.core.agent import Agent
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, ClientResponseError, EndpointConfig

from bot import observation, rasa_patches
from bot.rasa_patches.answers import is_valid
from bot.turns import TurnAborted, current_turn

_KEPT_ALIVE: Final = 4.0
"""Seconds for which an idle connection to the action server is kept: less than the 5 after which that closes it."""


class _Shared:
    """A session that stays open for whoever uses it next."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session
        self.loop = asyncio.get_running_loop()

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self.session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """`GuardedEndpoint.close` closes it."""

    @property
    def is_usable(self) -> bool:
        """A session belongs to the loop that it was opened in."""
        return not self.session.closed and self.loop is asyncio.get_running_loop()


class GuardedEndpoint(EndpointConfig):
    """Rasa's endpoint of the action server, guarded within a turn of the chat: see the module."""

    def __init__(self, guarded: EndpointConfig | None) -> None:
        """Guards `guarded`; None (no action server in endpoints.yml) fails each turn that needs one."""
        known = vars(guarded).copy() if guarded is not None else {}
        known.pop("type", None)
        super().__init__(**known.pop("kwargs", {}), **known)
        self._shared: _Shared | None = None

    def session(self) -> Any:
        """One session, with its connections, for all calls: Rasa opens one for each."""
        if not rasa_patches.is_wanted("session"):
            return super().session()
        if self._shared is None or not self._shared.is_usable:
            session = aiohttp.ClientSession(
                headers=self.headers,
                auth=aiohttp.BasicAuth(self.basic_auth["username"], self.basic_auth["password"])
                if self.basic_auth
                else None,
                timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
            self._shared = _Shared(session)
        return self._shared

    async def close(self) -> None:
        """Close the connections."""
        if self._shared is not None:
            await self._shared.session.close()

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
            with observation.action_call(declines=ClientResponseError):
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
        if not is_valid(answer):
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


async def close(agent: Agent | None) -> None:
    """Close the connections to the action server: the process ends."""
    if agent is not None and isinstance(agent.action_endpoint, GuardedEndpoint):
        await agent.action_endpoint.close()
