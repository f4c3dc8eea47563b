"""A question is answered in the words of the profile that asks; the profile is asked once, when it matters."""

from __future__ import annotations

import pytest

from actions.answers import feedback, question, reply
from actions.answers.profile import AnswerOtherProfile, TakeProfile
from actions.answers.question import AnswerQuestion, NotUnderstood
from actions.answers.user_number import CheckUserNumber
from offre_bailleurs import topics
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import Topic
from tests.unit.actions.answering import Visitor, names

DEPENDS, SAME = "several_departements", "lost_login"
LANDLORD, ORGANISATION = {"profile": "landlord"}, {"profile": "organisation"}


@pytest.fixture(autouse=True)
def _two_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """One topic whose answer depends on the profile, one that is the same for all: whatever data/ says today."""
    known = {
        DEPENDS: Topic(DEPENDS, depends_on_profile=True, is_same_for_all=False, has_picture=False),
        SAME: Topic(SAME, depends_on_profile=False, is_same_for_all=True, has_picture=True),
        **{
            name: Topic(name, depends_on_profile=False, is_same_for_all=True, has_picture=False)
            for name in ("forgotten_password", "first_connection")
        },
        "report_change": Topic("report_change", depends_on_profile=False, is_same_for_all=True, has_picture=False),
    }
    for module in (question, reply, feedback):
        monkeypatch.setattr(module, "topics", lambda: known)
    monkeypatch.setattr("actions.answers.profile.topics", lambda: known)
    titled = ("lost_login", "deadline", "keep_recap", "declare_rent")
    monkeypatch.setattr(question, "titles", lambda: {name: f"title of {name}" for name in titled})


def test_an_answer_that_serves_everybody_is_given_at_once_and_names_both_guides() -> None:
    said = Visitor().asks(AnswerQuestion(), "j'ai perdu mon identifiant", SAME)
    assert names(said) == ["utter_lost_login", "utter_lost_login_picture", "utter_ask_feedback"]
    assert said[0]["guide"] == "guides du bailleur particulier et des organismes"


def test_the_profile_is_asked_once_then_remembered() -> None:
    visitor = Visitor()
    assert names(visitor.asks(AnswerQuestion(), "combien de comptes", DEPENDS)) == ["utter_ask_profile"]
    said = visitor.asks(TakeProfile(), "Organisme", "say_profile", pressed=ORGANISATION)
    assert names(said) == ["utter_several_departements"]
    assert said[0]["profile"] == Profile.ORGANISATION
    assert said[0]["guide"] == "guide des organismes"
    said = visitor.asks(AnswerQuestion(), "et les départements", DEPENDS)
    assert (names(said), said[0]["profile"]) == (["utter_several_departements"], Profile.ORGANISATION)


def test_the_profile_can_be_typed() -> None:
    visitor = Visitor()
    visitor.asks(AnswerQuestion(), "combien de comptes", DEPENDS)
    said = visitor.asks(TakeProfile(), "je suis une agence", "say_profile", mentions=ORGANISATION)
    assert said[0]["profile"] == Profile.ORGANISATION


def test_words_that_name_no_profile_have_it_asked_again() -> None:
    assert names(Visitor().asks(TakeProfile(), "euh les deux", "say_profile")) == ["utter_ask_profile"]


def test_a_correction_answers_the_last_question_again_when_it_makes_a_difference() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    visitor.asks(AnswerQuestion(), "plusieurs départements", DEPENDS)
    said = visitor.asks(TakeProfile(), "en fait je suis une agence", "say_profile", mentions=ORGANISATION)
    assert (names(said), visitor.slots["profile"]) == (["utter_several_departements"], "organisation")
    visitor.asks(AnswerQuestion(), "identifiant perdu", SAME)
    said = visitor.asks(TakeProfile(), "non, particulier", "say_profile", mentions=LANDLORD)
    assert names(said) == ["utter_profile_noted"]


def test_and_for_an_organisation_is_for_one_question_only() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    visitor.asks(AnswerQuestion(), "plusieurs départements", DEPENDS)
    said = visitor.asks(AnswerOtherProfile(), "et pour un organisme ?", "ask_other_profile", mentions=ORGANISATION)
    assert said[0]["profile"] == Profile.ORGANISATION
    assert visitor.slots["profile"] == "landlord"
    said = visitor.asks(AnswerOtherProfile(), "et pour l'autre ?", "ask_other_profile")
    assert said[0]["profile"] == Profile.ORGANISATION


def test_an_answer_that_is_the_same_for_both_says_so() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    visitor.asks(AnswerQuestion(), "identifiant perdu", SAME)
    said = visitor.asks(AnswerOtherProfile(), "et pour une agence ?", "ask_other_profile", mentions=ORGANISATION)
    assert names(said)[:2] == ["utter_same_for_both_profiles", "utter_lost_login"]


def test_and_for_an_organisation_before_any_question_asks_which() -> None:
    said = Visitor().asks(AnswerOtherProfile(), "et pour un organisme", "ask_other_profile", mentions=ORGANISATION)
    assert names(said) == ["utter_other_profile_of_what"]
    assert names(Visitor().asks(AnswerOtherProfile(), "et l'autre", "ask_other_profile")) == ["utter_ask_profile"]


def test_a_profile_named_in_the_question_answers_it() -> None:
    visitor = Visitor()
    said = visitor.asks(AnswerQuestion(), "combien de comptes pour une agence", DEPENDS, mentions=ORGANISATION)
    assert said[0]["profile"] == Profile.ORGANISATION
    assert "profile" not in visitor.slots
    visitor.asks(AnswerQuestion(), "je suis une agence, combien de comptes", DEPENDS, mentions=ORGANISATION)
    assert visitor.slots["profile"] == "organisation"


