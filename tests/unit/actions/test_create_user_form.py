"""The form that creates a user: questions, replies, corrections, refusals, rights, and what «Valider» does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from offre_bailleurs.attempts import REFUSED_EMAILS_AN_HOUR, SENDINGS_AN_HOUR, count_sending
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Attempt, AuditEvent, OutboxMessage, PortalUser, UserState, WorkingMode
from tests.unit.actions.creating import EMAIL, Creation, Said, at_the_summary
from tests.unit.conftest import TODAY, World

ASKS = "utter_question_new_user_"


@pytest.fixture(autouse=True)
def _organisation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The colleague is the administrator, the other one a responsable d'habilitation for the private dwellings."""
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = True
        session.get_one(PortalUser, world.limited_colleague).is_authorisation_manager = True
    for module in ("actions.create_user.replies", "actions.create_user.form", "offre_bailleurs.users"):
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


@pytest.fixture
def talk(world: World) -> Creation:
    return Creation(world.colleague)


def _created(world: World) -> list[PortalUser]:
    """The users whom the tests created."""
    with reading(on=world.engine) as session:
        users = session.scalars(select(PortalUser).where(PortalUser.creation_key.is_not(None))).all()
        for user in users:
            assert user.groups
        session.expunge_all()
        return list(users)


def _upto(talk: Creation, question: str) -> Said:
    """Answer each question until one."""
    replies = {"email": EMAIL, "email_again": EMAIL, "phone_again": "0612345678"}
    said = talk.asks("ajoute ma collègue Julie Martin")
    while talk.question != question:
        said = talk.says(replies.get(talk.question or "", "passer"))
    return said


# --- The whole way -----------------------------------------------------------------------------------------------


def test_an_administrator_is_led_through_the_fields_one_at_a_time_and_creates_the_user(world: World) -> None:
    talk = Creation(world.colleague)
    asked = []
    said = talk.asks("je veux créer un utilisateur")
    assert said.names[0] == "utter_create_user_begins"
    assert said.values["convention"] == "LES OLIVIERS (état : Validée)"
    for reply in ("Martin", "Julie", EMAIL, EMAIL, "06 12 34 56 78", "0612345678", "aujourd'hui", "31/12/2026"):
        asked.append(talk.question)
        talk.says(reply)
    asked.append(talk.question)
    said = talk.says("sédentaire")
    asked.append(talk.question)
    said = talk.presses(said, "Privés")
    assert "Privés (ajouté)" in said.buttons
    said = talk.presses(said, "C'est tout")
    assert asked == [
        *("last_name", "first_name", "email", "email_again", "phone", "phone_again"),
        *("opens_on", "closes_on", "working_mode", "group_ids"),
    ]
    assert said.names == [f"{ASKS}decision"]
    shown = {
        name: said.values[name] for name in ("last_name", "first_name", "email", "phone", "groups", "working_mode")
    }
    assert shown == {
        "last_name": "Martin",
        "first_name": "Julie",
        "email": EMAIL,
        "phone": "06 12 34 56 78",
        "groups": "Privés",
        "working_mode": "sédentaire",
    }
    assert (said.values["opens_on"], said.values["closes_on"]) == ("10 septembre 2026", "31 décembre 2026")
    assert _created(world) == []
    said = talk.presses(said, "Valider")
    assert said.names == ["utter_user_created", "utter_user_created_delegation"]
    assert (said.values["name"], said.values["login"], said.values["email"]) == ("Julie Martin", "jmartin", EMAIL)
    assert said.buttons == {"Créer un autre utilisateur": "/begin_create_user"}
    (user,) = _created(world)
    assert (user.last_name, user.first_name, user.email, user.phone) == ("Martin", "Julie", EMAIL, "+33612345678")
    assert (user.opens_on, user.closes_on) == (TODAY, date(2026, 12, 31))
    assert (user.working_mode, user.state) == (WorkingMode.SEDENTARY, UserState.NEVER_CONNECTED)
    assert (user.is_administrator, user.is_authorisation_manager) == (False, False)
    assert talk.slots["new_user"] is None
    assert talk.question is None


