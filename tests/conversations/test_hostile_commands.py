"""A client that sends commands, or buttons that it was not given, moves nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from offre_bailleurs.models import Declaration, DeclarationState
from tests.support.chat import ChatClient
from tests.support.hostile import (
    problem,
)
from tests.support.journey import STEPS, go_to_summary, walk
from tests.support.live import LiveBot
from tests.support.world import Household


@pytest.mark.parametrize(
    "typed",
    [
        "/restart",
        "/session_start",
        "/back",
        "/validate",
        '/validate{"summary": "x"}',
        '/inform{"july_rent": "x"}',
        '/pick_tenancy{"tenancy_id": "x"}',
        "/affirm",
        "  /restart",
        "//restart",
        "\u200b/restart",
        "／restart",
        "/",
    ],
)
def test_a_typed_command_is_just_words(
    chat: ChatClient, declaration: Callable[[], Declaration | None], typed: str
) -> None:
    go_to_summary(chat)
    assert chat.say(typed), "silence"
    draft = declaration()
    assert draft is not None
    assert (draft.state, draft.july_rent_cents) == (DeclarationState.IN_PROGRESS, 65_000)
    walk(chat, STEPS[-1])


def test_a_typed_command_with_numbers_reaches_no_other_row(
    live: LiveBot, chat: ChatClient, landlord: Household, declaration: Callable[[], Declaration | None]
) -> None:
    go_to_summary(chat)
    other = landlord.tenancies["Yann Le Goff"]
    for typed in (f'/pick_tenancy{{"tenancy_id": "{other}"}}', '/validate{"summary": "0"}', '/inform{"july_rent": 1}'):
        chat.say(typed)
    draft = declaration()
    assert draft is not None
    assert draft.state is DeclarationState.IN_PROGRESS
    assert live.world.declaration(other) is None


@pytest.mark.parametrize("forged", ["/validate", "x", "", "WyJWYWxpZGVyIiwiL3ZhbGlkYXRlIl0.AAAA", "é" * 50])
def test_a_choice_that_the_bot_did_not_make_is_refused(
    chat: ChatClient, declaration: Callable[[], Declaration | None], forged: str
) -> None:
    go_to_summary(chat)
    assert problem(lambda: chat.choose(forged)).status == 400
    draft = declaration()
    assert draft is not None
    assert draft.state is DeclarationState.IN_PROGRESS


def test_a_choice_changed_by_one_letter_is_refused(chat: ChatClient) -> None:
    go_to_summary(chat)
    choice = chat.find_button("Valider").choice
    for place in (0, len(choice) // 2, len(choice) - 2):
        changed = choice[:place] + ("A" if choice[place] != "A" else "B") + choice[place + 1 :]
        assert problem(lambda changed=changed: chat.choose(changed)).status == 400  # type: ignore[misc]


def test_a_choice_of_another_conversation_is_refused(live: LiveBot, chat: ChatClient, landlord: Household) -> None:
    go_to_summary(chat)
    other_tab = live.client(landlord.people[0].user_id)
    other_tab.open()
    assert problem(lambda: other_tab.choose(chat.find_button("Valider").choice)).status == 400


def test_a_choice_of_somebody_else_is_refused(live: LiveBot, chat: ChatClient, victim: Household) -> None:
    theirs = live.client(victim.people[0].user_id)
    theirs.open()
    theirs.press("Déclarer un loyer")
    assert problem(lambda: chat.choose(theirs.find_button("Ludivine").choice)).status == 400
