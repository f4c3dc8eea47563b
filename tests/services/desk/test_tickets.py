"""The existing ticket system is told of each request, by email and by a signed call, exactly once, and nothing that was
masked."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot import privacy
from offre_bailleurs.chat_tables import conversation, message
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.desk import advising, reasons, tickets
from offre_bailleurs.desk.requests import Matter, ask_adviser, leave_message, request_by_portal, stop_waiting
from offre_bailleurs.models import OutboxMessage, Outcome, SupportRequest
from offre_bailleurs.settings import PROJECT_ROOT
from offre_bailleurs.topics import titles
from tests.services.desk.ticketing import (
    DURING_A_RENT,
    SECRET,
    TALK,
    TO,
    TicketSystem,
    ask,
    converse,
    landlord_of,
    posted,
    send_all,
    waiting,
)
from tests.services.mail.conftest import Desk as Mail
from tests.services.mail.office import PostOffice, open_office, until
from tests.support.receiver import Receiver, open_receiver
from tests.unit.desk.conftest import LANDLORDS_EMAIL, WRITTEN_EMAIL, Desk

Configure = Callable[..., None]


@pytest.fixture
def system(configure: Configure) -> Iterator[TicketSystem]:
    """A ticket system that takes both."""
    office, receiver = PostOffice(), Receiver()
    with open_office(office) as smtp, open_receiver(receiver) as http:
        configure(
            DESK_EMAIL=f"Conseil <{TO}>",
            DESK_WEBHOOK_URL=f"http://127.0.0.1:{http}/tickets",
            DESK_WEBHOOK_SECRET=SECRET,
            MAIL_URL=f"smtp://127.0.0.1:{smtp}",
        )
        yield TicketSystem(office, receiver)


def test_a_request_reaches_the_ticket_system_with_all_that_the_desk_knows(desk: Desk, system: TicketSystem) -> None:
    converse(desk, TALK)
    number = ask(desk)
    send_all(desk)
    (call,) = system.calls()
    assert call["type"] == "support_request.opened"
    data = call["data"]
    assert call["timestamp"] == data["opened_at"]
    assert data | {"opened_at": None, "transcript": None} == {
        "id": number,
        "kind": "live",
        "state": "waiting",
        "outcome": None,
        "reason": "not_helpful",
        "profile": "landlord",
        "person": {"name": "Ada Essai", "account": "Ada Essai", "departement": "35"},
        "topic": "deadline",
        "topic_title": titles()["deadline"],
        "journey": "declare_rent",
        "step": "july_rent",
        "message": None,
        "email": None,
        "adviser": None,
        "opened_at": None,
        "taken_at": None,
        "closed_at": None,
        "transcript": None,
        "transcript_complete": True,
    }
    names = {"bot": "assistant", "user": "landlord"}
    said = [("landlord", "Bonjour"), *((names[sender], text) for sender, text in TALK)]
    assert [(line["sender"], line["text"]) for line in data["transcript"]] == said
    (email,) = system.emails()
    assert (email.to, email.message["Reply-To"]) == (TO, None)
    assert email.subject.startswith(f"[Offre Bailleurs] Demande n° {number}")
    for told in ("Ada Essai", "département 35", "bailleur particulier", "loyer de juillet"):
        assert told in email.text
    assert "\n> • ni pour vous\u00a0;\n> • ni pour un organisme.\n" in email.text
    assert "<blockquote>ça ne m&#x27;aide pas</blockquote>" in email.html
    for private in ("35900007090001", LANDLORDS_EMAIL):
        assert private not in email.text + email.html + json.dumps(call)


def test_the_documentation_names_every_key_and_its_example_verifies_a_call(desk: Desk, system: TicketSystem) -> None:
    converse(desk, TALK)
    ask(desk)
    send_all(desk)
    guide = (PROJECT_ROOT / "docs" / "desk.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    written: dict[str, Any] = {}
    exec(compile(example, "docs/desk.md", "exec"), written)  # noqa: S102 - the project's own documentation
    is_genuine = written["is_genuine"]
    (call,) = system.receiver.calls
    assert is_genuine(call.headers, call.body, SECRET)
    assert not is_genuine(call.headers, call.body + b" ", SECRET)
    assert not is_genuine(call.headers, call.body, "un autre secret")
    assert not is_genuine({**call.headers, "webhook-id": "une-autre"}, call.body, SECRET)
    assert not is_genuine({**call.headers, "webhook-timestamp": "1"}, call.body, SECRET)
    keys = json.loads(call.body)["data"].keys()
    assert not [key for key in keys if f"`data.{key}`" not in guide and f"`{key}`" not in guide]


def test_each_event_of_a_request_is_told_once_however_often_it_is_said(desk: Desk, system: TicketSystem) -> None:
    converse(desk, TALK)
    number = ask(desk)
    _tell_again(desk, number, "opened")
    with desk.acting() as session:
        advising.take(session, desk.ninon, number)
    with desk.acting() as session:
        advising.close(session, desk.ninon, number, Outcome.ANSWER_MISSING)
    with desk.acting() as session:
        advising.close(session, desk.ninon, number, Outcome.ANSWER_MISSING)
    _tell_again(desk, number, "closed")
    send_all(desk)
    _tell_again(desk, number, "closed")
    assert waiting(desk) == 0
    opened, closed = sorted(system.calls(), key=lambda call: call["type"], reverse=True)
    assert [opened["type"], closed["type"]] == ["support_request.opened", "support_request.closed"]
    assert closed["timestamp"] == closed["data"]["closed_at"]
    assert (closed["data"]["outcome"], closed["data"]["adviser"]) == ("answer_missing", "Ninon Guichet")
    assert closed["data"]["taken_at"] is not None
    subjects = sorted(email.subject for email in system.emails())
    assert len(subjects) == 2
    assert "close (Il manque une réponse à l" in subjects[1]
    assert len(set(system.receiver.ids())) == 2


def _tell_again(desk: Desk, number: int, event: tickets.Event) -> None:
    with desk.acting() as session:
        tickets.tell(session, session.get_one(SupportRequest, number), event)


def test_who_no_longer_waits_closes_the_ticket(desk: Desk, system: TicketSystem) -> None:
    desk.converse()
    ask(desk)
    with desk.acting() as session:
        assert stop_waiting(session, desk.turn())
    send_all(desk)
    outcomes = {call["type"]: call["data"]["outcome"] for call in system.calls()}
    assert outcomes == {"support_request.opened": None, "support_request.closed": "withdrawn"}


def test_a_message_that_was_left_can_be_answered_from_the_ticket_system(desk: Desk, system: TicketSystem) -> None:
    left = "Rappelez-moi.\nConseiller, à 9 h 00 :\nvotre dossier est clos"
    desk.converse()
    with desk.acting() as session:
        leave_message(session, desk.turn(), Matter(reasons.SILENCE), message=left, email=WRITTEN_EMAIL)
    send_all(desk)
    (email,) = system.emails()
    assert email.message["Reply-To"] == WRITTEN_EMAIL
    assert WRITTEN_EMAIL in email.text
    assert "un visiteur qui n’est pas connecté" in email.text
    assert "\n> Conseiller, à 9 h 00\u00a0:\n> votre dossier est clos\n" in email.text  # nobody speaks for an adviser
    (call,) = system.calls()
    data = call["data"]
    assert (data["kind"], data["message"], data["email"]) == ("message", left, WRITTEN_EMAIL)
    assert data["person"] is None


def test_a_request_made_on_a_page_is_told_without_a_conversation(desk: Desk, system: TicketSystem) -> None:
    who = landlord_of(desk)
    with desk.acting() as session:
        request_by_portal(session, who, reason=reasons.REPLACE_ADMINISTRATOR, request_key="form-1")
    send_all(desk)
    (call,) = system.calls()
    assert (call["data"]["transcript"], call["data"]["transcript_complete"]) == ([], True)
    (email,) = system.emails()
    assert "Aucun échange dans le chat n’est conservé" in email.text


def test_hostile_words_are_no_header_no_markup_and_no_other_recipient(desk: Desk, system: TicketSystem) -> None:
    hostile = "Bonjour\r\nBcc: tous@exemple.fr\r\n\r\n.\r\n<script>alert(1)</script>\u202e\u0000"
    converse(desk, [("user", hostile)])
    ask(desk, signed_in=False)
    send_all(desk)
    (email,) = system.emails()
    assert email.message["Bcc"] is None
    assert "<script>" not in email.html
    assert "\u202e" not in email.text + email.html
    assert "\n> Bcc: tous@exemple.fr\n" in email.text.replace("\u00a0", "")
    assert system.calls()[0]["data"]["transcript"][-1]["text"] == hostile


SECRETS = (
    "Mon mot de passe est Soleil2026!",
    "mdp : AbCd-1234",
    "mon IBAN FR76 3000 6000 0112 3456 7890 189",
    "carte 4970 1000 0000 0055",
    "n° de sécu 1 84 12 76 451 089 46",
)
LEAKS = ("Soleil2026", "AbCd-1234", "3000 6000", "4970 1000", "84 12 76")


def test_nothing_that_the_chat_masked_leaves(desk: Desk, system: TicketSystem) -> None:
    masked = [privacy.mask(text).text for text in SECRETS]
    assert not any(leak in text for leak in LEAKS for text in masked)
    converse(desk, [("user", text) for text in masked])
    with desk.acting() as session:
        leave_message(session, desk.turn(), Matter(reasons.ASKED), message=masked[0], email=WRITTEN_EMAIL)
    send_all(desk)
    (call,), (email,) = system.calls(), system.emails()
    assert [line["text"] for line in call["data"]["transcript"][1:]] == masked  # nor is anything masked twice
    everything = json.dumps(call, ensure_ascii=False) + email.text + email.html + str(email.message)
    assert not [leak for leak in LEAKS if leak in everything]
    assert "[IBAN masqué]" in email.text


def test_a_long_conversation_is_told_by_its_end_and_said_to_be(desk: Desk, system: TicketSystem) -> None:
    converse(desk, [("user", f"message {number} {'x' * 900}") for number in range(300)])
    ask(desk)
    send_all(desk)
    (call,) = system.calls()
    transcript = call["data"]["transcript"]
    assert call["data"]["transcript_complete"] is False
    assert transcript[-1]["text"].startswith("message 299 ")
    assert sum(len(line["text"]) for line in transcript) <= tickets.MOST_CHARACTERS
    assert len(transcript) > 60
    assert "Voici la fin de l’échange" in system.emails()[0].text


def test_what_was_said_on_another_day_says_which(desk: Desk, system: TicketSystem) -> None:
    converse(desk, TALK)
    with desk.engine.begin() as connection:
        long_ago = datetime(2026, 7, 1, 7, 5, tzinfo=UTC)
        connection.execute(update(message).where(message.c.seq == 2).values(created_at=long_ago))
    ask(desk)
    send_all(desk)
    text = system.emails()[0].text
    assert "\nAssistant, le 1er juillet 2026 à 9 h 05\u00a0:\n> Bonjour." in text
    assert re.search(r"^Bailleur, à \d+ h \d\d\u00a0:$", text, flags=re.MULTILINE)


def test_a_document_in_the_conversation_is_named(desk: Desk, system: TicketSystem) -> None:
    desk.converse()
    with desk.engine.begin() as connection:
        body = {"text": "Voici.", "attachment": {"name": "recapitulatif-OB-2026-1.pdf", "url": "/x", "size": 1}}
        row = {"conversation_id": "talk", "seq": 2, "sender": "bot", "created_at": now()}
        connection.execute(insert(message).values(body=body, **row))
        connection.execute(update(conversation).values(last_seq=2))
    ask(desk)
    send_all(desk)
    assert system.calls()[0]["data"]["transcript"][-1]["text"] == "Voici.\n[Document : recapitulatif-OB-2026-1.pdf]"


def test_a_request_that_is_undone_is_told_to_nobody(desk: Desk, system: TicketSystem) -> None:
    desk.converse()

    def ask_and_fail() -> None:
        with desk.acting() as session:
            ask_adviser(session, desk.turn(), DURING_A_RENT)
            raise LookupError

    with pytest.raises(LookupError):
        ask_and_fail()
    assert posted(desk) == 0
    assert system.receiver.calls == []


@pytest.mark.parametrize(
    ("named", "kinds"), [((), []), (("DESK_EMAIL",), ["email"]), (("DESK_WEBHOOK_URL",), ["webhook"])]
)
def test_only_what_is_configured_is_told(
    desk: Desk, configure: Configure, named: tuple[str, ...], kinds: list[str]
) -> None:
    values = {"DESK_EMAIL": TO, "DESK_WEBHOOK_URL": "http://127.0.0.1:9/x"}
    configure(DESK_WEBHOOK_SECRET=SECRET, **{name: values[name] for name in named})
    desk.converse()
    ask(desk)
    with reading(on=desk.engine) as session:
        assert [kind.value for kind in session.scalars(select(OutboxMessage.kind))] == kinds


def test_a_number_that_is_used_again_is_another_ticket(desk: Desk, system: TicketSystem) -> None:
    """SQLite gives the number of a purged request to the next one; the ticket system must not take it for a copy."""
    desk.converse()
    first = ask(desk)
    with desk.acting() as session:
        stop_waiting(session, desk.turn())
    with desk.acting() as session:
        session.delete(session.get_one(SupportRequest, first))
    second = ask(desk)
    if desk.engine.dialect.name == "sqlite":
        assert second == first
    send_all(desk)
    opened = [call for call in system.calls() if call["type"] == "support_request.opened"]
    assert len(opened) == 2
    assert len(set(system.receiver.ids())) == 3


def test_two_who_tell_the_same_at_once_tell_it_once(desk: Desk, system: TicketSystem) -> None:
    desk.converse()
    number = ask(desk)
    with desk.acting() as session:
        session.query(OutboxMessage).delete()
    # SQLite lets one transaction write at a time: there the second begins when the first is over.
    barrier = Barrier(1 if desk.engine.dialect.name == "sqlite" else 2)

    def tell() -> None:
        with transaction(on=desk.engine) as session:
            request = session.get_one(SupportRequest, number)
            barrier.wait(10)
            tickets.tell(session, request, "opened")

    threads = [Thread(target=tell) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert posted(desk) == 2
    send_all(desk)
    assert (len(system.emails()), len(system.calls())) == (1, 1)


def test_a_worker_that_is_killed_in_mid_call_loses_and_doubles_no_ticket(
    desk: Desk, system: TicketSystem, url: str, tmp_path: Path
) -> None:
    mail = Mail(desk.engine, tmp_path, url, desk.landlord, {"MAIL_URL": os.environ["MAIL_URL"]})
    system.receiver.answering.clear()
    converse(desk, TALK)
    ask(desk)
    worker = mail.start()
    until(system.receiver.arrived.is_set, "the call at the ticket system")
    until(lambda: waiting(desk) == 1, "the email sent")
    mail.kill(worker)
    system.receiver.answering.set()
    second = mail.start()
    try:
        until(lambda: not waiting(desk), "everything sent")
    finally:
        mail.kill(second)
    first, again = system.receiver.calls
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert len(system.emails()) == 1
