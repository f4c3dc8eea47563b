"""LOG_FORMAT=json with the real processes: one object a line, a turn that can be followed, and nobody in it."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import jwt
import pytest

from offre_bailleurs.operation.logs import hashed
from tests.services.faults.holds import until
from tests.services.faults.house import House
from tests.support.chat import ChatProblem

pytestmark = pytest.mark.timeout(400)
PROCESSES = ("actions", "rasa", "portal", "outbox", "desk")


def lines(house: House, process: str) -> list[dict[str, Any]]:
    """What a process has written, line by line.

    Raises:
        ValueError: a line is no JSON.
    """
    return [json.loads(line) for line in house.bot.servers.log(process).splitlines() if line]


def test_a_turn_is_followed_through_rasas_and_the_action_servers_lines(house: House) -> None:
    story = house.story().go_to("validation")
    conversation = hashed(jwt.decode(str(story.chat.token), options={"verify_signature": False})["sub"])
    asked = [line for line in lines(house, "rasa") if line.get("conversation") == conversation and "route" in line]
    acted = [line for line in lines(house, "actions") if line.get("conversation") == conversation]
    assert [line["route"] for line in asked] == ["/conversations", *["/messages"] * 4]
    assert {line["outcome"] for line in asked} == {"answered"}
    assert len(acted) == sum(line["actions"] for line in asked)
    for line in asked[1:]:
        assert sum(act["message"] == line["message"] for act in acted) == line["actions"]
        assert 0 < line["actions_ms"] <= line["ms"]


def test_what_goes_wrong_is_told_with_its_reason_under_the_same_conversation(house: House) -> None:
    story = house.story().go_to("rent")
    conversation = hashed(jwt.decode(str(story.chat.token), options={"verify_signature": False})["sub"])
    house.kill("actions")
    with pytest.raises(ChatProblem):
        story.send()
    told = [line for line in lines(house, "rasa") if line.get("conversation") == conversation]
    failed, answered = told[-2:]
    assert (failed["event"], failed["reason"]) == ("webchat.turn.failed", "the action server cannot be reached")
    assert (answered["status"], answered["outcome"]) == (503, "failed")
    assert failed["message"] == answered["message"]


def test_every_line_of_every_process_is_an_object_that_says_when_how_grave_and_who(house: House) -> None:
    house.bot.servers.start(*PROCESSES)
    httpx.get(f"{house.bot.servers.settings.portal_url}/inconnu?nom=Dupont", trust_env=False)
    refused = {"Authorization": "Bearer no-token"}
    httpx.post(f"{house.bot.servers.settings.chat_url}/messages", content=b"{", headers=refused, trust_env=False)
    for process in PROCESSES:
        for line in lines(house, process):
            assert {"timestamp", "level", "process", "logger", "event"} <= line.keys()
            assert line["process"] == process
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", line["timestamp"])


def test_no_line_names_anybody_or_what_was_said(house: House) -> None:
    story = house.story().go_to("validation")
    with pytest.raises(ChatProblem):
        story.chat.say("Je m'appelle Ursule Discrète " * 100)
    story.chat.say("Je m'appelle Ursule Discrète, 06 12 34 56 78")
    story.chat.say('/restart{"tenant": "Ursule"}')
    written = "".join(house.bot.servers.log(process) for process in PROCESSES)
    said = {message.text for message in story.chat.messages if len(message.text) > 12}
    assert said
    for personal in ("Ursule", "06 12 34", "Bailleur", "Claude", "Églantine", "650", *said):
        assert personal not in written.replace("offre_bailleurs", "").replace("offre-bailleurs", "")
    assert str(story.chat.token) not in written


def test_prometheus_is_told_what_happened_once_and_by_whom(house: House) -> None:
    settings = house.bot.servers.settings
    ports = {"rasa": settings.rasa_metrics_port, "portal": settings.portal_metrics_port}

    def told(server: str, name: str) -> float:
        text = httpx.get(f"http://127.0.0.1:{ports[server]}/metrics", trust_env=False).text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
        return float(found[1]) if found is not None else 0.0

    transmitted = "offre_bailleurs_declarations_transmitted_total"
    answered = 'offre_bailleurs_turns_total{outcome="answered"}'
    repeated = 'offre_bailleurs_turns_total{outcome="repeated"}'
    before = {name: told("rasa", name) for name in (transmitted, answered, repeated)}
    story = house.story().go_to("validation")
    story.chat.again()
    after = {name: told("rasa", name) - before[name] for name in before}
    assert after == {transmitted: 1, answered: 5, repeated: 1}
    assert told("portal", transmitted) == 0, "who did not commit it does not count it"
    waiting = 'offre_bailleurs_queue_length{queue="figures_events"}'
    house.bot.servers.kill("desk")
    house.story().go_to("tenant")
    until(lambda: told("portal", waiting) > 0, "the portal to tell what the database holds")
