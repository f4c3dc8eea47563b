"""The triage and the request as the form runs them: questions, replies, and what the journey ends with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from actions.exchange import REQUESTED_SLOT, Exchange
from actions.recover_access.finish import AdviseOnAccess, RecoverAccess
from actions.recover_access.form import RecoverAccessForm
from actions.recover_access.slots import SLOTS
from offre_bailleurs.attempts import Asker, TooMany
from offre_bailleurs.database import reading
from offre_bailleurs.models import PortalUser, RecoveryKind, RecoveryRequest
from offre_bailleurs.sealing import unseal
from offre_bailleurs.settings import settings
from tests.unit.actions.answering import Visitor, names
from tests.unit.conftest import World

MISSING, CONNECTED, RECEIVED = (f"utter_question_access_{name}" for name in ("missing", "connected", "received"))
NUMBER, EMAIL = "utter_question_access_user_number", "utter_question_access_email"
LOGIN_ADVICE, PASSWORD_ADVICE = "utter_access_login_unknown", "utter_access_password_unknown"
LOGIN_ASKED, PASSWORD_ASKED = "utter_access_login_asked", "utter_access_password_asked"
RIGHT = "35900007090012"


@dataclass
class Recovery(Visitor):
    """A visitor in the form. Rasa's part is played here: the last action runs once no slot is requested any more."""

    said: list[dict[str, Any]] = field(default_factory=list)
    """The last turn's."""

    def begins(self, text: str = "je n'arrive pas à me connecter", **pressed: str) -> list[str]:
        return self.replies(text, "pick_access" if pressed else "cannot_connect", **pressed)

    def replies(self, text: str, intent: str = "inform", **pressed: str) -> list[str]:
        self.said = self.asks(RecoverAccessForm(), text, intent, pressed=pressed)
        outcome = self.slots.get("recover_access_outcome")
        if self.slots.get("requested_slot") is None and outcome in ("ask", "advise", "cancel"):
            last = RecoverAccess() if outcome == "ask" else AdviseOnAccess()
            self.said += self.asks(last, text, intent)
        return names(self.said)


class RecordingForm(RecoverAccessForm):
    """Keeps what the validator requested in its last call; None: nothing."""

    requested: str | None = None

    def answer(self, exchange: Exchange) -> None:
        super().answer(exchange)
        self.requested = exchange.slot(REQUESTED_SLOT) if exchange.was_set(REQUESTED_SLOT) else None


def asks_for_a_number() -> Recovery:
    recovery = Recovery()
    recovery.begins(access_missing="login")
    return recovery


def asks_for_an_address() -> Recovery:
    recovery = Recovery()
    recovery.begins(access_missing="password", access_connected="once")
    return recovery


def requests(world: World) -> list[tuple[RecoveryKind, str]]:
    """What was asked for, and with what."""
    with reading(on=world.engine) as session:
        rows = session.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id))
        return [(row.kind, unseal(row.sealed or "", secret=settings().secret_key)) for row in rows]


# --- From the triage to the request


@pytest.mark.parametrize(("missing", "advice"), [("login", LOGIN_ADVICE), ("both", "utter_access_both_unknown")])
def test_a_lost_login_is_asked_for_with_the_number(world: World, missing: str, advice: str) -> None:
    recovery = Recovery()
    assert recovery.begins() == [MISSING]
    assert recovery.replies("…", "pick_access", access_missing=missing) == [advice, NUMBER]
    assert recovery.replies("359 0000 7090 012", "check_user_number") == [LOGIN_ASKED]
    assert requests(world) == [(RecoveryKind.LOGIN, RIGHT)]


def test_who_signed_in_before_gets_a_new_password_with_the_address(world: World) -> None:
    recovery = Recovery()
    recovery.begins()
    assert recovery.replies("mon mdp", "forgotten_password") == [CONNECTED]
    assert recovery.replies("oui", "affirm") == [PASSWORD_ADVICE, EMAIL]
    assert recovery.replies("C'est Camille@Exemple.FR.", "off_topic") == [PASSWORD_ASKED]
    assert requests(world) == [(RecoveryKind.PASSWORD, "camille@exemple.fr")]


