"""A message is left in the middle of a journey, which then goes on at the question where it was."""

from __future__ import annotations

import pytest

from actions.desk import ask, floor
from actions.form import INTERRUPTED, INTERRUPTED_STEP
from offre_bailleurs import chat_tables
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.declarations import fingerprint, transmit
from offre_bailleurs.desk import hours
from offre_bailleurs.models import Declaration, DeclarationState, PortalUser, UserState
from tests.unit.actions.asking import Talk
from tests.unit.conftest import TODAY, World

RESUMES, SENT, NOT_SENT = "utter_journey_goes_on", "utter_message_sent", "utter_message_not_sent"
TENANT = '/pick_tenancy{"tenancy_id": "1"}'


@pytest.fixture(autouse=True)
def _closed_desk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chat_tables.metadata.create_all(world.engine)
    for module in (ask, floor, hours):
        monkeypatch.setattr(module, "is_open", lambda at=None: False)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = True


def leaves_a_message(talk: Talk) -> list[str]:
    """What is said once it is sent."""
    talk.presses('/ask_adviser{"reason": "misunderstood"}', "Parler à un conseiller")
    assert talk.form == "leave_message_form"
    talk.says("Camille Durand est-elle partie ? 650 ou 620", "deadline")
    said = talk.says("camille.durand@exemple.fr")
    return talk.presses(said, "Envoyer").names


def gives_it_up(talk: Talk) -> list[str]:
    """What is said once it is given up."""
    talk.presses("/ask_adviser", "Parler à un conseiller")
    return talk.says("annuler", "cancel").names


def declares(world: World) -> Talk:
    """A landlord who is asked for July's rent of Camille Durand."""
    talk = Talk(world, world.landlord)
    talk.begins("declare_rent_form", "déclarer le loyer de Camille Durand", "declare_rent")
    talk.presses('/pick_situation{"situation": "still_tenant"}', "Oui, rien n'a changé")
    assert talk.question == "july_rent"
    return talk


def drafts(world: World) -> list[tuple[DeclarationState, int | None]]:
    with reading(on=world.engine) as session:
        return [(each.state, each.july_rent_cents) for each in session.query(Declaration) if each.campaign.year == 2026]


# --- declare_rent


def test_a_declaration_goes_on_at_its_question_with_nothing_lost_and_nothing_taken(world: World) -> None:
    talk = declares(world)
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_question_july_rent"]
    assert (talk.form, talk.question, talk.slots["tenant"]) == ("declare_rent_form", "july_rent", "Camille Durand")
    assert drafts(world) == [(DeclarationState.IN_PROGRESS, None)]
    assert (talk.slots[INTERRUPTED], talk.slots[INTERRUPTED_STEP]) == (None, None)
    (request,) = talk.requests()
    assert (request.journey, request.step, request.reason) == ("declare_rent", "july_rent", "misunderstood")
    talk.says("650")
    assert drafts(world) == [(DeclarationState.IN_PROGRESS, 65000)]


def test_a_message_given_up_leaves_the_declaration_where_it_was(world: World) -> None:
    talk = declares(world)
    assert gives_it_up(talk) == [NOT_SENT, RESUMES, "utter_question_july_rent"]
    assert (talk.question, drafts(world)) == ("july_rent", [(DeclarationState.IN_PROGRESS, None)])


def test_the_tenant_is_asked_for_again_and_no_word_of_the_message_chooses_one(world: World) -> None:
    talk = Talk(world, world.landlord)
    talk.begins("declare_rent_form", "déclarer un loyer", "declare_rent")
    assert leaves_a_message(talk)[-1] == "utter_question_tenant_few"
    assert (talk.question, talk.slots.get("tenant"), drafts(world)) == ("tenant", None, [])


def test_a_decision_asked_for_is_asked_for_again(world: World) -> None:
    talk = declares(world)
    talk.says("650")
    assert leaves_a_message(talk)[-1] == "utter_question_decision"
    said = talk.says("modifier", "modify")
    assert leaves_a_message(talk)[-1] == said.names[-1] == "utter_question_modification"
    said = talk.says("annuler", "cancel")
    assert gives_it_up(talk)[-1] == said.names[-1] == "utter_question_leave_confirmation"
    assert talk.question == "leave_confirmation"