def test_the_codes_leave_by_email_in_two_messages_and_no_password_is_said(world: World) -> None:
    talk = Creation(world.colleague)
    said = talk.presses(at_the_summary(talk), "Valider")
    with reading(on=world.engine) as session:
        purposes = sorted(session.scalars(select(OutboxMessage.purpose)))
        actions = set(session.scalars(select(AuditEvent.action)))
    assert purposes == ["login", "temporary_password"]
    assert "user.created" in actions
    assert not [value for value in said.values.values() if isinstance(value, str) and "-" in value and value.isupper()]


def test_what_the_request_tells_is_not_asked_again(talk: Creation) -> None:
    said = talk.asks(f"ajoute ma collègue Julie Martin, {EMAIL}")
    assert said.names == ["utter_create_user_begins", "utter_new_user_name_read_as", f"{ASKS}email_again"]
    assert talk.question == "email_again"


def test_a_full_name_in_one_reply_is_taken_and_shown(talk: Creation) -> None:
    talk.asks("je veux créer un utilisateur")
    said = talk.says("Yann Le Goff")
    assert said.names == ["utter_new_user_name_read_as", f"{ASKS}email"]
    assert (said.values["first_name"], said.values["last_name"]) == ("Yann", "Le Goff")


@pytest.mark.parametrize("intent", ["inform", "nlu_fallback", "off_topic", "create_user", "deadline"])
def test_a_name_is_a_name_whatever_it_looks_like(talk: Creation, intent: str) -> None:
    talk.asks("je veux créer un utilisateur")
    talk.says("Caradec", intent)
    assert talk.draft["last_name"] == "Caradec"


def test_every_optional_question_can_be_passed(talk: Creation) -> None:
    said = _upto(talk, "phone")
    for question in ("phone", "opens_on", "closes_on", "working_mode"):
        assert talk.question == question
        said = talk.presses(said, "Aucune" if question == "closes_on" else "Passer")
    assert talk.question == "group_ids"
    draft = talk.draft
    assert [draft[name] for name in ("phone", "opens_on", "closes_on", "working_mode")] == [None] * 4


@pytest.mark.parametrize(
    "words", ["non", "pas de téléphone", "aucun", "je ne sais pas", "Passer.", "elle n'a pas de téléphone"]
)
def test_passing_can_be_typed(talk: Creation, words: str) -> None:
    _upto(talk, "phone")
    talk.says(words, "cancel")
    assert talk.question == "opens_on"


# --- Confirmation by typing again --------------------------------------------------------------------------------


def test_an_address_typed_twice_otherwise_is_asked_twice_again(talk: Creation) -> None:
    _upto(talk, "email_again")
    said = talk.says("julie.marin@exemple.fr")
    assert (said.names, talk.question) == (["utter_new_user_email_differs"], "email")
    talk.says(EMAIL)
    assert talk.question == "email_again"
    talk.says(EMAIL.upper())
    assert talk.question == "phone"


def test_a_number_typed_twice_otherwise_is_asked_twice_again(talk: Creation) -> None:
    _upto(talk, "phone")
    talk.says("06 12 34 56 78")
    said = talk.says("06 12 34 56 79")
    assert (said.names, talk.question) == (["utter_new_user_phone_differs"], "phone")
    talk.says("0612345679")
    talk.says("+33 6 12 34 56 79")
    assert (talk.question, talk.draft["phone"]) == ("opens_on", "+33612345679")


def test_oui_does_not_confirm_an_address(talk: Creation) -> None:
    _upto(talk, "email_again")
    assert talk.says("oui c'est ça", "affirm").names == [f"{ASKS}email_again_simpler"]


def test_another_address_in_the_place_of_its_confirmation_is_taken(talk: Creation) -> None:
    _upto(talk, "email_again")
    talk.says("non, c'est julie@autre.fr", "deny")
    assert (talk.question, talk.draft["email"]) == ("email_again", "julie@autre.fr")


# --- Refusals: the field stays open, nothing is lost ------------------------------------------------------------


