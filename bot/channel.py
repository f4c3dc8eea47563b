"""The chat's HTTP interface: Rasa's input channel `webchat`, under /webhooks/webchat.

credentials.yml:

    bot.channel.WebChat:

Rasa mounts the blueprint. What the addresses do is in `chat`; who may ask, how and how often, is here.

Beside the messages, an answer that holds some says in a header who answers the landlord's next one:

    Chat-Floor: bot | waiting | adviser | returning | nobody

`waiting`: the bot, while an adviser is awaited; `returning`: the bot, which has something to say first; `nobody`: the
conversation was erased, with this answer, and its token is dead. Absent, nothing is known of it. A change of the floor
alone does not end a wait: it comes with a message that tells of it.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import guard, observation, problems, web
from bot.chat import Chat, Handle, Heard
from bot.health import Health, agent_of
from bot.incoming import read_message, read_object
from bot.limits import Limits, client_address
from bot.logs import leave_variables_out
from bot.output import CHANNEL
from bot.tokens import verify_conversation
from offre_bailleurs import database
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.identity import InvalidToken, verify_identity
from offre_bailleurs.operation.framing import refuse_bad_framing
from offre_bailleurs.operation.logs import adopt
from offre_bailleurs.operation.readiness import ALIVE, READY
from offre_bailleurs.settings import Settings, settings

_FLOOR = "Chat-Floor"
_NOBODY = "nobody"


class WebChat(InputChannel):
    """See the module."""

    @classmethod
    def name(cls) -> str:
        """The last part of the address prefix."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Mapping[str, Any] | None) -> WebChat:
        """The channel; credentials.yml gives it nothing, the project's settings all."""
        leave_variables_out()
        return cls()

    def blueprint(self, on_new_message: Handle) -> Blueprint:
        """The addresses, for Rasa to mount."""
        configuration = settings()
        engine = database.engine()
        health = Health(configuration, engine)
        health.tell_prometheus()
        return Doors(configuration, Chat(configuration, engine, on_new_message), health).blueprint()


class Doors:
    """The addresses of the chat."""

    def __init__(self, configuration: Settings, chat: Chat, health: Health) -> None:
        self._settings = configuration
        self._chat = chat
        self._health_of = health
        self._limits = Limits(configuration)
        self._origins = web.Origins(configuration.allowed_origins)

    def blueprint(self) -> Blueprint:
        """A Sanic blueprint without its prefix."""
        serve = web.dispatcher(
            self._origins,
            {
                "": {"GET": self._health},
                ALIVE: {"GET": self._health_of.alive},
                READY: {"GET": self._health_of.ready},
                "conversations": {"POST": self._open, "DELETE": self._forget},
                "messages": {"POST": self._say, "GET": self._read},
            },
            silent=("", ALIVE, READY),
        )
        doors = Blueprint(CHANNEL)
        for name, address in (("prefix", "/"), ("address", "/<address:path>")):
            doors.add_route(serve, address, methods=web.METHODS, name=name, stream=True)
        doors.listener("before_server_start")(self._start)
        doors.listener("after_server_start")(self._started)
        doors.listener("before_server_stop")(self._close)
        doors.listener("after_server_stop")(_disconnect)
        doors.middleware("response")(self._finish)
        doors.signal("http.lifecycle.read_head")(refuse_bad_framing)
        return doors

    async def _health(self, request: Request) -> HTTPResponse:
        agent = _agent(request)
        if agent is None or not agent.is_ready():  # Rasa serves without a model too
            raise problems.unavailable()
        return web.json_response(HTTPStatus.OK, {"status": "ok"})

    async def _open(self, request: Request) -> HTTPResponse:
        await self._limits.opening(self._address(request))
        if read_object(await web.read_body(request)):
            raise problems.malformed("L'ouverture d'une conversation ne prend aucun paramètre.")
        opened = await self._chat.open(_agent(request), self._user(request))
        return web.json_response(HTTPStatus.CREATED, opened, {_FLOOR: Floor.BOT})

    async def _say(self, request: Request) -> HTTPResponse:
        conversation_id = self._conversation(request)
        address = self._address(request)
        await self._limits.message(conversation_id, address)
        incoming = read_message(await web.read_body(request))
        observation.named(message=incoming.id)
        return _messages(await self._chat.say(_agent(request), conversation_id, incoming, address))

    async def _read(self, request: Request) -> HTTPResponse:
        conversation_id = self._conversation(request)
        await self._limits.read(conversation_id)
        after, wait = _number(request, "after"), _number(request, "wait")
        return _messages(await self._chat.read(_agent(request), conversation_id, after=int(after), wait=wait))

    async def _forget(self, request: Request) -> HTTPResponse:
        await self._chat.forget(self._conversation(request))
        return web.no_content()

    def _conversation(self, request: Request) -> str:
        token = web.bearer(request)
        if token is None:
            raise problems.dead_token()
        try:
            conversation_id = verify_conversation(token, secret=self._settings.secret_key)
        except InvalidToken:
            raise problems.dead_token() from None
        observation.named(conversation=conversation_id)
        return conversation_id

    def _user(self, request: Request) -> int | None:
        if "authorization" not in request.headers:
            return None
        try:
            return verify_identity(web.bearer(request) or "", secret=self._settings.secret_key)
        except InvalidToken:
            raise problems.dead_identity() from None

    def _address(self, request: Request) -> str:
        forwarded_for = request.headers.getall("x-forwarded-for", [])
        return client_address(request.ip, forwarded_for, self._settings.trusted_proxies)

    async def _finish(self, request: Request, response: HTTPResponse) -> HTTPResponse | None:
        if self._chat.closed:
            request.stream.keep_alive = False  # the server waits for its connections to end before it does
        # Rasa's sanic-cors answers every OPTIONS before a route is asked: what it said is replaced.
        return self._origins.preflight(request) if request.method == "OPTIONS" else None

    async def _start(self, app: Sanic, _: object) -> None:
        adopt()
        await self._health_of.start(app)

    async def _started(self, app: Sanic, _: object) -> None:
        gc.collect()
        gc.freeze()  # the model: whoever speaks while all of memory is searched for waste would wait for it
        await self._health_of.started(app)

    async def _close(self, app: Sanic, _: object) -> None:
        await self._health_of.stop()
        self._chat.close()


async def _disconnect(app: Sanic, _: object) -> None:
    await guard.close(agent_of(app))


def _agent(request: Request) -> Agent | None:
    return agent_of(request.app)


def _messages(heard: Heard) -> HTTPResponse:
    floor = _NOBODY if heard.is_gone else heard.floor
    headers = {_FLOOR: floor} if floor is not None else {}
    return web.json_response(HTTPStatus.OK, {"messages": heard.messages}, headers)


def _number(request: Request, name: str) -> float:
    """A query parameter that is a number from 0 on; 0 when it is absent."""
    try:
        value = float(request.args.get(name, 0))
    except ValueError:
        value = math.nan
    if not 0 <= value < 2**31:
        raise problems.malformed(f"« {name} » doit être un nombre positif.")
    return value
