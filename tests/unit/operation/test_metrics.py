"""What is counted: once, under few labels, and where Prometheus asks for it."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest

import migrations
from bot import observation
from offre_bailleurs.database import make_engine, now, transaction
from offre_bailleurs.operation import metrics
from offre_bailleurs.operation.shared import SharedCollector
from offre_bailleurs.operation.turns import count_committed
from offre_bailleurs.settings import PROJECT_ROOT, SettingsError

MONITORING = PROJECT_ROOT / "deploy" / "monitoring"
_NAME = re.compile(r"\boffre_bailleurs_[a-z_]+")


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def turn(done: Mapping[str, Any], status: int = 200, route: str = "/messages") -> dict[str, Any]:
    """The line of a request whose turn was committed, if `done` says so."""
    seen = observation.begin("POST", route)
    if done:
        observation.committed(SimpleNamespace(**{**_TURN, **done}))  # type: ignore[arg-type]
    return observation.end(seen, status)


_TURN = {"conversation_id": "c", "version": 3, "opens_until": None, "user_id": None, "figures": (), "events": ()}


@pytest.mark.parametrize(
    ("done", "status", "outcome"),
    [
        ({"version": 3}, 200, "answered"),
        ({"version": None}, 200, "kept"),
        ({}, 200, "repeated"),
        ({}, 409, "busy"),
        ({}, 429, "limited"),
        ({}, 401, "refused"),
        ({}, 503, "failed"),
        ({"version": 3}, 503, "failed"),
        ({}, 499, "gone"),
    ],
)
def test_each_message_is_counted_under_one_outcome(done: Mapping[str, Any], status: int, outcome: str) -> None:
    before = value("offre_bailleurs_turns_total", outcome=outcome)
    under_way = value("offre_bailleurs_turns_under_way")
    assert turn(done, status)["outcome"] == outcome
    assert value("offre_bailleurs_turns_total", outcome=outcome) == before + 1
    assert value("offre_bailleurs_turns_under_way") == under_way


def test_an_address_as_typed_becomes_no_label() -> None:
    seen = observation.begin("BREW", "(no route)")
    assert observation.end(seen, 405)["method"] == "other"
    assert "outcome" not in observation.end(observation.begin("GET", "/messages"), 200)


def test_an_opening_is_counted_by_who_opens() -> None:
    before = value("offre_bailleurs_conversations_opened_total", who="signed_in")
    turn({"opens_until": now(), "user_id": 4, "version": 0}, 201, "/conversations")
    assert value("offre_bailleurs_conversations_opened_total", who="signed_in") == before + 1


def test_what_a_turn_did_is_counted_from_its_names() -> None:
    names = {
        "offre_bailleurs_declarations_transmitted_total": {},
        "offre_bailleurs_journeys_done_total": {"journey": "declare_rent"},
        "offre_bailleurs_handovers_total": {"kind": "live"},
        "offre_bailleurs_not_understood_total": {"journey": "declare_rent"},
    }
    before = {name: value(name, **labels) for name, labels in names.items()}
    count_committed(
        [
            {"event": "bot", "metadata": {"utter_action": "utter_transmitted"}},
            {"event": "bot", "metadata": {"utter_action": "utter_adviser_waiting"}},
            {"event": "bot", "metadata": {"utter_action": "utter_ask_rent"}},
            {"event": "slot", "name": "misunderstandings", "value": 1},
            {"event": "user", "parse_data": {"intent": {"name": "nlu_fallback"}}},
        ],
        ["action_listen", "declare_rent_form"],
    )
    assert {name: value(name, **labels) - before[name] for name, labels in names.items()} == dict.fromkeys(names, 1.0)


def test_what_waits_is_read_from_the_database_and_kept_for_a_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrations.upgrade(url)
    engine = make_engine(url)
    collector = SharedCollector(engine)
    registry = CollectorRegistry()
    registry.register(collector)
    assert registry.get_sample_value("offre_bailleurs_queue_length", {"queue": "figures_events"}) == 0
    from offre_bailleurs.chat_tables import event_outbox

    with transaction(on=engine) as session:
        session.execute(event_outbox.insert().values(event_id="e", body={}, created_at=now()))
    assert registry.get_sample_value("offre_bailleurs_queue_length", {"queue": "figures_events"}) == 0, "a moment"
    collector._read_at = float("-inf")
    assert registry.get_sample_value("offre_bailleurs_queue_length", {"queue": "figures_events"}) == 1
    engine.dispose()


def test_a_database_that_does_not_answer_is_told_by_the_absence_of_its_numbers() -> None:
    registry = CollectorRegistry()
    registry.register(SharedCollector(make_engine("postgresql://nobody@127.0.0.1:1/none")))
    assert registry.get_sample_value("offre_bailleurs_queue_length", {"queue": "outbox"}) is None


def test_prometheus_is_answered_on_a_port_of_its_own_and_a_busy_one_names_the_setting() -> None:
    assert metrics.open_exporter("RASA_METRICS_PORT", "127.0.0.1", 0) is None
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = int(busy.getsockname()[1])
        with pytest.raises(SettingsError, match="RASA_METRICS_PORT"):
            metrics.open_exporter("RASA_METRICS_PORT", "127.0.0.1", port)
    exporter = metrics.open_exporter("RASA_METRICS_PORT", "127.0.0.1", port)
    assert exporter is not None
    told = httpx.get(f"http://127.0.0.1:{exporter.port}/metrics", trust_env=False).text
    exporter.close()
    assert "offre_bailleurs_turns_total" in told
    assert "process_resident_memory_bytes" in told


def test_every_metric_that_a_rule_or_the_dashboard_asks_for_exists() -> None:
    registry = CollectorRegistry()
    registry.register(SharedCollector(make_engine("sqlite://")))
    registry.register(metrics.PoolCollector(make_engine("sqlite:///x.db")))
    known = generate_latest(REGISTRY).decode() + generate_latest(registry).decode()
    exist = set(re.findall(r"^# TYPE (\S+)", known, re.M))
    asked = {
        name
        for file in (MONITORING / "alerts.yml", MONITORING / "dashboard.json")
        for name in _NAME.findall(file.read_text(encoding="utf-8"))
    }
    assert asked
    assert {
        name for name in asked if name not in exist and re.sub("_(bucket|count|sum)$", "", name) not in exist
    } == set()


def test_the_alerts_fire_when_they_should_and_not_otherwise() -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool est absent (Debian : apt install prometheus)")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run([promtool, *command], cwd=MONITORING, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_says_how_grave_it_is_and_what_to_do() -> None:
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    assert len(alerts) >= 8
    for alert in alerts:
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert alert["annotations"]["summary"]
        assert alert["annotations"]["action"]