@pytest.mark.parametrize("typed", ["julie@", "julie@@exemple.fr", "jülie@exemple", "@"])
def test_an_address_that_is_none_is_refused_with_the_reason(talk: Creation, typed: str) -> None:
    _upto(talk, "email")
    said = talk.says(typed, "nlu_fallback")
    assert said.names == ["utter_new_user_refused"]
    assert said.values["why"]
    assert (talk.question, talk.draft["last_name"]) == ("email", "Martin")


@pytest.mark.parametrize("typed", ["06 12 34", "123456", "00 00 00 00 00"])
def test_a_number_that_nobody_has_is_refused(talk: Creation, typed: str) -> None:
    _upto(talk, "phone")
    assert talk.says(typed, "check_user_number").names == ["utter_new_user_refused"]
    assert talk.question == "phone"


@pytest.mark.parametrize("typed", ["{{7*7}}", "<b>", "R2D2", "...", "Robert'); DROP TABLE portal_user;--"])
def test_what_cannot_stand_in_a_name_is_refused(talk: Creation, typed: str) -> None:
    talk.asks("je veux créer un utilisateur")
    assert talk.says(typed, "nlu_fallback").names == ["utter_new_user_refused"]
    assert talk.question == "last_name"


def test_a_closing_day_that_is_over_is_refused(talk: Creation) -> None:
    _upto(talk, "closes_on")
    assert talk.says("hier").names == ["utter_new_user_closes_in_past"]
    assert talk.question == "closes_on"


def test_a_closing_day_before_the_opening_day_is_refused(talk: Creation) -> None:
    _upto(talk, "opens_on")
    talk.says("le 1er décembre 2026")
    assert talk.says("le 15 novembre").names == ["utter_new_user_closes_before"]
    talk.says("31/12/2026")
    assert talk.draft["closes_on"] == "2026-12-31"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("31/02/2027", "impossible"), ("en janvier", "imprecise"), ("le 3 ou le 4 décembre", "several")],
)
def test_a_day_that_is_none_is_refused(talk: Creation, typed: str, problem: str) -> None:
    _upto(talk, "opens_on")
    assert talk.says(typed).names == [f"utter_refused_date_{problem}"]
    assert talk.question == "opens_on"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("aujourd'hui", TODAY),
        ("tout de suite", TODAY),
        ("demain", TODAY + timedelta(days=1)),
        ("le 15 janvier", date(2027, 1, 15)),
        ("1er octobre", date(2026, 10, 1)),
        ("le 5", date(2026, 10, 5)),
        ("lundi", date(2026, 9, 14)),
        ("lundi prochain", date(2026, 9, 14)),
        ("01/10/2026", date(2026, 10, 1)),
        ("le 2 janvier 2026", date(2026, 1, 2)),
    ],
)
def test_a_day_without_a_year_is_the_next_one(talk: Creation, typed: str, day: date) -> None:
    _upto(talk, "opens_on")
    talk.says(typed)
    assert (talk.draft["opens_on"], talk.question) == (day.isoformat(), "closes_on")


def test_an_address_of_another_user_is_told_and_asked_again_with_all_the_rest_kept(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).email = EMAIL
    talk = Creation(world.colleague)
    said = talk.presses(at_the_summary(talk), "Valider")
    assert said.names == ["utter_new_user_email_taken", f"{ASKS}email"]
    assert _created(world) == []
    talk.says("julie@autre.fr")
    said = talk.says("julie@autre.fr")
    assert said.names == [f"{ASKS}decision"]
    assert talk.presses(said, "Valider").names[0] == "utter_user_created"


def test_who_has_an_access_cannot_be_found_out_by_trying_addresses_and_all_is_kept(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).email = EMAIL
    talk = Creation(world.colleague)
    said = at_the_summary(talk)
    for _ in range(REFUSED_EMAILS_AN_HOUR):
        assert talk.presses(said, "Valider").names[0] == "utter_new_user_email_taken"
        talk.says(EMAIL)
        said = talk.says(EMAIL)
    draft = talk.draft
    said = talk.presses(said, "Valider")
    assert said.names == ["utter_create_user_too_many", f"{ASKS}decision"]
    assert said.values["wait"] == "60 minutes"
    assert talk.draft == draft
    assert _created(world) == []


