"""What became of a load: what each landlord was told, against what the database says."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from sqlalchemy import Engine, func, select

from offre_bailleurs.chat_tables import events, turn
from offre_bailleurs.database import reading
from offre_bailleurs.models import AuditEvent, Campaign, Declaration, DeclarationState, Situation
from tests.load.landlords import Landlord
from tests.support.journey import STEPS
from tests.support.world import campaign_year

TURNS = 1 + len(STEPS)
"""Of one landlord: the opening, and each step."""
EXPECTED = {0: "no answer", 409: "409 busy", 429: "429 too many", 503: "503"}
"""How a message may fare under load."""
NOTHING, NOT_TWICE, UNAVAILABLE = (
    "rien n'a été transmis",
    "rien ne sera transmis deux fois",
    "momentanément indisponible",
)

_REFERENCE = re.compile(r"OB-\d{4}-\d{6}")
_WORD = re.compile(r"[A-ZÉ][a-zéèêïô]+")


@dataclass
class Verdict:
    """Each list holds one sentence a fault; all are empty when the promises were kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    seen_by_another: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    landlords: int = 0
    turns: int = 0
    seconds: float = 0.0
    answered: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """p50, p95 and p99 of a request that was answered, in seconds."""
    in_all: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """The same from the first try of a message to its answer."""
    tries_again: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    slowest_refusal: float = 0.0
    """Seconds after which somebody was told to come back."""

    @property
    def faults(self) -> list[str]:
        """All of them."""
        return [*self.lost, *self.doubled, *self.seen_by_another, *self.unexpected]

    @property
    def turns_a_second(self) -> float:
        """While all of them were at it."""
        return self.turns / self.seconds if self.seconds else 0.0


def judge(engine: Engine, landlords: Sequence[Landlord], report: Path) -> Verdict:
    """Compare the report of `locustfile` with the database."""
    documents = {each["index"]: each for each in map(json.loads, report.read_text(encoding="utf-8").splitlines())}
    verdict = Verdict(landlords=len(landlords))
    owners = {name: each.index for each in landlords for name in _surnames(each)}
    declared = _declarations(engine)
    trail = _counts(engine, select(AuditEvent.subject, func.count()).where(_transmitted()).group_by(AuditEvent.subject))
    turns = _counts(engine, select(turn.c.conversation_id, func.count()).group_by(turn.c.conversation_id))
    spoken = _counts(
        engine,
        select(events.c.sender_id, func.count()).where(events.c.type_name == "user").group_by(events.c.sender_id),
    )
    for landlord in landlords:
        document = documents.get(landlord.index)
        if document is None or document["error"]:
            verdict.unexpected.append(f"{landlord.index}: {document['error'] if document else 'never reported'}")
            continue
        rows = declared.get(landlord.tenancy_id, [])
        verdict.lost += _lost(landlord, document, rows)
        verdict.doubled += _doubled(landlord, document, rows, trail, turns, spoken)
        for text in document["heard"]:
            strangers = {word for word in _WORD.findall(text) if owners.get(word, landlord.index) != landlord.index}
            verdict.seen_by_another += [f"{landlord.index} read « {each} »" for each in sorted(strangers)]
        verdict.unexpected += _broken_promises(landlord, document, rows)
    others = set(declared) - {landlord.tenancy_id for landlord in landlords}
    verdict.doubled += [f"tenancy {each} was declared by nobody" for each in sorted(others)]
    _measure(verdict, list(documents.values()))
    return verdict


def _lost(landlord: Landlord, document: Mapping[str, Any], rows: Sequence[Declaration]) -> Iterator[str]:
    told = {reference for text in document["heard"] for reference in _REFERENCE.findall(text)}
    for row in rows:
        said = (landlord.rent * 100, Situation.STILL_TENANT, DeclarationState.TRANSMITTED, landlord.user_id)
        if (row.july_rent_cents, row.situation, row.state, row.submitted_by_id) != said:
            yield f"{landlord.index}: the row holds other values than were said"
        if told != {row.reference}:
            yield f"{landlord.index}: was told {told or 'nothing'}, the row says {row.reference}"
    if not rows:
        yield f"{landlord.index}: was told «transmise», and there is no row"


