"""docs/openapi.yaml says what the chat's code does, all of it, and nothing else."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

import pytest
from sanic import Blueprint

from bot import channel, problems, web
from bot.channel import Doors
from bot.chat import Chat
from bot.health import Health
from bot.incoming import MAX_BODY, MAX_TEXT, read_message
from bot.problems import Problem
from offre_bailleurs.chat_tables import Floor
from offre_bailleurs.database import make_engine
from offre_bailleurs.operation import readiness
from offre_bailleurs.settings import read_settings
from tests.support.interface import document, resolved, validator

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
ARGUMENTS = {"limit": MAX_TEXT, "seconds": 12, "retry_after": 2, "allow": "GET", "detail": "« id » doit être un UUID."}
"""What the problems are made with, by the name of their parameter."""
WHEREVER = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.INTERNAL_SERVER_ERROR}
"""What belongs to no operation: the document holds it among its responses."""


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Address, method and description of each."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def answers() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every answer that the document describes, with its status, those that belong to no operation included."""
    for _, _, operation in operations():
        for status, answer in operation["responses"].items():
            yield status, resolved(answer)
    for name, status in (("NotFound", 404), ("WrongMethod", 405), ("Broken", 500)):
        yield str(status), document()["components"]["responses"][name]


def examples(content: Mapping[str, Any]) -> Iterator[Any]:
    """The examples of a media type."""
    if "example" in content:
        yield content["example"]
    for example in content.get("examples", {}).values():
        yield example["value"]


def every_problem() -> Iterator[Problem]:
    """One of each kind that the code can answer with."""
    for _, make in inspect.getmembers(problems, inspect.isfunction):
        parameters = inspect.signature(make).parameters
        for may_have_acted in (False, True) if "may_have_acted" in parameters else (None,):
            given = {**ARGUMENTS, "may_have_acted": may_have_acted}
            yield cast("Callable[..., Problem]", make)(**{name: given[name] for name in parameters})


def test_each_address_and_method_of_the_code_is_described_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    served: dict[str, set[str]] = {}

    def note(
        _: web.Origins, addresses: Mapping[str, Mapping[str, web.Handler]], *, silent: Collection[str] = ()
    ) -> web.Handler:
        served.update({f"/{address}": {method.lower() for method in methods} for address, methods in addresses.items()})

        async def serve(*_: object) -> Any:
            raise AssertionError

        return serve

    monkeypatch.setattr(web, "dispatcher", note)
    configuration = read_settings({})
    health = Health(configuration, make_engine("sqlite://"))
    doors = Doors(configuration, cast("Chat", object()), health).blueprint()
    assert isinstance(doors, Blueprint)
    described: dict[str, set[str]] = {}
    for path, method, _ in operations():
        described.setdefault(path, set()).add(method)
    assert described == {path: methods | {"options"} for path, methods in served.items()}


def test_each_problem_of_the_code_is_described_and_no_other() -> None:
    described = set()
    for status, answer in answers():
        content = answer.get("content", {}).get("application/problem+json")
        if content is not None:
            for example in examples(content):
                assert str(example["status"]) == status
                described.add((int(status), example["title"], example["detail"]))
    coded = {(int(each.status), each.title, each.detail) for each in every_problem()}
    spaces = {"\u202f": " ", "\u00a0": " "}  # a file is read by people: its spaces are ordinary ones
    plain = str.maketrans(spaces)
    assert {(status, title, detail.translate(plain)) for status, title, detail in described} == {
        (status, title, detail.translate(plain)) for status, title, detail in coded
    }


def test_a_problem_bears_the_headers_that_its_description_promises() -> None:
    promised: dict[tuple[int, str], set[str]] = {}
    for status, answer in answers():
        content = answer.get("content", {}).get("application/problem+json", {})
        for example in examples(content):
            headers = {name for name, each in answer.get("headers", {}).items() if resolved(each).get("required")}
            promised[int(status), example["title"]] = headers
    for problem in every_problem():
        assert promised[int(problem.status), problem.title] == set(problem.headers()), problem.title


def test_a_status_of_an_operation_is_one_of_the_codes_own() -> None:
    coded = {int(each.status) for each in every_problem()}
    ours = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}
    described = {int(status) for _, _, operation in operations() for status in operation["responses"]}
    assert described == (coded | ours) - WHEREVER


def test_every_example_is_what_its_schema_says() -> None:
    count = 0
    contents = [content for _, answer in answers() for content in answer.get("content", {}).values()]
    contents += [
        content
        for _, _, operation in operations()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    for content in contents:
        for example in examples(content):
            validator(content["schema"]).validate(example)
            count += 1
    assert count > 20


def test_the_examples_of_messages_are_read_by_the_code() -> None:
    (content,) = document()["paths"]["/messages"]["post"]["requestBody"]["content"].values()
    for example in examples(content):
        assert read_message(json.dumps(example).encode()).id == example["id"]


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"id": "5f0c954c-63ae-4f0a-8d5b-6f5e7f9b5b0e"},
        {"id": "x", "text": "bonjour"},
        {"id": "5f0c954c63ae4f0a8d5b6f5e7f9b5b0e", "text": "bonjour"},
        {"id": "5f0c954c-63ae-4f0a-8d5b-6f5e7f9b5b0e", "text": ""},
        {"id": "5f0c954c-63ae-4f0a-8d5b-6f5e7f9b5b0e", "text": 1},
        {"id": "5f0c954c-63ae-4f0a-8d5b-6f5e7f9b5b0e", "text": "a", "choice": "b"},
        {"id": "5f0c954c-63ae-4f0a-8d5b-6f5e7f9b5b0e", "text": "a", "sender": "b"},
    ],
)
def test_what_the_code_refuses_is_not_a_message_in_the_document_either(message: dict[str, Any]) -> None:
    (content,) = document()["paths"]["/messages"]["post"]["requestBody"]["content"].values()
    assert not validator(content["schema"]).is_valid(message)
    with pytest.raises(Problem):
        read_message(json.dumps(message).encode())


def test_the_figures_of_the_document_are_the_codes() -> None:
    text = json.dumps(document(), ensure_ascii=False)
    assert f"{MAX_BODY // 1024} KiB" in text
    assert f"{MAX_TEXT:,} characters" in text
    floors = set(document()["components"]["headers"]["ChatFloor"]["schema"]["enum"])
    assert floors == {*map(str, Floor), channel._NOBODY}
    parts = set(document()["components"]["schemas"]["Ready"]["properties"]["manque"]["items"]["enum"])
    assert parts == {getattr(readiness, name) for name in ("DATABASE", "SCHEMA", "MODEL", "ACTIONS", "STOPPING")}
    for name, value in web._ALWAYS.items():
        assert f"`{name}: {value}`" in document()["info"]["description"]
    preflight = resolved(document()["paths"]["/messages"]["options"]["responses"]["204"])["headers"]
    described = {name: resolved(header)["schema"].get("const") for name, header in preflight.items()}
    for name, value in web._PREFLIGHT.items():
        assert str(described[name]) == value
