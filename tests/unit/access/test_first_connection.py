"""The first connection, step by step, on one database: what two do at once is in tests/services/access."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from offre_bailleurs import documents, temporary_passwords
from offre_bailleurs.access import viewer
from offre_bailleurs.accounts import authenticate, hash_password
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.first_connection import (
    Details,
    EmailTaken,
    OutOfOrder,
    SameAsTemporary,
    Step,
    accept,
    choose_password,
    give_details,
    next_step,
    refuse_temporary,
)
from offre_bailleurs.models import (
    Acceptance,
    Account,
    AuditEvent,
    ContactChannel,
    Document,
    OutboxMessage,
    OutboxState,
    PortalSession,
    PortalUser,
    TemporaryPassword,
    UserState,
)
from offre_bailleurs.portal_sessions import open_session
from offre_bailleurs.recovery import send_credentials
from tests.unit.access.people import actions, landlord, organisation, rows, user
from tests.unit.conftest import World

DETAILS = Details("Noé", "Essai", "noe.essai@bailleur.example", "+33612345678")
HASH = hash_password("h4Kd!v9Qz2Lp")
OWN = "h4Kd!v9Qz2Lp"


@pytest.fixture
def noe(world: World) -> int:
    """A landlord who never connected."""
    with transaction(on=world.engine) as session:
        return landlord(session, "35900007090055", ContactChannel.EMAIL, "noe", email="old@bailleur.example").id


@pytest.fixture
def glycines(world: World) -> list[int]:
    """Three people of an organisation, none of whom ever connected."""
    with transaction(on=world.engine) as session:
        account = organisation(session)
        return [user(session, account, f"glycines-{number}").id for number in (1, 2, 3)]


def step(world: World, user_id: int, *, must_choose_password: bool = False) -> Step | None:
    with reading(on=world.engine) as session:
        return next_step(session, user_id, must_choose_password=must_choose_password)


def give(world: World, user_id: int, details: Details = DETAILS) -> None:
    with transaction(on=world.engine) as session:
        give_details(session, user_id, details)


def choose(world: World, user_id: int) -> None:
    with transaction(on=world.engine) as session:
        choose_password(session, user_id, HASH)


def agree(world: World, user_id: int, document: Document, version: str | None = None) -> None:
    with transaction(on=world.engine) as session:
        accept(session, user_id, document, version or documents.current(document).version)


def connect(world: World, user_id: int) -> None:
    """All steps, one after the other."""
    give(world, user_id, Details("Noé", "Essai", f"user{user_id}@bailleur.example", None))
    choose(world, user_id)
    agree(world, user_id, Document.USAGE_RULES)
    agree(world, user_id, Document.TERMS_OF_USE)


def found(session: Session, user_id: int) -> PortalUser:
    return session.get_one(PortalUser, user_id)


def test_the_steps_follow_the_guide_and_nothing_opens_before_the_last(world: World, noe: int) -> None:
    def sees() -> bool:
        with reading(on=world.engine) as session:
            return viewer(session, noe) is not None

    seen = [(step(world, noe), sees())]
    for act in (
        lambda: give(world, noe),
        lambda: choose(world, noe),
        lambda: agree(world, noe, Document.USAGE_RULES),
        lambda: agree(world, noe, Document.TERMS_OF_USE),
    ):
        act()
        seen.append((step(world, noe), sees()))
    assert seen == [
        (Step.DETAILS, False),
        (Step.PASSWORD, False),
        (Step.USAGE_RULES, False),
        (Step.TERMS_OF_USE, False),
        (None, True),
    ]
    assert actions(world.engine) == [
        "password.chosen",
        "document.accepted",
        "document.accepted",
        "first_connection.completed",
    ]


def test_what_they_gave_is_kept_and_what_they_accepted_is_recorded_with_its_version_and_time(
    world: World, noe: int
) -> None:
    give(world, noe)
    choose(world, noe)
    before = now()
    agree(world, noe, Document.USAGE_RULES)
    agree(world, noe, Document.TERMS_OF_USE)
    with reading(on=world.engine) as session:
        they = found(session, noe)
        assert Details(they.first_name, they.last_name, they.email or "", they.phone) == DETAILS
        assert they.state is UserState.ACTIVE
        accepted = session.scalars(select(Acceptance).where(Acceptance.portal_user_id == noe)).all()
        assert {(row.document, row.version) for row in accepted} == {
            (document, documents.current(document).version) for document in Document
        }
        assert all(before <= row.accepted_at <= now() for row in accepted)
        proven = authenticate(session, "noe", OWN)
        assert proven is not None
        assert not proven.by_temporary_password


def test_the_journal_bears_no_personal_data(world: World, noe: int) -> None:
    connect(world, noe)
    with reading(on=world.engine) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        account_id = found(session, noe).account_id
        assert {(event.actor_id, event.account_id, event.subject) for event in events} == {
            (noe, account_id, f"portal_user:{noe}")
        }
        version = documents.current(Document.USAGE_RULES).version
        assert [event.detail for event in events] == [
            {},
            {"document": "usage_rules", "version": version},
            {"document": "terms_of_use", "version": version},
            {},
        ]


def test_no_step_can_be_skipped(world: World, noe: int) -> None:
    for document in Document:
        with pytest.raises(OutOfOrder):
            agree(world, noe, document)
    with pytest.raises(OutOfOrder):
        choose(world, noe)
    give(world, noe)
    for document in Document:
        with pytest.raises(OutOfOrder):
            agree(world, noe, document)
    choose(world, noe)
    with pytest.raises(OutOfOrder):
        agree(world, noe, Document.TERMS_OF_USE)
    assert rows(world.engine, Acceptance) == 0


def test_details_can_be_corrected_until_the_end(world: World, noe: int) -> None:
    give(world, noe)
    choose(world, noe)
    give(world, noe, Details("Noé", "Essai", "corrected@bailleur.example", None))
    assert step(world, noe) is Step.USAGE_RULES
    connect(world, noe)
    with pytest.raises(OutOfOrder):
        give(world, noe)


def test_another_user_s_email_is_refused_and_one_s_own_is_not(world: World, noe: int) -> None:
    with transaction(on=world.engine) as session:
        found(session, world.landlord).email = DETAILS.email
    with pytest.raises(EmailTaken):
        give(world, noe)
    with reading(on=world.engine) as session:
        assert found(session, noe).email == "old@bailleur.example"
        assert found(session, noe).details_confirmed_at is None
    own = Details("Noé", "Essai", "old@bailleur.example", None)
    give(world, noe, own)
    give(world, noe, own)


def test_the_page_can_go_on_in_the_same_transaction_after_a_refused_email(world: World, noe: int) -> None:
    with transaction(on=world.engine) as session:
        found(session, world.landlord).email = DETAILS.email
        session.flush()
        with pytest.raises(EmailTaken):
            give_details(session, noe, DETAILS)
        give_details(session, noe, Details("Noé", "Essai", "other@bailleur.example", None))
    assert step(world, noe) is Step.PASSWORD


def test_who_comes_back_with_a_new_temporary_password_chooses_again_then_goes_on(world: World, noe: int) -> None:
    give(world, noe)
    choose(world, noe)
    agree(world, noe, Document.USAGE_RULES)
    assert step(world, noe, must_choose_password=True) is Step.PASSWORD
    choose(world, noe)
    assert step(world, noe) is Step.TERMS_OF_USE


def test_an_active_user_with_a_temporary_password_must_choose_and_nothing_else(world: World) -> None:
    assert step(world, world.landlord) is None
    assert step(world, world.landlord, must_choose_password=True) is Step.PASSWORD
    choose(world, world.landlord)
    for document in Document:
        with pytest.raises(OutOfOrder):
            agree(world, world.landlord, document)


def test_a_chosen_password_ends_the_temporary_one_the_sessions_and_the_mail_on_its_way(world: World, noe: int) -> None:
    give(world, noe)
    with transaction(on=world.engine) as session:
        send_credentials(session, found(session, noe), by=ContactChannel.EMAIL, actor_id=None, audit_action="test")
        open_session(session, noe, lifetime=timedelta(hours=1), must_choose_password=True)
        open_session(session, world.landlord, lifetime=timedelta(hours=1))
    choose(world, noe)
    assert rows(world.engine, TemporaryPassword) == 0
    with reading(on=world.engine) as session:
        assert session.scalars(select(PortalSession.portal_user_id)).all() == [world.landlord]
        states = select(OutboxMessage.purpose, OutboxMessage.state)
        assert {tuple(row) for row in session.execute(states)} == {
            ("login", OutboxState.WAITING),
            ("temporary_password", OutboxState.CANCELLED),
        }


def test_the_temporary_password_cannot_be_chosen_even_written_otherwise_or_expired(world: World, noe: int) -> None:
    with transaction(on=world.engine) as session:
        password = temporary_passwords.issue(session, noe, lifetime=timedelta(seconds=-1))
    with reading(on=world.engine) as session:
        for typed in (password, password.lower(), password.replace("-", " ")):
            with pytest.raises(SameAsTemporary):
                refuse_temporary(session, noe, typed)
        refuse_temporary(session, noe, OWN)
        refuse_temporary(session, world.landlord, password)


def test_accepting_twice_does_nothing_more(world: World, noe: int) -> None:
    give(world, noe)
    choose(world, noe)
    for document in (Document.USAGE_RULES, Document.USAGE_RULES, Document.TERMS_OF_USE, Document.TERMS_OF_USE):
        agree(world, noe, document)
    agree(world, noe, Document.USAGE_RULES)
    assert rows(world.engine, Acceptance) == 2
    assert actions(world.engine).count("first_connection.completed") == 1


def test_only_the_version_in_force_can_be_accepted(world: World, noe: int) -> None:
    give(world, noe)
    choose(world, noe)
    for version in ("1999-01", "", documents.current(Document.USAGE_RULES).version + "x"):
        with pytest.raises(ValueError, match="version"):
            agree(world, noe, Document.USAGE_RULES, version or "none")
    assert step(world, noe) is Step.USAGE_RULES


def test_a_text_that_changes_meanwhile_is_accepted_again(
    world: World, noe: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(world, noe)
    choose(world, noe)
    agree(world, noe, Document.USAGE_RULES)
    changed = documents.Text("Règles d'usage", "2027-01", ("…",))
    in_force = documents.current
    monkeypatch.setattr(
        documents, "current", lambda document: changed if document is Document.USAGE_RULES else in_force(document)
    )
    assert step(world, noe) is Step.USAGE_RULES
    agree(world, noe, Document.USAGE_RULES)
    agree(world, noe, Document.TERMS_OF_USE)
    assert step(world, noe) is None
    assert rows(world.engine, Acceptance) == 3


def test_the_first_of_an_organisation_becomes_its_administrator_in_all_its_groups(
    world: World, glycines: list[int]
) -> None:
    connect(world, glycines[1])
    connect(world, glycines[0])
    with reading(on=world.engine) as session:
        first, second, third = (found(session, each) for each in glycines)
        assert [first.is_administrator, second.is_administrator, third.is_administrator] == [False, True, False]
        assert [group.name for group in second.groups] == ["Conventionnés", "Privés"]
        assert first.groups == []
        named = session.scalars(select(AuditEvent).where(AuditEvent.action == "administrator.named")).all()
        assert [(event.subject, event.account_id) for event in named] == [
            (f"portal_user:{second.id}", second.account_id)
        ]


def test_the_first_details_given_do_not_make_an_administrator(world: World, glycines: list[int]) -> None:
    give(world, glycines[0], Details("A", "B", "a@glycines.example", None))
    choose(world, glycines[0])
    agree(world, glycines[0], Document.USAGE_RULES)
    connect(world, glycines[2])
    agree(world, glycines[0], Document.TERMS_OF_USE)
    with reading(on=world.engine) as session:
        assert [found(session, each).is_administrator for each in glycines] == [False, False, True]


def test_a_colleague_who_was_created_keeps_their_own_groups(world: World) -> None:
    with transaction(on=world.engine) as session:
        account = session.get_one(Account, found(session, world.colleague).account_id)
        found(session, world.colleague).is_administrator = True
        groups = [found(session, world.limited_colleague).groups[0]]
        created = user(session, account, "created", groups=groups).id
    connect(world, created)
    with reading(on=world.engine) as session:
        assert [group.name for group in found(session, created).groups] == ["Privés"]
        assert not found(session, created).is_administrator


def test_a_private_landlord_is_no_administrator(world: World, noe: int) -> None:
    connect(world, noe)
    with reading(on=world.engine) as session:
        assert not found(session, noe).is_administrator


def test_a_closed_user_goes_no_further(world: World, noe: int) -> None:
    give(world, noe)
    choose(world, noe)
    with transaction(on=world.engine) as session:
        found(session, noe).state = UserState.CLOSED
    assert step(world, noe) is None
    assert step(world, noe, must_choose_password=True) is None
    for refused in (
        lambda: give(world, noe),
        lambda: choose(world, noe),
        lambda: agree(world, noe, Document.USAGE_RULES),
    ):
        with pytest.raises(OutOfOrder):
            refused()


def test_nobody_has_no_step(world: World) -> None:
    with pytest.raises(NoResultFound):
        step(world, 999_999)