def test_whoever_has_had_sixty_people_written_to_is_told_to_wait_and_all_is_kept(world: World) -> None:
    with transaction(on=world.engine) as session:
        for _ in range(SENDINGS_AN_HOUR):
            count_sending(session, world.colleague)
    talk = Creation(world.colleague)
    said = talk.presses(at_the_summary(talk), "Valider")
    assert said.names == ["utter_create_user_too_many", f"{ASKS}decision"]
    assert _created(world) == []
    with transaction(on=world.engine) as session:
        session.execute(delete(Attempt))
    assert talk.presses(said, "Valider").names[0] == "utter_user_created"


def test_a_closing_day_that_has_passed_by_the_time_of_valider_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Creation(world.colleague)
    at_the_summary(talk)
    said = talk.says("date de clôture le 12 septembre")
    assert said.names[-1] == f"{ASKS}decision"
    monkeypatch.setattr("offre_bailleurs.users.today", lambda: TODAY + timedelta(days=5))
    said = talk.presses(said, "Valider")
    assert said.names == ["utter_new_user_refused", f"{ASKS}closes_on"]
    assert "clôture" in said.values["why"]
    assert _created(world) == []


# --- Groups ------------------------------------------------------------------------------------------------------


def test_several_groups_are_chosen_one_by_one_and_can_be_taken_back(talk: Creation) -> None:
    said = _upto(talk, "group_ids")
    said = talk.presses(said, "Conventionnés")
    assert set(said.buttons) == {"Conventionnés (ajouté)", "Privés", "C'est tout"}
    said = talk.presses(said, "Conventionnés (ajouté)")
    assert set(said.buttons) == {"Conventionnés", "Privés"}
    talk.presses(talk.presses(said, "Conventionnés"), "Privés")
    assert talk.question == "decision"
    assert len(talk.draft["group_ids"]) == 2


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("les privés", 1),
        ("tous", 2),
        ("conventionné", 1),
        ("les deux", 2),
        ("tous les privés", 1),
        ("les privés seulement", 1),
        ("tous sauf les privés", 1),
        ("privés et conventionnés", 2),
    ],
)
def test_groups_can_be_typed(talk: Creation, typed: str, count: int) -> None:
    _upto(talk, "group_ids")
    talk.says(typed, "greet")
    assert len(talk.draft["group_ids"]) == count


@pytest.mark.parametrize("typed", ["oui c'est tout", "voilà c'est tout merci", "c'est tout pour elle"])
def test_that_is_all_gives_no_other_group(talk: Creation, typed: str) -> None:
    _upto(talk, "group_ids")
    talk.says("les privés", "greet")
    talk.says(typed, "goodbye")
    assert talk.question == "decision"
    assert len(talk.draft["group_ids"]) == 1


@pytest.mark.parametrize("typed", ["pas tous", "pas les deux", "pas les privés", "aucun", "sans les privés"])
def test_a_refusal_gives_no_group(talk: Creation, typed: str) -> None:
    _upto(talk, "group_ids")
    talk.says(typed, "deny")
    assert talk.draft["group_ids"] == []


def test_one_group_at_least_is_needed(talk: Creation) -> None:
    _upto(talk, "group_ids")
    assert talk.says("c'est tout").names == ["utter_new_user_no_group_chosen", f"{ASKS}group_ids"]


def test_a_responsable_gives_their_own_group_which_is_taken_by_itself(world: World) -> None:
    talk = Creation(world.limited_colleague)
    said = _upto(talk, "decision")
    assert "utter_new_user_sole_group" in said.names
    assert said.values["groups"] == "Privés"
    assert talk.presses(said, "Valider").names == ["utter_user_created"]
    with reading(on=world.engine) as session:
        created = session.scalar(select(PortalUser).where(PortalUser.creation_key.is_not(None)))
        assert created is not None
        assert [group.name for group in created.groups] == ["Privés"]


