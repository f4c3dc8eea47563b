"""The guided form, turn by turn: what is said and what is asked next."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from actions.declare_rent.form import _is_plain_validation
from offre_bailleurs.access import viewer
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.models import Campaign, Declaration, DeclarationState, PortalUser, Situation, Tenancy, UserState
from tests.unit.actions.conversation import Conversation, Said
from tests.unit.conftest import World


def _declaration(world: World, tenancy_id: int) -> Declaration | None:
    with reading(on=world.engine) as session:
        found = session.scalar(
            select(Declaration).join(Campaign).where(Declaration.tenancy_id == tenancy_id, Campaign.year == 2026)
        )
        if found is not None:
            session.expunge_all()
        return found


def _at_the_summary(world: World) -> tuple[Conversation, Said]:
    talk = Conversation(world.landlord)
    talk.begin("je veux déclarer le loyer de Camille")
    talk.reply("oui", "affirm")
    return talk, talk.reply("650 €")


# --- The way through ---------------------------------------------------------------------------------------------


def test_the_whole_way_from_the_tenant_to_the_recap(world: World) -> None:
    talk = Conversation(world.landlord)
    said = talk.begin()
    assert said.names == ["utter_question_tenant_few"]
    assert len(said.buttons) == 2
    said = talk.press(said, "Camille")
    assert talk.question == "situation"
    said = talk.press(said, "Oui, rien n'a changé")
    assert talk.question == "july_rent"
    said = talk.reply("650,50 €")
    assert said.names == ["utter_question_decision"]
    assert said.values["rent"].startswith("650,50")
    said = talk.press(said, "Valider")
    assert said.names == ["utter_transmitted", "utter_remaining_one"]
    assert said.attachment is not None
    assert said.attachment["size"] > 1_000
    assert talk.slots["tenancy_id"] is None
    declaration = _declaration(world, world.camille)
    assert declaration is not None
    assert (declaration.state, declaration.july_rent_cents) == (DeclarationState.TRANSMITTED, 65_050)


def test_nothing_is_transmitted_before_valider(world: World) -> None:
    _at_the_summary(world)
    declaration = _declaration(world, world.camille)
    assert declaration is not None
    assert declaration.state is DeclarationState.IN_PROGRESS


def test_the_tenant_of_the_first_sentence_is_not_asked_again(world: World) -> None:
    talk = Conversation(world.landlord)
    said = talk.begin("déclarer le loyer de Noé Durand")
    assert said.names == ["utter_question_situation"]
    assert talk.slots["tenant"] == "Noé Durand"


def test_several_tenants_of_one_name_are_told_apart_by_the_address(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin()
    said = talk.reply("durand")
    assert said.names == ["utter_tenant_several"]
    assert talk.question == "tenant"
    assert all("3 rue des Lilas" in title for title in said.buttons)
    talk.reply("Noé")
    assert talk.slots["tenant"] == "Noé Durand"


def test_an_unknown_tenant_is_said_to_be_unknown(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin()
    said = talk.reply("Inès")
    assert talk.question == "tenant"
    assert not any("Inès" in title for title in said.buttons)


def test_a_forged_tenant_is_unknown(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin()
    said = talk.reply("…", "pick_tenancy", tenancy_id=str(world.private_tenant))
    assert said.names == ["utter_tenant_unknown"]
    assert talk.slots.get("tenancy_id") is None


# --- The situation -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "intent", "question"),
    [
        ("il est parti", "situation_left", "situation_on"),
        ("il est parti le 20 juillet", "situation_left", "july_rent"),
        ("elle ne paie plus", "situation_unpaid_rent", "unpaid_amount"),
        ("elle me doit 900 euros", "situation_unpaid_rent", "unpaid_since"),
        ("elle me doit 900 euros depuis mars", "situation_unpaid_rent", "july_rent"),
        ("je ne gère plus ce logement", "situation_management_ended", "situation_on"),
        ("ils sont trois maintenant", "situation_co_tenants", "july_rent"),
        ("le nombre de colocataires a changé", "situation_co_tenants", "co_tenant_count"),
        ("toujours là", "situation_still_tenant", "july_rent"),
        ("oui", "affirm", "july_rent"),
    ],
)
def test_one_sentence_gives_the_situation_and_its_details(world: World, words: str, intent: str, question: str) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply(words, intent)
    assert talk.question == question


def test_no_to_what_is_known_shows_the_situations(world: World) -> None:
    talk = Conversation(world.landlord)
    said = talk.press(talk.begin("Camille"), "Non, quelque chose a changé")
    assert said.names == ["utter_question_situation_changes"]
    said = talk.press(said, "Parti du logement")
    assert talk.question == "situation_on"


def test_a_departure_in_the_future_is_refused_with_the_reason_and_asked_again(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    said = talk.reply("il part le 20 décembre 2030", "situation_left")
    assert said.names == ["utter_refused_date_in_future"]
    assert talk.question == "situation_on"
    said = talk.reply("le 2 janvier 2020")
    assert said.names == ["utter_refused_date_before_tenancy"]


def test_a_tenant_who_left_before_july_has_no_rent_to_declare_and_the_summary_says_why(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    said = talk.reply("il est parti fin juin", "situation_left")
    assert said.names == ["utter_date_read_as", "utter_question_decision"]
    assert "parti avant le 1er juillet 2026" in said.values["rent"]
    said = talk.press(said, "Valider")
    assert said.names[0] == "utter_transmitted"
    with reading(on=world.engine) as session:
        tenancy = session.get(Tenancy, world.camille)
        assert tenancy is not None
        assert tenancy.ended_on == date(2026, 6, 30)


# --- July's rent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "response"),
    [
        ("650 ou 660", "utter_refused_amount_several"),
        ("entre 600 et 650", "utter_refused_amount_range"),
        ("environ 650", "utter_refused_amount_approximate"),
        ("-650", "utter_refused_amount_negative"),
        ("25000", "utter_refused_amount_too_large"),
        ("650,505", "utter_refused_amount_too_precise"),
    ],
)
def test_an_amount_that_is_not_exact_is_refused_with_the_reason(world: World, words: str, response: str) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("oui", "affirm")
    said = talk.reply(words)
    assert said.names == [response]
    assert talk.question == "july_rent"


@pytest.mark.parametrize("intent", ["same_as_last_year", "situation_still_tenant"])
def test_the_same_as_last_year_is_shown_back(world: World, intent: str) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("oui", "affirm")
    said = talk.reply("c'est toujours pareil", intent)
    assert said.names == ["utter_same_as_last_year", "utter_question_decision"]
    assert said.values["rent"].startswith("640,00")


def test_the_same_as_last_year_is_unknown_for_a_newcomer(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Noé")
    talk.reply("oui", "affirm")
    said = talk.reply("pareil", "same_as_last_year")
    assert said.names == ["utter_no_last_year_rent"]
    assert talk.question == "july_rent"


@pytest.mark.parametrize("words", ["0", "1000"])
def test_an_unusual_rent_is_confirmed_first(world: World, words: str) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("oui", "affirm")
    said = talk.reply(words)
    assert talk.question == "unusual_rent"
    said = talk.press(said, "Oui")
    assert said.names == ["utter_question_decision"]


def test_an_unusual_rent_can_be_corrected_at_once(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("oui", "affirm")
    talk.reply("6500")
    said = talk.reply("non, environ 650", "deny")
    assert said.names == ["utter_refused_amount_approximate"]
    said = talk.reply("non, 650", "deny")
    assert said.names == ["utter_question_decision"]
    assert said.values["rent"].startswith("650,00")


# --- At any point ------------------------------------------------------------------------------------------------


def test_a_question_in_mid_form_is_left_to_the_rules_and_sets_nothing(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    before = dict(talk.slots)
    said = talk.reply("où trouver mon N° utilisateur ? j'en ai un de 14 caractères", "find_user_number")
    assert said.names == []
    assert talk.slots == before


def test_non_620_corrects_the_rent_that_was_just_given(world: World) -> None:
    talk, _ = _at_the_summary(world)
    said = talk.reply("non, 620", "deny")
    assert said.names == ["utter_question_decision"]
    assert said.values["rent"].startswith("620,00")


def test_a_correction_goes_to_what_was_given_and_not_to_what_is_asked(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("elle me doit 900 euros depuis mars", "situation_unpaid_rent")
    talk.reply("non, 1300", "deny")
    assert talk.question == "july_rent"
    assert talk.slots["unpaid_amount"] == 130_000
    talk.reply("non, depuis le 3 avril")
    assert talk.slots["unpaid_since"] == "2026-04-03"


def test_modifier_leads_to_the_situation_and_keeps_the_rent(world: World) -> None:
    talk, said = _at_the_summary(world)
    said = talk.press(said, "Modifier")
    assert said.names == ["utter_question_modification"]
    said = talk.press(said, "La situation")
    assert talk.question == "situation"
    said = talk.reply("ils sont deux", "situation_co_tenants")
    assert said.names == ["utter_question_decision"]
    assert said.values["rent"].startswith("650,00")
    assert "2 colocataires" in said.values["situation"]


def test_modifier_leads_to_the_rent_and_back_to_the_summary(world: World) -> None:
    talk, said = _at_the_summary(world)
    talk.press(talk.press(said, "Modifier"), "Le loyer de juillet")
    assert talk.question == "july_rent"
    assert talk.reply("640").names == ["utter_question_decision"]


def test_the_summary_can_be_seen_again_from_modifier(world: World) -> None:
    talk, said = _at_the_summary(world)
    said = talk.press(talk.press(said, "Modifier"), "Revoir la synthèse")
    assert said.names == ["utter_question_decision"]


def test_the_wrong_tenant_s_new_draft_is_dropped_and_another_is_asked_for(world: World) -> None:
    talk, _ = _at_the_summary(world)
    said = talk.reply("je me suis trompé de locataire", "wrong_tenant")
    assert said.names[0] == "utter_draft_dropped"
    assert talk.question == "tenant"
    assert _declaration(world, world.camille) is None


def test_another_tenant_named_in_mid_form_takes_over_and_the_draft_is_kept(world: World) -> None:
    talk, _ = _at_the_summary(world)
    said = talk.reply("déclarer le loyer de Noé", "declare_rent")
    assert "utter_draft_kept" in said.names
    assert talk.slots["tenant"] == "Noé Durand"
    assert _declaration(world, world.camille) is not None


def test_annuler_is_confirmed_once_then_forgets_the_draft(world: World) -> None:
    talk, said = _at_the_summary(world)
    said = talk.press(said, "Annuler")
    assert said.names == ["utter_question_leave_confirmation"]
    assert _declaration(world, world.camille) is not None
    said = talk.press(said, "Oui, abandonner")
    assert said.names == ["utter_declare_rent_cancelled"]
    assert talk.question is None
    assert _declaration(world, world.camille) is None


def test_annuler_can_be_thought_better_of(world: World) -> None:
    talk, said = _at_the_summary(world)
    said = talk.press(talk.press(said, "Annuler"), "Non, continuer")
    assert said.names == ["utter_question_decision"]


def test_valider_pressed_instead_of_confirming_annuler_transmits_what_was_shown(world: World) -> None:
    talk, summary = _at_the_summary(world)
    talk.press(summary, "Annuler")
    assert talk.press(summary, "Valider").names[0] == "utter_transmitted"


def test_a_number_in_words_that_are_no_answer_does_not_change_the_summary(world: World) -> None:
    talk, _ = _at_the_summary(world)
    said = talk.reply('inform{"july_rent": 1}', "nlu_fallback")
    assert said.names == ["utter_question_decision_simpler"]
    assert talk.slots["july_rent"] == 65_000


def test_plus_tard_keeps_the_draft_and_another_conversation_takes_it_up(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("oui", "affirm")
    said = talk.reply("plus tard", "postpone")
    assert said.names == ["utter_declare_rent_postponed"]
    another_browser = Conversation(world.landlord)
    said = another_browser.begin()
    assert said.names[0] == "utter_drafts_waiting"
    said = another_browser.press(said, "Reprendre")
    assert said.names == ["utter_draft_resumed", "utter_question_july_rent"]


@pytest.mark.parametrize("question", ["tenant", "situation", "july_rent", "decision"])
def test_two_misunderstandings_get_simpler_words_then_examples_and_an_adviser(world: World, question: str) -> None:
    talk = Conversation(world.landlord)
    talk.begin()
    if question != "tenant":
        talk.reply("Camille")
    if question in ("july_rent", "decision"):
        talk.reply("oui", "affirm")
    if question == "decision":
        talk.reply("650")
    assert talk.question == question
    first, second, third = (talk.reply("blabla", "nlu_fallback") for _ in range(3))
    assert first.names[-1].endswith("_simpler")
    assert "Parler à un conseiller" not in first.buttons
    for said in (second, third):
        assert (said.names[0], said.names[-1].endswith("_examples")) == ("utter_offer_adviser", True)
        assert said.buttons["Parler à un conseiller"] == '/ask_adviser{"reason": "misunderstood"}'
    assert talk.question == question
    assert talk.slots["misunderstandings"] == 3


def test_an_understood_reply_forgets_the_misunderstandings(world: World) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    talk.reply("blabla", "nlu_fallback")
    talk.reply("oui", "affirm")
    assert talk.slots["misunderstandings"] == 0


# --- A turn that is run again: it was lost after the action had written ------------------------------------------


@pytest.mark.parametrize(
    ("before", "words", "intent"),
    [
        ([], "oui", "affirm"),
        ([], "il est parti le 20 juillet", "situation_left"),
        ([], "elle me doit 900 euros depuis mars", "situation_unpaid_rent"),
        ([("oui", "affirm")], "650", "inform"),
        ([("oui", "affirm")], "il est parti le 20 juillet", "situation_left"),
        ([("oui", "affirm")], "c'est pareil", "same_as_last_year"),
        ([("oui", "affirm"), ("6500", "inform")], "non, 650", "deny"),
        ([("oui", "affirm"), ("6500", "inform")], "non", "deny"),
        ([("oui", "affirm"), ("6500", "inform")], "oui", "affirm"),
        ([("oui", "affirm"), ("6500", "inform")], "6500", "inform"),
        ([("oui", "affirm"), ("650", "inform")], "non, 620", "deny"),
        ([("oui", "affirm"), ("650", "inform")], "je me suis trompé de locataire", "wrong_tenant"),
        ([("oui", "affirm"), ("650", "inform")], "modifier la situation", "change_situation"),
        ([("oui", "affirm"), ("650", "inform")], "modifier le loyer", "change_rent"),
        ([("oui", "affirm"), ("650", "inform"), ("annuler", "cancel")], "oui", "affirm"),
        ([("oui", "affirm"), ("650", "inform")], "valider", "validate"),
    ],
)
def test_a_turn_run_again_says_the_same_and_ends_the_same(
    world: World, before: list[tuple[str, str]], words: str, intent: str
) -> None:
    talk = Conversation(world.landlord)
    talk.begin("Camille")
    for text, meaning in before:
        talk.reply(text, meaning)
    slots = dict(talk.slots)
    first = talk.reply(words, intent)
    ended = dict(talk.slots)
    again = talk.again(slots, words, intent)
    assert (again.names, again.buttons) == (first.names, first.buttons)
    assert talk.slots == ended


# --- What «Valider» checks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["ne valide pas encore", "valider plus tard non", "attends avant de valider", "oui mais"]
)
def test_words_around_valider_do_not_transmit(world: World, words: str) -> None:
    talk, _ = _at_the_summary(world)
    talk.reply(words, "validate")
    assert talk.question == "decision"


@pytest.mark.parametrize(
    "words", ["valider", "Je valide", "validez svp", "OUI JE VALIDE !", "Oui, je valide.", "transmettre", "envoyer"]
)
def test_a_typed_valider_transmits(world: World, words: str) -> None:
    assert _is_plain_validation(words)
    talk, _ = _at_the_summary(world)
    assert talk.reply(words, "validate").names[0] == "utter_transmitted"


def test_oui_is_not_valider(world: World) -> None:
    talk, _ = _at_the_summary(world)
    said = talk.reply("oui", "affirm")
    assert said.names == ["utter_question_decision_simpler"]


def test_an_old_valider_button_does_not_transmit_a_changed_declaration(world: World) -> None:
    talk, old = _at_the_summary(world)
    talk.reply("non, 620", "deny")
    said = talk.press(old, "Valider")
    assert said.names == ["utter_summary_changed", "utter_question_decision"]
    declaration = _declaration(world, world.camille)
    assert declaration is not None
    assert declaration.state is DeclarationState.IN_PROGRESS


def test_a_second_tab_is_told_who_transmitted_and_when(world: World) -> None:
    first, summary = _at_the_summary(world)
    second = Conversation(world.landlord)
    same = second.begin("Camille")
    first.press(summary, "Valider")
    said = second.press(same, "Valider")
    assert said.names == ["utter_already_transmitted"]
    assert said.attachment is not None
    assert said.values["reference"].startswith("OB-2026-")


def test_a_transmitted_declaration_is_shown_again_with_nothing_to_redo(world: World) -> None:
    talk, summary = _at_the_summary(world)
    talk.press(summary, "Valider")
    again = Conversation(world.landlord)
    said = again.begin("Camille")
    assert said.names == ["utter_already_transmitted"]
    assert again.question is None


# --- Who may ------------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_to_sign_in(world: World) -> None:
    talk = Conversation(None)
    assert talk.begin().names == ["utter_declare_rent_sign_in"]
    assert talk.question is None


def test_a_user_closed_in_mid_form_gets_no_further(world: World) -> None:
    talk, summary = _at_the_summary(world)
    with transaction(on=world.engine) as session:
        session.execute(update(PortalUser).where(PortalUser.id == world.landlord).values(state=UserState.CLOSED))
        assert viewer(session, world.landlord) is None
    said = talk.press(summary, "Valider")
    assert "utter_transmitted" not in said.names
    assert "utter_declare_rent_no_right" in said.names
    assert talk.question is None


def test_a_tenancy_that_leaves_the_group_in_mid_form_is_lost_at_once(world: World) -> None:
    talk = Conversation(world.limited_colleague)
    talk.begin("Inès")
    with transaction(on=world.engine) as session:
        session.execute(update(Tenancy).where(Tenancy.id == world.private_tenant).values(authorisation_group_id=None))
    said = talk.reply("oui", "affirm")
    assert said.names == ["utter_declare_rent_no_right"]


def test_a_campaign_that_closes_in_mid_form_ends_the_form(world: World) -> None:
    talk, summary = _at_the_summary(world)
    with transaction(on=world.engine) as session:
        session.execute(update(Campaign).where(Campaign.year == 2026).values(closes_on=date(2026, 9, 9)))
    said = talk.press(summary, "Valider")
    assert "utter_declare_rent_closed" in said.names
    assert "utter_transmitted" not in said.names


def test_a_colleague_s_draft_says_whose_it_is(world: World) -> None:
    first = Conversation(world.colleague)
    first.begin("Inès")
    first.reply("oui", "affirm")
    second = Conversation(world.limited_colleague)
    said = second.begin("Inès")
    assert said.names[0] == "utter_draft_resumed"
    assert said.values["who"] == "Ada Colleague"
    assert second.slots["situation"] == Situation.STILL_TENANT.value
