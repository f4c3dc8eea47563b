"""`python -m bench.figures`: a million events into the figures, and the questions that the dashboard asks of them.

Conversations are made up with what landlords do: most ask a few questions, some declare, some leave a form half-way,
some ask for an adviser. They are held side by side, fifty at a time, as the chat would write them, into an outbox that
is counted as the process `desk` counts it. What is timed is the counting, not the making up.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from bench.bots import HERE
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import make_engine, now, reading
from offre_bailleurs.figures import report, report_requests
from offre_bailleurs.figures.consumer import consume_outbox, rebuild
from offre_bailleurs.figures.report_period import Grain, Scope
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent
from offre_bailleurs.topics import topics
from tests.support.databases import database
from tests.support.events import Body, Talk, said, slot, uttered

README = HERE / "README.md"
_PART = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)
DAYS = 90
AT_ONCE = 50
FILLED = 20_000
"""Events that wait in the outbox before they are counted."""
QUESTIONS: dict[str, Callable[[Session, Scope], object]] = {
    "conversations": report.conversations,
    "ended without an adviser": report.without_adviser,
    "helped": report.helped,
    "declarations": report.declarations,
    "unanswered": report.unanswered,
    "journeys": lambda session, scope: report.journeys(session, scope, at=now()),
    "abandoned steps": lambda session, scope: report.abandoned_steps(session, scope, at=now()),
    "topics": report.topics,
    "reasons": report_requests.reasons,
    "outcomes": report_requests.outcomes,
    "waits": report_requests.waits,
}


def a_talk(number: int, begins: datetime, chance: random.Random) -> Talk:
    """One conversation."""
    talk = Talk(f"bench {number}", begins=begins)
    if chance.random() < 0.1:
        return talk
    if chance.random() < 0.8:
        talk.turn(said("say_profile"), slot("profile", chance.choice(("landlord", "organisation"))))
    for topic in chance.sample(sorted(topics()), chance.randint(0, 4)):
        talk.asks(topic)
        if chance.random() < 0.3:
            talk.votes(topic, chance.choice(("yes", "yes", "no")))
    if chance.random() < 0.15:
        talk.turn(said("nlu_fallback"), {"event": "action", "name": "action_not_understood"})
    fate = chance.random()
    if fate < 0.35:
        talk.declares()
    elif fate < 0.45:
        talk.begins("declare_rent", "tenant").answers("july_rent").leaves("declare_rent", "cancel")
    elif fate < 0.55:
        talk.begins("declare_rent", "tenant").answers("situation")
    elif fate < 0.65:
        talk.turn(said("ask_adviser"), uttered("utter_adviser_waiting"))
    return talk


def events(total: int, chance: random.Random) -> Iterator[Body]:
    """So many events, of conversations held side by side."""
    return islice(_side_by_side(now() - timedelta(days=DAYS), chance), total)


def _side_by_side(first: datetime, chance: random.Random) -> Iterator[Body]:
    number, step = 0, timedelta(days=DAYS) / 60_000
    open_ones: list[list[Body]] = []
    while True:
        while len(open_ones) < AT_ONCE:
            begins = min(first + number * step, now())
            open_ones.append(a_talk(number, begins, chance).events[::-1])
            number += 1
        talk = chance.choice(open_ones)
        turn = talk[-1]["event_id"].rpartition("/")[0]
        while talk and talk[-1]["event_id"].startswith(turn + "/"):
            yield talk.pop()
        if not talk:
            open_ones.remove(talk)


def count(engine: Engine, total: int) -> float:
    """Count so many events; the seconds that it took, the making up left out."""
    made = events(total, random.Random(2026))  # noqa: S311 - the same ones each time
    seconds = 0.0
    while some := list(islice(made, FILLED)):
        moment = now()
        rows = [{"event_id": body["event_id"], "body": body, "created_at": moment} for body in some]
        with engine.begin() as connection:
            connection.execute(insert(event_outbox), rows)
        began = perf_counter()
        while consume_outbox(engine):
            pass
        seconds += perf_counter() - began
    return seconds


def ask(engine: Engine) -> dict[str, float]:
    """The seconds that each question of the dashboard takes over the whole period, medians of three."""
    today = now().date()
    scope = Scope(today - timedelta(days=DAYS), today, Grain.DAY)
    taken = {}
    for name, question in QUESTIONS.items():
        times = []
        for _ in range(3):
            began = perf_counter()
            with reading(on=engine) as session:
                question(session, scope)
            times.append(perf_counter() - began)
        taken[name] = median(times)
    return taken


def measure(kind: str, total: int) -> list[str]:
    """One database's rows of the table."""
    with TemporaryDirectory(prefix="bench-figures-") as folder, database(kind, Path(folder)) as url:
        engine = make_engine(url)
        seconds = count(engine, total)
        with engine.connect() as connection:
            conversations = connection.scalar(select(func.count()).select_from(FiguresConversation))
            kept = connection.scalar(select(func.count()).select_from(FiguresEvent))
        began = perf_counter()
        rebuild(engine)
        again = perf_counter() - began
        questions = ask(engine)
        engine.dispose()
    slowest = max(questions, key=lambda name: questions[name])
    return [
        f"| {kind} | {total:,} ({conversations:,} conversations, {kept:,} lines) | {seconds / 60:.1f} min "
        f"| {total / seconds:,.0f} | {again / 60:.1f} min "
        f"| {sum(questions.values()) * 1000:.0f} ms ({slowest}: {questions[slowest] * 1000:.0f} ms) |"
    ]


def main() -> None:
    """Measure, print, and write the section of bench/README.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--dry-run", action="store_true", help="leave bench/README.md as it is")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    lines = [
        "| database | events | counted in | events a second | counted anew | the dashboard's questions, 90 days |",
        "|---|---|---|---|---|---|",
    ]
    for kind in given.databases:
        lines += measure(kind, given.events)
    when = f"on {datetime.now(UTC).date().isoformat()} with Python {platform.python_version()}"
    lines += ["", f"Measured {when}, {os.cpu_count()} cores, load average {load:.1f} at the start.", ""]
    print("\n".join(lines))
    if not given.dry_run:
        told = README.read_text(encoding="utf-8")
        README.write_text(_PART.sub(lambda found: found[1] + "\n".join(lines) + found[2], told), encoding="utf-8")


if __name__ == "__main__":
    main()
