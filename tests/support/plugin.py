"""The pytest plugin: one live bot for the session, and every YAML file of tests/conversations as tests.

A conversation is collected from its file: `pytest tests/conversations/declare_rent/rent` replays those of a folder,
`pytest -k centimes` those whose sentence says so, and `-rA` prints each conversation as it was held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.databases import NoDatabase
from tests.support.replay.reading import ScenarioError
from tests.support.replay.replay import ConversationFailed, Replay
from tests.support.replay.scenario import Scenario, read_scenarios

if TYPE_CHECKING:  # what starts servers is imported when a test needs them: most sessions have none
    from tests.support.live import LiveBot

CONVERSATIONS = Path(__file__).parent.parent / "conversations"
_SESSION = pytest.StashKey["SessionBot"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say which bot to test."""
    parser.addoption(
        "--database",
        default="sqlite",
        metavar="KIND",
        help="what the live bot keeps its data in: sqlite (default), postgresql (a new cluster), or the URL of an "
        "empty database",
    )
    parser.addoption(
        "--model",
        type=Path,
        metavar="PATH",
        help="the Rasa model of the live bot (default: that of the files as they are, trained if it is not yet)",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="the long form of the tests that have one: every moment, every process, every database",
    )
    parser.addoption(
        "--topology",
        action="store_true",
        help="the live bot is the service as it is deployed: nginx before two replicas of everything, on PostgreSQL, "
        "Redis and RabbitMQ of its own; consecutive turns go to different replicas",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the session's bot; it starts when a test first needs it."""
    config.stash[_SESSION] = SessionBot(_chosen(config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the session's bot."""
    config.stash[_SESSION].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the conversations."""
    if file_path.suffix == ".yml" and file_path.is_relative_to(CONVERSATIONS):
        return ConversationFile.from_parent(parent, path=file_path)
    return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Tell how quick the bot was."""
    session = config.stash[_SESSION]
    if session.turns:
        pace = 60 * session.turns / session.seconds
        terminalreporter.write_line(f"{session.turns} turns in {session.seconds:.1f} s: {pace:.0f} turns a minute")


@pytest.fixture(scope="session")
def live(pytestconfig: pytest.Config) -> LiveBot:
    """The session's bot: the real action server and Rasa (the portal: `live.servers.start("portal")`)."""
    return pytestconfig.stash[_SESSION].bot()


@pytest.fixture
def own_live(pytestconfig: pytest.Config) -> Iterator[LiveBot]:
    """A bot for one test alone, which may break it."""
    from tests.support.live import live_bot

    try:
        with live_bot(**_chosen(pytestconfig)) as bot:
            yield bot
    except NoDatabase as error:
        pytest.skip(str(error))


def _chosen(config: pytest.Config) -> dict[str, Any]:
    """The arguments of `live_bot` that the command line chose."""
    return {
        "database_kind": config.getoption("--database"),
        "model": config.getoption("--model"),
        "topology": config.getoption("--topology"),
    }


class SessionBot:
    """The live bots that the tests of a session share, each started at the first need: one whose desk is open, and one
    whose desk is closed, for opening hours are a setting of the servers."""

    def __init__(self, chosen: dict[str, Any]) -> None:
        self.turns = 0
        self.seconds = 0.0
        self._chosen = chosen
        self._stack = ExitStack()
        self._bots: dict[str, LiveBot] = {}
        self._failure: Exception | None = None

    def bot(self, desk: str = "open") -> LiveBot:
        """The bot. One that cannot start is not tried again for each test."""
        if self._failure is not None:
            pytest.fail(f"the bot did not start: {self._failure}", pytrace=False)
        if desk not in self._bots:
            from tests.support.live import live_bot
            from tests.support.servers import CLOSED_DESK

            hours: dict[str, Any] = dict(CLOSED_DESK) if desk == "closed" else {}
            try:
                self._bots[desk] = self._stack.enter_context(live_bot(**self._chosen, **hours))
            except NoDatabase as error:
                pytest.skip(str(error))
            except Exception as error:
                self._failure = error
                raise
        return self._bots[desk]

    def replay(self, scenario: Scenario) -> Replay:
        """Prepare a scenario for the bot."""
        return Replay(scenario, self.bot(scenario.desk))

    def close(self) -> None:
        """End it, if it was started."""
        self._stack.close()


class ConversationFile(pytest.File):
    """A YAML file of conversations."""

    def collect(self) -> Iterable[pytest.Item]:
        try:
            scenarios = list(read_scenarios(self.path))
        except ScenarioError as error:
            raise self.CollectError(str(error)) from None
        for scenario in scenarios:
            yield ConversationItem.from_parent(self, name=scenario.name, scenario=scenario)


class ConversationItem(pytest.Item):
    """One conversation."""

    def __init__(self, *, scenario: Scenario, **rest: Any) -> None:
        super().__init__(**rest)
        self._scenario = scenario

    def runtest(self) -> None:
        session = self.config.stash[_SESSION]
        replay = session.replay(self._scenario)
        start = perf_counter()
        try:
            replay.run()
        finally:
            session.seconds += perf_counter() - start
            session.turns += replay.turns
        self.add_report_section("call", "conversation", str(replay.transcript))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ConversationFailed | ScenarioError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"{self.path.relative_to(CONVERSATIONS)}: {self.name}"
