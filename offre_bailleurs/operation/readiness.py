"""Whether this process can do its work, told truly, quickly, and without being a burden.

Three questions:

* *alive*: the event loop answers. Asks nobody else: restarting a process does not mend a database.
* *ready*: this replica does its work, so that it is worth sending it somebody. What it asks has a short time limit, one
  question is under way at a time however many ask, and an answer holds for a second: probes cannot load the database.
* *well*: part by part, in the metrics and the log, with what only weakens this replica.

A part is **needed** or **shared**. A needed part that fails makes the replica not ready: the model, the schema, the
database. A shared part that fails is told (`"statut": "dégradé"`, the metric, the log) and changes nothing of the
readiness: the action server is one address for all Rasa replicas, and were it down all of them would leave the load
balancer at once. A landlord would read a proxy's "502 Bad Gateway" where a replica still says in French that nothing
was transmitted, that trying again does nothing twice, and still answers a repeated message from the database.

Who asks learns the part's name, never an address or an error's text: those are in the log, once for each change.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from offre_bailleurs.database import make_engine
from offre_bailleurs.operation import metrics, schema

TIME_LIMIT: Final = 2.0
"""Seconds for all parts together: below any probe's own limit."""
HOLDS: Final = 1.0
"""Seconds for which an answer is given again."""
RETRY_AFTER: Final = 5
ALIVE: Final = "vivant"
READY: Final = "pret"
"""The last part of the addresses on Rasa's and the action server."""

DATABASE: Final = "base de données"
SCHEMA: Final = "schéma"
MODEL: Final = "modèle"
ACTIONS: Final = "actions"
STOPPING: Final = "arrêt en cours"

_LOG: Final = logging.getLogger(__name__)


class Unwell(Exception):
    """A part does not do its work. The first argument names the part, the second says why, for the log alone."""

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(part, reason)
        self.part = part
        self.reason = reason


@dataclass(frozen=True)
class Part:
    """Something that this process works with."""

    name: str
    check: Callable[[], Awaitable[None]]
    """Raises `Unwell`, or whatever the part raises."""
    is_needed: bool = True


@dataclass(frozen=True)
class Report:
    """What was found."""

    missing: tuple[str, ...] = ()
    """Needed parts that fail."""
    weakened: tuple[str, ...] = ()
    """Shared parts that fail."""

    @property
    def is_ready(self) -> bool:
        """Whether somebody should be sent here."""
        return not self.missing

    @property
    def status(self) -> int:
        """Of the HTTP answer."""
        return 200 if self.is_ready else 503

    def document(self) -> dict[str, Any]:
        """The body of the HTTP answer: names of parts, nothing else."""
        if not self.is_ready:
            return {"statut": "indisponible", "manque": list(self.missing)}
        return {"statut": "dégradé", "manque": list(self.weakened)} if self.weakened else {"statut": "ok"}

    def headers(self) -> dict[str, str]:
        """The headers of the HTTP answer."""
        retry = {} if self.is_ready else {"Retry-After": str(RETRY_AFTER)}
        return {"Cache-Control": "no-store", **retry}


class Readiness:
    """The parts of this process. `report` may be awaited by any number of requests of one event loop."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self._stopping = False
        self._report = Report()
        self._looked_at = -HOLDS
        self._looking: asyncio.Task[Report] | None = None
        self._troubles: dict[str, str] = {}

    def stop(self) -> None:
        """This process was told to stop: not ready from now on."""
        self._stopping = True
        metrics.READY.set(0)

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping

    async def report(self) -> Report:
        """How it is now, or was a moment ago."""
        if self._stopping:
            return Report((STOPPING,))
        if self._looking is None and monotonic() - self._looked_at >= HOLDS:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._looked)
        return await asyncio.shield(self._looking) if self._looking is not None else self._report

    def _looked(self, task: asyncio.Task[Report]) -> None:
        self._looking = None
        self._looked_at = monotonic()
        if not task.cancelled() and task.exception() is None:
            self._report = task.result()

    async def _look(self) -> Report:
        reasons = await asyncio.gather(*map(_reason, self._parts))
        found: dict[str, str] = {}
        for part, (name, reason) in zip(self._parts, reasons, strict=True):
            metrics.PART_WELL.labels(part.name).set(0 if reason else 1)
            if reason:
                found[part.name] = f"{name}: {reason}"
        self._tell(found)
        named = [(part, name) for part, (name, reason) in zip(self._parts, reasons, strict=True) if reason]
        report = Report(
            tuple(name for part, name in named if part.is_needed),
            tuple(name for part, name in named if not part.is_needed),
        )
        metrics.READY.set(report.is_ready and not self._stopping)
        return report

    def _tell(self, found: Mapping[str, str]) -> None:
        """Once for each change: a probe asks every few seconds."""
        for part, reason in found.items():
            if self._troubles.get(part) != reason:
                _LOG.warning("not well: %s", reason)
        for part in self._troubles.keys() - found.keys():
            _LOG.warning("well again: %s", part)
        self._troubles = dict(found)


class DatabaseCheck:
    """Whether the database answers, can be written and has the tables that this code needs.

    On a connection of its own: a pool whose connections are all at work is no reason to send nobody here. In a thread
    of its own, one question at a time: a database that hangs takes no thread from the turns.
    """

    def __init__(self, url: str) -> None:
        """Args:
        url: DATABASE_URL. Nothing is opened before the first question: a server starts without its database.
        """
        self._url = url
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._asked: Future[None] | None = None

    async def __call__(self) -> None:
        """Raises:
        Unwell: it does not, or did not in time.
        """
        if self._asked is not None and not self._asked.done():
            raise Unwell(DATABASE, "still no answer to an earlier question")
        self._asked = self._thread.submit(self._ask)
        await asyncio.wrap_future(self._asked)

    def _ask(self) -> None:
        try:
            self._engine = self._engine or probing_engine(self._url)
            with self._engine.connect().execution_options(read_only=True) as connection:
                schema.check(connection)
        except schema.SchemaBehind:
            raise Unwell(SCHEMA, f"the database lacks revision {schema.needed()}: bailleurs migrate") from None
        except schema.ReadOnly:
            raise Unwell(DATABASE, "a standby answers, which cannot be written") from None
        except (SQLAlchemyError, OSError) as error:
            raise Unwell(DATABASE, type(error).__name__) from None


def probing_engine(url: str) -> Engine:
    """An engine on a database for questions that must not wait: short time limits."""
    if make_url(url).get_backend_name() == "postgresql":
        limit = round(TIME_LIMIT)
        limits = {
            "connect_timeout": str(limit),
            "tcp_user_timeout": str(2 * limit * 1000),  # a network that swallows everything
            "options": f"-c statement_timeout={limit * 1000}",
        }
        url = make_url(url).update_query_dict(limits).render_as_string(hide_password=False)
    return make_engine(url)


async def _reason(part: Part) -> tuple[str, str]:
    """What fails and why; the reason is "" when nothing does. Whatever a check raises, the probe is answered."""
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await part.check()
    except Unwell as unwell:
        return unwell.part, unwell.reason
    except TimeoutError:
        return part.name, f"no answer in {TIME_LIMIT:g} s"
    except Exception as error:  # noqa: BLE001 - see above
        return part.name, type(error).__name__
    return part.name, ""
