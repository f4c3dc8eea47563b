"""The commands that work on the database, as an operator types them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import insert, select
from typer.testing import CliRunner

from bot import conversations
from cli.main import app
from offre_bailleurs import chat_tables, database, demo, portal_sessions
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.identity import verify_identity
from offre_bailleurs.mail import outbox
from offre_bailleurs.models import (
    Attempt,
    OutboxMessage,
    OutboxState,
    PortalSession,
    PortalUser,
    RecoveryKind,
    RecoveryRequest,
)
from offre_bailleurs.settings import DEVELOPMENT_SECRET
from tests.support.databases import migrate

DATABASE = "bailleurs.db"
Bailleurs = Callable[..., Result]


@pytest.fixture(scope="module")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database that holds the demo, made once."""
    path = tmp_path_factory.mktemp("demo") / DATABASE
    migrate(f"sqlite:///{path}")
    engine = database.make_engine(f"sqlite:///{path}")
    with transaction(on=engine) as session:
        demo.seed(session, today())
    engine.dispose()
    return path


@pytest.fixture
def with_demo(tmp_path: Path, demo_database: Path) -> None:
    """The command's data folder holds the demo."""
    shutil.copy(demo_database, tmp_path / DATABASE)


def _assert_refused(result: Result, reason: str) -> None:
    """Refused in one line, with an exit code that says so."""
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.startswith("Erreur : ")
    assert reason in line


def test_every_command_explains_itself() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        result = CliRunner().invoke(app, [command.callback.__name__, "--help"])
        assert result.exit_code == 0, result.output
        assert command.callback.__doc__ is not None


def test_the_demo_fills_an_empty_database_once_and_tells_who_can_sign_in(bailleurs: Bailleurs) -> None:
    first = bailleurs("demo")
    second = bailleurs("demo")
    assert "Données de démonstration ajoutées" in first.output
    assert "rien n'est ajouté" in second.output
    for result in (first, second):
        assert result.exit_code == 0
        for login in demo.DEMO_LOGINS:
            assert login.login in result.output
            assert login.password in result.output


@pytest.mark.usefixtures("with_demo")
def test_a_token_speaks_for_its_login_only(bailleurs: Bailleurs) -> None:
    result = bailleurs("token", "camille44")
    assert result.exit_code == 0
    user_id = verify_identity(result.output.strip(), secret=DEVELOPMENT_SECRET)
    with reading() as session:
        assert session.scalar(select(PortalUser.login).where(PortalUser.id == user_id)) == "camille44"


@pytest.mark.usefixtures("with_demo")
@pytest.mark.parametrize(("login", "reason"), [("nobody", "inconnu"), ("premiere-fois", "n'est pas actif")])
def test_no_token_for_whoever_may_see_nothing(bailleurs: Bailleurs, login: str, reason: str) -> None:
    _assert_refused(bailleurs("token", login), reason)


@pytest.mark.parametrize("arguments", [("demo",), ("token", "camille35"), ("chat", "--as", "camille35")], ids=" ".join)
def test_what_is_for_trying_the_assistant_is_refused_in_production(
    bailleurs: Bailleurs, arguments: tuple[str, ...]
) -> None:
    _assert_refused(bailleurs(*arguments, ENVIRONMENT="production", SECRET_KEY="s" * 40), "ENVIRONMENT=production")


def test_an_unusable_setting_is_one_line(bailleurs: Bailleurs) -> None:
    _assert_refused(bailleurs("serve", RASA_PORT="rasa"), "RASA_PORT")


def test_a_database_without_tables_is_one_line(bailleurs: Bailleurs) -> None:
    _assert_refused(bailleurs("token", "camille35"), "DATABASE_URL")


@pytest.mark.usefixtures("with_demo")
def test_a_purge_deletes_what_has_expired_and_nothing_else(bailleurs: Bailleurs) -> None:
    bailleurs("migrate")
    with transaction() as session:
        user_id = session.scalars(select(PortalUser.id).limit(1)).one()
        kept = portal_sessions.open_session(session, user_id, lifetime=timedelta(hours=1))
    with transaction() as session:
        session.add(
            PortalSession(
                token_hash="expired",
                portal_user_id=user_id,
                created_at=now() - timedelta(hours=2),
                expires_at=now() - timedelta(hours=1),
            )
        )
        for name, lifetime in {
            "alive": timedelta(hours=1),
            "ended": timedelta(days=-29),
            "old": timedelta(days=-31),
        }.items():
            row = {"id": name, "created_at": now(), "expires_at": now() + lifetime, "last_seq": 0, "version": 1}
            session.execute(insert(chat_tables.conversation).values(row))
    for _ in range(2):
        counted = bailleurs("purge", "--dry-run").output
        assert "Conversations à effacer : 1." in counted
        assert "Sessions à effacer : 1." in counted
        assert "Rien n'a été effacé." in counted
    purged = bailleurs("purge").output
    assert "Conversations effacées : 1." in purged
    assert "Sessions effacées : 1." in purged
    assert set(re.findall(r" : (\d+)\.", bailleurs("purge").output)) == {"0"}
    with reading() as session:
        assert set(session.scalars(select(chat_tables.conversation.c.id))) == {"alive", "ended"}
    with reading() as session:
        assert portal_sessions.find_session(session, kept) is not None
    assert conversations.find(database.engine(), "alive") is not None
    assert conversations.find(database.engine(), "ended") is None


