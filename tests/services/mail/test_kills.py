"""A worker that is killed, at any moment, neither loses a message nor doubles it.

But for one window, in which nobody can know (see `offre_bailleurs.mail.delivery`): an SMTP server has taken the message
and the worker dies before it has noted so. The message is then sent again, the same to the byte.
"""

from __future__ import annotations

import random
import socket
from functools import partial
from time import sleep

from offre_bailleurs.models import MessageKind, OutboxState
from tests.services.mail.conftest import LEASE, Desk
from tests.services.mail.office import PostOffice, open_office, until
from tests.support.mailbox import Mailbox
from tests.support.ports import free_ports

KILLS = 6
A_MOMENT = 2.5
"""Seconds: a worker looks at the outbox twice."""


def _assert_copies(office: PostOffice, count: int) -> None:
    """One message was taken, so many times, and all copies are the same."""
    (copies,) = office.copies().values()  # by Message-ID
    assert len(copies) == count
    assert len(set(copies)) == 1


def test_killed_before_the_server_said_a_word(desk: Desk) -> None:
    office, (port,) = PostOffice(), free_ports(1)
    desk.mail_by(f"smtp://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", port)):  # takes the connection and says nothing
        desk.post("one")
        worker = desk.start()
        until(lambda: desk.is_leased("one"), "the message leased")
        desk.kill(worker)
    with open_office(office, port=port):
        desk.start()
        desk.wait_until_sent()
        sleep(A_MOMENT)
    _assert_copies(office, 1)


def test_killed_while_the_server_thinks_about_the_message_and_forgets_it(desk: Desk) -> None:
    office = PostOffice(forgets_what_it_holds=True)
    office.answering.clear()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        worker = desk.start()
        until(office.arrived.is_set, "the message at the server")
        desk.kill(worker)
        sleep(0.2)
        office.answering.set()
        desk.start()
        desk.wait_until_sent()
        sleep(A_MOMENT)
    _assert_copies(office, 1)


def test_killed_once_the_server_has_taken_the_message_but_not_said_so(desk: Desk) -> None:
    office = PostOffice()
    office.answering.clear()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        worker = desk.start()
        until(office.arrived.is_set, "the message at the server")
        desk.kill(worker)
        office.answering.set()
        desk.start()
        desk.wait_until_sent()
        sleep(A_MOMENT)
    _assert_copies(office, 2)


def test_killed_between_the_servers_250_and_the_commit(desk: Desk) -> None:
    office = PostOffice()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        with desk.unable_to_note():
            worker = desk.start()
            until(lambda: "noting what was sent" in desk.log(), "the worker to try to note it")
            desk.kill(worker)
        desk.start()
        desk.wait_until_sent()
        sleep(A_MOMENT)
    _assert_copies(office, 2)


def test_killed_after_the_commit(desk: Desk) -> None:
    office = PostOffice()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        worker = desk.start()
        desk.wait_until_sent()
        desk.kill(worker)
        desk.start()
        sleep(LEASE + A_MOMENT)
    _assert_copies(office, 1)


def test_a_database_that_does_not_take_the_news_for_a_while_brings_no_copy(desk: Desk) -> None:
    office = PostOffice()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        with desk.unable_to_note():
            desk.start()
            until(lambda: "noting what was sent" in desk.log(), "the worker to try to note it")
            sleep(LEASE + 1)
        desk.wait_until_sent()
        sleep(A_MOMENT)
    _assert_copies(office, 1)
    assert desk.log().count("noting what was sent: IntegrityError") == 1


def test_a_file_that_was_written_but_not_noted_is_not_written_again(desk: Desk) -> None:
    desk.post("an-email")
    desk.post("a-letter", kind=MessageKind.LETTER)
    mailbox = Mailbox(desk.settings)
    with desk.unable_to_note():
        for count in (1, 2):  # one message each: a worker that cannot note it does not go on
            worker = desk.start()
            mailbox.wait_for(count)
            until(partial(_has_tried_to_note, desk, count), "the worker to try to note it")
            desk.kill(worker)
    (letter,) = mailbox.letters()
    email = desk.folder / "mail" / "an-email.eml"
    before = [(path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in (letter, email)]
    desk.start()
    desk.wait_until_sent()
    assert [(path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in (letter, email)] == before
    assert len(mailbox.emails()) == len(mailbox.letters()) == 1


def _has_tried_to_note(desk: Desk, times: int) -> bool:
    return desk.log().count("noting what was sent") == times


def test_killed_again_and_again_every_email_and_letter_is_there_once(desk: Desk) -> None:
    emails, letters = [f"email-{number}" for number in range(30)], [f"letter-{number}" for number in range(15)]
    desk.variables["OUTBOX_LEASE"] = "1"
    desk.post(*emails)
    desk.post(*letters, kind=MessageKind.LETTER)
    chance = random.Random(4)  # noqa: S311 - the same moments at each run, as far as the machine is the same
    for _ in range(KILLS):
        worker = desk.start()
        goal = _written(desk) + chance.randint(1, 6)
        until(partial(_has_written, desk, goal), "more files")
        sleep(chance.uniform(0, 0.02))
        desk.kill(worker)
    assert not desk.all_are(OutboxState.SENT)
    desk.start()
    desk.wait_until_sent()
    mailbox = Mailbox(desk.settings)
    assert sorted(path.stem for path in mailbox.letters()) == sorted(letters)
    assert len({str(email.message["Message-ID"]) for email in mailbox.emails()}) == len(mailbox.emails()) == len(emails)
    files = [*(desk.folder / "mail").iterdir(), *(desk.folder / "letters").iterdir()]
    assert len(files) == len(emails) + len(letters)  # nothing is left behind beside them
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def _written(desk: Desk) -> int:
    return sum(1 for folder in ("mail", "letters") for _ in (desk.folder / folder).glob("[!.]*"))


def _has_written(desk: Desk, count: int) -> bool:
    return _written(desk) >= count


def test_several_workers_never_send_one_message_twice(desk: Desk) -> None:
    office = PostOffice()
    keys = [f"email-{number}" for number in range(60)]
    desk.variables["OUTBOX_LEASE"] = "120"  # as by default: the machine may be busy
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        workers = [desk.start() for _ in range(4)]
        sleep(2)  # all of them look at an empty outbox
        desk.post(*keys[:30])
        desk.post(*keys[30:])
        desk.wait_until_sent()
        sleep(A_MOMENT)
    assert len(office.accepted) == len(keys)
    assert all(len(copies) == 1 for copies in office.copies().values())
    assert len(office.copies()) == len(keys)
    assert all(worker.poll() is None for worker in workers)


def test_a_worker_that_is_asked_to_end_finishes_its_message_first(desk: Desk) -> None:
    office = PostOffice()
    office.answering.clear()
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.variables["OUTBOX_LEASE"] = "60"
        desk.post("one", "two")
        worker = desk.start()
        until(office.arrived.is_set, "the message at the server")
        worker.terminate()
        sleep(0.3)
        office.answering.set()
        assert worker.wait(10) == 0
    _assert_copies(office, 1)
    assert [desk.message(key).state for key in ("one", "two")] == [OutboxState.SENT, OutboxState.WAITING]