def test_never_connected_with_codes_by_letter_needs_the_number_even_when_only_the_password_is_missing(
    world: World,
) -> None:
    recovery = Recovery()
    recovery.begins()
    assert recovery.replies("mon mdp", "forgotten_password") == [CONNECTED]
    assert recovery.replies("jamais", "deny") == [RECEIVED]
    assert recovery.replies("par la poste", "nlu_fallback") == ["utter_access_never_by_letter", NUMBER]
    recovery.replies(RIGHT)
    assert requests(world) == [(RecoveryKind.LOGIN, RIGHT)]


@pytest.mark.parametrize("insists", ["j'ai juste oublié mon mot de passe", "mais c'est le mot de passe qui est refusé"])
def test_who_insists_on_the_other_request_is_told_the_reason_again(insists: str) -> None:
    recovery = Recovery()
    begun = recovery.begins(access_missing="password", access_connected="never", access_received="letter")
    assert begun == ["utter_access_never_by_letter", NUMBER]
    assert recovery.replies(insists, "forgotten_password") == ["utter_access_never_by_letter", NUMBER]
    chosen = recovery.replies("J'ai mon adresse courriel", "pick_access", access_request="password")
    assert chosen == [NUMBER]


def test_nothing_received_leads_to_the_number() -> None:
    recovery = Recovery()
    recovery.begins(access_missing="password", access_connected="never")
    assert recovery.replies("rien du tout") == ["utter_access_nothing_received", NUMBER]


@pytest.mark.parametrize(
    ("told", "advice"),
    [
        ({"access_missing": "other"}, "utter_access_other"),
        ({"access_missing": "password", "access_connected": "unknown"}, "utter_access_both_cases"),
        (
            {"access_missing": "refused", "access_connected": "never", "access_received": "email"},
            "utter_access_never_by_email",
        ),
    ],
)
def test_what_the_guides_leave_open_ends_with_the_advice(world: World, told: dict[str, str], advice: str) -> None:
    recovery = Recovery()
    assert recovery.begins("…", **told) == [advice]
    assert (recovery.slots["requested_slot"], requests(world)) == (None, [])


@pytest.mark.parametrize(("request_", "question"), [("login", NUMBER), ("password", EMAIL)])
def test_a_button_of_an_advice_begins_at_the_request(request_: str, question: str) -> None:
    assert Recovery().begins("Faire la demande ici", access_request=request_) == [question]


def test_the_buttons_of_the_answers_begin_at_the_right_place() -> None:
    assert Recovery().begins("Faire la demande ici", access_missing="login") == [LOGIN_ADVICE, NUMBER]
    assert Recovery().begins("Faire la demande ici", access_missing="password") == [CONNECTED]


def test_somebody_who_is_signed_in_is_told_so_and_helped_with_another_account(world: World) -> None:
    recovery = Recovery(user_id=world.landlord)
    assert recovery.begins() == ["utter_recover_access_signed_in", MISSING]
    assert recovery.replies("mon identifiant", "lost_login") == [LOGIN_ADVICE, NUMBER]


# --- The N° utilisateur


@pytest.mark.parametrize(
    ("typed", "response", "number"),
    [
        ("35900007", "utter_access_number_too_short", "35900007"),
        ("c'est le 359 0000 7090 0123", "utter_access_number_too_long", "359000070900123"),
        ("a123456", "utter_access_number_specimen_of_email", "A123456"),
        ("mon n° d'allocataire est 1234567", "utter_access_number_seven", "1234567"),
    ],
)
def test_a_wrong_number_is_explained_and_asked_for_again(world: World, typed: str, response: str, number: str) -> None:
    recovery = asks_for_a_number()
    assert recovery.replies(typed, "check_user_number") == [response]
    assert (recovery.said[0]["number"], recovery.said[0]["count"]) == (number, len(number))
    assert requests(world) == []
    assert recovery.replies(RIGHT) == [LOGIN_ASKED]


