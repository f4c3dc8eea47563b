"""The whole service behind nginx: two of everything, and what happens when one of them goes."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Event
from time import monotonic, sleep

import httpx
import pytest

from cli import training
from tests.services.topology.conftest import topology_of
from tests.services.topology.people import (
    AdviserAtPortal,
    Landlord,
    answered_by,
    frozen,
    meanwhile,
    port_of,
    wait_until_held_up,
)
from tests.support.chat import ChatClient, ChatProblem, text_of
from tests.support.journey import STEPS, go_to_summary, walk
from tests.support.live import LiveBot
from tests.support.topology import ACTIONS, RASA, Replica, Topology

ANSWER_SOON = 3.0
"""Seconds within which a call reaches who waits: without one they would look after five."""


@pytest.fixture
def service(whole: LiveBot) -> Iterator[Topology]:
    """What runs."""
    return topology_of(whole)


@pytest.fixture
def landlord(whole: LiveBot) -> Landlord:
    """Whose conversation is open."""
    landlord = Landlord(whole)
    landlord.chat.open()
    return landlord


def test_what_is_for_landlords_is_reached_through_nginx_and_nothing_else_is(service: Topology) -> None:
    def status(path: str) -> int:
        return httpx.get(f"{service.portal_url}{path}", trust_env=False).status_code

    assert [status(path) for path in ("/connexion", "/sante", "/webhooks/webchat/")] == [200, 200, 200]
    hidden = ("/webhooks/webchat/pret", "/webhooks/webchat/vivant", "/sante/vivant", "/webhooks/rest/webhook")
    rasas_own = ("/status", "/domain", "/model", "/conversations/x/tracker", "/webhook")
    assert {status(path) for path in (*hidden, *rasas_own)} == {404}


def test_consecutive_turns_of_a_journey_are_answered_by_different_replicas(
    service: Topology, landlord: Landlord
) -> None:
    before = len(answered_by(service))
    for step in STEPS:
        walk(landlord.chat, step)
    assert landlord.has_declared
    turns = answered_by(service)[before:]
    assert len(turns) == len(STEPS)
    assert all(one != next_one for one, next_one in pairwise(turns))


def test_the_same_validation_sent_to_both_replicas_at_once_is_done_once(service: Topology, landlord: Landlord) -> None:
    go_to_summary(landlord.chat)
    choice, message = landlord.chat.find_button("Valider").choice, str(uuid.uuid4())
    replicas = [landlord.at(replica) for replica in service.each(RASA)]
    with meanwhile() as pool:
        pressed = [pool.submit(replica.choose, choice, id=message) for replica in replicas * 3]
        answers = {text_of(each.result()) for each in pressed}
    assert len(answers) == 1
    assert "est transmise à la Caf" in answers.pop()
    assert landlord.has_declared
    assert len(landlord.transmissions()) == 1


def test_another_message_at_the_other_replica_is_told_to_wait(service: Topology, landlord: Landlord) -> None:
    first, second = (landlord.at(replica) for replica in service.each(RASA))
    with meanwhile() as pool:
        with frozen(service.each(ACTIONS)):
            asked = pool.submit(walk, first, STEPS[0])
            wait_until_held_up(asked)
            before = monotonic()
            with pytest.raises(ChatProblem) as told:
                second.say("bonjour")
            assert monotonic() - before < 2
        assert (told.value.status, told.value.retry_after) == (409, 1)
        assert asked.result()
    walk(second, STEPS[1])


def test_a_landlord_reads_what_an_adviser_writes_at_once_wherever_they_wait(whole: LiveBot, landlord: Landlord) -> None:
    walk(landlord.chat, STEPS[0])
    landlord.chat.say("je veux parler à un conseiller")
    adviser = AdviserAtPortal(whole)
    request = adviser.take()
    landlord.chat.news()
    replicas = [landlord.at(replica) for replica in topology_of(whole).each(RASA)]
    with meanwhile() as pool:
        for number, there in enumerate(replicas):
            last = max(message.seq for message in landlord.chat.history())
            waiting = pool.submit(there.history, after=last, wait=20)
            wait_until_held_up(waiting)
            before = monotonic()
            adviser.say(request, f"Bonjour, message {number}.")
            assert text_of(waiting.result()) == f"Bonjour, message {number}."
            assert monotonic() - before < ANSWER_SOON
    adviser.hand_back(request)
    back = text_of(landlord.chat.history(after=last + 1, wait=20))
    assert "vous rend à l'assistant" in back
    assert "Est-ce toujours exact" in back  # the journey goes on where it stood
    landlord.chat.news()
    for step in STEPS[1:]:
        walk(landlord.chat, step)
    assert landlord.has_declared


def test_a_replica_that_is_killed_in_mid_turn_costs_the_landlord_some_seconds(
    service: Topology, landlord: Landlord
) -> None:
    go_to_summary(landlord.chat)
    with meanwhile() as pool:
        with frozen(service.each(ACTIONS)):
            pressed = pool.submit(landlord.chat.press, "Valider")
            wait_until_held_up(pressed)
            next_replica(service).kill()
            sleep(0.5)
        answer = text_of(pressed.result())  # nginx passed it on: the same id does nothing twice
    assert "est transmise à la Caf" in answer
    assert landlord.has_declared
    assert len(landlord.transmissions()) == 1
    assert "," in answered_by(service)[-1]


def test_landlords_go_on_at_the_replica_that_is_left(service: Topology, whole: LiveBot, landlord: Landlord) -> None:
    walk(landlord.chat, STEPS[0])
    service.replica(RASA, 0).kill()
    service.replica(ACTIONS, 1).kill()
    newcomer = Landlord(whole)
    newcomer.chat.open()
    for step in STEPS[1:]:
        walk(landlord.chat, step)
    for step in STEPS:
        walk(newcomer.chat, step)
    assert landlord.has_declared
    assert newcomer.has_declared


def test_a_replica_that_is_told_to_stop_finishes_and_answers_its_turn(service: Topology, landlord: Landlord) -> None:
    go_to_summary(landlord.chat)
    with meanwhile() as pool:
        with frozen(service.each(ACTIONS)):
            pressed = pool.submit(landlord.chat.press, "Valider")
            wait_until_held_up(pressed)
            stopping = next_replica(service)  # not before: nginx writes its log once it has answered
            stopping.ask_to_stop()
            wait_until_not_ready(stopping)
            wait_until_held_up(pressed)
        answer = text_of(pressed.result())
    assert "est transmise à la Caf" in answer
    assert port_of(answered_by(service)[-1]) == stopping.port  # itself: nobody had to do it again
    stopping.stop()
    landlord.chat.say("merci")


def test_redis_killed_in_mid_conversation_changes_nothing_for_the_landlord(
    service: Topology, landlord: Landlord
) -> None:
    walk(landlord.chat, STEPS[0])
    service.redis.kill()
    for step in STEPS[1:]:
        walk(landlord.chat, step)
    assert landlord.has_declared
    service.redis.start()
    landlord.chat.say("merci")


def test_nginx_reads_a_new_configuration_while_landlords_declare(service: Topology, whole: LiveBot) -> None:
    landlords = [Landlord(whole) for _ in range(3)]
    with meanwhile() as pool:
        declaring = [pool.submit(each.declare) for each in landlords]
        while not all(each.done() for each in declaring):
            service.nginx.reload()
            sleep(0.3)
        assert all(each.result() for each in declaring)


def test_a_new_model_takes_over_replica_by_replica_while_landlords_declare(
    service: Topology, whole: LiveBot, landlord: Landlord, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    model = tmp_path / "tomorrow.tar.gz"
    shutil.copy(pytestconfig.getoption("--model") or training.model_path(), model)
    declared = []

    def declare_on_and_on(stop: Event) -> None:
        while not stop.is_set():
            declared.append(Landlord(whole).declare())

    steps = iter(STEPS)
    walk(landlord.chat, next(steps))
    with meanwhile() as pool:
        for replica in service.each(RASA):
            stop = Event()
            declaring = pool.submit(declare_on_and_on, stop)
            replica.stop()
            replica.use(RASA_MODEL=str(model))
            replica.start()
            stop.set()
            declaring.result()
            assert "tomorrow.tar.gz" in replica.log()
            walk(landlord.chat, next(steps))  # after the first: one has the new model, the other the old one
    for step in steps:
        walk(landlord.chat, step)
    assert landlord.has_declared
    assert declared
    assert all(declared)


def test_when_no_replica_is_left_the_landlord_reads_so_in_the_interfaces_own_form(
    service: Topology, landlord: Landlord
) -> None:
    for replica in service.each(RASA):
        replica.kill()
    with pytest.raises(ChatProblem) as told:
        landlord.chat.say("bonjour")
    assert (told.value.status, told.value.retry_after) == (503, 2)
    assert "rien ne sera transmis deux fois" in told.value.detail
    with pytest.raises(ChatProblem) as told:
        ChatClient(service.chat_url).open()
    assert told.value.status == 503


def next_replica(service: Topology) -> Replica:
    """The one whose turn it is: nginx takes them in turns."""
    last = port_of(answered_by(service)[-1])
    (replica,) = (each for each in service.each(RASA) if each.port != last)
    return replica


def wait_until_not_ready(replica: Replica, patience: float = 10) -> None:
    """Readiness fails first."""
    deadline = monotonic() + patience
    with httpx.Client(trust_env=False, timeout=5) as http:
        while True:
            try:
                ready = http.get(f"{replica.url}/webhooks/webchat/pret").status_code == httpx.codes.OK
            except httpx.TransportError:
                ready = False
            if not ready:
                return
            assert monotonic() < deadline
            sleep(0.05)
