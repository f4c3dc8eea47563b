"""`python -m offre_bailleurs.mail`: sends emails, letters and calls to the ticket system until told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import timedelta

from offre_bailleurs import database
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.worker import Worker
from offre_bailleurs.models import MessageKind
from offre_bailleurs.operation import logs
from offre_bailleurs.operation.heartbeats import WORKERS, Heartbeat
from offre_bailleurs.settings import SettingsError, settings

NAME = "outbox"
"""What the Procfile, the log and the heartbeats call this process."""
_WRITTEN = (MessageKind.EMAIL, MessageKind.LETTER)
_CALLS = (MessageKind.WEBHOOK,)
"""Apart: a ticket system that keeps each call waiting must not hold up anybody's temporary password."""


def main() -> int:
    """Work until told to stop; 2 when a setting cannot be used."""
    try:
        configuration = settings()
        logs.configure(NAME, configuration.log_format)
        carrier = Carrier(configuration)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    lease = timedelta(seconds=configuration.outbox_lease)
    emails, calls = (Heartbeat(configuration, NAME, loop) for loop in WORKERS[NAME])
    writer = Worker(database.engine(), carrier, lease=lease, kinds=_WRITTEN, beat=emails)
    caller = Worker(database.engine(), carrier, lease=lease, kinds=_CALLS, name="calls", beat=calls)

    def stop() -> None:
        writer.stop()
        caller.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
    calling = threading.Thread(target=caller.run, name="calls", daemon=True)
    calling.start()
    writer.run()
    calling.join()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
