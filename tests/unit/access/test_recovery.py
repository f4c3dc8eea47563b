"""« Identifiant perdu » and « Mot de passe oublié »: what is asked, what is then sent and to whom."""

from __future__ import annotations

import logging
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import OperationalError

from offre_bailleurs import recovery, temporary_passwords
from offre_bailleurs.accounts import authenticate, hash_password
from offre_bailleurs.attempts import Asker, TooMany
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import make_engine, now, reading, transaction
from offre_bailleurs.models import (
    Account,
    Attempt,
    AuditEvent,
    ContactChannel,
    OutboxMessage,
    OutboxState,
    PortalUser,
    RecoveryRequest,
    TemporaryPassword,
    UserState,
)
from offre_bailleurs.recovery import ask_login, ask_password, handle_requests, purge_requests, send_credentials
from offre_bailleurs.sealing import seal
from offre_bailleurs.settings import settings
from tests.unit.access.people import POSTAL_ADDRESS, actions, landlord, organisation, rows, time_passes, user, waiting
from tests.unit.conftest import World

BOB_NUMBER, BOB_EMAIL = "44900007090002", "bob@bailleur.example"
NOBODY_NUMBER, NOBODY_EMAIL = "44900007099999", "nobody@bailleur.example"
OWN = "h4Kd!v9Qz2Lp"
ANYBODY = Asker()


@pytest.fixture
def engine(world: World) -> Engine:
    """Bob, a private landlord, has an email address and a password of his own."""
    with transaction(on=world.engine) as session:
        bob = session.get_one(PortalUser, world.other_landlord)
        bob.email, bob.password_hash = BOB_EMAIL, hash_password(OWN)
    return world.engine


def lose_login(engine: Engine, user_number: str = BOB_NUMBER, asker: Asker = ANYBODY, key: str = "") -> None:
    with transaction(on=engine) as session:
        ask_login(session, user_number, asker=asker, request_key=key or uuid.uuid4().hex)


def forget_password(engine: Engine, email: str = BOB_EMAIL, asker: Asker = ANYBODY, key: str = "") -> None:
    with transaction(on=engine) as session:
        ask_password(session, email, asker=asker, request_key=key or uuid.uuid4().hex)


def change(engine: Engine, row: type[Any], row_id: int, **columns: Any) -> None:
    with transaction(on=engine) as session:
        session.execute(update(row).where(row.id == row_id).values(**columns))


def sent(engine: Engine) -> list[tuple[str, str]]:
    """Handle what was asked, and tell what is now on its way: kind and purpose."""
    handle_requests(engine)
    return [(kind, purpose) for kind, purpose, _ in waiting(engine)]


def signs_in(engine: Engine, login: str, password: str) -> bool:
    with reading(on=engine) as session:
        return authenticate(session, login, password) is not None


CREDENTIALS_BY_EMAIL = [("email", "login"), ("email", "temporary_password")]
CREDENTIALS_BY_LETTER = [("letter", "login"), ("letter", "temporary_password")]


# What is sent


def test_a_lost_login_comes_by_email_with_a_temporary_password_apart(engine: Engine) -> None:
    lose_login(engine)
    assert sent(engine) == CREDENTIALS_BY_EMAIL
    (_, _, login), (_, _, password) = waiting(engine)
    assert login.recipient == password.recipient == (BOB_EMAIL,)
    assert login.content.secret == "bob"
    assert password.content.secret is not None
    assert "bob" not in " ".join(password.content.paragraphs).split()
    assert signs_in(engine, "bob", password.content.secret)
    assert signs_in(engine, "bob", OWN), "nobody is locked out by somebody else's asking"


def test_a_user_number_is_read_whatever_its_spaces(engine: Engine) -> None:
    lose_login(engine, " 449 0000\u00a07090002 ")
    assert sent(engine) == CREDENTIALS_BY_EMAIL


def test_the_guide_s_specimen_is_answered_to_whoever_it_belongs_to(world: World, engine: Engine) -> None:
    change(engine, PortalUser, world.landlord, email="ada@bailleur.example")
    lose_login(engine, "359 00007090001")
    assert sent(engine) == CREDENTIALS_BY_EMAIL
    assert waiting(engine)[0][2].content.secret == "ada"


