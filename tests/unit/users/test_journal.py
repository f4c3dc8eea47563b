"""The administrator's journal: each thing that is ever recorded has its French sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from offre_bailleurs.database import reading
from offre_bailleurs.desk.reasons import REPLACE_ADMINISTRATOR
from offre_bailleurs.desk.requests import latest_request, request_by_portal
from offre_bailleurs.journal import UNDESCRIBED, Names, describe_event, names_in
from offre_bailleurs.models import AuditEvent
from offre_bailleurs.settings import PROJECT_ROOT
from offre_bailleurs.users import close_user, create_user, update_user
from tests.unit.users.conftest import House, new_user

_OF_THE_CAF = ("desk.", "adviser.")
"""What advisers do, and what is done to their access: in no organisation's account, hence in no journal."""
_NAMES = Names(users={1: "Olive Ramure", 2: "Félix Écorce"}, groups={7: "Logements privés"})


def recorded_actions() -> Iterator[str]:
    """Every action that the project's code gives to `audit.record` or asks `send_credentials` to record."""
    for folder in ("offre_bailleurs", "portal", "actions", "bot", "cli"):
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            yield from _recorded_in(path)


def _recorded_in(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        action: ast.expr | None = None
        if name == "record" and len(call.args) > 2:
            action = call.args[2]
        elif name == "send_credentials":
            action = next((keyword.value for keyword in call.keywords if keyword.arg == "audit_action"), None)
        constant = action.value if isinstance(action, ast.Constant) else None
        if isinstance(constant, str) and not constant.startswith(_OF_THE_CAF):
            yield constant


def test_the_walk_through_the_code_finds_what_is_recorded() -> None:
    expected = {
        "user.created",
        "user.updated",
        "user.closed",
        "user.credentials_sent",
        "support.requested",
        "declaration.transmitted",
        "password.chosen",
        "document.accepted",
        "first_connection.completed",
        "administrator.named",
        "recovery.login",
        "recovery.password",
    }
    assert expected <= set(recorded_actions())


@pytest.mark.parametrize("action", sorted(set(recorded_actions())))
def test_each_thing_that_is_recorded_has_a_sentence_of_its_own(action: str) -> None:
    event = AuditEvent(action=action, actor_id=1, subject="portal_user:2", detail={})
    sentence = describe_event(event, _NAMES)
    assert sentence != UNDESCRIBED
    assert sentence.endswith(".")
    assert "None" not in sentence
    assert "Olive Ramure" in sentence or "Félix Écorce" in sentence


def test_what_a_newer_version_recorded_is_not_hidden() -> None:
    event = AuditEvent(action="user.promoted", actor_id=1, subject="portal_user:2", detail={})
    assert describe_event(event, _NAMES) == UNDESCRIBED


@pytest.mark.parametrize(
    ("action", "detail", "sentence"),
    [
        (
            "user.created",
            {"groups": [7], "is_authorisation_manager": True},
            "Olive Ramure a créé l’accès de Félix Écorce comme responsable d’habilitation "
            "(groupes : Logements privés).",
        ),
        (
            "user.updated",
            {"fields": ["email", "phone", "groups"], "groups": [7]},
            "Olive Ramure a modifié l’accès de Félix Écorce : l’adresse mail, le téléphone et les groupes "
            "d’habilitations (groupes : Logements privés).",
        ),
        ("user.updated", {"fields": ["phone"]}, "Olive Ramure a modifié l’accès de Félix Écorce : le téléphone."),
        ("document.accepted", {"document": "usage_rules"}, "Félix Écorce a accepté les règles d’usage."),
    ],
)
def test_a_sentence_says_who_did_what_to_whom(action: str, detail: dict[str, object], sentence: str) -> None:
    event = AuditEvent(action=action, actor_id=1, subject="portal_user:2", detail=detail)
    assert describe_event(event, _NAMES) == sentence


def test_the_names_are_those_of_the_organisation_s_own_people(house: House) -> None:
    with house.acting(house.administrator) as (session, acting):
        created = create_user(session, acting, new_user(house.regulated), creation_key="page/1")
        update_user(session, acting, created.id, new_user(house.private))
        close_user(session, acting, created.id)
    with reading(on=house.engine) as session:
        events = list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
        names = names_in(session, events)
        assert [describe_event(event, names) for event in events] == [
            "Olive Ramure a créé l’accès de Marius Lavande (groupes : Logements conventionnés).",
            "Olive Ramure a fait envoyer à Marius Lavande son identifiant et un mot de passe provisoire.",
            "Olive Ramure a modifié l’accès de Marius Lavande : les groupes d’habilitations "
            "(groupes : Logements privés).",
            "Olive Ramure a clôturé l’accès de Marius Lavande.",
        ]
        events[0].actor_id = house.strange_administrator
        assert "Treille" not in describe_event(events[0], names_in(session, events[:1]))


def test_a_request_made_on_a_page_is_recorded_once(house: House) -> None:
    for _ in range(2):
        with house.acting(house.manager) as (session, acting):
            request_by_portal(session, acting, reason=REPLACE_ADMINISTRATOR, request_key="page/1")
    assert house.actions() == ["support.requested"]
    with reading(on=house.engine) as session:
        asked = latest_request(session, house.viewer(session, house.manager), reason=REPLACE_ADMINISTRATOR)
        assert asked is not None
        assert asked.portal_user_id == house.manager
        administrator = house.viewer(session, house.administrator)
        assert latest_request(session, administrator, reason=REPLACE_ADMINISTRATOR) is None
        (event,) = session.scalars(select(AuditEvent))
        assert describe_event(event, names_in(session, [event])) == (
            "Renée Branchu a demandé un conseiller pour remplacer l’administrateur de l’organisme."
        )