# --- The summary -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "question", "reply", "name", "value"),
    [
        ("Le nom", "last_name", "Durand", "last_name", "Durand"),
        ("Le prénom", "first_name", "Marie", "first_name", "Marie"),
        ("La date d'ouverture", "opens_on", "01/10/2026", "opens_on", "2026-10-01"),
        ("La date de clôture", "closes_on", "31/12/2026", "closes_on", "2026-12-31"),
        ("Le poste", "working_mode", "itinérante", "working_mode", "itinerant"),
    ],
)
def test_modifier_leads_to_any_field_and_back_to_the_summary(
    talk: Creation, title: str, question: str, reply: str, name: str, value: str
) -> None:
    said = talk.presses(at_the_summary(talk), "Modifier")
    assert said.names == [f"{ASKS}modification"]
    talk.presses(said, title)
    assert talk.question == question
    assert talk.says(reply).names[-1] == f"{ASKS}decision"
    assert talk.draft[name] == value


def test_modifier_the_address_asks_it_twice(talk: Creation) -> None:
    talk.presses(talk.presses(at_the_summary(talk), "Modifier"), "L'adresse mail")
    talk.says("julie@autre.fr")
    assert talk.question == "email_again"
    assert talk.says("julie@autre.fr").names == [f"{ASKS}decision"]


def test_modifier_the_groups_keeps_those_chosen(talk: Creation) -> None:
    said = talk.presses(talk.presses(at_the_summary(talk), "Modifier"), "Les groupes")
    assert "Conventionnés (ajouté)" in said.buttons


def test_the_summary_can_be_seen_again_from_modifier(talk: Creation) -> None:
    said = talk.presses(talk.presses(at_the_summary(talk), "Modifier"), "Revoir la synthèse")
    assert said.names == [f"{ASKS}decision"]


@pytest.mark.parametrize(
    ("words", "intent", "question", "name", "value"),
    [
        ("non, son mail c'est julie@autre.fr", "deny", "email_again", "email", "julie@autre.fr"),
        ("julie@autre.fr", "nlu_fallback", "email_again", "email", "julie@autre.fr"),
        ("non, son nom c'est Durand", "deny", "decision", "last_name", "Durand"),
        ("son prénom est Anne-Marie", "modify", "decision", "first_name", "Anne-Marie"),
        ("elle s'appelle Anne Durand", "inform", "decision", "last_name", "Durand"),
        ("son téléphone c'est 06 12 34 56 78", "inform", "phone_again", "phone", "+33612345678"),
        ("plutôt itinérante", "nlu_fallback", "decision", "working_mode", "itinerant"),
        ("modifier le téléphone", "modify", "phone", "phone", None),
        ("je veux changer le nom", "change_situation", "last_name", "last_name", None),
        ("non, son mail c'est julie@autre.fr", "create_user", "email_again", "email", "julie@autre.fr"),
        ("le téléphone", "ask_adviser", "phone", "phone", None),
        ("pas de date de clôture", "deadline", "decision", "closes_on", None),
        ("ouverture le 1er octobre", "inform", "decision", "opens_on", "2026-10-01"),
    ],
)
def test_a_correction_can_be_typed_at_the_summary(
    talk: Creation, words: str, intent: str, question: str, name: str, value: str | None
) -> None:
    at_the_summary(talk)
    talk.says(words, intent)
    assert (talk.question, talk.draft[name]) == (question, value)


def test_non_alone_asks_what_to_modify(talk: Creation) -> None:
    at_the_summary(talk)
    assert talk.says("non", "deny").names == [f"{ASKS}modification"]


@pytest.mark.parametrize("words", ["valider", "oui je valide", "Valider la création"])
def test_valider_can_be_typed(world: World, words: str) -> None:
    talk = Creation(world.colleague)
    at_the_summary(talk)
    assert talk.says(words, "validate").names[0] == "utter_user_created"


@pytest.mark.parametrize("words", ["ne valide pas encore", "oui", "je valide demain"])
def test_other_words_do_not_validate(world: World, words: str) -> None:
    talk = Creation(world.colleague)
    at_the_summary(talk)
    assert talk.says(words, "validate" if "valide" in words else "affirm").names == [f"{ASKS}decision_simpler"]
    assert _created(world) == []


