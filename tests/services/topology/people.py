"""A landlord who declares a rent, and an adviser at the portal's pages, both through nginx."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import monotonic, sleep

import httpx
from sqlalchemy import select

from offre_bailleurs.accounts import hash_password
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import AuditEvent, Declaration, DeclarationState, PortalUser
from tests.support.chat import ChatClient
from tests.support.journey import REGISTER, STEPS, TENANT, walk
from tests.support.live import LiveBot
from tests.support.portal import PortalClient
from tests.support.topology import Replica, Topology
from tests.support.world import PASSWORD

PATIENCE = 30.0
POLL_INTERVAL = 0.02


class Landlord:
    """Signed in, with an account of their own, and a browser that keeps trying, as the widget does."""

    def __init__(self, bot: LiveBot, chat_url: str | None = None) -> None:
        self.bot = bot
        self._household = bot.world.landlord("Claude Bailleur", tenants=list(REGISTER))
        self.user_id = self._household.people[0].user_id
        self.chat = bot.client(self.user_id)
        if chat_url is not None:
            self.chat.chat_url = chat_url

    def declare(self) -> bool:
        """Open a conversation and declare the rent; whether it is transmitted."""
        self._persist(self.chat.open)
        for step in STEPS:
            self._persist(partial(walk, self.chat, step))
        return self.has_declared

    def _persist(self, ask: Callable[[], object]) -> None:
        """As the widget does: a connection that breaks is no answer, the same message is sent again."""
        try:
            ask()
        except httpx.TransportError:
            if self.chat.token is None:
                ask()
            else:
                self.chat.again()

    def declaration(self) -> Declaration | None:
        """What the database holds of the declaration of `TENANT`'s rent."""
        return self.bot.world.declaration(self._household.tenancies[TENANT])

    @property
    def has_declared(self) -> bool:
        """Whether it is transmitted."""
        found = self.declaration()
        return found is not None and found.state is DeclarationState.TRANSMITTED

    def transmissions(self) -> list[AuditEvent]:
        """How often that was done, as the journal tells."""
        found = self.declaration()
        assert found is not None
        with reading(on=self.bot.engine) as session:
            wanted = select(AuditEvent).where(
                AuditEvent.action == "declaration.transmitted", AuditEvent.subject == f"declaration:{found.id}"
            )
            return list(session.scalars(wanted))

    def at(self, replica: Replica) -> ChatClient:
        """The same conversation, at one replica, past nginx."""
        here = ChatClient(f"{replica.url}/webhooks/webchat")
        here.token, here.messages = self.chat.token, self.chat.messages
        return here


class AdviserAtPortal:
    """An adviser's browser, without JavaScript."""

    def __init__(self, bot: LiveBot) -> None:
        who = bot.world.adviser()
        with transaction(on=bot.engine) as session:
            user = session.get_one(PortalUser, who.user_id)
            user.password_hash = hash_password(PASSWORD)
            login = user.login
        assert login is not None
        self.browser = PortalClient(bot.servers.settings.portal_url).sign_in(login)

    def take(self) -> str:
        """Take the request that waits; its page's path."""
        page = self.browser.get("/conseil").text
        found = re.search(r'action="(/[^"]+)/prendre"', page)
        assert found is not None, "nobody waits"
        self._post(page, f"{found[1]}/prendre")
        return found[1]

    def say(self, request: str, text: str) -> None:
        """Write in the landlord's chat."""
        page = self.browser.get(request).text
        self._post(page, f"{request}/messages", texte=text, cle=hidden(page, "cle"))

    def hand_back(self, request: str) -> None:
        """«Rendre la parole à l'assistant»."""
        self._post(self.browser.get(request).text, f"{request}/rendre")

    def _post(self, page: str, path: str, **fields: str) -> None:
        answer = self.browser.http.post(path, data={"jeton": hidden(page, "jeton"), **fields})
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.status_code


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html.unescape(found[1])


def answered_by(topology: Topology) -> list[str]:
    """Which Rasa replicas answered messages, in order, as nginx's log tells: "host:port"; a failed one comes first."""
    entries = [json.loads(line) for line in topology.nginx.log().splitlines() if line.startswith("{")]
    said = [each for each in entries if (each["method"], each["path"]) == ("POST", "/webhooks/webchat/messages")]
    return [each["upstream"] for each in said]


def port_of(address: str) -> int:
    """Of the replica that answered in the end."""
    return int(address.rpartition(":")[2])


@contextmanager
def frozen(replicas: Sequence[Replica]) -> Iterator[None]:
    """Whatever they are asked waits."""
    for each in replicas:
        each.freeze()
    try:
        yield
    finally:
        for each in replicas:
            each.thaw()


@contextmanager
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    """For what happens at the same time."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        yield pool


def wait_until_held_up(under_way: Future[object], seconds: float = 1.0) -> None:
    """Give a request the time to come as far as it can while something is frozen."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        assert not under_way.done(), under_way
        sleep(POLL_INTERVAL)
