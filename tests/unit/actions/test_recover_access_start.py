"""Somebody who has lost theirs is led to the request at once; somebody who asks what one does is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from actions.answers.user_number import CheckUserNumber
from actions.recover_access.finish import RecoverAccess
from actions.recover_access.form import RecoverAccessForm
from actions.recover_access.start import READY, StartRecoverAccess, tells_of_a_loss
from offre_bailleurs.database import reading
from offre_bailleurs.models import RecoveryRequest
from offre_bailleurs.sealing import unseal
from offre_bailleurs.settings import settings
from tests.unit.actions.answering import Visitor, names
from tests.unit.conftest import World

LOSSES = {
    "j'ai perdu mon identifiant": "lost_login",
    "identifiant perdu": "lost_login",
    "g perdu mon mdp koi faire": "forgotten_password",
    "mon mot de passe est refusé": "forgotten_password",
    "je ne connais plus mon identifiant": "lost_login",
}
QUESTIONS = {
    "que faire si on perd son identifiant ?": "lost_login",
    "si j'oublie mon mot de passe je fais quoi": "forgotten_password",
    "où est le lien identifiant perdu": "lost_login",
    "c'est quoi la différence entre identifiant perdu et mot de passe oublié": "forgotten_password",
}


@pytest.mark.parametrize(("words", "intent"), LOSSES.items())
def test_who_has_lost_it_is_led_to_the_request(words: str, intent: str) -> None:
    visitor = Visitor()
    visitor.asks(StartRecoverAccess(), words, intent)
    assert visitor.slots[READY] is True
    asked = names(visitor.asks(RecoverAccessForm(), words, intent))
    assert asked[-1] in ("utter_question_access_user_number", "utter_question_access_connected")


@pytest.mark.parametrize(("words", "intent"), QUESTIONS.items())
def test_who_asks_what_one_does_is_told(words: str, intent: str) -> None:
    visitor = Visitor()
    assert names(visitor.asks(StartRecoverAccess(), words, intent)) == [f"utter_{intent}"]
    assert visitor.slots[READY] is False
    assert not tells_of_a_loss(words)


@pytest.mark.parametrize(("words", "intent"), LOSSES.items())
def test_the_facts_are_told_first_and_not_said_over_again(words: str, intent: str) -> None:
    visitor = Visitor()
    said = visitor.asks(StartRecoverAccess(), words, intent)
    assert names(said) == [f"utter_{intent}", "utter_access_here"]
    assert said[0]["with_buttons"] is False
    assert "utter_access_login_unknown" not in names(visitor.asks(RecoverAccessForm(), words, intent))


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("mdp oublié, je me suis déjà connecté, mon mail c'est Camille35@exemple.fr.", "camille35@exemple.fr"),
        ("j'ai perdu mon identifiant, mon numéro est le 359 0000 7090 012", "35900007090012"),
    ],
)
def test_all_told_at_once_makes_the_request_at_once(world: World, words: str, given: str) -> None:
    visitor = Visitor()
    visitor.asks(StartRecoverAccess(), words, "forgotten_password")
    visitor.asks(RecoverAccessForm(), words, "forgotten_password")
    assert visitor.slots["recover_access_outcome"] == "ask"
    visitor.asks(RecoverAccess(), words, "inform")
    assert _asked(world) == [given]


def test_a_number_typed_alone_can_be_asked_with_by_its_button(world: World) -> None:
    visitor = Visitor()
    typed = {"user_number": "35900007090012"}
    [said] = visitor.asks(CheckUserNumber(), "359 0000 7090 012", "check_user_number", mentions=typed)
    assert [button["title"] for button in said["buttons"]] == ["Faire renvoyer mes codes"]
    visitor.asks(RecoverAccessForm(), "", "pick_access", pressed={"access_user_number": "35900007090012"})
    visitor.asks(RecoverAccess(), "", "inform")
    assert _asked(world) == ["35900007090012"]


def test_a_change_of_mind_at_the_number_is_taken() -> None:
    visitor = Visitor()
    visitor.asks(RecoverAccessForm(), "j'ai perdu mon identifiant", "lost_login")
    said = names(visitor.asks(RecoverAccessForm(), "non en fait c'est mon mot de passe", "nlu_fallback"))
    assert said == ["utter_question_access_connected"]


@pytest.mark.parametrize("typed", ["camille35@exemple.fr", "c'est camille35 @ exemple.fr"])
def test_an_address_with_figures_is_no_number(typed: str) -> None:
    visitor = Visitor()
    visitor.asks(RecoverAccessForm(), "j'ai perdu mon identifiant", "lost_login")
    assert names(visitor.asks(RecoverAccessForm(), typed, "nlu_fallback")) == ["utter_access_number_not_address"]


def _asked(world: World) -> list[str]:
    with reading(on=world.engine) as session:
        rows = session.scalars(select(RecoveryRequest).order_by(RecoveryRequest.id))
        return [unseal(row.sealed or "", secret=settings().secret_key) for row in rows]
