"""The whole service as it is deployed, as processes: nginx before several portals, Rasa replicas and action servers,
the workers, and a PostgreSQL cluster, a Redis and a RabbitMQ of its own.

nginx reads the file that deploy/compose.yaml gives it. It sticks nobody to a replica: consecutive turns of a
conversation are answered by different ones.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import Settings, read_settings
from tests.support.chat import TIMEOUT
from tests.support.databases import Cluster, cluster, migrate
from tests.support.live import LiveBot
from tests.support.nginx import Nginx
from tests.support.ports import free_ports
from tests.support.rabbitmq import Node
from tests.support.redis_server import RedisServer
from tests.support.servers import OPEN_DESK, UNLIMITED, Servers

RASA: Final = "rasa"
ACTIONS: Final = "actions"
PORTAL: Final = "portal"
WORKERS: Final = ("outbox", "desk")


class Replica:
    """One process of a kind, which a test can kill, stop, freeze and start again."""

    def __init__(self, kind: str, index: int, servers: Servers) -> None:
        self.kind = kind
        self.index = index
        self._servers = servers

    def __str__(self) -> str:
        return f"{self.kind}-{self.index}"

    @property
    def url(self) -> str:
        """Where it listens itself, past nginx.

        Raises:
            ValueError: a worker, which listens nowhere.
        """
        settings = self._servers.settings
        ports = {RASA: settings.rasa_port, ACTIONS: settings.actions_port, PORTAL: settings.portal_port}
        if self.kind not in ports:
            raise ValueError(f"{self} listens nowhere")
        return f"http://127.0.0.1:{ports[self.kind]}"

    @property
    def port(self) -> int:
        """Of its address."""
        return int(self.url.rpartition(":")[2])

    @property
    def pid(self) -> int:
        """Its process id; KeyError when it does not run."""
        return self._servers.pid(self.kind)

    @property
    def is_running(self) -> bool:
        """Started and not ended."""
        return self._servers.is_running(self.kind)

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it did not; the message holds the tail of its log.
        """
        self._servers.start(self.kind)

    def launch(self) -> None:
        """Start it without waiting."""
        self._servers.launch(self.kind)

    def wait_until_ready(self) -> None:
        """See `start`."""
        self._servers.wait_until_ready(self.kind)

    def stop(self) -> None:
        """SIGTERM, and wait for its end.

        Raises:
            RuntimeError: it did not end.
        """
        self._servers.stop(self.kind)

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        os.killpg(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._servers.kill(self.kind)

    def freeze(self) -> None:
        """Have it hold what it has and do nothing, as a machine that hangs does."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Have it go on."""
        os.killpg(self.pid, signal.SIGCONT)

    def use(self, **variables: str) -> None:
        """Variables of its own, RASA_MODEL for instance, from its next start on."""
        self._servers.own_environ[self.kind] = variables

    def log(self) -> str:
        """All that it printed."""
        return self._servers.log(self.kind)


class Topology:
    """The service. Nothing runs before `with`, everything is gone after it.

    `chat_url` and `portal_url` are nginx's, and so is `settings.actions_url`; `cluster`, `redis`, `rabbitmq` and
    `nginx` may be stopped and started again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        rasa: int = 2,
        actions: int = 2,
        portals: int = 2,
        workers: Sequence[str] = WORKERS,
        model: Path | None = None,
        **variables: str,
    ) -> None:
        """Args:
        folder: for logs and data, one folder for each process.
        rasa: how many replicas; so are `actions` and `portals`.
        workers: which workers run, one process each.
        model: Rasa's; None is what stands in the folders now, trained if it is not yet.
        variables: settings that differ from a test's usual ones.
        """
        self._folder = folder
        self._counts = {ACTIONS: actions, RASA: rasa, PORTAL: portals, **dict.fromkeys(workers, 1)}
        self._model = model
        self._variables = variables
        self._stack = ExitStack()
        self.cluster: Cluster
        self.redis: RedisServer
        self.rabbitmq: Node
        self.nginx: Nginx
        self.settings: Settings
        """Whose addresses are nginx's."""
        self.replicas: list[Replica] = []

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            self._start(starting)
            self._stack = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def chat_url(self) -> str:
        """The chat, through nginx."""
        return self.settings.chat_url

    @property
    def portal_url(self) -> str:
        """The portal, through nginx."""
        return self.settings.portal_url

    @property
    def database_url(self) -> str:
        """Of the cluster's database."""
        return self.cluster.url

    def replica(self, kind: str, index: int = 0) -> Replica:
        """One of them: kind is "rasa", "actions", "portal", "outbox" or "desk"."""
        return self.each(kind)[index]

    def each(self, kind: str) -> list[Replica]:
        """All of a kind."""
        return [replica for replica in self.replicas if replica.kind == kind]

    def start(self, *kinds: str) -> None:
        """Start whatever of these kinds does not run (as `Servers.start`), and wait until it answers."""
        stopped = [replica for replica in self.replicas if replica.kind in kinds and not replica.is_running]
        for replica in stopped:
            replica.launch()
        for replica in stopped:
            replica.wait_until_ready()

    def log(self, kind: str) -> str:
        """All that the replicas of a kind printed."""
        return "".join(replica.log() for replica in self.each(kind))

    def _start(self, starting: ExitStack) -> None:
        self.cluster = starting.enter_context(cluster())
        migrate(self.cluster.url)
        self.redis = RedisServer(self._new_folder("redis"))
        starting.callback(self.redis.kill)
        self.redis.start()
        self.rabbitmq = Node(self._new_folder("rabbitmq"))
        starting.callback(self.rabbitmq.kill)
        ports = free_ports(2 + sum(self._counts.values()))
        self.nginx = Nginx(self._new_folder("nginx"), port=ports.pop(), actions_port=ports.pop())
        starting.callback(self.nginx.stop)
        shared = self._shared_variables()
        at_nginx = str(self.nginx.port)
        self.settings = read_settings({**shared, "PORTAL_PORT": at_nginx, "RASA_PORT": at_nginx})
        for kind, count in self._counts.items():
            for index in range(count):
                own = {"PORTAL_PORT": PORTAL, "RASA_PORT": RASA, "ACTIONS_PORT": ACTIONS}
                port = str(ports.pop())
                listens = {name: port for name, of in own.items() if of == kind}
                servers = Servers(
                    self._new_folder(f"{kind}-{index}"),
                    self.cluster.url,
                    model=self._model,
                    **{**shared, **listens},
                )
                starting.callback(servers.close)
                self.replicas.append(Replica(kind, index, servers))
                self.replicas[-1].launch()
        self.configure_nginx()
        self.rabbitmq.start()  # meanwhile the others start: they do without it
        for replica in self.replicas:
            replica.wait_until_ready()
        self.nginx.start()

    def configure_nginx(self, *, rasas: Sequence[Replica] | None = None) -> None:
        """Write nginx's configuration, for all the replicas that there are, or of Rasa's for these alone."""
        self.nginx.configure(
            portals=[each.port for each in self.each(PORTAL)],
            rasas=[each.port for each in (self.each(RASA) if rasas is None else rasas)],
            actions=[each.port for each in self.each(ACTIONS)],
        )

    def _shared_variables(self) -> dict[str, str]:
        data = self._new_folder("data")
        public = f"http://127.0.0.1:{self.nginx.port}"
        return {
            "ENVIRONMENT": "development",
            "HOST": "127.0.0.1",
            "DATA_DIR": str(data),
            "DATABASE_URL": self.cluster.url,
            "MAIL_URL": f"file:{data / 'mail'}",
            "LETTERS_DIR": str(data / "letters"),
            "REDIS_URL": self.redis.url,
            "RABBITMQ_URL": self.rabbitmq.url,
            "PORTAL_URL": public,
            "CHAT_URL": f"{public}/webhooks/webchat",
            "ACTIONS_URL": f"http://127.0.0.1:{self.nginx.actions_port}/webhook",
            "TRUSTED_PROXIES": "1",
            **UNLIMITED,
            **OPEN_DESK,
            **self._variables,
        }

    def _new_folder(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(parents=True)
        return folder


@contextmanager
def live_topology(*, model: Path | None = None, **variables: str) -> Iterator[LiveBot]:
    """The bot of a test session, behind nginx; all of it is gone at the end. See `live_bot`."""
    with (
        tempfile.TemporaryDirectory(prefix="bailleurs-topology-") as name,
        Topology(Path(name), model=model, **variables) as topology,
        httpx.Client(timeout=TIMEOUT, trust_env=False) as http,
    ):
        engine = make_engine(topology.database_url)
        try:
            yield LiveBot(topology, engine, http)
        finally:
            engine.dispose()
