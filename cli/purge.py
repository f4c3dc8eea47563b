"""`bailleurs purge`: deletes what is no longer kept, in small transactions, while everything else works.

Doing it again deletes nothing more, two at once do no harm, and one that is killed is finished by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy.orm import Session

from offre_bailleurs import erasure, retention
from offre_bailleurs.attempts import purge_attempts
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk.forgetting import forget_closed
from offre_bailleurs.figures.consumer import purge_log
from offre_bailleurs.improvement.forgetting import purge_sentences
from offre_bailleurs.mail.outbox import purge_messages
from offre_bailleurs.old_declarations import purge_declarations
from offre_bailleurs.portal_sessions import purge_sessions
from offre_bailleurs.recovery import purge_requests
from offre_bailleurs.settings import Settings


class Purge(Protocol):
    """Deletes some of what is over, in the caller's transaction; how many, 0: none is left."""

    def __call__(self, session: Session, *, only_count: bool) -> int:
        """With `only_count`, deletes none and returns how many there are in all."""
        ...


@dataclass(frozen=True)
class Kind:
    """Something that is kept for a time."""

    purged: str
    """What happened to it, in French, before « : » and a number."""
    to_purge: str
    """What will, likewise."""
    purge: Purge


def kinds(settings: Settings) -> list[Kind]:
    """What is purged under these settings, in the order in which it is told."""
    until = retention.limits(settings)

    def with_limit(purge: Callable[..., int], limit: object) -> Purge:
        return lambda session, *, only_count: purge(session, limit, only_count=only_count)

    found = [
        Kind("Conversations effacées", "Conversations à effacer", with_limit(erasure.purge_ended, until.conversations)),
        Kind(
            "Demandes de conseiller rendues anonymes",
            "Demandes de conseiller à rendre anonymes",
            with_limit(forget_closed, until.requests),
        ),
        Kind("Messages effacés", "Messages à effacer", with_limit(purge_messages, until.mail)),
        Kind("Demandes de codes effacées", "Demandes de codes à effacer", with_limit(purge_requests, until.mail)),
        Kind("Sessions effacées", "Sessions à effacer", purge_sessions),
        Kind("Essais effacés", "Essais à effacer", purge_attempts),
        Kind(
            "Phrases non comprises effacées",
            "Phrases non comprises à effacer",
            with_limit(purge_sentences, until.sentences),
        ),
        Kind(
            "Conversations comptées dont les événements sont effacés",
            "Conversations comptées dont les événements sont à effacer",
            purge_log,
        ),
    ]
    if until.campaigns is not None:
        found.append(
            Kind("Déclarations effacées", "Déclarations à effacer", with_limit(purge_declarations, until.campaigns))
        )
    return found


def purge(settings: Settings) -> Mapping[str, int]:
    """Delete all that is over; how many of each, by what is told of it."""
    return {kind.purged: _all(kind.purge) for kind in kinds(settings)}


def count(settings: Settings) -> Mapping[str, int]:
    """Delete nothing; how many `purge` would, by what is told of it."""
    counted: Final = {}
    for kind in kinds(settings):
        with reading() as session:
            counted[kind.to_purge] = kind.purge(session, only_count=True)
    return counted


def _all(purge: Purge) -> int:
    purged = 0
    while True:
        with transaction() as session:
            some = purge(session, only_count=False)
        if not some:
            return purged
        purged += some
