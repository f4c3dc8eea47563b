"""No process writes down whom it speaks with, nor what was said: in every journey, and when things go wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import httpx
import jwt
import pytest
from sqlalchemy import Engine

from offre_bailleurs.models import DwellingType
from tests.support.chat import ChatClient, ChatProblem
from tests.support.live import LiveBot, live_bot
from tests.support.portal import PortalClient
from tests.support.servers import ALL
from tests.support.world import PASSWORD, GroupGiven, TenantGiven

pytestmark = pytest.mark.timeout(400)

TENANT, ADDRESS = "Wolfram Xylander", "77 rue du Zéphyr-Quartz, 35000 Rennes"
RENT, WRONG_RENT = "987,65", "98765432100"
COLLEAGUE, EMAIL, PHONE = ("Zélindor", "Quibéronet"), "zelindor.q@quibus.example", "0655443322"
USER_NUMBER = "35999887766554"
TYPED_PASSWORD = "Brontosaure-Violet-42!"
MESSAGE = "ma locataire Yvelise Trufaldin est partie sans prévenir"
IBAN = "FR7630006000011234567890189"
SAID = (
    *TENANT.split(),
    "Zéphyr",
    "987,65",
    "98765",
    *COLLEAGUE,
    "zelindor",
    "quibus",
    PHONE,
    "55443322",
    USER_NUMBER,
    "Brontosaure",
    "Yvelise",
    "Trufaldin",
    "prévenir",
    IBAN,
    "30006000",
    PASSWORD,
    "Ludovine",
    "Sarbacane",
    "Hortensius",
)
"""What nobody may read in a log, by parts that would be recognised."""


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_log_of_any_process_names_anybody_or_what_was_said(log_format: str, request: pytest.FixtureRequest) -> None:
    model: Path | None = request.config.getoption("--model")
    with live_bot("sqlite", model=model, LOG_FORMAT=log_format) as bot:
        bot.servers.start(*ALL)
        tokens = [*_talk(bot), *_browse(bot)]
        _look_for_trouble(bot)
        written = {name: bot.servers.log(name) for name in ALL}
    for name in ("rasa", "actions", "portal"):
        assert "Error" in written[name], f"nothing went wrong in {name}: the test would prove nothing"
    for name, log in written.items():
        for personal in (*SAID, *tokens):
            assert personal not in log, f"{name} ({log_format}) wrote « {personal} »: {_around(log, personal)}"
        folded = log.casefold().replace("\\u00e9", "é")
        for personal in SAID:
            assert personal.casefold() not in folded, f"{name} ({log_format}) wrote « {personal} »"


def _talk(bot: LiveBot) -> Iterator[str]:
    """The journeys in the chat; the tokens and ids that were used."""
    landlord = bot.world.landlord("Ludovine Sarbacane", [TenantGiven(TENANT, ADDRESS, last_year_rent=Decimal("950"))])
    rooms = {"Tous": GroupGiven(DwellingType.PRIVATE, ["35"])}
    office = bot.world.organisation("Hortensius", rooms, {"Ludovine Hortensius": ["Tous"]}, [])
    declares = bot.client(landlord.people[0].user_id)
    declares.open()
    _say(declares, f"déclarer le loyer de {TENANT}", "oui", WRONG_RENT, f"mon iban est {IBAN}", RENT)
    declares.press("Valider")
    _say(declares, f"mon mot de passe est {TYPED_PASSWORD}", "zorglub hapax " + " ".join(COLLEAGUE), "x" * 2000)
    yield from _tokens(declares)

    creates = bot.client(office.people[0].user_id)
    creates.open()
    _say(creates, "créer un utilisateur", COLLEAGUE[1], COLLEAGUE[0], EMAIL, PHONE, "zelindor@", "valider")
    yield from _tokens(creates)

    recovers = bot.client()
    recovers.open()
    _say(recovers, "j'ai perdu mon identifiant", "oui je me suis déjà connecté", USER_NUMBER)
    _say(recovers, "mot de passe oublié", EMAIL, f"mon numéro est {USER_NUMBER}")
    _say(recovers, "je veux parler à un conseiller", MESSAGE, "supprimez mes données")
    recovers.press("Effacer cette conversation")
    _say(recovers, MESSAGE)
    yield from _tokens(recovers)


def _browse(bot: LiveBot) -> Iterator[str]:
    """The portal's pages, with forms that are right, wrong and hostile; the cookies that were used."""
    household = bot.world.landlord("Ludovine Sarbacane", [TenantGiven(TENANT, ADDRESS)])
    with PortalClient(bot.servers.settings.portal_url) as portal:
        portal.sign_in(household.people[0].login)
        portal.get(f"/locataires?recherche={TENANT}")
        portal.get(f"/inconnu/{USER_NUMBER}?courriel={EMAIL}")
        portal.get("/donnees-personnelles")
        for path in ("/connexion", "/identifiant-perdu", "/mot-de-passe-oublie"):
            portal.http.post(path, data={"identifiant": "zelindor", "mot_de_passe": TYPED_PASSWORD, "courriel": EMAIL})
        with suppress(AssertionError):
            portal.sign_in("zelindor.q", TYPED_PASSWORD)
        yield from (value for value in portal.http.cookies.values() if len(value) > 12)