@pytest.mark.usefixtures("with_demo")
def test_a_purge_deletes_the_mail_and_the_requests_of_more_than_a_month_and_the_tries_of_more_than_a_day(
    bailleurs: Bailleurs,
) -> None:
    bailleurs("migrate")
    for age in (timedelta(days=31), timedelta(days=29)):
        _post(f"sent-{age.days}", state=OutboxState.SENT, created_at=now() - age)
        _post(f"waiting-{age.days}", created_at=now() - age)
        asked = {"kind": RecoveryKind.LOGIN, "asked_at": now() - age}
        with transaction() as session:
            session.add(RecoveryRequest(request_key=f"handled-{age.days}", handled_at=now() - age, **asked))
            session.add(RecoveryRequest(request_key=f"waiting-{age.days}", **asked))
            session.add(Attempt(kind="sign_in", key="k", at=now() - age))
    with transaction() as session:
        session.add(Attempt(kind="sign_in", key="k", at=now() - timedelta(hours=23)))
    result = bailleurs("purge")
    for line in ("Messages effacés : 1.", "Demandes de codes effacées : 1.", "Essais effacés : 2."):
        assert line in result.output
    with reading() as session:
        assert set(session.scalars(select(OutboxMessage.key))) == {"sent-29", "waiting-31", "waiting-29"}
        assert "handled-31" not in set(session.scalars(select(RecoveryRequest.request_key)))


def _post(key: str, **values: Any) -> int:
    """Leave an email to the demo's first landlord in the outbox; its id."""
    with transaction() as session:
        user = session.scalars(select(PortalUser).where(PortalUser.login == demo.LANDLORD_35.login)).one()
        user.email = "camille@exemple.fr"
        content = outbox.Content("Un objet", ("Une ligne.",), secret="un-secret")
        message = outbox.post_email(session, user, content, purpose="login", key=key)
        for name, value in values.items():
            setattr(message, name, value)
        return message.id


@pytest.mark.usefixtures("with_demo")
def test_the_outbox_shows_what_became_of_each_message_and_nothing_of_what_it_says(
    bailleurs: Bailleurs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    bailleurs("migrate")
    ids = {
        "envoyé": _post("sent", state=OutboxState.SENT, sealed=None),
        "en échec": _post("failed", state=OutboxState.FAILED, attempts=1, last_error="SMTPDataError 554"),
        "annulé": _post("cancelled", state=OutboxState.CANCELLED, sealed=None),
        "en attente": _post(
            "waiting", created_at=now() - timedelta(hours=3), next_attempt_at=now() + timedelta(hours=1)
        ),
        "en cours": _post("sending", lease="a-worker", next_attempt_at=now() + timedelta(minutes=1)),
    }
    result = bailleurs("outbox")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    for state, message_id in ids.items():
        (line,) = [line for line in lines if re.search(rf"^│ +{message_id} +│", line)]
        assert state in line
        assert "courriel" in line
    assert "SMTPDataError 554" in result.output
    assert re.search(r"en attente +│ 3 h +│ 0 +│ dans 59 min", result.output)
    for hidden in ("camille", "exemple.fr", "Un objet", "un-secret", "Une ligne"):
        assert hidden not in result.output
    waiting = bailleurs("outbox", "--waiting").output
    assert "en attente" in waiting
    assert "en échec" not in waiting


@pytest.mark.usefixtures("with_demo")
@pytest.mark.usefixtures("with_demo")
def test_the_outbox_shows_the_calls_to_the_ticket_system_too(
    bailleurs: Bailleurs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    bailleurs("migrate")
    with transaction() as session:
        call = outbox.post_webhook(session, {"message": "un-secret"}, purpose="desk_request", key="one")
        call.state, call.last_error = OutboxState.FAILED, "HTTP 410"
    result = bailleurs("outbox")
    assert re.search(r"demande au conseil +│ appel +│ en échec", result.output)
    assert "HTTP 410" in result.output
    assert "un-secret" not in result.output


def test_an_empty_outbox_says_so(bailleurs: Bailleurs) -> None:
    bailleurs("migrate")
    assert "Aucun message" in bailleurs("outbox").output
    assert "Rien n'attend" in bailleurs("outbox", "--waiting").output


@pytest.mark.usefixtures("with_demo")
def test_a_message_that_failed_is_put_back_and_no_other(bailleurs: Bailleurs) -> None:
    bailleurs("migrate")
    failed = _post("failed", state=OutboxState.FAILED, attempts=16, next_attempt_at=now() + timedelta(hours=1))
    sent = _post("sent", state=OutboxState.SENT, sealed=None)
    void = _post("void", state=OutboxState.FAILED, sealed=None)
    assert f"Le message {failed} est de nouveau en attente" in bailleurs("outbox", "--retry", str(failed)).output
    with reading() as session:
        message = session.get_one(OutboxMessage, failed)
        assert (message.state, message.attempts) == (OutboxState.WAITING, 0)
        assert message.next_attempt_at <= now()
    _assert_refused(bailleurs("outbox", "--retry", str(sent)), "n'est pas en échec (envoyé)")
    _assert_refused(bailleurs("outbox", "--retry", str(void)), "un plus récent l'a remplacé")
    _assert_refused(bailleurs("outbox", "--retry", "999"), "il n'y a pas de message 999")
