"""`python -m offre_bailleurs.mail`: sends emails and letters until told to stop."""

from __future__ import annotations

import logging
import signal
import sys
from datetime import timedelta

from offre_bailleurs import database
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.worker import Worker
from offre_bailleurs.settings import SettingsError, settings


def main() -> int:
    """Work until told to stop; 2 when a setting cannot be used."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("offre_bailleurs").setLevel(logging.INFO)
    try:
        configuration = settings()
        carrier = Carrier(configuration)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    worker = Worker(database.engine(), carrier, lease=timedelta(seconds=configuration.outbox_lease))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