def test_the_example_of_the_guide_is_remarked_on_and_asked_with_it_may_be_somebody_s(world: World) -> None:
    recovery = asks_for_a_number()
    assert recovery.replies("359 00007090001") == ["utter_access_number_specimen", LOGIN_ASKED]
    assert len(requests(world)) == 1


def test_an_address_in_the_place_of_the_number_is_told_apart(world: World) -> None:
    recovery = asks_for_a_number()
    assert recovery.replies("camille@exemple.fr") == ["utter_access_number_not_address"]
    assert requests(world) == []


@pytest.mark.parametrize("intent", ["find_user_number", "deadline", "ask_adviser", "greet"])
def test_a_question_about_the_number_is_left_to_its_own_rule(intent: str) -> None:
    recovery = asks_for_a_number()
    before = dict(recovery.slots)
    assert recovery.replies("où est-ce que je le trouve ?", intent) == []
    assert recovery.slots == before


@pytest.mark.parametrize("intent", ["deny", "postpone", "nlu_fallback"])
def test_who_does_not_have_the_number_is_told_where_to_find_it(intent: str) -> None:
    recovery = asks_for_a_number()
    said = recovery.replies("je ne l'ai pas sous la main", intent)
    assert said[0] == "utter_find_user_number"
    assert said[-1] == NUMBER


def test_the_button_that_checks_a_number_asks_for_it() -> None:
    assert asks_for_a_number().replies("Vérifier mon N° utilisateur", "check_user_number") == [NUMBER]


def test_a_reply_without_a_number_is_asked_in_simpler_words_then_with_examples_and_an_adviser() -> None:
    recovery = asks_for_a_number()
    assert recovery.replies("oui", "affirm") == [f"{NUMBER}_simpler"]
    assert recovery.replies("vert", "nlu_fallback") == ["utter_offer_adviser", f"{NUMBER}_examples"]


@pytest.mark.parametrize("intent", ["cancel", "deny", "declare_rent", "find_user_number", "off_topic"])
def test_a_right_number_counts_whatever_else_the_reply_looks_like(world: World, intent: str) -> None:
    assert asks_for_a_number().replies(f"mon numéro : {RIGHT}", intent) == [LOGIN_ASKED]
    assert requests(world) == [(RecoveryKind.LOGIN, RIGHT)]


# --- The address


def test_a_wrong_address_is_explained_and_asked_for_again(world: World) -> None:
    recovery = asks_for_an_address()
    assert recovery.replies("camille@exemple", "nlu_fallback") == ["utter_access_email_refused"]
    assert "Exemple : prenom.nom@exemple.fr" in recovery.said[0]["reason"]
    assert requests(world) == []
    assert recovery.replies("camille@exemple.fr") == [PASSWORD_ASKED]


@pytest.mark.parametrize(
    ("begun", "typed", "slot"),
    [(asks_for_a_number, "A123456", "access_user_number"), (asks_for_an_address, "a@b", "access_email")],
)
def test_after_a_refusal_the_form_itself_says_what_stays_open(begun: Any, typed: str, slot: str) -> None:
    """Rasa would otherwise ask for the first of the form's slots that is empty."""
    recovery = begun()
    with_refusal = RecordingForm()
    recovery.asks(with_refusal, typed, "inform")
    assert with_refusal.requested == slot


def test_two_addresses_are_one_too_many(world: World) -> None:
    assert asks_for_an_address().replies("a@exemple.fr ou b@exemple.fr") == ["utter_access_email_several"]
    assert requests(world) == []


def test_a_number_in_the_place_of_the_address_leads_to_the_other_request() -> None:
    recovery = asks_for_an_address()
    assert recovery.replies(RIGHT, "check_user_number") == ["utter_access_email_not_number"]
    assert recovery.replies("…", "pick_access", access_request="login") == [NUMBER]


@pytest.mark.parametrize(
    "typed",
    [
        "Je n'ai plus cette adresse",
        "j'ai changé de mail",
        "je ne sais plus laquelle",
        "j'ai changé d'adresse, c'est camille@exemple.fr",
    ],
)
def test_who_lost_the_address_is_told_that_the_guides_do_not_say(typed: str) -> None:
    recovery = asks_for_an_address()
    assert recovery.replies(typed) == ["utter_access_email_gone"]
    assert recovery.slots["requested_slot"] == "access_email"


