"""What the assistant knows passes `bailleurs lint`, and the lint sees each thing that may be wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from cli.content.guides import SAYS_SO, SOURCE, foreign
from cli.content.lint import lint, problems_of
from offre_bailleurs.settings import PROJECT_ROOT
from tests.unit.nlu.content import content
from tests.unit.nlu.small_content import ACTION, CHECK, DEADLINE, DOMAIN, NOTHING, SmallContent

CASES = [
    pytest.param(case, id=f"{group}-{number}")
    for group, cases in yaml.safe_load((Path(__file__).parent / "lint_cases.yml").read_text(encoding="utf-8")).items()
    for number, case in enumerate(cases, 1)
]
"""What is broken in the small content, and the line that tells it."""


@pytest.fixture
def small(tmp_path: Path) -> SmallContent:
    return SmallContent(tmp_path)


def test_what_the_assistant_knows_is_whole() -> None:
    assert [str(problem) for problem in problems_of(content())] == []


def test_a_small_content_is_whole(small: SmallContent, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.problems() == []
    assert lint(tmp_path) == 0
    assert "3 sujets, 123 exemples, rien à corriger" in capsys.readouterr().out


def test_each_problem_is_a_line_and_fails(
    small: SmallContent, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.change(NOTHING, "    - d'accord", "    - oui")
    small.problems()
    assert lint(tmp_path) == 1
    line, count = capsys.readouterr().out.splitlines()
    assert line == f"{NOTHING} : affirm : exemple déjà écrit plus haut : oui"
    assert count == "1 problème à corriger : docs/writing-answers.md dit comment."


def test_the_lint_needs_no_rasa() -> None:
    code = "import sys, cli.content.lint; print({'rasa', 'rasa_sdk', 'sklearn'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_named(small: SmallContent, case: Mapping[str, str]) -> None:
    small.change(case["file"], case["instead of"], case["written"])
    assert case["told"] in small.problems()


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (DOMAIN, "domain.yml : le fichier manque"),
        (
            ACTION,
            "data/conversation/user_number.yml : utter_refused_zero : n'est dite par aucune règle ni aucune action",
        ),
    ],
)
def test_a_file_that_is_missing_is_seen(small: SmallContent, file: str, problem: str) -> None:
    small.leave_out(file)
    assert problem in small.problems()


def test_a_topic_without_rule_has_no_answer(small: SmallContent) -> None:
    small.change(CHECK, "- intent: check_user_number\n  - action", "- intent: deadline\n  - action")
    told = "aucune règle : - intent: check_user_number, puis - action: action_answer"
    assert f"{CHECK} : check_user_number : {told}" in small.problems()


def test_a_topic_whose_rule_only_utters_is_not_answered_by_profile(small: SmallContent) -> None:
    small.change(DEADLINE, "action: action_answer", "action: utter_deadline")
    told = "sa règle n'appelle ni action_answer ni une autre action de domain.yml"
    assert f"{DEADLINE} : deadline : {told}" in small.problems()


def test_a_topic_that_action_answer_says_needs_its_words(small: SmallContent) -> None:
    small.change(CHECK, "action: action_check_user_number", "action: action_answer")
    assert f"{CHECK} : check_user_number : aucune réponse : écrivez utter_check_user_number" in small.problems()


@pytest.mark.parametrize(
    "text",
    [
        "Il compte 14 caractères, comme 359 00007090001.",
        "« A123456 » n'a que 7 caractères.",
        "Chaque année, la Caf demande le loyer du mois de juillet : soyez à jour.",
        "1. Cliquez.\n2. Validez.",
        "Vous recevez deux courriers, toujours aujourd'hui.",
    ],
)
def test_what_the_guides_say_is_allowed(text: str) -> None:
    assert foreign(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("le 31 août", ["31", "août"]),
        ("359 00007090002", ["359", "00007090002"]),
        ("Sous quinze jours", ["quinze", "jours"]),
        ("dans le mois", ["mois"]),
        ("147 €", ["147"]),
        ("Mars", ["Mars"]),
    ],
)
def test_what_they_do_not_say_is_found(text: str, found: list[str]) -> None:
    assert foreign(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Les guides de la Caf ne disent pas ce qui se passe.",
        "Ils ne donnent ni date ni délai.",
        "Les guides n'en parlent pas.",
        "Les guides ne tranchent pas.",
    ],
)
def test_a_silence_is_told_in_several_ways(text: str) -> None:
    assert SAYS_SO.search(text)


@pytest.mark.parametrize(
    ("text", "is_source"),
    [
        ("Oui.\n\nSource : {guide}.", True),
        ("Oui.\n\nSource : guide des organismes.", True),
        ("Oui.\n\nSource : guides du bailleur particulier et des organismes.", True),
        ("Oui. Source : {guide}.", False),
        ("Oui.\n\nSource : {guide}", False),
        ("Oui.\n\nSource : {guide}.\nAutre.", False),
    ],
)
def test_the_source_is_the_last_line(text: str, is_source: bool) -> None:
    assert bool(SOURCE.search(text)) == is_source