def _doubled(
    landlord: Landlord,
    document: Mapping[str, Any],
    rows: Sequence[Declaration],
    trail: Mapping[str, int],
    turns: Mapping[str, int],
    spoken: Mapping[str, int],
) -> Iterator[str]:
    for row in rows:
        if trail.get(f"declaration:{row.id}") != 1:
            yield f"{landlord.index}: {trail.get(f'declaration:{row.id}', 0)} transmissions in the audit trail"
    if len(rows) > 1:
        yield f"{landlord.index}: {len(rows)} declarations"
    conversation = document["conversation"]
    if (turns.get(conversation), spoken.get(conversation)) != (TURNS, TURNS):
        yield f"{landlord.index}: {turns.get(conversation)} turns, Rasa heard {spoken.get(conversation)}"


def _broken_promises(landlord: Landlord, document: Mapping[str, Any], rows: Sequence[Declaration]) -> Iterator[str]:
    for problem in document["problems"]:
        status, detail = problem["status"], problem["detail"]
        if status not in EXPECTED:
            yield f"{landlord.index}: {status} {detail}"
        elif status and not problem["retry_after"]:
            yield f"{landlord.index}: {status} without Retry-After"
        elif status == 503 and not any(promise in detail for promise in (NOTHING, NOT_TWICE, UNAVAILABLE)):
            yield f"{landlord.index}: 503 promises nothing: {detail}"
        elif NOTHING in detail:
            for row in rows:
                if row.submitted_at is not None and row.submitted_at.timestamp() < problem["asked"]:
                    yield f"{landlord.index}: was told that nothing was transmitted, after it was"


def _measure(verdict: Verdict, documents: Sequence[Mapping[str, Any]]) -> None:
    turns = [each for document in documents for each in document["turns"]]
    problems = [each for document in documents for each in document["problems"]]
    verdict.turns = len(turns)
    if len(turns) > 1:
        verdict.seconds = max(each["at"] for each in turns) - min(each["at"] - each["in_all"] for each in turns)
        verdict.answered = _percentiles([each["seconds"] for each in turns])
        verdict.in_all = _percentiles([each["in_all"] for each in turns])
    verdict.tries_again = len(problems)
    verdict.problems = Counter(_kind(each) for each in problems)
    verdict.slowest_refusal = max((each["at"] - each["asked"] for each in problems), default=0.0)


def _kind(problem: Mapping[str, Any]) -> str:
    kind = EXPECTED.get(problem["status"], str(problem["status"]))
    if problem["status"] != 503:
        return kind
    promises = {NOTHING: "nothing was done", NOT_TWICE: "outcome not known", UNAVAILABLE: "unavailable"}
    return f"{kind} {next((name for words, name in promises.items() if words in problem['detail']), 'without a word')}"


def _percentiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    hundredths = quantiles(seconds, n=100, method="inclusive")
    return hundredths[49], hundredths[94], hundredths[98]


def _surnames(landlord: Landlord) -> tuple[str, str]:
    return landlord.tenant.rpartition(" ")[2], landlord.neighbour.rpartition(" ")[2]


def _declarations(engine: Engine) -> dict[int, list[Declaration]]:
    found: dict[int, list[Declaration]] = {}
    with reading(on=engine) as session:
        this_year = select(Declaration).join(Declaration.campaign).where(Campaign.year == campaign_year())
        for row in session.scalars(this_year):
            found.setdefault(row.tenancy_id, []).append(row)
            session.expunge(row)
    return found


def _transmitted() -> Any:
    return AuditEvent.action == "declaration.transmitted"


def _counts(engine: Engine, query: Any) -> dict[str, int]:
    with engine.connect() as connection:
        return {str(key): int(count) for key, count in connection.execute(query)}
