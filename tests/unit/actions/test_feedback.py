"""«Cela répond-il à votre question ?» ends an answer once a topic, and never where a question of ours follows."""

from __future__ import annotations

import pytest

from actions.answers import feedback, question, reply
from actions.answers.feedback import TakeFeedback
from actions.answers.profile import AnswerOtherProfile, TakeProfile
from actions.answers.question import AnswerQuestion, NotUnderstood
from actions.answers.reply import FEEDBACK_ABOUT
from actions.recover_access.start import StartRecoverAccess
from offre_bailleurs.topics import Topic
from tests.unit.actions.answering import Visitor, names

DEPENDS, SAME, PICTURED, REPLACE = "several_departements", "deadline", "find_user_number", "replace_administrator"
LOST = "lost_login"
ORGANISATION = {"profile": "organisation"}
ASKED = "utter_ask_feedback"


@pytest.fixture(autouse=True)
def _known_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever data/ says today."""
    known = {
        name: Topic(
            name,
            depends_on_profile=name == DEPENDS,
            is_same_for_all=name != DEPENDS,
            has_picture=name == PICTURED,
        )
        for name in (DEPENDS, SAME, PICTURED, REPLACE, LOST)
    }
    for module in (question, reply, feedback):
        monkeypatch.setattr(module, "topics", lambda: known)
    monkeypatch.setattr("actions.answers.profile.topics", lambda: known)


def _asked_about(said: list[dict[str, object]]) -> list[object]:
    """The topics of which it is asked whether the answer helped, in the answers or after a picture."""
    within = [response[FEEDBACK_ABOUT] for response in said if FEEDBACK_ABOUT in response]
    return within + [response["topic"] for response in said if response["response"] == ASKED]


def test_an_answer_ends_with_the_question_once_a_topic() -> None:
    visitor = Visitor()
    assert _asked_about(visitor.asks(AnswerQuestion(), "la date limite", SAME)) == [SAME]
    assert _asked_about(visitor.asks(AnswerQuestion(), "et la date limite ?", SAME)) == []
    assert _asked_about(visitor.asks(AnswerQuestion(), "mon numéro", PICTURED)) == [PICTURED]
    assert visitor.slots["feedback_asked"] == [SAME, PICTURED]


def test_after_a_picture_the_question_comes_last_and_alone() -> None:
    said = Visitor().asks(AnswerQuestion(), "mon numéro", PICTURED)
    assert names(said) == ["utter_find_user_number", "utter_find_user_number_picture", ASKED]
    assert not any(FEEDBACK_ABOUT in response for response in said)


def test_of_two_answers_only_the_last_one_asks() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    said = visitor.asks(AnswerQuestion(), "…", SAME, questions=[SAME, DEPENDS])
    assert [response.get(FEEDBACK_ABOUT) for response in said] == [None, DEPENDS]
    assert visitor.slots["feedback_asked"] == [DEPENDS]


def test_questions_that_are_clear_one_by_one_ask_under_the_last_answer_too() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    said = visitor.asks(NotUnderstood(), "…", "nlu_fallback", questions=[DEPENDS, SAME])
    assert [response.get(FEEDBACK_ABOUT) for response in said] == [None, SAME]


def test_nothing_is_asked_while_the_profile_is_asked_for_and_it_is_once_the_answer_comes() -> None:
    visitor = Visitor()
    said = visitor.asks(AnswerQuestion(), "…", DEPENDS, questions=[DEPENDS, SAME])
    assert (names(said), _asked_about(said)) == (["utter_deadline", "utter_ask_profile"], [])
    said = visitor.asks(TakeProfile(), "Organisme", "say_profile", pressed=ORGANISATION)
    assert _asked_about(said) == [DEPENDS]
    said = visitor.asks(AnswerOtherProfile(), "et pour un particulier ?", "ask_other_profile")
    assert (names(said), _asked_about(said)) == (["utter_several_departements"], [])


def test_nothing_is_asked_inside_a_form_and_the_topic_is_not_used_up() -> None:
    visitor = Visitor(form="declare_rent_form")
    assert _asked_about(visitor.asks(AnswerQuestion(), "la date limite", SAME)) == []
    visitor.form = None
    assert _asked_about(visitor.asks(AnswerQuestion(), "la date limite", SAME)) == [SAME]


def test_an_answer_that_begins_a_journey_asks_nothing() -> None:
    visitor = Visitor()
    said = visitor.asks(StartRecoverAccess(), "j'ai perdu mon identifiant", LOST)
    assert (visitor.slots["recover_access_ready"], _asked_about(said)) == (True, [])
    said = visitor.asks(StartRecoverAccess(), "que faire si on perd son identifiant", LOST)
    assert (visitor.slots["recover_access_ready"], _asked_about(said)) == (False, [LOST])


def test_an_answer_after_which_the_assistant_offers_to_record_a_request_asks_nothing() -> None:
    assert _asked_about(Visitor().asks(AnswerQuestion(), "changer d'administrateur", REPLACE)) == []


@pytest.mark.parametrize(
    ("helped", "form", "response"),
    [
        ("yes", None, "utter_feedback_thanks"),
        ("no", None, "utter_not_helpful"),
        ("yes", "declare_rent_form", "utter_feedback_thanks"),
        ("no", "declare_rent_form", "utter_feedback_thanks"),
    ],
)
def test_an_opinion_is_answered(helped: str, form: str | None, response: str) -> None:
    visitor = Visitor(form=form)
    said = visitor.asks(TakeFeedback(), "…", "give_feedback", pressed={"helped": helped, "topic": SAME})
    assert names(said) == [response]


@pytest.mark.parametrize(
    ("votes", "form", "responses"),
    [
        (("yes", "yes"), None, ["utter_feedback_thanks"]),
        (("yes", "no"), None, ["utter_feedback_changed", "utter_not_helpful"]),
        (("no", "no"), None, ["utter_not_helpful"]),
        (("no", "yes"), None, ["utter_feedback_changed"]),
        (("no", "yes", "no", "no"), None, ["utter_not_helpful"]),
        (("yes", "no"), "declare_rent_form", ["utter_feedback_changed"]),
        (("no", "no"), "declare_rent_form", ["utter_feedback_thanks"]),
    ],
)
def test_an_opinion_that_is_changed_is_said_to_be(
    votes: tuple[str, ...], form: str | None, responses: list[str]
) -> None:
    visitor = Visitor(form=form)
    for helped in votes:
        said = visitor.asks(TakeFeedback(), "…", "give_feedback", pressed={"helped": helped, "topic": SAME})
    assert names(said) == responses


def test_an_opinion_on_another_answer_changes_nothing() -> None:
    visitor = Visitor()
    visitor.asks(TakeFeedback(), "👎 Non", "give_feedback", pressed={"helped": "no", "topic": SAME})
    said = visitor.asks(TakeFeedback(), "👍 Oui", "give_feedback", pressed={"helped": "yes", "topic": PICTURED})
    assert names(said) == ["utter_feedback_thanks"]


@pytest.mark.parametrize(
    "pressed",
    [{}, {"helped": "yes"}, {"topic": SAME}, {"helped": "maybe", "topic": SAME}, {"helped": "yes", "topic": "gone"}],
)
def test_an_opinion_that_no_button_of_today_gives_is_none(pressed: dict[str, str]) -> None:
    assert names(Visitor().asks(TakeFeedback(), "…", "give_feedback", pressed=pressed)) == ["utter_default"]


def test_a_typed_opinion_is_none() -> None:
    typed = {"helped": "yes", "topic": SAME}
    assert names(Visitor().asks(TakeFeedback(), "…", "give_feedback", mentions=typed)) == ["utter_default"]