def test_words_never_change_the_profile_of_a_signed_in_user() -> None:
    visitor = Visitor(user_id=1, slots={"profile": "landlord"})
    said = visitor.asks(TakeProfile(), "je suis une agence", "say_profile", mentions=ORGANISATION)
    assert names(said) == ["utter_profile_from_account"]
    visitor.asks(AnswerQuestion(), "je suis une agence, combien de comptes", DEPENDS, mentions=ORGANISATION)
    assert visitor.slots["profile"] == "landlord"


def test_two_questions_are_both_answered() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    said = visitor.asks(AnswerQuestion(), "…", SAME, questions=[SAME, DEPENDS])
    assert names(said) == ["utter_lost_login", "utter_lost_login_picture", "utter_several_departements"]


def test_of_two_questions_only_the_one_that_needs_the_profile_waits_for_it() -> None:
    visitor = Visitor()
    said = visitor.asks(AnswerQuestion(), "…", DEPENDS, questions=[DEPENDS, SAME])
    assert names(said) == ["utter_lost_login", "utter_lost_login_picture", "utter_ask_profile"]
    said = visitor.asks(TakeProfile(), "Organisme", "say_profile", pressed=ORGANISATION)
    assert names(said) == ["utter_several_departements"]


def test_what_is_told_of_a_tenant_is_answered_by_what_to_do_with_it() -> None:
    said = Visitor().asks(AnswerQuestion(), "mon locataire est parti", "situation_left")
    assert names(said) == ["utter_report_change"]


def test_questions_that_are_clear_one_by_one_are_answered_though_the_whole_is_not_understood() -> None:
    visitor = Visitor(slots={"profile": "landlord"})
    said = visitor.asks(NotUnderstood(), "…", "nlu_fallback", questions=[DEPENDS, SAME])
    answers = ["utter_several_departements", "utter_lost_login", "utter_lost_login_picture"]
    assert names(said) == [*answers, "utter_ask_feedback"]


def test_when_nothing_is_near_what_is_commonest_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "titles", topics.titles)
    said = Visitor().asks(NotUnderstood(), "zzz", "nlu_fallback", likely=["nlu_fallback", "off_topic", "affirm"])
    assert [button["payload"] for button in said[0]["buttons"]] == [f"/{each}" for each in question._COMMONEST]


@pytest.mark.parametrize(
    ("told", "response"),
    [
        ("mot de passe oublié, jamais connecté, codes reçus par courrier", "utter_access_never_by_letter"),
        (
            "je n'ai jamais réussi à me connecter, codes reçus par mail, il me manque le mdp",
            "utter_access_never_by_email",
        ),
    ],
)
def test_a_missing_password_with_all_that_matters_told_is_answered_with_the_right_link(
    told: str, response: str
) -> None:
    assert names(Visitor().asks(AnswerQuestion(), told, "forgotten_password")) == [response]


def test_what_matters_may_be_told_after_the_question() -> None:
    visitor = Visitor()
    visitor.asks(AnswerQuestion(), "mot de passe oublié", "forgotten_password")
    said = visitor.asks(AnswerQuestion(), "je ne me suis jamais connectée, j'ai reçu deux lettres", "first_connection")
    assert names(said) == ["utter_access_never_by_letter"]


def test_a_message_not_understood_offers_what_is_nearest_then_an_adviser() -> None:
    visitor = Visitor()
    likely = ["nlu_fallback", "off_topic", "lost_login", "affirm", "deadline", "keep_recap", "declare_rent"]
    said = visitor.asks(NotUnderstood(), "gloubi", "nlu_fallback", likely=likely)
    assert names(said) == ["utter_not_understood"]
    assert [button["payload"] for button in said[0]["buttons"]] == ["/lost_login", "/deadline", "/keep_recap"]
    said = visitor.asks(NotUnderstood(), "boulga", "nlu_fallback", likely=likely)
    assert names(said) == ["utter_not_understood_again"]
    assert [button["payload"] for button in said[0]["buttons"]] == [
        '/ask_adviser{"reason": "misunderstood"}',
        "/lost_login",
        "/deadline",
    ]
    visitor.asks(AnswerQuestion(), "identifiant perdu", SAME)
    said = visitor.asks(NotUnderstood(), "gloubi", "nlu_fallback", likely=likely)
    assert names(said) == ["utter_not_understood"]


@pytest.mark.parametrize(
    ("typed", "response"),
    [
        ("351 00001234567", "utter_user_number_right_length"),
        ("A123456", "utter_user_number_specimen_of_email"),
        ("3510000123", "utter_user_number_too_short"),
        ("351000012345678", "utter_user_number_too_long"),
        ("ABCDE12345678Z", "utter_user_number_right_length"),
    ],
)
def test_a_typed_user_number_is_checked(typed: str, response: str) -> None:
    said = Visitor().asks(CheckUserNumber(), typed, "check_user_number", mentions={"user_number": typed})
    assert names(said) == [response]
    assert said[0]["count"] == len(typed.replace(" ", ""))


def test_a_number_that_was_not_given_is_asked_for() -> None:
    said = Visitor().asks(CheckUserNumber(), "c'est bon mon numéro ?", "check_user_number")
    assert names(said) == ["utter_user_number_not_given"]


def test_a_number_of_no_usual_form_is_checked_all_the_same() -> None:
    said = Visitor().asks(CheckUserNumber(), "c'est 0123456 ?", "check_user_number")
    assert (names(said), said[0]["count"]) == (["utter_user_number_too_short"], 7)


def test_a_short_word_is_no_number() -> None:
    said = Visitor().asks(CheckUserNumber(), "mon n° 2 est bon ?", "check_user_number")
    assert names(said) == ["utter_user_number_not_given"]
