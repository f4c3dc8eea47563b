"""What waits in the outbox is readable by nobody, and is forgotten once it is of no use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, NoResultFound

from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.mail import messages, outbox
from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState, PortalUser
from tests.unit.mail.conftest import Desk

CONTENT = outbox.Content("Objet", ("Une ligne.",), secret="un-secret")


def _set_state(desk: Desk, message_id: int, state: OutboxState) -> None:
    with transaction(on=desk.engine) as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(state=state))


def _cancel(desk: Desk, *purposes: str) -> int:
    with transaction(on=desk.engine) as session:
        return outbox.cancel_waiting(session, desk.user_id, purposes)


def test_the_table_shows_neither_the_address_nor_the_content(desk: Desk) -> None:
    with transaction(on=desk.engine) as session:
        user = session.get_one(PortalUser, desk.user_id)
        row = outbox.post_email(session, user, CONTENT, purpose="login", key="one")
    shown = " ".join(str(value) for value in vars(desk.message(row.id)).values())
    assert "un-secret" not in shown
    assert "exemple.fr" not in shown


def test_a_message_is_read_back_as_it_was_posted(desk: Desk) -> None:
    with transaction(on=desk.engine) as session:
        user = session.get_one(PortalUser, desk.user_id)
        email = outbox.post_email(session, user, CONTENT, purpose="login", key="one")
        letter = outbox.post_letter(session, user, CONTENT, purpose="login", key="two")
    assert outbox.open_sealed(email) == outbox.Posted(("ada@exemple.fr",), CONTENT)
    address = ("Ada Facteur", "3 impasse du Facteur", "35400 SAINT-MALO")
    assert outbox.open_sealed(letter) == outbox.Posted(address, CONTENT)


def test_a_message_leaves_with_the_change_that_it_tells_or_not_at_all(desk: Desk) -> None:
    def change_that_fails() -> None:
        with transaction(on=desk.engine) as session:
            user = session.get_one(PortalUser, desk.user_id)
            outbox.post_email(session, user, CONTENT, purpose="login", key="one")
            session.get_one(PortalUser, desk.user_id + 1)

    with pytest.raises(NoResultFound):
        change_that_fails()
    with reading(on=desk.engine) as session:
        assert session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_a_key_names_one_message_for_ever(desk: Desk) -> None:
    desk.post("one")
    with pytest.raises(IntegrityError):
        desk.post("one")


@pytest.mark.parametrize("key", ["", ".cache", "../../etc/passwd", "a/b", "a\n", "é", "k" * 121])
def test_a_key_that_is_no_file_name_is_refused(desk: Desk, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        desk.post(key)


def test_nothing_is_posted_to_who_has_no_address(desk: Desk) -> None:
    with transaction(on=desk.engine) as session:
        user = session.get_one(PortalUser, desk.user_id)
        user.email = user.account.postal_address = None
    for kind in (MessageKind.EMAIL, MessageKind.LETTER):
        with pytest.raises(ValueError, match="address"):
            desk.post(f"to-{kind}", kind)
    with transaction(on=desk.engine) as session, pytest.raises(ValueError, match="address"):
        outbox.post_email_to(session, "", CONTENT, purpose="login", key="to-nobody")


def test_newer_credentials_cancel_what_still_waits_and_only_that(desk: Desk) -> None:
    waiting, sent, failed, other = (desk.post(key) for key in ("waiting", "sent", "failed", "other"))
    kept = desk.post("kept", purpose=messages.USE_LOST_LOGIN)
    _set_state(desk, sent, OutboxState.SENT)
    _set_state(desk, failed, OutboxState.FAILED)
    assert _cancel(desk, messages.LOGIN) == 2
    for message_id, state in {
        waiting: OutboxState.CANCELLED,
        other: OutboxState.CANCELLED,
        sent: OutboxState.SENT,
        failed: OutboxState.FAILED,
        kept: OutboxState.WAITING,
    }.items():
        assert desk.message(message_id).state is state
    assert desk.message(waiting).sealed is None
    assert desk.message(failed).sealed is None
    assert desk.message(kept).sealed is not None


def test_old_messages_are_deleted_but_never_one_that_waits(desk: Desk) -> None:
    ids = {state: desk.post(state) for state in OutboxState}
    recent = desk.post("recent")
    _set_state(desk, recent, OutboxState.SENT)
    for state, message_id in ids.items():
        _set_state(desk, message_id, state)
    with transaction(on=desk.engine) as session:
        old = update(OutboxMessage).where(OutboxMessage.id != recent)
        session.execute(old.values(created_at=now() - timedelta(days=31)))
    with transaction(on=desk.engine) as session:
        assert outbox.purge_messages(session, now() - timedelta(days=30)) == 3
        assert set(session.scalars(select(OutboxMessage.id))) == {ids[OutboxState.WAITING], recent}


def _shown(message: OutboxMessage) -> str:
    return " ".join(str(value) for value in vars(message).values())


def test_an_email_for_an_address_is_nobodys_and_keeps_what_it_quotes_and_where_answers_go(desk: Desk) -> None:
    quoted = outbox.Quotation("Votre message :", "Une ligne.\nUne autre.")
    content = outbox.Content("Objet", ("Bonjour.",), quotations=(quoted,))
    with transaction(on=desk.engine) as session:
        row = outbox.post_email_to(
            session, "zoe@exemple.fr", content, purpose="desk_request", key="one", reply_to="ada@exemple.fr"
        )
    assert outbox.open_sealed(row) == outbox.Posted(("zoe@exemple.fr",), content, "ada@exemple.fr")
    kept = desk.message(row.id)
    assert (kept.kind, kept.portal_user_id, kept.purpose) == (MessageKind.EMAIL, None, "desk_request")
    assert not any(word in _shown(kept) for word in ("exemple.fr", "ligne"))


def test_a_letter_quotes_nobody(desk: Desk) -> None:
    content = outbox.Content("Objet", ("Bonjour.",), quotations=(outbox.Quotation("Vous :", "Une ligne."),))
    with transaction(on=desk.engine) as session:
        user = session.get_one(PortalUser, desk.user_id)
        with pytest.raises(ValueError, match="quotes"):
            outbox.post_letter(session, user, content, purpose="login", key="one")


def test_a_call_is_one_text_whatever_the_order_in_which_it_was_made(desk: Desk) -> None:
    with transaction(on=desk.engine) as session:
        one = outbox.post_webhook(session, {"b": "é", "a": [1, None]}, purpose="desk_request", key="one")
        two = outbox.post_webhook(session, {"a": [1, None], "b": "é"}, purpose="desk_request", key="two")
    assert outbox.open_payload(one) == outbox.open_payload(two) == '{"a":[1,null],"b":"é"}'.encode()
    assert desk.message(one.id).portal_user_id is None


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_json_is_no_call(desk: Desk, value: float) -> None:
    with transaction(on=desk.engine) as session, pytest.raises(ValueError, match="JSON"):
        outbox.post_webhook(session, {"a": value}, purpose="desk_request", key="one")
