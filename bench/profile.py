"""`python -m bench.profile`: where the time of a turn goes in the Rasa process, while the rent journey is held.

py-spy looks at the process 500 times a second. What is under way when it looks is counted for the part of the turn that
the innermost known function belongs to; the CPU time of all turns is shared out accordingly.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from bench.bots import cpu_seconds
from bench.talks import OurTalk, hold
from bot.rasa_patches import AS_IT_IS
from tests.support.live import LiveBot, live_bot
from tests.support.servers import Servers
from tests.support.world import TenantGiven

_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "the database: find, commit": ("(sqlalchemy/", "(bot/conversations.py", "(bot/reduction.py", "(bot/broker.py"),
    "Rasa compares the answer with its schema": ("(jsonschema/", "(pyrsistent/"),
    "the call of the action server": (
        "(aiohttp/",
        "(bot/guard.py",
        "(bot/rasa_patches/calls.py",
        "(rasa/utils/endpoints",
    ),
    "understanding": ("(bot/nlu/", "(rasa/nlu/", "(sklearn/", "(scipy/"),
    "the rules": (
        "rule_policy.py",
        "(bot/rasa_patches/rules.py",
        "ensemble.py",
        "tracker_featurizers.py",
        "get_active_state",
    ),
    "tokens and signatures": ("(jwt/", "(itsdangerous/", "(hmac.py", "(bot/choices.py", "(bot/tokens.py"),
    "wordings": ("(rasa/core/nlg/", "(bot/nlg.py", "(bot/output.py"),
    "logs": ("(logging/", "(structlog/", "/logs.py", "(bot/observation.py"),
    "forms and actions": ("(rasa/core/actions/", "(bot/rasa_patches/extraction.py"),
    "the tracker and its events": (
        "(rasa/shared/core/",
        "(bot/rasa_patches/",
        "(bot/compaction.py",
        "tracker_store.py",
    ),
    "the graph of components": ("(rasa/engine/", "(dask/"),
    "the turn: Rasa's processor, the chat": ("(rasa/core/", "(bot/"),
    "HTTP": ("(sanic/", "handle_request", "http1", "(uvloop"),
}
"""By part: what is written in the frames that belong to it."""
_WAITING: Final = ("serve (sanic/server/runners.py", "_worker (concurrent/futures/thread.py", "wait (threading.py")
_RATE: Final = 500


def main() -> None:
    """Hold the journey, look, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.profile", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="conversations")
    parser.add_argument("--model", type=Path, help="the model (default: that of the files as they are)")
    parser.add_argument("--stock", action="store_true", help="our pipeline on Rasa as it is, without our patches")
    parser.add_argument("--raw", type=Path, help="keep py-spy's stacks here")
    arguments = parser.parse_args()
    own = {"rasa": {AS_IT_IS: "1"}} if arguments.stock else {}
    with tempfile.TemporaryDirectory() as name, live_bot(model=arguments.model, own=own) as bot:
        stacks = arguments.raw or Path(name) / "stacks.raw"
        turns, cpu = _watch(bot, stacks, arguments.rounds)
        shares = _shares(stacks.read_text().splitlines())
    each = cpu / len(turns) * 1000
    print(f"{each:.1f} ms of CPU a turn in the Rasa process, {median(turns) * 1000:.1f} ms p50 at the client")
    for part, share in shares:
        print(f"{share * each:6.2f} ms  {share:6.1%}  {part}")


def _watch(bot: LiveBot, stacks: Path, rounds: int) -> tuple[list[float], float]:
    """How long each turn took, and the CPU time of all of them, in seconds."""
    assert isinstance(bot.servers, Servers)
    pid = _python(bot.servers.pid("rasa"))
    _held(bot, 2)  # what is loaded late is loaded now
    spy = Path(sys.executable).with_name("py-spy")
    command = [str(spy), "record", "--rate", str(_RATE), "--format", "raw", "--output", str(stacks), "--pid", str(pid)]
    watching = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    before = cpu_seconds(pid)
    turns = _held(bot, rounds)
    cpu = cpu_seconds(pid) - before
    watching.send_signal(signal.SIGINT)
    watching.wait()
    return turns, cpu


def _held(bot: LiveBot, rounds: int) -> list[float]:
    turns: list[float] = []
    for _ in range(rounds):
        landlord = bot.world.landlord(tenants=[TenantGiven("Camille Durand", last_year_rent=Decimal(640))])
        turns += hold(OurTalk(bot.servers.settings, landlord.people[0].user_id))
    return turns


def _python(pid: int) -> int:
    """The largest of a process and those below it: not the shell around it."""
    root = psutil.Process(pid)
    found: psutil.Process = max((root, *root.children(recursive=True)), key=lambda each: each.memory_info().rss)
    return int(found.pid)


def _shares(stacks: list[str]) -> list[tuple[str, float]]:
    """Each part and its share of what was not waiting, the largest first."""
    counted: Counter[str] = Counter()
    for line in stacks:
        frames, _, number = line.rpartition(" ")
        inner = frames.split(";")[::-1]
        if not inner[0].startswith(_WAITING):
            counted[_part(inner)] += int(number)
    total = counted.total()
    return [(part, number / total) for part, number in counted.most_common()]


def _part(frames: list[str]) -> str:
    """What the innermost frame that is known belongs to."""
    for frame in frames:
        for part, signs in _PARTS.items():
            if any(sign in frame for sign in signs):
                return part
    return "all else"


if __name__ == "__main__":
    main()
