"""The compose file is what the specification allows, and runs the topology that the tests run as processes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from cli.environment import read_programs
from offre_bailleurs.settings import PROJECT_ROOT, read_settings
from tests.support.nginx import TEMPLATE

FILE = PROJECT_ROOT / "deploy" / "compose.yaml"
SPECIFICATION = Path(__file__).parent / "compose_spec.json"
"""The Compose Specification's schema as PyPI's docker-compose 1.29.2 carries it (Apache-2.0)."""
OURS = ("rasa-1", "rasa-2", "actions-1", "actions-2", "portal-1", "portal-2", "outbox", "desk", "migrate", "purge")
OTHERS = ("nginx", "postgres", "redis", "rabbitmq")


@cache
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return document


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def test_the_specification_allows_it() -> None:
    document = {key: value for key, value in compose().items() if key != "name"}  # younger than that schema
    schema = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(document)] == []


def test_it_runs_two_of_each_server_and_every_worker() -> None:
    assert set(compose()["services"]) == {*OURS, *OTHERS}
    programs = {program.name for program in read_programs(read_settings({}))}
    assert {name.partition("-")[0] for name in OURS} - {"migrate", "purge"} == programs


@pytest.mark.parametrize("name", [*OURS, *OTHERS])
def test_a_container_can_do_no_more_than_it_must(name: str) -> None:
    found = service(name)
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found["tmpfs"]
    assert set(found["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert "privileged" not in found
    assert ("ports" in found) == (name == "nginx")


@pytest.mark.parametrize("name", OTHERS)
def test_a_server_that_is_not_ours_is_asked_how_it_is_and_named_with_its_version(name: str) -> None:
    assert service(name)["healthcheck"]["test"]
    assert re.search(r":\d+\.?\d*[\w.-]*$", service(name)["image"])


def test_no_secret_has_a_default_and_a_missing_one_is_named() -> None:
    text = FILE.read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{(\w+)[^}]*\}", text))
    may_be_missing = set(re.findall(r"\$\{(\w+):-[^}]*\}", text))
    assert may_be_missing == {"TAG", "TRUSTED_PROXIES"}
    assert used - may_be_missing == set(re.findall(r"\$\{(\w+):\?\}", text))
    assert {"SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "RABBITMQ_PASSWORD"} <= used


def test_the_settings_are_settings_of_the_project() -> None:
    known = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in service("rasa-1")["environment"] if f"#{name}=" not in known] == []


def test_nothing_that_keeps_data_is_reached_from_outside() -> None:
    for name in ("postgres", "redis", "rabbitmq"):
        assert service(name)["networks"] == ["data"]
    assert compose()["networks"]["data"] == {"internal": True}
    assert "data" not in service("nginx")["networks"]


def test_a_replica_that_is_replaced_is_found_where_the_last_one_was() -> None:
    servers = [name for name in OURS if name[-2:] in ("-1", "-2")]
    addresses = {service(name)["networks"]["front"]["ipv4_address"] for name in servers}
    assert len(addresses) == len(servers) == 6


def test_nginx_gets_all_that_its_configuration_names_and_leads_to_every_replica() -> None:
    given = service("nginx")["environment"]
    text = TEMPLATE.read_text(encoding="utf-8")
    directives = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert set(re.findall(r"\$\{(BAILLEURS_\w+)\}", directives)) == {each for each in given if "BAILLEURS" in each[:9]}
    for variable, kind, port in (
        ("BAILLEURS_RASAS", "rasa", 5005),
        ("BAILLEURS_ACTIONS", "actions", 5055),
        ("BAILLEURS_PORTALS", "portal", 8000),
    ):
        assert given[variable] == " ".join(f"server {kind}-{number}:{port} max_fails=0;" for number in (1, 2))


def test_servers_wait_for_the_migrations_and_have_the_time_to_finish_a_turn() -> None:
    longest = read_settings({}).turn_timeout + 15
    for name in OURS[:8]:
        assert service(name)["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert int(service(name)["stop_grace_period"].removesuffix("s")) > longest
