"""A database that goes and comes back is waited for, without a word too many."""

from __future__ import annotations

from time import sleep

import pytest

from tests.services.mail.conftest import Desk
from tests.services.mail.office import until
from tests.support.databases import connections_refused
from tests.support.mailbox import Mailbox

AN_OUTAGE = 5.0
"""Seconds: the worker looks several times."""


def test_a_database_that_is_down_is_told_once_and_mail_goes_on_when_it_is_back(desk: Desk) -> None:
    if desk.engine.dialect.name != "postgresql":
        pytest.skip("optional: SQLite has no connections to refuse")
    mailbox = Mailbox(desk.settings)
    desk.post("before")
    worker = desk.start()
    mailbox.wait_for(1)
    with connections_refused(desk.engine):
        sleep(AN_OUTAGE)
    desk.post("after")
    mailbox.wait_for(2)
    desk.wait_until_sent()
    assert worker.poll() is None
    assert desk.log().count("outbox: OperationalError") == 1
    until(lambda: "outbox: works again" in desk.log(), "the good news")
