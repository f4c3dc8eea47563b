"""nginx takes the configuration that is deployed, and says what the chat itself would say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bot import problems
from tests.support.nginx import TEMPLATE, Nginx, NoNginx


def test_nginx_accepts_it(tmp_path: Path) -> None:
    try:
        nginx = Nginx(tmp_path, port=18_998, actions_port=18_999)
    except NoNginx as error:
        pytest.skip(str(error))
    nginx.configure(portals=[18_001, 18_002], rasas=[18_003, 18_004], actions=[18_005])
    assert "test is successful" in nginx.check()


@pytest.mark.parametrize(
    ("location", "problem"),
    [("@message_unanswered", problems.not_done(may_have_acted=True)), ("@chat_unavailable", problems.unavailable())],
)
def test_it_answers_for_a_chat_that_is_gone_in_the_chats_own_words(location: str, problem: problems.Problem) -> None:
    found = re.search(rf"location {location} \{{(.*?)\n        \}}", TEMPLATE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    body = re.search(r"return (\d+) '(.*)';", found[1])
    assert body is not None
    assert int(body[1]) == problem.status
    assert json.loads(body[2].replace("\\'", "'")) == problem.document()
    assert f"Retry-After {problem.retry_after} always" in found[1]
    assert "application/problem+json" in found[1]


def test_its_log_holds_no_query_and_no_address_of_a_client() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    logged = re.search(r"log_format requests.*?;", text, re.S)
    assert logged is not None
    for personal in ("$request_uri", "$args", "$request ", "$remote_addr", "$http_", "$query_string"):
        assert personal not in logged[0]
    assert "error_log stderr crit;" in text
