"""What the proposed examples change in what is understood, and how it is told."""

from __future__ import annotations

import pytest

from cli.content.reading import Example
from cli.examples.measure import figures, measure
from cli.examples.proposal import Proposal
from cli.examples.report import write_report
from offre_bailleurs.settings import PROJECT_ROOT

SUBJECTS = {
    "deadline": ["quelle est la date limite pour déclarer", "jusqu'à quand déclarer", "date limite de la déclaration"],
    "keep_recap": [
        "comment garder mon récapitulatif",
        "retrouver le récapitulatif",
        "imprimer mon récapitulatif en pdf",
    ],
    "off_topic": ["quel temps fait-il demain", "une recette de crêpes", "je cherche un train pour Paris"],
}
EXAMPLES = [Example(text, intent) for intent, texts in SUBJECTS.items() for text in texts * 2]
CARILLON = [Example(f"{word} le carillon sonne", "deadline") for word in ("quand", "à quelle heure", "quel jour")]
UNSEEN = [
    Example("le carillon sonne quand", "deadline"),
    Example("garder le récapitulatif", "keep_recap"),
    Example("une recette de gâteau", "off_topic"),
    Example("deux questions à la fois", ""),
]


def test_what_becomes_understood_is_told() -> None:
    measured = measure(PROJECT_ROOT, EXAMPLES, CARILLON, UNSEEN, 1)
    assert [one.message.text for one in measured.after] == [each.text for each in UNSEEN[:3]]
    assert not measured.before[0].is_right
    assert measured.after[0].is_right
    assert figures(measured.before).accuracy < figures(measured.after).accuracy
    report = write_report(Proposal({"data/answers/deadline.yml": CARILLON}), measured, {})
    assert "Désormais compris : 1." in report
    assert "| deadline : justes sur 1 | 0 | 1 |" in report
    assert "66,7 % | 100,0 %" in report


def test_a_message_that_is_an_example_is_not_measured() -> None:
    known = [
        *UNSEEN,
        Example("DATE LIMITE de la declaration ?", "deadline"),
        Example("Quel jour le carillon sonne !", "deadline"),
    ]
    measured = measure(PROJECT_ROOT, EXAMPLES, CARILLON, known, 1)
    assert len(measured.before) == len(measured.after) == 3


def test_a_quick_look_says_so() -> None:
    measured = measure(PROJECT_ROOT, EXAMPLES, CARILLON, UNSEEN, 2)
    assert measured.trained_on == len(EXAMPLES) // 2
    assert "Coup d'œil seulement" in write_report(Proposal({"a.yml": CARILLON}), measured, {})


@pytest.mark.parametrize("examples", [[], CARILLON])
def test_what_was_not_measured_is_not_told(examples: list[Example]) -> None:
    report = write_report(Proposal({"a.yml": examples} if examples else {}), None, {})
    assert ("Non mesurée" in report) is bool(examples)
    assert "|" not in report


def test_what_was_said_is_not_read_as_markdown() -> None:
    said = Example("`# <b>gras</b> [lien](x)`", "deadline")
    assert "`'# <b>gras</b> [lien](x)'`" in write_report(Proposal({"a.yml": [said]}), None, {})
