"""The environment and the commands of the programs that the command line starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from cli.supervisor import Program
from offre_bailleurs.settings import PROJECT_ROOT, Settings

QUIET: Mapping[str, str] = {
    "RASA_TELEMETRY_ENABLED": "false",  # on by default, and reaches out to the internet
    "OPENBLAS_NUM_THREADS": "1",  # a message is a few small products: threads cost them more than they bring
    "SETUPTOOLS_USE_DISTUTILS": "stdlib",  # Sanic asks for distutils' version numbers, not for setuptools
    "MALLOC_ARENA_MAX": "2",  # glibc's memory pools, one a thread otherwise: what one freed, another asks for anew
}
"""What keeps Rasa to itself, quick to start and small."""


RASA = (sys.executable, "-m", "cli.rasa")
"""Rasa's command; its arguments follow."""


def rasa_environ() -> dict[str, str]:
    """The environment in which Rasa's own commands run."""
    scripts = str(Path(sys.executable).parent)
    return {**os.environ, **QUIET, "PATH": os.pathsep.join((scripts, os.environ.get("PATH", os.defpath)))}


def programs_environ(settings: Settings, model: Path) -> dict[str, str]:
    """The environment of the Procfile's programs: what the Procfile and Rasa's own files name, from the settings."""
    return {
        **rasa_environ(),
        "PYTHONUNBUFFERED": "1",
        "HOST": settings.host,
        "PORTAL_PORT": str(settings.portal_port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "ACTIONS_URL": settings.actions_url,
        "DATABASE_URL": settings.database_url,
        "RASA_MODEL": str(model),
    }


def read_programs(settings: Settings, procfile: Path = PROJECT_ROOT / "Procfile") -> list[Program]:
    """The programs of the Procfile, each with the address that tells when it is ready, if it listens anywhere."""
    health: Mapping[str, str | None] = {
        "actions": f"{local_url(settings.host, settings.actions_port)}/health",
        "rasa": f"{local_url(settings.host, settings.rasa_port)}/webhooks/webchat/",
        "portal": f"{local_url(settings.host, settings.portal_port)}/sante",
        "outbox": None,
        "desk": None,
    }
    commands: Mapping[str, str] = parse_procfile(procfile.read_text(encoding="utf-8")).processes
    return [Program(name, command, health[name]) for name, command in commands.items()]


def local_url(host: str, port: int) -> str:
    """Where this machine reaches a server that listens on an interface, whatever the public address is."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