def test_a_lost_login_comes_by_letter_when_the_account_s_channel_is_letters(world: World, engine: Engine) -> None:
    with transaction(on=engine) as session:
        landlord(session, "35900007090055", ContactChannel.LETTER, "noe", email="noe@bailleur.example")
    lose_login(engine, "35900007090055")
    assert sent(engine) == CREDENTIALS_BY_LETTER
    assert {posted.recipient for _, _, posted in waiting(engine)} == {("Noé Essai", *POSTAL_ADDRESS.splitlines())}


def test_without_an_email_on_file_a_letter_goes_if_an_address_is_known(world: World, engine: Engine) -> None:
    with transaction(on=engine) as session:
        account_id = landlord(session, "35900007090055", ContactChannel.EMAIL, "noe").account_id
    lose_login(engine, "35900007090055")
    assert sent(engine) == []
    assert rows(engine, TemporaryPassword) == 0
    change(engine, Account, account_id, postal_address=POSTAL_ADDRESS)
    lose_login(engine, "35900007090055")
    assert sent(engine) == CREDENTIALS_BY_LETTER


def test_a_forgotten_password_comes_by_email_alone(engine: Engine) -> None:
    forget_password(engine)
    assert sent(engine) == [("email", "temporary_password")]
    ((_, _, posted),) = waiting(engine)
    assert posted.recipient == (BOB_EMAIL,)
    assert signs_in(engine, "bob", posted.content.secret or "")
    assert signs_in(engine, "bob", OWN)


def test_an_active_user_s_password_comes_by_email_also_when_the_account_s_channel_is_letters(
    world: World, engine: Engine
) -> None:
    change(engine, PortalUser, world.colleague, email="colleague@oliviers.example")
    forget_password(engine, "colleague@oliviers.example")
    assert sent(engine) == [("email", "temporary_password")]


def test_never_connected_and_written_to_by_letter_is_sent_to_lost_login_without_a_password(engine: Engine) -> None:
    with transaction(on=engine) as session:
        landlord(session, "35900007090055", ContactChannel.LETTER, "noe", email="noe@bailleur.example")
    forget_password(engine, "noe@bailleur.example")
    assert sent(engine) == [("email", "use_lost_login")]
    assert waiting(engine)[0][2].content.secret is None
    assert rows(engine, TemporaryPassword) == 0


@pytest.mark.parametrize(
    ("channel", "creation_key"),
    [(ContactChannel.EMAIL, None), (ContactChannel.LETTER, "form-1")],
    ids=["credentials came by email", "created by the administrator of an account with letters"],
)
def test_never_connected_and_written_to_by_email_gets_a_temporary_password(
    engine: Engine, channel: ContactChannel, creation_key: str | None
) -> None:
    with transaction(on=engine) as session:
        email = "noe@bailleur.example"
        landlord(session, "35900007090055", channel, "noe", email=email, creation_key=creation_key)
    forget_password(engine, "noe@bailleur.example")
    assert sent(engine) == [("email", "temporary_password")]


def test_an_organisation_s_number_stands_for_its_administrator(world: World, engine: Engine) -> None:
    change(engine, PortalUser, world.limited_colleague, is_administrator=True)
    with transaction(on=engine) as session:
        account_id = session.get_one(PortalUser, world.colleague).account_id
        user(session, session.get_one(Account, account_id), "newcomer")
    change(engine, Account, account_id, postal_address=POSTAL_ADDRESS)
    lose_login(engine, "35900007090003")
    assert sent(engine) == CREDENTIALS_BY_LETTER
    (_, _, login), _ = waiting(engine)
    assert login.content.secret == "limited"
    assert login.recipient == ("LES OLIVIERS", "Ada Limited", *POSTAL_ADDRESS.splitlines())


def test_an_organisation_where_nobody_connected_is_answered_to_its_first_user(engine: Engine) -> None:
    with transaction(on=engine) as session:
        account = organisation(session)
        user(session, account, "closed", state=UserState.CLOSED)
        user(session, account, "glycines-1")
        user(session, account, "glycines-2")
    lose_login(engine, "35900007090077")
    assert sent(engine) == CREDENTIALS_BY_LETTER
    assert waiting(engine)[0][2].content.secret == "glycines-1"


@pytest.mark.parametrize("ask", [lose_login, forget_password])
@pytest.mark.parametrize(
    "columns",
    [
        {"state": UserState.CLOSED},
        {"opens_on": today() + timedelta(days=1)},
        {"closes_on": today() - timedelta(days=1)},
    ],
    ids=["closed", "not open yet", "over"],
)
def test_who_may_not_sign_in_is_sent_nothing(
    world: World, engine: Engine, ask: Callable[[Engine], None], columns: dict[str, Any]
) -> None:
    change(engine, PortalUser, world.other_landlord, **columns)
    ask(engine)
    assert sent(engine) == []
    assert rows(engine, TemporaryPassword) == 0


