"""«Je n'arrive pas à me connecter»: what the guides advise, and how replies are read (B1, B2, B3)."""

from __future__ import annotations

import pytest

from actions.recover_access.replies import (
    read_connected,
    read_connected_told,
    read_missing,
    read_missing_told,
    read_received,
    read_received_told,
)
from actions.recover_access.triage import Advice, Connected, Missing, Received, Triage

FORGOTTEN = [Missing.PASSWORD, Missing.REFUSED]


@pytest.mark.parametrize(
    ("missing", "advice"),
    [
        (Missing.LOGIN, Advice.LOGIN_UNKNOWN),
        (Missing.BOTH, Advice.BOTH_UNKNOWN),
        (Missing.OTHER, Advice.OTHER),
    ],
)
def test_a_lost_login_needs_no_other_question(missing: Missing, advice: Advice) -> None:
    assert Triage(missing).question is None
    assert Triage(missing).advice is advice


@pytest.mark.parametrize("missing", FORGOTTEN)
def test_who_signed_in_before_asks_for_a_new_password(missing: Missing) -> None:
    assert Triage(missing).question == "connected"
    assert Triage(missing, Connected.ONCE).question is None
    assert Triage(missing, Connected.ONCE).advice is Advice.PASSWORD_UNKNOWN


@pytest.mark.parametrize("missing", FORGOTTEN)
@pytest.mark.parametrize(
    ("received", "advice"),
    [
        (Received.BY_LETTER, Advice.NEVER_BY_LETTER),
        (Received.BY_EMAIL, Advice.NEVER_BY_EMAIL),
        (Received.NOT_YET, Advice.NOTHING_RECEIVED),
        (Received.UNKNOWN, Advice.BOTH_CASES),
    ],
)
def test_who_never_signed_in_is_asked_how_the_codes_came(missing: Missing, received: Received, advice: Advice) -> None:
    assert Triage(missing, Connected.NEVER).question == "received"
    assert Triage(missing, Connected.NEVER, received).advice is advice


def test_there_is_no_advice_before_the_last_question() -> None:
    for triage in (Triage(), Triage(Missing.PASSWORD), Triage(Missing.REFUSED, Connected.NEVER)):
        with pytest.raises(ValueError, match="still open"):
            _ = triage.advice


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("mon identifiant", Missing.LOGIN),
        ("le login", Missing.LOGIN),
        ("j'ai plus mon mdp", Missing.PASSWORD),
        ("le mot de passe", Missing.PASSWORD),
        ("les deux", Missing.BOTH),
        ("les 2", Missing.BOTH),
        ("j'ai tout perdu", Missing.BOTH),
        ("ni l'identifiant ni le mot de passe", Missing.BOTH),
        ("j'ai les deux mais ils sont refusés", Missing.REFUSED),
        ("mot de passe erroné", Missing.REFUSED),
        ("ça ne marche pas", Missing.REFUSED),
        ("la page ne s'affiche pas", Missing.OTHER),
        ("autre chose", Missing.OTHER),
        ("oui", None),
        ("je ne sais pas", None),
    ],
)
def test_what_is_missing_is_read(text: str, missing: Missing | None) -> None:
    assert read_missing(text) is missing


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("je n'arrive pas à me connecter avec mon identifiant et mon mot de passe", None),
        ("impossible d'accéder à mon compte", None),
        ("je n'arrive pas à me connecter j'ai perdu mon identifiant", Missing.LOGIN),
        ("je peux plus entrer, j'ai oublié mon mot de passe", Missing.PASSWORD),
        ("je n'arrive pas à me connecter, mon mot de passe est refusé", Missing.REFUSED),
        ("je ne connais ni mon identifiant ni mon mot de passe et j'ai perdu le courrier", Missing.BOTH),
    ],
)
def test_an_opening_sentence_tells_only_what_it_says(text: str, missing: Missing | None) -> None:
    assert read_missing_told(text) is missing


@pytest.mark.parametrize(
    ("text", "connected"),
    [
        ("oui", Connected.ONCE),
        ("oui l'année dernière", Connected.ONCE),
        ("déjà plusieurs fois", Connected.ONCE),
        ("non", Connected.NEVER),
        ("non jamais", Connected.NEVER),
        ("pas encore", Connected.NEVER),
        ("c'est la première fois", Connected.NEVER),
        ("je ne sais plus", Connected.UNKNOWN),
        ("peut-être", Connected.UNKNOWN),
        ("bleu", None),
    ],
)
def test_whether_there_was_a_sign_in_is_read(text: str, connected: Connected | None) -> None:
    assert read_connected(text) is connected


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("par courrier", Received.BY_LETTER),
        ("dans une lettre", Received.BY_LETTER),
        ("par la poste", Received.BY_LETTER),
        ("par mail", Received.BY_EMAIL),
        ("sur ma messagerie", Received.BY_EMAIL),
        ("courriel", Received.BY_EMAIL),
        ("rien du tout", Received.NOT_YET),
        ("je ne les ai jamais reçus", Received.NOT_YET),
        ("je sais plus", Received.UNKNOWN),
        ("par mail ou par courrier", None),
        ("oui", None),
    ],
)
def test_how_the_codes_came_is_read(text: str, received: Received | None) -> None:
    assert read_received(text) is received


def test_an_opening_sentence_tells_that_it_never_worked_and_how_the_codes_came() -> None:
    told = "je n'ai jamais réussi à me connecter, j'ai reçu mes codes par courrier"
    assert read_connected_told(told) is Connected.NEVER
    assert read_received_told(told) is Received.BY_LETTER
    assert read_received_told("je n'arrive pas à me connecter par internet") is None
    assert read_connected_told("je n'arrive jamais à accéder à la page") is None
