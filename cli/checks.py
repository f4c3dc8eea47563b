"""What must hold before anything starts. Each failure is one line that names the variable to change."""

from __future__ import annotations

import errno
import socket
import tempfile
from pathlib import Path

from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from cli.console import OperatorError, say
from cli.data import known_demo_logins
from offre_bailleurs.database import make_engine
from offre_bailleurs.mail.delivery import Carrier, mail_folder
from offre_bailleurs.production import remarks
from offre_bailleurs.settings import Settings

DATABASE_TIMEOUT = 5
"""Seconds to wait for a database server before it is said not to answer."""


def check_all(settings: Settings) -> None:
    """Check what the programs need.

    Raises:
        OperatorError: for the first thing that does not hold.
    """
    check_ports(settings)
    check_data_dir(settings.data_dir)
    check_mail(settings)
    check_database(settings.database_url)
    check_limits_storage(settings.limits_storage_url)


def check_ports(settings: Settings) -> None:
    """The servers' ports and those of their metrics are different and free."""
    ports: dict[int, str] = {}
    for variable, port in (
        ("PORTAL_PORT", settings.portal_port),
        ("RASA_PORT", settings.rasa_port),
        ("ACTIONS_PORT", settings.actions_port),
        ("PORTAL_METRICS_PORT", settings.portal_metrics_port),
        ("RASA_METRICS_PORT", settings.rasa_metrics_port),
        ("ACTIONS_METRICS_PORT", settings.actions_metrics_port),
    ):
        if port == 0:  # not to be opened
            continue
        if port in ports:
            raise OperatorError(f"{variable} : le port {port} est déjà celui de {ports[port]}, choisissez-en un autre.")
        ports[port] = variable
        _check_port(variable, settings.host, port)


def _check_port(variable: str, host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do: a port just left is free
            probe.bind(address)
    except socket.gaierror:
        raise OperatorError(f"HOST : l'adresse « {host} » est inconnue de cette machine.") from None
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                reason = f"le port {port} est déjà pris, libérez-le ou choisissez-en un autre"
            case errno.EACCES:
                reason = f"le port {port} est réservé au système, choisissez-en un au-dessus de 1023"
            case errno.EADDRNOTAVAIL:
                variable, reason = "HOST", f"l'adresse « {host} » n'est pas celle de cette machine"
            case _:
                reason = f"le port {port} ne peut pas être ouvert ({error.strerror})"
        raise OperatorError(f"{variable} : {reason}.") from None


def check_data_dir(folder: Path) -> None:
    """The folder of the data is there, or can be made, for its owner alone, and can be written in."""
    _check_folder("DATA_DIR", folder, mode=0o700)


def check_mail(settings: Settings) -> None:
    """Letters can be left in their folder, and emails in theirs when they go to no server.

    Raises:
        SettingsError: MAIL_URL names an impossible port.
    """
    Carrier(settings)
    _check_folder("LETTERS_DIR", settings.letters_dir, mode=0o700)
    folder = mail_folder(settings)
    if folder is None:
        return
    _check_folder("MAIL_URL", folder, mode=0o700)
    if settings.is_production:
        say(f"MAIL_URL : les courriels ne partent pas, ils sont gardés dans le dossier « {folder} ».")


def _check_folder(variable: str, folder: Path, *, mode: int = 0o777) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OperatorError(
            f"{variable} : impossible d'écrire dans le dossier « {folder} » ({error.strerror})."
        ) from None


def check_database(url: str) -> None:
    """The database answers, can be written, and is the same one for the three servers."""
    parsed = make_url(url)
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise OperatorError("DATABASE_URL : une base en mémoire ne peut pas servir à plusieurs serveurs à la fois.")
    else:
        parsed = parsed.update_query_dict({"connect_timeout": str(DATABASE_TIMEOUT)})
    try:
        engine = make_engine(parsed.render_as_string(hide_password=False))
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        engine.dispose()
    except (ImportError, OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise OperatorError(f"DATABASE_URL : la base {shown} est inutilisable ({reason}).") from None


def check_no_demo(settings: Settings) -> None:
    """In production, nobody of the demo can sign in: their passwords are in this project's source.

    Raises:
        OperatorError: somebody can.
    """
    if not settings.is_production:
        return
    logins = [demo.login for demo in known_demo_logins()]
    if logins:
        raise OperatorError(
            "DATABASE_URL : cette base contient la démonstration, dont les mots de passe sont publics "
            f"({', '.join(logins)}). En production, partez d'une base sans elle."
        )


def say_remarks(settings: Settings) -> None:
    """Tell the operator, in production, what works and should be known."""
    if settings.is_production:
        for remark in remarks(settings):
            say(remark)


def check_limits_storage(url: str) -> None:
    """The store of the request limits is of a known kind and answers."""
    try:
        answers = storage_from_string(url.removeprefix("async+")).check()
    except (ConfigurationError, ValueError) as error:
        raise OperatorError(f"LIMITS_STORAGE_URL : adresse inutilisable ({error}).") from None
    if not answers:
        raise OperatorError("LIMITS_STORAGE_URL : ce serveur ne répond pas.")
