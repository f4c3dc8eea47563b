"""A topic whose request begins a journey is answered in every form, or the lint says where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.content import topics
from tests.unit.nlu.small_content import DEADLINE, DOMAIN, SmallContent

START, FORM = "action_start_deadline", "deadline_form"
_ACTIONS = "actions: [action_answer, action_check_user_number]"
_STEPS = f"  steps:\n  - intent: deadline\n  - action: {START}\n"
_RULES = (
    f"- rule: outside\n  condition:\n  - active_loop: null\n{_STEPS}\n"
    f"- rule: inside\n  condition:\n  - active_loop: {FORM}\n{_STEPS}\n"
)
_OWN_RULE = "- rule: a landlord asks until when\n  steps:\n  - intent: deadline\n  - action: action_answer\n"
_WHERE = f"{DEADLINE} : deadline : aucune règle n'appelle {START} "


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallContent:
    """«deadline» is a topic whose request begins a journey, and there is a form."""
    monkeypatch.setattr(topics, "BEGINS", {"deadline": START})
    content = SmallContent(tmp_path)
    content.change(DOMAIN, _ACTIONS, f"forms: {{{FORM}: {{required_slots: []}}}}\n{_ACTIONS[:-1]}, {START}]")
    return content


def test_a_rule_for_each_form_and_for_none_is_whole(small: SmallContent) -> None:
    small.change(DEADLINE, _OWN_RULE, "")
    small.change(DEADLINE, "rules:\n", "")
    _put_elsewhere(small, _RULES)
    assert [line for line in small.problems() if "deadline" in line] == []


@pytest.mark.parametrize(
    ("left_out", "where"),
    [("active_loop: null", "hors de tout formulaire (active_loop: null)"), (f"active_loop: {FORM}", f"dans {FORM}")],
)
def test_a_form_without_a_rule_is_named(small: SmallContent, left_out: str, where: str) -> None:
    small.change(DEADLINE, _OWN_RULE, "")
    small.change(DEADLINE, "rules:\n", "")
    _put_elsewhere(small, _RULES.replace(left_out, "active_loop: another_form"))
    assert f"{_WHERE}{where} : la question y resterait sans réponse" in small.problems()


def test_the_usual_answer_is_not_enough_for_it(small: SmallContent) -> None:
    assert any(line.startswith(_WHERE) for line in small.problems())


def test_another_action_may_not_answer_any_other_topic_s_words(small: SmallContent) -> None:
    small.change("data/answers/lost_login.yml", "  - action: action_answer\n", f"  - action: {START}\n")
    told = "data/answers/lost_login.yml : utter_lost_login : n'est dite par aucune règle ni aucune action"
    assert told in small.problems()


def _put_elsewhere(small: SmallContent, rules: str) -> None:
    """Rules of a journey stand outside the topic's file."""
    small.change("data/conversation/user_number.yml", 'version: "3.1"\n', f'version: "3.1"\n\nrules:\n{rules}')