def _look_for_trouble(bot: LiveBot) -> None:
    """Errors of every kind, in the middle of what is personal."""
    landlord = bot.world.landlord("Ludovine Sarbacane", [TenantGiven(TENANT, ADDRESS)])
    chat = bot.client(landlord.people[0].user_id)
    chat.open()
    _say(chat, f"déclarer le loyer de {TENANT}")
    with _without_table(bot.engine, "declaration"):  # the action's SQL fails, its values in hand
        _say(chat, "oui", RENT)
    with _without_table(bot.engine, "chat_message"):  # the turn's commit fails
        _say(chat, RENT, MESSAGE)
    with _without_table(bot.engine, "outbox_message"):
        _say(chat, "identifiant perdu", USER_NUMBER)
    with _without_table(bot.engine, "portal_user"), PortalClient(bot.servers.settings.portal_url) as portal:
        portal.http.post("/connexion", data={"identifiant": "zelindor", "mot_de_passe": TYPED_PASSWORD})
        with suppress(AssertionError):
            portal.sign_in("zelindor.q", TYPED_PASSWORD)
    for body in (MESSAGE, f'{{"text": "{MESSAGE}"', f'{{"id": "x", "choice": "{MESSAGE}"}}'):
        headers = {**chat.authorization, "Content-Type": "application/json"}
        chat.raw("POST", "/messages", content=body.encode(), headers=headers)
    httpx.post(bot.servers.settings.actions_url, content=MESSAGE.encode(), trust_env=False)
    forged = {"next_action": "action_answer", "sender_id": MESSAGE, "tracker": {"sender_id": TENANT, "slots": []}}
    httpx.post(bot.servers.settings.actions_url, json=forged, trust_env=False)
    bot.servers.kill("actions")
    _say(chat, f"le loyer de {TENANT} est de {RENT}")


def _say(chat: ChatClient, *texts: str) -> None:
    for text in texts:
        with suppress(ChatProblem):
            chat.say(text)


def _tokens(chat: ChatClient) -> list[str]:
    """What opens the conversation, and its id."""
    token = str(chat.token)
    return [token, str(jwt.decode(token, options={"verify_signature": False})["sub"])]


@contextmanager
def _without_table(engine: Engine, name: str) -> Iterator[None]:
    """A table that is not where the code looks for it."""
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {name}_away RENAME TO {name}")


def _around(log: str, personal: str) -> str:
    found = re.search(f".{{0,120}}{re.escape(personal)}.{{0,60}}", log)
    return found[0] if found else ""