def test_the_button_of_an_older_summary_creates_nobody(world: World) -> None:
    talk = Creation(world.colleague)
    old = at_the_summary(talk)
    talk.says("son nom c'est Durand")
    said = talk.presses(old, "Valider")
    assert said.names == ["utter_new_user_summary_changed", f"{ASKS}decision"]
    assert _created(world) == []
    assert talk.presses(said, "Valider").values["name"] == "Julie Durand"


def test_the_button_of_an_older_summary_creates_nobody_while_something_is_asked(world: World) -> None:
    talk = Creation(world.colleague)
    old = at_the_summary(talk)
    talk.says("modifier le téléphone", "modify")
    assert talk.presses(old, "Valider").names == ["utter_new_user_summary_changed", f"{ASKS}phone"]
    assert _created(world) == []


def test_the_same_turn_again_creates_nobody_twice_and_says_the_same(world: World) -> None:
    talk = Creation(world.colleague)
    summary = at_the_summary(talk)
    before = dict(talk.slots)
    first = talk.presses(summary, "Valider")
    again = talk.again(before, "Valider", "validate", summary=before["summary"])
    assert (again.names, again.values["login"]) == (first.names, first.values["login"])
    assert len(_created(world)) == 1
    with reading(on=world.engine) as session:
        assert len(session.scalars(select(OutboxMessage.id)).all()) == 2


def test_buttons_of_earlier_questions_still_mean_what_they_say(talk: Creation) -> None:
    modes = _upto(talk, "working_mode")
    _ = talk.says("sédentaire")
    talk.presses(modes, "Itinérant")
    assert (talk.draft["working_mode"], talk.question) == ("itinerant", "group_ids")


# --- Interruptions, and leaving ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question", ["last_name", "email", "phone", "opens_on", "working_mode", "group_ids", "decision"]
)
@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("c'est quoi un groupe d'habilitations ?", "authorisation_groups"),
        ("comment la personne reçoit ses codes ?", "create_user"),
        ("merci", "thank"),
        ("je veux parler à un conseiller", "ask_adviser"),
    ],
)
def test_a_question_in_mid_form_is_left_to_its_own_rule(world: World, question: str, words: str, intent: str) -> None:
    talk = Creation(world.colleague)
    if question == "last_name":
        talk.asks("je veux créer un utilisateur")
    elif question == "decision":
        at_the_summary(talk)
    else:
        _upto(talk, question)
    before = dict(talk.slots)
    assert talk.says(words, intent).names == []
    assert talk.slots == before


@pytest.mark.parametrize("words", ["Pourquoi", "oui", "je ne sais pas"])
def test_words_that_are_no_name_are_not_understood_as_one(talk: Creation, words: str) -> None:
    talk.asks("je veux créer un utilisateur")
    assert talk.says(words, "nlu_fallback").names == [f"{ASKS}last_name_simpler"]


def test_a_button_of_another_version_is_not_understood(talk: Creation) -> None:
    _upto(talk, "phone")
    said = talk.says("Passer", "pick_new_user", new_user_field="fax", new_user_value="none")
    assert said.names == [f"{ASKS}phone_simpler"]


def test_two_misunderstandings_get_simpler_words_then_examples_and_an_adviser(talk: Creation) -> None:
    _upto(talk, "email")
    assert talk.says("blabla", "nlu_fallback").names == [f"{ASKS}email_simpler"]
    assert talk.says("blabla", "nlu_fallback").names == ["utter_offer_adviser", f"{ASKS}email_examples"]


def test_annuler_is_confirmed_once_and_keeps_nothing(world: World) -> None:
    talk = Creation(world.colleague)
    said = talk.presses(at_the_summary(talk), "Annuler")
    assert said.names == [f"{ASKS}leave_confirmation"]
    said = talk.presses(said, "Oui, abandonner")
    assert said.names == ["utter_create_user_cancelled"]
    assert talk.slots["new_user"] is None
    assert _created(world) == []