def test_nobody_s_number_and_nobody_s_address_send_nothing(engine: Engine) -> None:
    lose_login(engine, NOBODY_NUMBER)
    forget_password(engine, NOBODY_EMAIL)
    assert handle_requests(engine) == 2
    assert waiting(engine) == []


def test_newer_credentials_void_those_on_their_way(engine: Engine) -> None:
    lose_login(engine)
    handle_requests(engine)
    (_, _, older) = waiting(engine)[1]
    lose_login(engine)
    assert sent(engine) == CREDENTIALS_BY_EMAIL
    assert not signs_in(engine, "bob", older.content.secret or "")
    forget_password(engine)
    assert sent(engine) == CREDENTIALS_BY_EMAIL, "the login still goes, with the newest password"
    with reading(on=engine) as session:
        cancelled = select(OutboxMessage).where(OutboxMessage.state == OutboxState.CANCELLED)
        gone = session.scalars(cancelled).all()
        assert [message.purpose for message in gone] == ["login", "temporary_password", "temporary_password"]
        assert all(message.sealed is None for message in gone)
    assert signs_in(engine, "bob", waiting(engine)[1][2].content.secret or "")


def test_a_temporary_password_by_letter_lives_longer_than_by_email(engine: Engine) -> None:
    by_email, by_letter = settings().temporary_password_lifetime, settings().temporary_password_lifetime_by_letter
    assert by_email < by_letter
    with transaction(on=engine) as session:
        noe = landlord(session, "35900007090055", ContactChannel.LETTER, "noe").id
    lose_login(engine)
    lose_login(engine, "35900007090055")
    handle_requests(engine)
    with reading(on=engine) as session:
        lives = {row.portal_user_id: row.expires_at - now() for row in session.scalars(select(TemporaryPassword))}
    assert abs(lives.pop(noe) - timedelta(seconds=by_letter)) < timedelta(minutes=1)
    assert abs(lives.popitem()[1] - timedelta(seconds=by_email)) < timedelta(minutes=1)


def test_a_new_user_s_temporary_password_lives_until_after_their_opening_day(engine: Engine) -> None:
    opening = date(today().year + 1, 1, 15)
    with transaction(on=engine) as session:
        email = "noe@bailleur.example"
        noe = landlord(session, "35900007090055", ContactChannel.EMAIL, "noe", email=email, opens_on=opening)
        send_credentials(session, noe, by=ContactChannel.EMAIL, actor_id=None, audit_action="user.created")
        expires_at = session.get_one(TemporaryPassword, noe.id).expires_at
    lifetime = timedelta(seconds=settings().temporary_password_lifetime)
    assert (expires_at - lifetime).date() in (opening, opening - timedelta(days=1))


def test_the_journal_tells_what_was_sent_and_names_nobody(world: World, engine: Engine) -> None:
    lose_login(engine)
    forget_password(engine)
    lose_login(engine, NOBODY_NUMBER)
    handle_requests(engine)
    with reading(on=engine) as session:
        account_id = session.get_one(PortalUser, world.other_landlord).account_id
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [(each.action, each.actor_id, each.account_id, each.subject, each.detail) for each in events] == [
            ("recovery.login", None, account_id, f"portal_user:{world.other_landlord}", {"by": "email"}),
            ("recovery.password", None, account_id, f"portal_user:{world.other_landlord}", {}),
        ]


# Asking


@pytest.mark.parametrize("typed", ["", "A123456", "4490000709000", "449000070900022"])
def test_what_cannot_be_a_user_number_is_for_the_caller_to_explain(engine: Engine, typed: str) -> None:
    with pytest.raises(ValueError, match="N° utilisateur"):
        lose_login(engine, typed)
    assert rows(engine, RecoveryRequest) == 0


def test_the_same_form_sent_again_asks_nothing_more_and_is_not_counted_again(engine: Engine) -> None:
    for _ in range(settings().recoveries_per_hour + 5):
        lose_login(engine, asker=Asker("192.0.2.7", "c1"), key="form-1")
    assert rows(engine, RecoveryRequest) == 1
    assert rows(engine, Attempt) == 2
    assert handle_requests(engine) == 1
    lose_login(engine, key="form-1")
    assert handle_requests(engine) == 0
    assert len(waiting(engine)) == 2


