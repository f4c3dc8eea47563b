"""What the assistant answers: complete, short, plain, and with nothing that the guides do not say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.nlu.content import (
    CONVERSATION_FILES,
    JOURNEY_FILES,
    PROFILES,
    TOPIC_FILES,
    Variation,
    domain,
    examples,
    intents,
    read,
    steps,
    variations,
)

FIGURES = {
    "14": "the characters of a N° utilisateur",
    "7": "the characters of A123456",
    "359 00007090001": "the N° utilisateur of the specimen",
    "A123456": "the other number of the specimen email",
}
"""Every figure that an answer may hold, and what the guides say with it."""
COUNTED = {"deux": "two emails, two letters, two guides"}
NUMBER_WORDS = [
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "cent",
    "mille",
]
OTHER_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
DELAYS = re.compile(r"\b(jours?|semaines?|mois|heures?|minutes?|ans?|années?)\b")
KNOWN_DELAYS = ("loyer du mois de juillet", "chaque année", "à jour")

SILENCES = ("deadline", "rent_with_charges", "correct_after_validation", "aid_amount", "unpaid_rent_procedure")
"""Asked often, settled by neither guide."""

GUIDE_OF = {
    "landlord": "guide du bailleur particulier",
    "organisation": "guide des organismes",
    None: r"guides|guide des organismes|guide du bailleur particulier",
}

every_topic = pytest.mark.parametrize("path", TOPIC_FILES, ids=lambda path: path.stem)
every_answer = pytest.mark.parametrize(
    "answer",
    [answer for path in (*TOPIC_FILES, *CONVERSATION_FILES) for answer in variations(path)],
    ids=lambda answer: f"{answer.response}-{answer.profile or 'anybody'}",
)


@every_topic
def test_a_topic_has_its_questions_its_rule_and_its_answer_in_one_file(path: Path) -> None:
    topic = path.stem
    assert {example.intent for example in examples(path)} == {topic}
    assert [rule["steps"] for rule in read(path)["rules"]] == [[{"intent": topic}, {"action": f"utter_{topic}"}]]
    assert set(read(path)["responses"]) == {f"utter_{topic}"}


@every_topic
def test_a_topic_is_answered_whoever_asks(path: Path) -> None:
    assert sorted(answer.profile or "" for answer in variations(path)) == sorted(profile or "" for profile in PROFILES)


@every_topic
def test_a_topics_rule_has_no_condition_so_that_it_serves_inside_a_form(path: Path) -> None:
    assert all("condition" not in rule for rule in read(path)["rules"])


@every_topic
def test_an_answer_names_the_guide_it_rests_on(path: Path) -> None:
    for answer in variations(path):
        assert re.search(GUIDE_OF[answer.profile], answer.text), answer.text


@pytest.mark.parametrize("topic", SILENCES)
def test_where_the_guides_are_silent_the_answer_says_so_and_offers_an_adviser(topic: str) -> None:
    path = next(path for path in TOPIC_FILES if path.stem == topic)
    for answer in variations(path):
        assert re.search(r"\bne (donne|tranche|dit|donnent|tranchent|disent) (pas|rien)\b", answer.text), answer.text
        assert "conseiller" in answer.text
        assert any(button["payload"] == "/ask_adviser" for button in answer.buttons)


@every_answer
def test_an_answer_holds_no_figure_or_date_that_is_not_in_the_guides(answer: Variation) -> None:
    text = re.sub(r"^\d+\. ", "", answer.text, flags=re.MULTILINE)  # a list's own numbers
    for known in FIGURES:
        text = re.sub(rf"(?<!\w){known}(?!\w)", "", text)
    assert re.findall(r"\w*\d\w*", text) == []
    words = re.findall(r"\w+", text.lower())
    assert [word for word in words if word in NUMBER_WORDS and word not in COUNTED] == []
    assert [word for word in words if word in OTHER_MONTHS] == []
    for known in KNOWN_DELAYS:
        text = text.replace(known, "").replace(known.capitalize(), "")
    assert DELAYS.findall(text) == []


@every_answer
def test_an_answer_is_short_and_plain(answer: Variation) -> None:
    assert 0 < len(answer.text) < 700
    assert answer.text == answer.text.strip()
    assert re.findall(r"[*_#`<>\[\]{}]|https?:|\t", answer.text) == []
    assert re.findall(r"^\s*-", answer.text, flags=re.MULTILINE) == []
    assert answer.text.count("«") == answer.text.count("»")
    assert re.findall(r"«\S|\S»|\S[:;?!](?=\s|$)|\b(tu|ton|ta|tes|toi)\b", answer.text) == []
    assert "’" not in answer.text  # one apostrophe everywhere


@every_answer
def test_a_button_leads_somewhere(answer: Variation) -> None:
    assert len(answer.buttons) <= 3
    for button in answer.buttons:
        assert button["payload"].removeprefix("/") in intents()
        assert button["payload"] != "/" + answer.response.removeprefix("utter_"), "back to where one stands"
        assert 0 < len(button["title"]) <= 40


def test_every_rule_says_something_that_exists_and_every_answer_has_its_rule() -> None:
    files = (*TOPIC_FILES, *CONVERSATION_FILES)
    known = {answer.response for path in (*files, *JOURNEY_FILES) for answer in variations(path)}
    said = {step["action"] for path in files for step in steps(path) if "action" in step}
    assert said - known <= set(domain()["actions"])
    by_itself = {"utter_default"}  # said by action_default_fallback
    assert {answer.response for path in files for answer in variations(path)} - said == by_itself
    listened_to = {step["intent"] for path in files for step in steps(path) if "intent" in step}
    assert listened_to - intents() <= {"nlu_fallback"}


def test_words_of_a_journey_outside_it_are_answered_only_there() -> None:
    """Inside, the form handles them: a rule without condition would answer in its place."""
    for path in CONVERSATION_FILES:
        for rule in read(path).get("rules") or []:
            if path.stem in ("nothing_under_way", "fallback"):
                assert rule["condition"] == [{"active_loop": None}], rule["rule"]
            else:
                assert "condition" not in rule, rule["rule"]