@pytest.mark.parametrize("intent", ["modify", "cancel", "report_change"])
def test_an_address_that_is_gone_is_understood_whatever_else_the_reply_looks_like(intent: str) -> None:
    assert asks_for_an_address().replies("je n'ai plus cette adresse", intent) == ["utter_access_email_gone"]


def test_who_lost_the_login_too_is_asked_for_the_number() -> None:
    recovery = asks_for_an_address()
    assert recovery.replies("…", "pick_access", access_missing="both") == ["utter_access_both_unknown", NUMBER]


def test_a_reply_without_an_address_is_asked_in_simpler_words() -> None:
    assert asks_for_an_address().replies("bleu", "nlu_fallback") == [f"{EMAIL}_simpler"]


# --- The end


def test_nothing_that_was_typed_is_kept_once_the_request_is_made() -> None:
    for recovery, typed in ((asks_for_a_number(), RIGHT), (asks_for_an_address(), "camille@exemple.fr")):
        recovery.replies(typed)
        assert {name: recovery.slots.get(name) for name in SLOTS} == dict.fromkeys(SLOTS)


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(world: World) -> None:
    known, unknown = asks_for_a_number(), asks_for_a_number()
    with reading(on=world.engine) as session:
        number = session.get_one(PortalUser, world.other_landlord).partner_account.user_number
    assert known.replies(number) == unknown.replies("9" * 14) == [LOGIN_ASKED]
    said = [{**recovery.said[0], "given": ""} for recovery in (known, unknown)]
    assert said[0] == said[1]


def test_the_same_turn_run_again_asks_nothing_twice(world: World) -> None:
    recovery = asks_for_a_number()
    before = dict(recovery.slots)
    first = recovery.replies(RIGHT)
    recovery.slots = before
    assert recovery.replies(RIGHT) == first
    assert requests(world) == [(RecoveryKind.LOGIN, RIGHT)]


def test_too_many_requests_are_refused_with_the_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_session: object, _asker: Asker) -> None:
        raise TooMany(61)

    monkeypatch.setattr("offre_bailleurs.recovery.count_recovery", refuse)
    recovery = asks_for_a_number()
    assert recovery.replies(RIGHT) == ["utter_access_too_many"]
    assert recovery.said[0]["wait"] == "2 minutes"
    assert [button["payload"] for button in recovery.said[0]["buttons"]] == ["/ask_adviser"]
    assert requests(world) == []
    assert recovery.slots["requested_slot"] is None


def test_a_call_that_the_chat_does_not_vouch_for_asks_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    recovery = asks_for_a_number()
    monkeypatch.setattr("tests.unit.actions.answering.sign_turn", lambda _turn, secret: f"forged-{len(secret)}")
    with pytest.raises(PermissionError):
        recovery.replies(RIGHT)
    assert requests(world) == []


@pytest.mark.parametrize(
    ("typed", "intent"),
    [
        ("laissez tomber", "cancel"),
        ("plus tard", "postpone"),
        ("non merci", "thank"),
        ("je préfère la page", "nlu_fallback"),
        ("Je préfère la page de connexion", "cancel"),
    ],
)
def test_who_declines_is_told_the_link_and_nothing_is_asked(world: World, typed: str, intent: str) -> None:
    assert asks_for_a_number().replies(typed, intent) == ["utter_recover_access_left_login"]
    assert asks_for_an_address().replies(typed, intent) == ["utter_recover_access_left_password"]
    chosen = Recovery()
    chosen.begins(access_request="password")
    assert chosen.replies(typed, intent) == ["utter_recover_access_left_password"]
    assert requests(world) == []