@pytest.mark.parametrize("existing", [True, False])
def test_too_many_requests_are_refused_whoever_is_behind_the_number(engine: Engine, existing: bool) -> None:
    number = BOB_NUMBER if existing else NOBODY_NUMBER
    limit = settings().recoveries_per_hour
    for _ in range(limit):
        lose_login(engine, number, Asker(address="192.0.2.7"))
    with pytest.raises(TooMany):
        lose_login(engine, number, Asker(address="192.0.2.7"))
    with transaction(on=engine) as session:  # a caller that goes on with its transaction
        with pytest.raises(TooMany):
            ask_login(session, number, asker=Asker(address="192.0.2.7"), request_key="refused")
        session.flush()
    assert rows(engine, RecoveryRequest) == limit
    lose_login(engine, number, Asker(address="192.0.2.8"))


def test_an_account_is_sent_so_many_a_day_and_the_asker_learns_nothing_of_it(world: World, engine: Engine) -> None:
    for turn in range(settings().recoveries_per_account + 3):
        (lose_login if turn % 2 else forget_password)(engine, asker=Asker(address=f"192.0.2.{turn}"))
        assert handle_requests(engine) == 1
    assert actions(engine).count("recovery.login") + actions(engine).count("recovery.password") == (
        settings().recoveries_per_account
    )
    change(engine, PortalUser, world.landlord, email="ada@bailleur.example")
    forget_password(engine, "ada@bailleur.example")
    time_passes(engine, timedelta(days=1))
    lose_login(engine)
    handle_requests(engine)
    assert len(actions(engine)) == settings().recoveries_per_account + 2


def test_the_database_tells_neither_who_was_asked_about_nor_what_was_sent(engine: Engine) -> None:
    lose_login(engine, asker=Asker("192.0.2.7", "c1"))
    forget_password(engine)
    dump = _dump(engine)
    handle_requests(engine)
    password = waiting(engine)[-1][2].content.secret or "?"
    for secret in (BOB_NUMBER, BOB_EMAIL, "192.0.2.7"):
        assert secret not in dump
    assert password not in _dump(engine)
    with reading(on=engine) as session:
        assert {request.sealed for request in session.scalars(select(RecoveryRequest))} == {None}


def _dump(engine: Engine) -> str:
    """Every value of what recovery and the outbox write."""
    tables = (RecoveryRequest, Attempt, OutboxMessage, TemporaryPassword)
    with engine.connect() as connection:
        return "\n".join(str(row) for table in tables for row in connection.execute(select(table.__table__)))


# Telling nothing


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def test_asking_sends_the_same_to_the_database_whether_the_account_exists_or_not(world: World, engine: Engine) -> None:
    asker = Asker("192.0.2.7", "c1")
    closed = landlord_closed(engine)
    for ask, existing, others in (
        (lose_login, BOB_NUMBER, (NOBODY_NUMBER, closed)),
        (forget_password, BOB_EMAIL, (NOBODY_EMAIL, "closed@bailleur.example")),
    ):
        with statements(engine) as expected:
            ask(engine, existing, asker)
        assert any("recovery_request" in statement for statement in expected)
        assert not any("portal_user" in statement or "account" in statement for statement in expected)
        for other in others:
            with statements(engine) as heard:
                ask(engine, other, asker)
            assert heard == expected


def landlord_closed(engine: Engine) -> str:
    with transaction(on=engine) as session:
        columns = {"email": "closed@bailleur.example", "state": UserState.CLOSED}
        return landlord(session, "35900007090088", ContactChannel.EMAIL, "gone", **columns).account.user_number


def test_asking_takes_the_same_time_whether_the_account_exists_or_not(engine: Engine) -> None:
    times: dict[str, list[float]] = {BOB_NUMBER: [], NOBODY_NUMBER: []}
    for turn in range(120):
        for number in sorted(times, reverse=bool(turn % 2)):
            start = time.perf_counter()
            lose_login(engine, number)
            times[number].append(time.perf_counter() - start)
    existing, unknown = (statistics.median(times[number]) for number in (BOB_NUMBER, NOBODY_NUMBER))
    assert 0.5 < existing / unknown < 2


# The worker