def test_valider_of_the_rent_pressed_under_the_message_transmits_nothing(world: World) -> None:
    talk = declares(world)
    summary = talk.says("650")
    talk.presses("/ask_adviser", "Parler à un conseiller")
    talk.presses(summary, "Valider")
    talk.says("Bonjour")
    talk.presses(summary, "Valider")
    assert drafts(world) == [(DeclarationState.IN_PROGRESS, 65000)]
    assert talk.form == "leave_message_form"


def test_a_rent_transmitted_elsewhere_meanwhile_is_shown_and_the_form_ends(world: World) -> None:
    talk = declares(world)
    talk.says("650")
    with transaction(on=world.engine) as session:
        draft = next(each for each in session.query(Declaration) if each.campaign.year == 2026)
        who = world.viewer(session, world.landlord)
        transmit(session, who, world.camille, seen=fingerprint(draft), submission_key="elsewhere", today=TODAY)
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_already_transmitted"]
    assert (talk.form, talk.slots["declare_rent_outcome"]) == (None, "leave")


def test_a_right_withdrawn_meanwhile_ends_the_declaration_and_not_the_message(world: World) -> None:
    talk = declares(world)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).state = UserState.CLOSED
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_declare_rent_no_right"]
    assert (talk.form, talk.slots["declare_rent_outcome"], len(talk.requests())) == (None, "leave", 1)


# --- recover_access


def test_the_triage_goes_on_at_its_question(world: World) -> None:
    talk = Talk(world)
    talk.begins("recover_access_form", "je n'arrive pas à me connecter", "cannot_connect")
    asked = talk.presses('/pick_access{"access_missing": "password"}', "Mon mot de passe").names
    assert leaves_a_message(talk) == [SENT, RESUMES, *asked]
    assert (talk.question, talk.slots["access_missing"]) == ("access_connected", "password")


def test_a_request_goes_on_at_its_question_and_the_answer_s_address_is_not_the_account_s(world: World) -> None:
    talk = Talk(world)
    talk.begins("recover_access_form", "je n'arrive pas à me connecter", "cannot_connect")
    talk.presses('/pick_access{"access_missing": "password", "access_connected": "once"}', "Mon mot de passe")
    assert talk.question == "access_email"
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_question_access_email"]
    assert talk.slots.get("access_email") is None


# --- create_user


def test_a_creation_goes_on_at_its_question_with_all_that_was_given(world: World) -> None:
    talk = Talk(world, world.colleague)
    talk.begins("create_user_form", "ajoute ma collègue", "create_user", new_user=None)
    talk.says("Martin")
    draft = talk.slots["new_user"]
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_question_new_user_first_name"]
    assert (talk.question, talk.slots["new_user"]) == ("first_name", draft)


def test_a_role_withdrawn_meanwhile_ends_the_creation_and_not_the_message(world: World) -> None:
    talk = Talk(world, world.colleague)
    talk.begins("create_user_form", "ajoute ma collègue", "create_user", new_user=None)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.colleague).is_administrator = False
    assert leaves_a_message(talk) == [SENT, RESUMES, "utter_create_user_no_right"]
    assert (talk.form, talk.slots["create_user_outcome"]) == (None, "leave")


# --- Afterwards


def test_a_journey_begun_later_begins_anew(world: World) -> None:
    talk = declares(world)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).state = UserState.CLOSED
    leaves_a_message(talk)
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).state = UserState.ACTIVE
    talk.slots |= dict.fromkeys(("tenancy_id", "tenant", "declare_rent_outcome"))
    said = talk.begins("declare_rent_form", "déclarer le loyer de Camille Durand", "declare_rent")
    assert "utter_question_july_rent" in said.names


def test_a_message_outside_any_journey_is_followed_by_none(world: World) -> None:
    talk = declares(world)
    leaves_a_message(talk)
    talk.form = None  # the declaration was finished since
    talk.presses("/ask_adviser", "Parler à un conseiller")
    talk.says("Bonjour")
    assert talk.presses(talk.says("a@exemple.fr"), "Envoyer").names == [SENT]
    assert [request.journey for request in talk.requests()] == ["declare_rent", None]
