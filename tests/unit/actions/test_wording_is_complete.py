"""The responses whose names the actions put together exist in data/: `bailleurs lint` sees whole names only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from actions.create_user.draft import Field, Step
from actions.declare_rent.questions import worded
from actions.recover_access.triage import Advice
from offre_bailleurs.declarations import Question, Refusal
from offre_bailleurs.french.amounts import AmountProblem
from offre_bailleurs.french.dates import DateProblem

ROOT = Path(__file__).resolve().parents[3]


@cache
def _responses() -> frozenset[str]:
    files = (yaml.safe_load(path.read_text()) for path in (ROOT / "data").rglob("*.yml"))
    return frozenset(name for file in files for name in file.get("responses") or ())


def _wordings(response: str) -> set[str]:
    return {worded(response, count) for count in range(3)}


@pytest.mark.parametrize("question", Question)
def test_every_question_has_its_three_wordings(question: Question) -> None:
    assert _wordings(f"utter_question_{question.value}") <= _responses()


@pytest.mark.parametrize(
    "response",
    [
        "utter_question_tenant_few",
        "utter_question_tenant_many",
        "utter_question_decision",
        "utter_question_modification",
        "utter_question_leave_confirmation",
        "utter_question_leave_without_draft",
    ],
)
def test_every_question_of_the_form_itself_has_its_three_wordings(response: str) -> None:
    assert _wordings(response) <= _responses()


@pytest.mark.parametrize("problem", [problem for problem in AmountProblem if problem is not AmountProblem.NONE])
def test_every_refusal_of_an_amount_says_why(problem: AmountProblem) -> None:
    assert f"utter_refused_amount_{problem.name.lower()}" in _responses()


@pytest.mark.parametrize("problem", [problem for problem in DateProblem if problem is not DateProblem.NONE])
def test_every_refusal_of_a_date_says_why(problem: DateProblem) -> None:
    assert f"utter_refused_date_{problem.name.lower()}" in _responses()


@pytest.mark.parametrize(
    "response",
    [
        *(f"utter_refused_amount_{reason}" for reason in (Refusal.NEGATIVE, Refusal.ZERO, Refusal.TOO_LARGE)),
        *(f"utter_refused_date_{reason}" for reason in (Refusal.IN_FUTURE, Refusal.BEFORE_TENANCY)),
        *(f"utter_refused_count_{reason}" for reason in (Refusal.ZERO, Refusal.TOO_LARGE)),
    ],
)
def test_every_refusal_of_the_business_says_why(response: str) -> None:
    assert response in _responses()


@pytest.mark.parametrize("advice", Advice)
def test_every_advice_of_the_triage_is_worded(advice: Advice) -> None:
    assert f"utter_access_{advice}" in _responses()


@pytest.mark.parametrize("asked", ["missing", "connected", "received"])
def test_every_question_of_the_triage_has_its_three_wordings(asked: str) -> None:
    assert {f"utter_question_access_{asked}{ending}" for ending in ("", "_simpler", "_examples")} <= _responses()


@pytest.mark.parametrize("asked", [*Field, *Step])
def test_every_question_about_a_new_user_has_its_three_wordings(asked: str) -> None:
    assert _wordings(f"utter_question_new_user_{asked}") <= _responses()
