"""`bailleurs status`: whether the database is what it should be, what waits, and whether the workers go round."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from cli.console import say
from offre_bailleurs.operation import schema
from offre_bailleurs.operation.heartbeats import Beat, beats
from offre_bailleurs.operation.readiness import probing_engine
from offre_bailleurs.operation.shared import EVENTS, FAILED, OUTBOX, RECOVERIES, REQUESTS, Overview, read_overview
from offre_bailleurs.settings import Settings

LATE: Final = 300.0
"""Seconds after which what waits for a worker has waited for too long. The outbox waits longer only for a mail server
that refuses, which is for an operator to know too."""
_WORDS: Final = {
    OUTBOX: "messages à envoyer",
    FAILED: "messages en échec",
    RECOVERIES: "demandes d'accès à traiter",
    EVENTS: "événements à compter",
    REQUESTS: "demandes qui attendent un conseiller",
}
_OF_A_WORKER: Final = (OUTBOX, RECOVERIES, EVENTS)


def status(settings: Settings, *, worker: str | None = None) -> int:
    """Tell how things are; 0 when all is well, 1 when something needs an operator.

    Args:
        settings: whose database, and whose heartbeats (DATA_DIR, of this machine).
        worker: only whether this one goes round: the question of a container's probe, which asks no database.
    """
    if worker is not None:
        return _tell_beats(beats(settings, worker), all_expected=True)
    return max(_tell_database(settings), _tell_beats(beats(settings), all_expected=False))


def _tell_database(settings: Settings) -> int:
    engine = probing_engine(settings.database_url)
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            schema.check(connection)
            overview = read_overview(connection)
    except schema.SchemaBehind:
        say(f"Base de données : ses tables sont en retard, révision {schema.needed()} attendue (`bailleurs migrate`).")
        return 1
    except SQLAlchemyError as error:
        say(f"Base de données : ne répond pas ({type(error).__name__}).")
        return 1
    finally:
        engine.dispose()
    say(f"Base de données : répond, révision {overview.revision}.")
    return _tell_queues(overview)


def _tell_queues(overview: Overview) -> int:
    verdict = 0
    for queue in overview.queues:
        late = queue.length and (queue.name == FAILED or (queue.name in _OF_A_WORKER and queue.oldest_seconds > LATE))
        since = f", le plus ancien depuis {_minutes(queue.oldest_seconds)}" if queue.length else ""
        say(f"{_WORDS[queue.name].capitalize()} : {queue.length}{since}{' — EN RETARD' if late else ''}.")
        verdict = max(verdict, int(bool(late)))
    return verdict


def _tell_beats(found: list[Beat], *, all_expected: bool) -> int:
    """A worker that was never seen on this machine may run on another, unless it is the one that was asked for."""
    verdict = 0
    for beat in found:
        seen = beat.age is not None
        dead = not beat.is_alive and (seen or all_expected)
        when = f"vu il y a {beat.age:.0f} s" if beat.age is not None else "jamais vu sur cette machine"
        say(f"{beat.worker} ({beat.loop}) : {when}{' — ARRÊTÉ' if dead else ''}.")
        verdict = max(verdict, int(dead))
    return verdict


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
