"""Reads one setting at a time from variables, or from the files that hold the secret ones.

`SettingsError` is raised for an unusable value; its message is one line that names the variable to change.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from opening_hours import validate as validate_hours
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SECRETS: Final = (
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "LIMITS_STORAGE_URL",
    "RABBITMQ_URL",
    "MAIL_URL",
    "DESK_WEBHOOK_SECRET",
)
"""What holds a secret, or an address that may bear one: `NAME_FILE` may name a file that holds it instead, as Docker
and Kubernetes mount secrets."""
_FILE: Final = "_FILE"


class SettingsError(ValueError):
    """A setting cannot be used; the message is one line that names the variable."""


def with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The secret settings that stand in files, by the variable that they are for; an empty value counts as absent.

    Raises:
        SettingsError: a file cannot be read, is empty, or says something else than the variable does.
    """
    found = {}
    for name in SECRETS:
        path = environ.get(name + _FILE, "").strip()
        if not path:
            continue
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"{name}{_FILE}: le fichier « {path} » ne peut pas être lu.") from None
        if not value:
            raise SettingsError(f"{name}{_FILE}: le fichier « {path} » est vide.")
        if environ.get(name, "").strip() not in ("", value):
            raise SettingsError(f"{name} et {name}{_FILE}: les deux sont donnés et diffèrent, gardez-en un.")
        found[name] = value
    return found


def host_of(url: str) -> str | None:
    """The host of an http or https address; None of anything else."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
    except ValueError:  # a port out of range, half an IPv6 address
        return None


def is_this_machine(host: str) -> bool:
    """Whether a host is this machine for sure: a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Reader:
    """Reads one variable at a time; an empty value counts as absent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._files = with_files(environ)

    def text(self, name: str, default: str) -> str:
        """As it is written."""
        return self._files.get(name) or self._environ.get(name, "").strip() or default

    def one_of(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise SettingsError(f"{name}: « {value} » n'est pas une valeur possible ({', '.join(choices)}).")
        return value

    def number(self, name: str, default: int, *, minimum: int) -> int:
        written = self.text(name, str(default))
        try:
            value = int(written)
        except ValueError:
            raise SettingsError(f"{name}: un nombre entier est attendu, pas « {written} ».") from None
        if value < minimum:
            raise SettingsError(f"{name}: {minimum} au moins est attendu, pas {value}.")
        return value

    def positive(self, name: str, default: int) -> int:
        return self.number(name, default, minimum=1)

    def port(self, name: str, default: int) -> int:
        return self._port(name, default, minimum=1)

    def optional_port(self, name: str) -> int:
        """0: not listened on."""
        return self._port(name, 0, minimum=0)

    def _port(self, name: str, default: int, *, minimum: int) -> int:
        value = self.number(name, default, minimum=minimum)
        if value > 65535:
            raise SettingsError(f"{name}: un port va de 1 à 65535, pas {value}.")
        return value

    def url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        if value and not value.startswith(("http://", "https://")):
            raise SettingsError(f"{name}: une adresse http:// ou https:// est attendue, pas « {value} ».")
        return value

    def mail_url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        parts = urlsplit(value)
        if parts.scheme == "file" and parts.path and not parts.netloc:
            return Path(parts.path).resolve().as_uri()
        if parts.scheme in ("smtp", "smtps", "smtp+starttls") and parts.hostname:
            return value
        # the value is not shown: it may bear a password
        raise SettingsError(f"{name}: smtp://, smtps://, smtp+starttls:// ou file:dossier est attendu.")

    def mail_address(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value:
            return ""
        if "@" not in parseaddr(value)[1] or any(character in value for character in "\r\n"):
            raise SettingsError(f"{name}: une adresse de courriel est attendue, pas « {value} ».")
        return value

    def opening_hours(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not validate_hours(value):
            raise SettingsError(
                f"{name}: des heures comme « Mo-Fr 09:00-17:00; PH off » sont attendues, pas « {value} »."
            )
        return value

    def rabbitmq_url(self, name: str, default: str) -> str:
        return self._server(name, default, "amqp", "amqps")

    def redis_url(self, name: str, default: str) -> str:
        return self._server(name, default, "redis", "rediss")

    def _server(self, name: str, default: str, scheme: str, over_tls: str) -> str:
        value = self.text(name, default)
        if value and not (value.startswith((f"{scheme}://", f"{over_tls}://")) and urlsplit(value).hostname):
            # the value is not shown: it may bear a password
            raise SettingsError(f"{name}: une adresse {scheme}:// ou {over_tls}:// est attendue.")
        return value

    def database_url(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError:  # the value is not shown: it may bear a password
            raise SettingsError(f"{name}: une adresse SQLAlchemy est attendue, par exemple postgresql://…") from None
        if backend not in ("sqlite", "postgresql"):
            raise SettingsError(f"{name}: seuls sqlite et postgresql sont servis, pas {backend}.")
        return value