def test_annuler_can_be_thought_better_of(talk: Creation) -> None:
    _upto(talk, "phone")
    said = talk.says("annuler", "cancel")
    assert talk.presses(said, "Non, continuer").names == [f"{ASKS}phone"]


def test_valider_pressed_instead_of_confirming_annuler_creates_what_was_shown(talk: Creation) -> None:
    summary = at_the_summary(talk)
    talk.presses(summary, "Annuler")
    assert talk.presses(summary, "Valider").names[0] == "utter_user_created"


def test_a_rent_to_declare_is_put_off_or_ends_the_creation(talk: Creation) -> None:
    _upto(talk, "phone")
    said = talk.says("je veux déclarer un loyer", "declare_rent")
    assert said.names == [f"{ASKS}leave_for_rent"]
    assert talk.presses(said, "Continuer la création").names == [f"{ASKS}phone"]
    said = talk.says("je veux déclarer un loyer", "declare_rent")
    talk.presses(said, "Abandonner, déclarer un loyer")
    assert (talk.question, talk.slots["create_user_outcome"], talk.slots["new_user"]) == (None, "declare", None)


def test_a_rent_to_declare_comes_first_when_nothing_was_given(talk: Creation) -> None:
    talk.asks("je veux créer un utilisateur")
    talk.says("déclarer un loyer", "declare_rent")
    assert (talk.question, talk.slots["create_user_outcome"]) == (None, "declare")


def test_a_second_request_in_mid_form_is_not_mixed_into_the_first(talk: Creation) -> None:
    _upto(talk, "phone")
    said = talk.says("ajoute aussi Paul Durand comme utilisateur", "create_user")
    assert said.names == ["utter_create_user_under_way", f"{ASKS}phone"]
    assert talk.draft["last_name"] == "Martin"


def test_a_request_that_tells_the_name_answers_the_first_question(talk: Creation) -> None:
    talk.asks("je veux créer un utilisateur")
    talk.says("ajoute ma collègue Julie Martin", "create_user")
    assert (talk.draft["first_name"], talk.question) == ("Julie", "email")


# --- Rights, at every turn ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["email", "group_ids", "decision"])
def test_a_role_withdrawn_ends_the_form_at_the_next_turn(world: World, question: str) -> None:
    talk = Creation(world.colleague)
    said = at_the_summary(talk) if question == "decision" else _upto(talk, question)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = False
    said = talk.presses(said, "Valider") if question == "decision" else talk.says("merci", "thank")
    assert said.names == ["utter_create_user_no_right"]
    assert (talk.question, talk.slots["new_user"]) == (None, None)
    assert _created(world) == []


def test_a_user_closed_in_mid_form_ends_it(world: World) -> None:
    talk = Creation(world.colleague)
    _upto(talk, "phone")
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).state = UserState.CLOSED
    assert talk.says("06 12 34 56 78").names == ["utter_create_user_no_right"]
    assert talk.question is None


def test_a_group_withdrawn_from_the_responsable_ends_the_form(world: World) -> None:
    talk = Creation(world.limited_colleague)
    said = _upto(talk, "decision")
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.limited_colleague).groups = []
    assert talk.presses(said, "Valider").names == ["utter_create_user_group_withdrawn"]
    assert talk.question is None
    assert _created(world) == []


def test_a_right_withdrawn_between_the_form_and_the_creation_creates_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The business checks once more, in the transaction that would create."""
    from actions.create_user import finish
    from offre_bailleurs.users import NotAllowed, Reason

    for reason, response in (
        (Reason.GROUPS, "utter_create_user_group_withdrawn"),
        (Reason.NO_RIGHT, "utter_create_user_no_right"),
    ):
        talk = Creation(world.colleague)
        summary = at_the_summary(talk)
        with monkeypatch.context() as patched:

            def refuse(*_: object, reason: Reason = reason, **__: object) -> None:
                raise NotAllowed(reason)

            patched.setattr(finish, "create_user", refuse)
            assert talk.presses(summary, "Valider").names == [response]
        assert talk.slots["new_user"] is None
    assert _created(world) == []
