"""What the actions say exists in data/, and nothing in data/ waits for an action that never says it.

`rasa data validate` knows the responses of rules and stories only.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from actions.declare_rent.questions import worded
from offre_bailleurs.declarations import Question, Refusal
from offre_bailleurs.french.amounts import AmountProblem
from offre_bailleurs.french.dates import DateProblem

ROOT = Path(__file__).resolve().parents[3]


def _responses() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (ROOT / "data").rglob("*.yml"):
        for name, variations in (yaml.safe_load(path.read_text()).get("responses") or {}).items():
            found[name] = "\n".join(variation.get("text", "") for variation in variations)
    return found


def _named_in_actions() -> tuple[set[str], set[str]]:
    """The response names in the actions' code, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    for path in (ROOT / "actions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
                if str(first.value).startswith("utter_"):
                    begun.add(str(first.value))
            elif isinstance(node, ast.Constant) and re.fullmatch(r"utter_\w+[a-z]", str(node.value)):
                whole.add(str(node.value))
    return whole, begun


def _named_in_rules() -> set[str]:
    return {
        name for path in (ROOT / "data").rglob("*.yml") for name in re.findall(r"action: (utter_\w+)", path.read_text())
    }


def _wordings(response: str) -> set[str]:
    return {worded(response, count) for count in range(3)}


def test_every_response_that_an_action_names_is_written() -> None:
    whole, _ = _named_in_actions()
    assert whole - set(_responses()) == set()


@pytest.mark.parametrize("question", Question)
def test_every_question_has_its_three_wordings(question: Question) -> None:
    assert _wordings(f"utter_question_{question.value}") <= set(_responses())


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
    assert _wordings(response) <= set(_responses())


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


def test_no_response_is_written_for_nothing() -> None:
    whole, begun = _named_in_actions()
    used = whole | _named_in_rules() | {name for response in whole for name in _wordings(response)}
    unused = {name for name in set(_responses()) - used if not name.startswith(tuple(begun))}
    assert unused - {"utter_default"} == set()


def test_every_button_of_a_response_leads_to_an_intent_of_the_domain() -> None:
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text())["intents"])
    for path in (ROOT / "data").rglob("*.yml"):
        for name in re.findall(r"payload: [\"']?/(\w+)", path.read_text()):
            assert name in intents, f"{path.name}: /{name}"
