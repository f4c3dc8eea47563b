"""`python -m cli.program NAME`: one of the Procfile's programs alone, as this process: what a container runs.

`python -m cli.program --healthy NAME` asks the one that runs here whether it is ready; 0 when it is, or listens
nowhere. RASA_MODEL names the model, or the folder whose newest model is served (by default models/).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from cli.environment import programs_environ, read_programs
from cli.status import status
from offre_bailleurs.settings import PROJECT_ROOT, SettingsError, settings

MODELS = PROJECT_ROOT / "models"
_PATIENCE = 5
"""Seconds for a program to say how it is."""


def main(arguments: Sequence[str]) -> int:
    """Become the program, or ask after it; 2 when a setting cannot be used or there is no such program."""
    asks = "--healthy" in arguments
    names = [each for each in arguments if not each.startswith("-")]
    try:
        configuration = settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    programs = {program.name: program for program in read_programs(configuration)}
    if len(names) != 1 or names[0] not in programs:
        sys.stderr.write(f"Un nom est attendu parmi {', '.join(programs)}.\n")
        return 2
    program = programs[names[0]]
    if asks:
        if program.health_url is None:
            return status(configuration, worker=program.name)
        return 0 if _is_ready(program.health_url) else 1
    environ = programs_environ(configuration, Path(os.environ.get("RASA_MODEL") or MODELS))
    os.chdir(PROJECT_ROOT)
    return os.execve("/bin/sh", ["/bin/sh", "-c", program.command], environ)  # noqa: S606 - the Procfile is a shell's


def _is_ready(url: str) -> bool:
    direct = build_opener(ProxyHandler({}))
    try:
        with direct.open(url, timeout=_PATIENCE) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, TimeoutError):  # an error status is one too
        return False


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
