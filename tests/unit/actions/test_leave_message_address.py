"""Where an adviser answers a message: the address that is typed, or the account's."""

from __future__ import annotations

import pytest

from offre_bailleurs.database import transaction
from offre_bailleurs.models import PortalUser
from tests.unit.actions.asking import Talk
from tests.unit.actions.leaving import (
    ADDRESS,
    AGAIN,
    DECISION,
    EMAIL,
    UNDER_WAY,
    WORDS,
    at_the_summary,
    closed_desk,
    talk,
)
from tests.unit.conftest import World

__all__ = ["closed_desk", "talk"]


@pytest.mark.parametrize("typed", ["camille@", "camille@exemple", "ca mille@exemple,fr", "a@b@c.fr"])
def test_a_wrong_address_is_explained_and_nothing_is_lost(talk: Talk, typed: str) -> None:
    talk.says(WORDS)
    said = talk.says(typed)
    assert (said.names, talk.question) == (["utter_left_email_refused"], "left_email")
    assert said.values["reason"]
    assert list(said.buttons) == ["Modifier le message", "Ne rien envoyer"]
    assert talk.says(ADDRESS).values["message"] == WORDS


def test_of_several_addresses_one_is_asked_for(talk: Talk) -> None:
    talk.says(WORDS)
    said = talk.says("a@exemple.fr ou b@exemple.fr")
    assert (said.names, list(said.buttons)) == (
        ["utter_left_email_several"],
        ["Modifier le message", "Ne rien envoyer"],
    )
    assert talk.presses(said, "Modifier le message").names == [AGAIN]


@pytest.mark.parametrize("typed", ["non, plutôt camille@", "a@exemple.fr ou b@exemple.fr", "celle de mon compte"])
def test_after_a_wrong_address_under_the_summary_oui_does_not_send_to_the_old_one(talk: Talk, typed: str) -> None:
    old = at_the_summary(talk)
    talk.says(typed, "modify")
    assert talk.question == "left_email"
    assert talk.says("oui", "affirm").names == [f"{EMAIL}_simpler"]
    assert talk.presses(old, "Envoyer").names == [UNDER_WAY, EMAIL]
    assert talk.requests() == []
    assert talk.says("nouvelle@exemple.fr").values["email"] == "nouvelle@exemple.fr"


def test_a_reply_without_an_address_gets_simpler_words_then_an_example_and_no_adviser(talk: Talk) -> None:
    talk.says(WORDS)
    said = [talk.says("je ne sais pas", "nlu_fallback", 0.2).names for _ in range(3)]
    assert said == [[f"{EMAIL}_simpler"], [f"{EMAIL}_examples"], [f"{EMAIL}_examples"]]


@pytest.mark.parametrize("intent", ["ask_privacy", "deadline"])
def test_a_question_where_an_address_is_asked_for_is_answered(talk: Talk, intent: str) -> None:
    talk.says(WORDS)
    assert talk.says("pourquoi mon adresse ?", intent, 0.9).names == ["the rules", EMAIL]
    assert talk.slots["left_message"] == WORDS


def test_a_signed_in_landlord_is_offered_the_address_of_the_account(world: World) -> None:
    own = "ada@bailleur.example"
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).email = own
    talk = Talk(world, world.landlord)
    talk.says("un conseiller", "ask_adviser")
    said = talk.says(WORDS)
    assert talk.presses(said, "À l'adresse de mon compte").values["email"] == own
    assert talk.says("non, plutôt camille@exemple.fr", "deny").values["email"] == ADDRESS
    assert talk.says("à l'adresse de mon compte", "inform").values["email"] == own
    talk.says("envoyer", "affirm")
    (request,) = talk.requests()
    assert (request.email, request.portal_user_id) == (own, world.landlord)


@pytest.mark.parametrize(
    "typed",
    [
        "oui",
        "Oui merci",
        "ok",
        "mon adresse",
        "mon adresse mail",
        "à mon adresse e-mail svp",
        "oui, mon adresse",
        "la mienne",
        "oui la mienne",
        "celle de mon compte",
        "oui, à celle de mon compte",
        "celle-là",
        "mon mail",
        "sur ma boîte mail",
        "vous avez mon adresse",
    ],
)
def test_words_that_mean_the_address_of_the_account_are_the_button(world: World, typed: str) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).email = "ada@bailleur.example"
    talk = Talk(world, world.landlord)
    talk.says("un conseiller", "ask_adviser")
    talk.says(WORDS)
    said = talk.says(typed, "nlu_fallback", 0.2)
    assert (said.names, said.values["email"]) == ([DECISION], "ada@bailleur.example")
    assert talk.requests() == []


@pytest.mark.parametrize(
    "typed",
    [
        "mon adresse a changé",
        "pas la mienne",
        "plus celle de mon compte",
        "oui mais laquelle ?",
        "mon adresse postale",
        "pourquoi mon adresse",
    ],
)
def test_words_that_only_speak_of_an_address_choose_none(world: World, typed: str) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(PortalUser, world.landlord).email = "ada@bailleur.example"
    talk = Talk(world, world.landlord)
    talk.says("un conseiller", "ask_adviser")
    talk.says(WORDS)
    assert talk.says(typed, "nlu_fallback", 0.2).names == [f"{EMAIL}_simpler"]


def test_oui_from_somebody_without_an_account_is_no_address(talk: Talk) -> None:
    talk.says(WORDS)
    assert talk.says("oui", "affirm").names == [f"{EMAIL}_simpler"]
    said = talk.says("mon adresse")
    assert (said.names, list(said.buttons)) == (
        ["utter_left_email_unknown"],
        ["Modifier le message", "Ne rien envoyer"],
    )


def test_a_visitor_has_no_account_s_address(talk: Talk) -> None:
    said = talk.says(WORDS)
    assert "À l'adresse de mon compte" not in said.buttons
    assert talk.says("celle de mon compte").names == ["utter_left_email_unknown"]
