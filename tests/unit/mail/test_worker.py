"""A worker goes on, whatever is wrong with one message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import update

from offre_bailleurs.database import transaction
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.worker import MAX_ATTEMPTS, Worker
from offre_bailleurs.models import MessageKind, OutboxMessage, OutboxState, PortalUser
from offre_bailleurs.sealing import seal
from offre_bailleurs.settings import read_settings, settings
from tests.unit.mail.conftest import Desk


@contextmanager
def _working(desk: Desk, folder: Path, **variables: str) -> Iterator[None]:
    configuration = read_settings({"DATA_DIR": str(folder), "SECRET_KEY": settings().secret_key, **variables})
    worker = Worker(desk.engine, Carrier(configuration), lease=timedelta(minutes=2))
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(10)
    assert not thread.is_alive()


def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 15
    while not condition():
        assert monotonic() < deadline
        sleep(0.02)


def _change(desk: Desk, message_id: int, **values: object) -> None:
    with transaction(on=desk.engine) as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == message_id).values(**values))


def test_a_message_that_cannot_be_made_does_not_hold_up_the_next_one(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = desk.post("broken"), desk.post("sound")
    _change(desk, broken, sealed=seal("un-secret sans forme", secret=settings().secret_key))
    with _working(desk, tmp_path), caplog.at_level(logging.INFO):
        _until(lambda: desk.message(sound).state is OutboxState.SENT)
    assert desk.message(broken).state is OutboxState.WAITING
    assert desk.message(broken).last_error == "JSONDecodeError"
    assert "JSONDecodeError" in caplog.text
    assert "un-secret" not in caplog.text


def test_a_message_that_kills_each_worker_is_given_up(desk: Desk, tmp_path: Path) -> None:
    message_id = desk.post("deadly")
    _change(desk, message_id, attempts=MAX_ATTEMPTS)
    with _working(desk, tmp_path):
        _until(lambda: desk.message(message_id).state is OutboxState.FAILED)
    assert desk.message(message_id).last_error == "Abandoned"
    assert not (tmp_path / "mail").exists()


def test_a_folder_that_cannot_be_written_is_named_by_its_kind_of_fault_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    message_id = desk.post("one", MessageKind.LETTER)
    with _working(desk, tmp_path, LETTERS_DIR=str(tmp_path / "a-file" / "letters")):
        _until(lambda: desk.message(message_id).last_error is not None)
    assert desk.message(message_id).last_error == "NotADirectoryError ENOTDIR"
    assert desk.message(message_id).state is OutboxState.WAITING


def test_an_address_that_is_none_fails_at_once(desk: Desk, tmp_path: Path) -> None:
    with transaction(on=desk.engine) as session:
        session.get_one(PortalUser, desk.user_id).email = "ada@exemple.fr\r\nBcc: tous@exemple.fr"
    message_id = desk.post("one")
    with _working(desk, tmp_path):
        _until(lambda: desk.message(message_id).state is OutboxState.FAILED)
    assert desk.message(message_id).last_error == "Unaddressable"
    assert not (tmp_path / "mail").exists()


def test_nothing_of_what_was_sent_is_in_the_log(desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    email, letter = desk.post("email"), desk.post("letter", MessageKind.LETTER)
    with _working(desk, tmp_path), caplog.at_level(logging.INFO):
        _until(lambda: all(desk.message(each).state is OutboxState.SENT for each in (email, letter)))
    assert f"message {email} (login, email) sent" in caplog.text
    for hidden in ("ada", "Ada", "Facteur", "exemple.fr", "SAINT-MALO"):
        assert hidden not in caplog.text
