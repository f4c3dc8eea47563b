"""A landlord reaches no row of somebody else, whatever they send and wherever."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import httpx
import pytest

from offre_bailleurs.identity import Turn, sign_turn
from offre_bailleurs.models import Declaration, DeclarationState
from tests.support.chat import ChatClient, text_of
from tests.support.hostile import (
    SECRET_TENANT,
    forged_call,
    signed,
    unsigned,
)
from tests.support.journey import TENANT, go_to_summary
from tests.support.live import LiveBot
from tests.support.portal import PortalClient
from tests.support.world import Household


@pytest.mark.parametrize("typed", ["Ludivine Cachée", "je veux déclarer pour Mme Cachée", "4 venelle Discrète"])
def test_a_tenant_of_somebody_else_is_not_found_by_words(chat: ChatClient, victim: Household, typed: str) -> None:
    chat.press("Déclarer un loyer")
    chat.say(typed)
    shown = text_of(chat.messages) + " ".join(button.title for each in chat.messages for button in each.buttons)
    assert "venelle" not in shown
    assert "Ludivine" not in shown


@pytest.mark.parametrize("intent", ["pick_tenancy", "resume_draft"])
def test_even_a_signed_choice_opens_no_tenancy_of_somebody_else(
    live: LiveBot, chat: ChatClient, victim: Household, intent: str
) -> None:
    """The signature is the first door, the rights in the database are the second: here the first stands open."""
    tenancy = victim.tenancies[SECRET_TENANT.name]
    for before in ("", "Déclarer un loyer"):
        if before:
            chat.press(before)
        answer = chat.choose(signed(live, chat, f'/{intent}{{"tenancy_id": "{tenancy}"}}'))
        assert "venelle" not in text_of(answer)
        assert "Ludivine" not in text_of(answer)
    assert live.world.declaration(tenancy) is None


@pytest.mark.parametrize("tenancy", ["999999999", "-1", "x", "1 OR 1=1", "9" * 40, ""])
def test_a_signed_choice_of_no_tenancy_at_all_breaks_nothing(live: LiveBot, chat: ChatClient, tenancy: str) -> None:
    chat.press("Déclarer un loyer")
    choice = signed(live, chat, f'/pick_tenancy{{"tenancy_id": "{tenancy}"}}')
    response = chat.raw("POST", "/messages", json={"id": str(uuid.uuid4()), "choice": choice})
    assert response.status_code in (200, 503)
    go_to_summary(chat)


def test_a_landlord_cannot_read_the_recap_of_another(live: LiveBot, victim: Household, landlord: Household) -> None:
    live.servers.start("portal")
    theirs = live.client(victim.people[0].user_id)
    theirs.open()
    for said in ("je veux déclarer le loyer de Ludivine Cachée", "oui", "650"):
        theirs.say(said)
    (recap,) = [each.attachment for each in theirs.press("Valider") if each.attachment]
    url = live.servers.settings.portal_url
    with PortalClient(url) as owner, PortalClient(url) as other, PortalClient(url) as nobody:
        own = owner.sign_in(victim.people[0].login).get(recap["url"])
        assert (own.status_code, own.headers["Content-Type"], len(own.content)) == (
            200,
            "application/pdf",
            recap["size"],
        )
        assert other.sign_in(landlord.people[0].login).get(recap["url"]).status_code == 404
        assert nobody.get(recap["url"]).status_code in (302, 303, 401)


def test_the_action_server_does_nothing_for_whoever_only_claims_to_be_somebody(
    live: LiveBot, chat: ChatClient, landlord: Household, declaration: Callable[[], Declaration | None]
) -> None:
    go_to_summary(chat)
    user, tenancy = landlord.people[0].user_id, landlord.tenancies[TENANT]
    other_turn = sign_turn(Turn("another conversation", "1", user), secret=live.servers.settings.secret_key)
    for metadata in ({"user": user, "user_id": user}, {"turn": other_turn}, {"turn": unsigned({"user": user})}):
        response = httpx.post(
            live.servers.settings.actions_url,
            json=forged_call("action_submit_declare_rent", str(tenancy), metadata),
            trust_env=False,
        )
        assert response.status_code == 200
        draft = declaration()
        assert draft is not None
        assert draft.state is DeclarationState.IN_PROGRESS
