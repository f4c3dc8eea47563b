"""Alive, ready, stopping: what each server says of itself is what becomes of whoever is sent there."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import httpx
import pytest
from sqlalchemy import make_url, text

from offre_bailleurs.operation.readiness import HOLDS
from tests.services.faults.holds import until
from tests.services.faults.house import House, is_last_call

pytestmark = pytest.mark.timeout(400)


def ask(house: House, server: str, what: str) -> httpx.Response:
    """A server's answer to a probe."""
    settings = house.bot.servers.settings
    base = {
        "portal": f"http://127.0.0.1:{settings.portal_port}/sante{'/vivant' if what == 'vivant' else ''}",
        "rasa": f"http://127.0.0.1:{settings.rasa_port}/webhooks/webchat/{what}",
        "actions": f"http://127.0.0.1:{settings.actions_port}/{what}",
    }
    return httpx.get(base[server], trust_env=False, timeout=10)


SERVERS = ("portal", "rasa", "actions")


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_that_can_do_its_work_is_alive_and_ready(house: House, server: str) -> None:
    assert ask(house, server, "vivant").json() == {"statut": "vivant"}
    ready = ask(house, server, "pret")
    assert (ready.status_code, ready.json()) == (200, {"statut": "ok"})


def test_without_the_action_server_rasa_says_so_and_still_takes_landlords_to_tell_them_in_french(house: House) -> None:
    story = house.story().go_to("rent")
    house.kill("actions")
    until(lambda: ask(house, "rasa", "pret").json().get("manque") == ["actions"], "Rasa to notice")
    assert ask(house, "rasa", "pret").status_code == 200
    with pytest.raises(Exception, match="rien n'a été transmis à la Caf"):
        story.send()
    house.restart("actions")
    until(lambda: ask(house, "rasa", "pret").json() == {"statut": "ok"}, "Rasa to notice")
    story.send_again()
    house.assert_nothing_lost_or_doubled(story)


@pytest.mark.parametrize("server", SERVERS)
def test_a_database_that_lacks_a_migration_makes_every_server_not_ready_and_none_dead(
    house: House, server: str
) -> None:
    with house.engine.begin() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        until(lambda: ask(house, server, "pret").status_code == 503, "the server to notice")
        assert ask(house, server, "pret").json() == {"statut": "indisponible", "manque": ["schéma"]}
        assert ask(house, server, "vivant").status_code == 200
        if server == "portal":  # which holds the address of nothing
            assert (
                str(make_url(house.bot.servers.settings.database_url).database) not in ask(house, server, "pret").text
            )
    finally:
        with house.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    until(lambda: ask(house, server, "pret").status_code == 200, "the server to notice")


def test_probes_however_many_are_answered_at_once_and_do_not_hold_up_the_chat(house: House) -> None:
    story = house.story().go_to("tenant")
    began = monotonic()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ask(house, "rasa", "pret").status_code, range(200)))
    assert set(answers) == {200}
    assert monotonic() - began < 200 * HOLDS / 4, "each did not ask by itself"
    story.finish()


def test_told_to_stop_rasa_finishes_and_answers_the_turn_under_way(house: House) -> None:
    story = house.story().go_to("rent")
    story.chat.chat_url = house.bot.servers.settings.chat_url
    with house.actions_gate.holding(is_last_call) as hold, house.sending([story]) as (sent,):
        hold.wait_for(1)  # «Valider» was pressed, the action server has transmitted, Rasa does not know it yet
        os.kill(house.bot.servers.pid("rasa"), signal.SIGTERM)
        until(lambda: ask(house, "rasa", "pret").status_code == 503, "Rasa to say that it stops")
        assert ask(house, "rasa", "pret").json()["manque"] == ["arrêt en cours"]
        assert ask(house, "rasa", "vivant").status_code == 200, "it still answers"
        until(lambda: not _listens(house), "Rasa to close its door")
        assert house.bot.servers.is_running("rasa"), "it waits for the turn"
        hold.let_go()
        assert "OB-" in sent.result(timeout=30)[0].text
    until(lambda: not house.bot.servers.is_running("rasa"), "Rasa to end")
    house.repair()
    story.send_again()
    house.assert_nothing_lost_or_doubled(story)


def _listens(house: House) -> bool:
    try:
        ask(house, "rasa", "vivant")
    except httpx.TransportError:
        return False
    return True


@pytest.mark.parametrize("server", ["portal", "actions"])
def test_told_to_stop_a_server_serves_until_the_load_balancer_has_noticed(house: House, server: str) -> None:
    pid = house.bot.servers.pid(server)
    os.kill(pid, signal.SIGTERM)
    until(lambda: ask(house, server, "pret").status_code == 503, "it to say that it stops")
    assert ask(house, server, "vivant").status_code == 200
    until(lambda: not house.bot.servers.is_running(server), "it to end")


def test_a_worker_tells_that_it_goes_round_and_one_that_was_killed_does_not(house: House, tmp_path: Path) -> None:
    from offre_bailleurs.operation.heartbeats import beats

    settings = house.bot.servers.settings
    house.bot.servers.start("outbox", "desk")
    until(lambda: all(beat.is_alive for beat in beats(settings)), "every loop to beat")
    ages = {(beat.worker, beat.loop): beat.age for beat in beats(settings)}
    house.bot.servers.kill("outbox")

    def later() -> bool:
        now = {(beat.worker, beat.loop): beat.age or 0 for beat in beats(settings)}
        older = now["outbox", "emails"] > (ages["outbox", "emails"] or 0) + 6
        return older and now["desk", "sweep"] < 30

    until(later, "the dead one to grow old, and the living one not")