@pytest.mark.parametrize("intent", ["forgotten_password", "nlu_fallback", "inform"])
def test_a_password_is_never_needed(world: World, intent: str) -> None:
    typed = "mon mot de passe c'est [mot de passe masqué]"
    assert asks_for_a_number().replies(typed, intent) == ["utter_access_no_password", NUMBER]
    assert asks_for_an_address().replies(typed, intent) == ["utter_access_no_password", EMAIL]
    triage = Recovery()
    triage.begins(access_missing="password")
    assert triage.replies(typed, intent) == ["utter_access_no_password", CONNECTED]
    assert requests(world) == []


def test_a_number_that_was_masked_is_asked_for_again() -> None:
    said = asks_for_a_number().replies("c'est [numéro de carte bancaire masqué]", "check_user_number")
    assert said == ["utter_access_masked", NUMBER]


def test_a_number_given_with_a_masked_password_is_taken(world: World) -> None:
    asks_for_a_number().replies(f"numéro {RIGHT}, mdp : [mot de passe masqué]", "forgotten_password")
    assert requests(world) == [(RecoveryKind.LOGIN, RIGHT)]


# --- The triage


def test_the_case_that_the_guides_do_not_cover() -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    triage.replies("refusés", "inform")
    triage.replies("non", "deny")
    assert triage.replies("par mail", "inform") == ["utter_access_never_by_email"]


@pytest.mark.parametrize("intent", ["email_safety", "access_portal", "off_topic"])
def test_a_short_reply_answers_the_question_whatever_else_it_looks_like(intent: str) -> None:
    triage = Recovery()
    triage.begins("Jamais connecté", access_missing="password", access_connected="never")
    assert triage.replies("par mail", intent) == ["utter_access_never_by_email"]


def test_what_the_first_sentence_tells_is_not_asked_again() -> None:
    told = "je n'ai jamais réussi à me connecter, codes reçus par courrier et mot de passe refusé"
    assert Recovery().begins(told) == ["utter_access_never_by_letter", NUMBER]


def test_a_button_of_an_answer_begins_in_the_middle() -> None:
    begun = Recovery().begins("Jamais connecté", access_missing="password", access_connected="never")
    assert begun == [RECEIVED]


def test_a_reply_that_is_not_understood_is_asked_in_simpler_words_then_with_examples_and_an_adviser() -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    assert triage.replies("bleu", "nlu_fallback") == [f"{MISSING}_simpler"]
    assert triage.replies("jaune", "nlu_fallback") == ["utter_offer_adviser", f"{MISSING}_examples"]
    assert triage.replies("mon identifiant", "inform") == [LOGIN_ADVICE, NUMBER]


def test_a_change_of_mind_about_what_is_missing_counts_at_any_question() -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    triage.replies("mot de passe", "forgotten_password")
    said = triage.replies("non c'est mon identifiant que j'ai perdu", "lost_login")
    assert said == [LOGIN_ADVICE, NUMBER]
    assert triage.replies("en fait j'ai oublié mon mot de passe", "forgotten_password") == [CONNECTED]


@pytest.mark.parametrize("intent", ["deadline", "ask_adviser", "greet", "account_locked"])
def test_a_question_in_between_is_left_to_its_own_rule(intent: str) -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    before = dict(triage.slots)
    assert triage.replies("…", intent) == []
    assert triage.slots == before


@pytest.mark.parametrize("intent", ["cancel", "postpone"])
def test_the_triage_can_be_given_up(intent: str) -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    assert triage.replies("laissez tomber", intent) == ["utter_recover_access_left"]


@pytest.mark.parametrize("begun", [Recovery, asks_for_a_number, asks_for_an_address])
def test_a_declaration_comes_before_the_journey(begun: Any) -> None:
    recovery = begun()
    if not recovery.slots:
        recovery.begins("connexion impossible")
    recovery.replies("je veux déclarer un loyer", "declare_rent")
    assert (recovery.slots["requested_slot"], recovery.slots["recover_access_outcome"]) == (None, "declare")


def test_a_turn_that_is_run_again_says_the_same() -> None:
    triage = Recovery()
    triage.begins("connexion impossible")
    before = dict(triage.slots)
    first = triage.replies("mot de passe", "forgotten_password")
    triage.slots = before
    assert triage.replies("mot de passe", "forgotten_password") == first
