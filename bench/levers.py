"""`python -m bench.levers`: what each of the levers of docs/decisions/0014 gains, in one process, in turns.

The rent journey is held with the chat of this process (HTTP left out) and the real action server: with Rasa as it is,
then with one lever more, and so on to all of them; then again from the beginning, as many rounds as are asked for. What
counts is the CPU time of this process, the median of the rounds: what else the machine does weighs little on it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import uuid
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any, Final

from rasa.core.agent import Agent
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import Engine

from bench.bots import HERE
from bench.talks import SAYS
from bot import rasa_patches
from bot.channel import WebChat
from bot.chat import Chat
from bot.guard import close
from bot.incoming import Incoming
from bot.nlg import Wordings
from bot.recent import RecentTrackers
from bot.tokens import verify_conversation
from bot.tracker_store import TurnTrackerStore
from cli import training
from offre_bailleurs.database import make_engine
from offre_bailleurs.settings import Settings
from tests.support.databases import migrate
from tests.support.servers import Servers
from tests.support.world import TenantGiven, World

README: Final = HERE / "README.md"
_PLACE: Final = re.compile(r"(<!-- levers -->\n).*(<!-- end of levers -->)", re.DOTALL)
LEVERS: Final = {
    "answers": "the action server's answer is recognised, not compared with a schema compiled anew",
    "calls": "an action is sent what it reads: no domain (113 KB), no event that it does not ask for",
    "logged": "nothing is copied and written down for lines below the log's level",
    "copies": "a tracker is copied as it stands, not by applying its events again",
    "rules": "rules are looked up by action and intent; no more moments are described than the longest rule has",
    "graph": "the order of the components is found once",
    "extraction": "slots that no message fills are not looked for in each message",
    "events": "the class of an event is looked up",
    "recent": "the trackers of recent conversations are remembered, and kept short",
    "session": "connections to the action server are kept",
}
"""In the order in which they are added; each is a module of bot/rasa_patches, but the last two."""


async def main() -> None:
    """Measure, print the table, and write it into the README."""
    parser = argparse.ArgumentParser(prog="python -m bench.levers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="conversations with each set of levers")
    parser.add_argument("--model", type=Path, help="the model (default: that of the files as they are)")
    arguments = parser.parse_args()
    model = arguments.model or training.model_path()
    WebChat.from_credentials(None)
    with TemporaryDirectory(prefix="bench-") as name:
        url = f"sqlite:///{Path(name) / 'bench.db'}"
        migrate(url)
        with Servers(Path(name), url, model=model) as servers:
            servers.start("actions")
            costs = await _measure(servers.settings, make_engine(url), model, arguments.rounds)
    written = _table(costs, arguments.rounds)
    print(written)
    README.write_text(_PLACE.sub(lambda match: match[1] + written + match[2], README.read_text()))


async def _measure(settings: Settings, engine: Engine, model: Path, rounds: int) -> dict[str | None, list[float]]:
    """By lever, the last one added (None: none yet): seconds of CPU a turn, one for each round."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    store, world = TurnTrackerStore(engine=engine), World(engine)
    endpoint = EndpointConfig(settings.actions_url, enable_selective_domain=True)
    agent = Agent.load(model, tracker_store=store, action_endpoint=endpoint)
    agent.nlg = agent.processor.nlg = Wordings(EndpointConfig(), agent.domain)
    chat = Chat(settings, engine, agent.handle_message)
    costs: dict[str | None, list[float]] = defaultdict(list)
    names = list(LEVERS)
    for number in range(-1, rounds):
        for added in range(len(names) + 1):
            rasa_patches.remove()
            os.environ[rasa_patches.AS_IT_IS] = ",".join(names[added:])
            rasa_patches.apply()
            store._recent = RecentTrackers() if rasa_patches.is_wanted("recent") else None
            user_id = _landlord(world)
            start = process_time()
            turns = await _hold(chat, agent, settings, user_id)
            if number >= 0:  # what is loaded late was loaded in the first round
                costs[names[added - 1] if added else None].append((process_time() - start) / turns)
    await close(agent)
    return costs


def _landlord(world: World) -> int:
    tenant = TenantGiven("Camille Durand", last_year_rent=Decimal(640))
    return world.landlord(tenants=[tenant]).people[0].user_id


async def _hold(chat: Chat, agent: Agent, settings: Settings, user_id: int) -> int:
    """Declare one rent; how many turns it took."""
    opened = await chat.open(agent, user_id)
    conversation = verify_conversation(opened["token"], secret=settings.secret_key)
    said: list[dict[str, Any]] = []
    for text in SAYS:
        said = (await chat.say(agent, conversation, Incoming(str(uuid.uuid4()), text, None), "127.0.0.1")).messages
    buttons = [button for message in said for button in message.get("buttons", ())]
    choice = next(button["choice"] for button in buttons if button["title"].startswith("Valider"))
    heard = await chat.say(agent, conversation, Incoming(str(uuid.uuid4()), None, choice), "127.0.0.1")
    if not any("transmise à la Caf" in message.get("text", "") for message in heard.messages):
        raise RuntimeError("the rent was not transmitted")
    return len(SAYS) + 2


def _table(costs: dict[str | None, list[float]], rounds: int) -> str:
    stock = median(costs[None])
    before = stock
    lines = ["| lever | CPU a turn | of what it was before | of Rasa as it is |", "|---|---|---|---|"]
    for lever, of_rounds in costs.items():
        now = median(of_rounds)
        what = f"{LEVERS[lever]} (`{lever}`)" if lever is not None else "our pipeline on Rasa as it is"
        lines.append(f"| {what} | {now * 1000:.1f} ms | {now / before:.2f} | **{now / stock:.2f}** |")
        before = now
    load = f"load average {os.getloadavg()[0]:.0f} at the end"
    lines += [
        "",
        f"{rounds} conversations of {len(SAYS) + 2} turns with each set of levers, in turns; medians; {load}.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    asyncio.run(main())