def test_one_call_handles_so_many_and_the_next_the_rest(engine: Engine) -> None:
    for _ in range(5):
        lose_login(engine, NOBODY_NUMBER)
    assert [handle_requests(engine, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_request_sealed_with_another_key_is_dropped_and_the_others_are_handled(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    lose_login(engine, key="first")
    with transaction(on=engine) as session:
        other = seal(BOB_NUMBER, secret="another secret key, of thirty-two characters")
        session.execute(update(RecoveryRequest).values(sealed=other))
    lose_login(engine, key="second")
    with caplog.at_level(logging.INFO):
        assert handle_requests(engine) == 2
    assert actions(engine) == ["recovery.login"]
    (record,) = caplog.records
    assert "SECRET_KEY" in record.getMessage()
    assert_names_nobody(caplog)
    with reading(on=engine) as session:
        assert all(each.handled_at and each.sealed is None for each in session.scalars(select(RecoveryRequest)))


@pytest.fixture
def refusing_letters(engine: Engine) -> Iterator[None]:
    """A database that refuses every letter: what a full disk or a bug would do to some requests and not to others."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_letters BEFORE INSERT ON outbox_message WHEN NEW.kind = 'letter'"
            " BEGIN SELECT RAISE(ABORT, 'bob@bailleur.example'); END"
        )
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS no_letters")


@pytest.mark.usefixtures("refusing_letters")
def test_a_request_that_fails_holds_up_nobody_and_is_tried_again_for_a_day(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction(on=engine) as session:
        landlord(session, "35900007090055", ContactChannel.LETTER, "noe")
    lose_login(engine, "35900007090055", key="by letter")
    lose_login(engine, key="by email")
    assert handle_requests(engine) == 1
    assert [purpose for _, purpose, _ in waiting(engine)] == ["login", "temporary_password"]
    assert rows(engine, TemporaryPassword) == 1, "nothing is left of the one that failed"
    assert_names_nobody(caplog)
    assert handle_requests(engine) == 0
    with transaction(on=engine) as session:
        session.execute(update(RecoveryRequest).values(asked_at=now() - timedelta(days=1, minutes=1)))
    assert handle_requests(engine) == 0
    with reading(on=engine) as session:
        assert all(each.handled_at and each.sealed is None for each in session.scalars(select(RecoveryRequest)))
    assert "given up" in caplog.text


def test_a_request_that_failed_is_handled_once_the_trouble_is_over(engine: Engine, refusing_letters: None) -> None:
    with transaction(on=engine) as session:
        landlord(session, "35900007090055", ContactChannel.LETTER, "noe")
    lose_login(engine, "35900007090055")
    assert handle_requests(engine) == 0
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER no_letters")
    assert handle_requests(engine) == 1
    assert len(waiting(engine)) == 2


def test_a_database_that_does_not_answer_is_the_worker_s_to_hear_of() -> None:
    nowhere = make_engine("postgresql://bailleurs@127.0.0.1:1/nowhere")
    with pytest.raises(OperationalError):
        handle_requests(nowhere)


def assert_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    assert caplog.records
    for personal in (BOB_EMAIL, BOB_NUMBER, "bob", "noe", "35900007090055"):
        assert personal not in caplog.text


def test_what_was_handled_long_ago_is_purged_and_what_waits_is_not(engine: Engine) -> None:
    lose_login(engine, key="handled")
    handle_requests(engine)
    lose_login(engine, key="waits")
    with transaction(on=engine) as session:
        assert purge_requests(session, now() - timedelta(minutes=1)) == 0
        assert purge_requests(session, now() + timedelta(minutes=1)) == 1
    assert rows(engine, RecoveryRequest) == 1


def test_credentials_cannot_be_sent_where_there_is_no_address(world: World, engine: Engine) -> None:
    for by in ContactChannel:
        with transaction(on=engine) as session:
            ada = session.get_one(PortalUser, world.landlord)
            with pytest.raises(ValueError, match="address"), session.begin_nested():
                send_credentials(session, ada, by=by, actor_id=None, audit_action="test")
    assert rows(engine, TemporaryPassword) == rows(engine, OutboxMessage) == 0


def test_the_mail_and_the_password_are_one_change(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between, the worker leaves neither: seen from another connection, both appear at once."""
    lose_login(engine)
    seen: list[tuple[int, int]] = []
    issue = temporary_passwords.issue

    def look(*arguments: Any, **named: Any) -> str:
        password = issue(*arguments, **named)
        seen.append((rows(engine, OutboxMessage), rows(engine, TemporaryPassword)))
        return password

    monkeypatch.setattr(recovery.temporary_passwords, "issue", look)
    handle_requests(engine)
    assert seen == [(0, 0)]
    assert (rows(engine, OutboxMessage), rows(engine, TemporaryPassword)) == (2, 1)
