"""A process tells what fails once, and goes on."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import OperationalError

from offre_bailleurs.troubles import Troubles

_ADDRESS = "ada@essai.example"
_LOG = logging.getLogger("offre_bailleurs.essai")


def _fail(error: Exception) -> bool:
    raise error


def test_a_failure_is_told_once_until_it_works_again(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(_LOG)
    down = OperationalError("SELECT 'ada@essai.example'", {}, Exception())
    for _ in range(3):
        assert not troubles.attempt("sweep", lambda: _fail(down))
    assert troubles
    assert troubles.attempt("sweep", lambda: True)
    assert not troubles
    assert [record.getMessage() for record in caplog.records] == [
        "sweep: OperationalError, to be tried again",
        "sweep: works again",
    ]


def test_another_failure_of_the_same_task_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles(_LOG)
    troubles.attempt("sweep", lambda: _fail(OperationalError("", {}, Exception())))
    troubles.attempt("sweep", lambda: _fail(ValueError(_ADDRESS)))
    assert "ValueError" in caplog.text
    assert _ADDRESS not in caplog.text
    assert "in _fail" in caplog.text  # where a fault of ours is


def test_one_task_s_failure_is_not_another_s() -> None:
    troubles = Troubles(_LOG)
    troubles.attempt("sweep", lambda: _fail(ValueError()))
    assert not troubles.attempt("figures", lambda: False)
    assert troubles
