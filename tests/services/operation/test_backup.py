"""Everything is kept while landlords talk, lost, and got back: what was transmitted, its recap's bytes, the chat."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

from offre_bailleurs.operation import backups
from offre_bailleurs.settings import PROJECT_ROOT
from tests.services.faults.house import DECLARED, TURNS, House, Story, open_house
from tests.support.databases import NoDatabase
from tests.support.portal import PortalClient

pytestmark = pytest.mark.timeout(600)
STOPPED = ("actions", "rasa", "portal", "outbox", "desk")
TALKERS = 3


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """A house of its own: it is destroyed."""
    try:
        with open_house(request.param, model=request.config.getoption("--model")) as house:
            yield house
    except NoDatabase as error:
        pytest.skip(str(error))


def bailleurs(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, with the servers' settings."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **house.bot.servers.environ},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def landlords_who_talk(house: House) -> Iterator[list[str]]:
    """Declare rents, one after the other, in several threads; the references that were told."""
    told: list[str] = []
    over = threading.Event()

    def talk() -> None:
        while not over.is_set():
            story = house.story()
            story.finish()
            told.append(story.chat.messages[-1].text)

    threads = [threading.Thread(target=talk) for _ in range(TALKERS)]
    for thread in threads:
        thread.start()
    try:
        yield told
    finally:
        over.set()
        for thread in threads:
            thread.join()


def destroy(house: House) -> None:
    """Lose the database, and what was written beside it."""
    url = make_url(house.bot.servers.settings.database_url)
    house.engine.dispose()
    if url.get_backend_name() == "sqlite":
        for path in Path(url.database or "").parent.glob(f"{Path(url.database or '').name}*"):
            path.unlink()
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def recap(house: House, story: Story) -> bytes:
    """What the portal gives the landlord to keep."""
    attachment = next(each.attachment for each in story.chat.messages if each.attachment is not None)
    with PortalClient(house.bot.servers.settings.portal_url) as browser:
        browser.sign_in(story.household.people[0].login)
        answer = browser.get(attachment["url"])
    assert answer.status_code == httpx.codes.OK
    return answer.content


def test_what_was_transmitted_is_back_byte_for_byte_and_the_chat_goes_on(house: House, tmp_path: Path) -> None:
    done = house.story()
    done.finish()
    declaration = done.declaration()
    assert declaration is not None
    reference, before = declaration.reference, recap(house, done)
    half = house.story().go_to("rent")
    folder = tmp_path / "backups"
    with landlords_who_talk(house) as told:
        made = bailleurs(house, "backup", str(folder))
        assert made.returncode == 0, made.stderr
        while len(told) < TALKERS:
            threading.Event().wait(0.1)
    (file,) = folder.glob("*.tar")
    assert file.stat().st_mode & 0o777 == 0o600
    assert backups.read_manifest(file).rows["declaration"] >= 1

    refused = bailleurs(house, "restore", str(file))
    assert refused.returncode == 1, "servers run, or the database is not empty"
    for name in STOPPED:
        house.bot.servers.kill(name)
    refused = bailleurs(house, "restore", str(file))
    assert refused.returncode == 1
    assert "n'est pas vide" in refused.stderr

    destroy(house)
    restored = bailleurs(house, "restore", str(file))
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "restaurée et vérifiée" in restored.stdout
    house.bot.servers.start(*STOPPED)

    assert done.declared() == DECLARED["validation"]
    again = done.declaration()
    assert again is not None
    assert again.reference == reference
    assert recap(house, done) == before
    house.assert_nothing_lost_or_doubled(done)
    assert half.declared() == DECLARED["rent"]
    half.finish()
    house.assert_nothing_lost_or_doubled(half)
    new = house.story()
    new.go_to(TURNS[-1])
    assert new.declared() == DECLARED["validation"]
