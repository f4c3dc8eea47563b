"""Every setting of the project, read once from the environment (and a `.env` file, python-dotenv).

`.env.example` lists the variables with their defaults. An unusable value raises `SettingsError`, whose message
is one line that names the variable to change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from opening_hours import validate as validate_hours
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PROJECT_ROOT = Path(__file__).resolve().parent.parent

DEVELOPMENT_SECRET = "developpement-seulement-changez-moi-en-production"  # noqa: S105 - public on purpose
"""The signing secret of a fresh clone. `Settings` refuses it when ENVIRONMENT is "production"."""


class SettingsError(ValueError):
    """A setting cannot be used; the message is one line that names the variable."""


@dataclass(frozen=True)
class Settings:
    """The project's settings. Durations are seconds, sizes bytes, addresses absolute URLs without a final slash."""

    environment: str
    data_dir: Path
    database_url: str
    secret_key: str
    host: str
    portal_port: int
    rasa_port: int
    actions_port: int
    portal_url: str
    chat_url: str
    actions_url: str
    allowed_origins: tuple[str, ...]
    redis_url: str
    limits_storage_url: str
    conversation_lifetime: int
    conversation_retention_days: int
    declaration_retention_years: int
    identity_lifetime: int
    portal_session_lifetime: int
    turn_timeout: int
    messages_per_minute: int
    conversations_per_minute: int
    sign_in_attempts_per_minute: int
    recoveries_per_hour: int
    recoveries_per_account: int
    temporary_password_lifetime: int
    temporary_password_lifetime_by_letter: int
    mail_url: str
    mail_from: str
    letters_dir: Path
    outbox_lease: int
    desk_hours: str
    desk_answer_days: int
    desk_absence: int
    desk_email: str
    desk_webhook_url: str
    desk_webhook_secret: str
    rabbitmq_url: str
    trusted_proxies: int
    portal_metrics_port: int
    rasa_metrics_port: int
    actions_metrics_port: int
    log_format: str

    @property
    def is_production(self) -> bool:
        """True when demo secrets, demo data and `bailleurs token` are refused."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Build the settings from variables.

    Raises:
        SettingsError: a value is unusable.
    """
    read = _Reader(environ)
    environment = read.one_of("ENVIRONMENT", ("development", "production"), "development")
    data_dir = Path(read.text("DATA_DIR", str(PROJECT_ROOT / "var"))).resolve()
    host = read.text("HOST", "127.0.0.1")
    portal_port, rasa_port, actions_port = (
        read.port("PORTAL_PORT", 8000),
        read.port("RASA_PORT", 5005),
        read.port("ACTIONS_PORT", 5055),
    )
    portal_url = read.url("PORTAL_URL", f"http://127.0.0.1:{portal_port}")
    default_origins = f"http://127.0.0.1:{portal_port},http://localhost:{portal_port},{portal_url}"
    redis_url = read.redis_url("REDIS_URL", "")
    secret_key = read.text("SECRET_KEY", DEVELOPMENT_SECRET)
    if environment == "production" and secret_key == DEVELOPMENT_SECRET:
        raise SettingsError("SECRET_KEY: la valeur de démonstration est refusée quand ENVIRONMENT=production.")
    if len(secret_key) < 32:
        raise SettingsError("SECRET_KEY: 32 caractères au moins sont nécessaires.")
    return Settings(
        environment=environment,
        data_dir=data_dir,
        database_url=read.database_url("DATABASE_URL", f"sqlite:///{data_dir / 'bailleurs.db'}"),
        secret_key=secret_key,
        host=host,
        portal_port=portal_port,
        rasa_port=rasa_port,
        actions_port=actions_port,
        portal_url=portal_url,
        chat_url=read.url("CHAT_URL", f"http://127.0.0.1:{rasa_port}/webhooks/webchat"),
        actions_url=read.url("ACTIONS_URL", f"http://127.0.0.1:{actions_port}/webhook"),
        allowed_origins=tuple(
            dict.fromkeys(
                origin.strip() for origin in read.text("ALLOWED_ORIGINS", default_origins).split(",") if origin.strip()
            )
        ),
        redis_url=redis_url,
        limits_storage_url=read.text("LIMITS_STORAGE_URL", f"async+{redis_url}" if redis_url else "async+memory://"),
        conversation_lifetime=read.positive("CONVERSATION_LIFETIME", 24 * 3600),
        conversation_retention_days=read.number("CONVERSATION_RETENTION_DAYS", 30, minimum=0),
        declaration_retention_years=read.number("DECLARATION_RETENTION_YEARS", 0, minimum=0),
        identity_lifetime=read.positive("IDENTITY_LIFETIME", 120),
        portal_session_lifetime=read.positive("PORTAL_SESSION_LIFETIME", 8 * 3600),
        turn_timeout=read.positive("TURN_TIMEOUT", 30),
        messages_per_minute=read.positive("MESSAGES_PER_MINUTE", 60),
        conversations_per_minute=read.positive("CONVERSATIONS_PER_MINUTE", 20),
        sign_in_attempts_per_minute=read.positive("SIGN_IN_ATTEMPTS_PER_MINUTE", 10),
        recoveries_per_hour=read.positive("RECOVERIES_PER_HOUR", 10),
        recoveries_per_account=read.positive("RECOVERIES_PER_ACCOUNT", 5),
        temporary_password_lifetime=read.positive("TEMPORARY_PASSWORD_LIFETIME", 7 * 24 * 3600),
        temporary_password_lifetime_by_letter=read.positive("TEMPORARY_PASSWORD_LIFETIME_BY_LETTER", 21 * 24 * 3600),
        mail_url=read.mail_url("MAIL_URL", f"file:{data_dir / 'mail'}"),
        mail_from=read.mail_address("MAIL_FROM", "Offre Bailleurs <ne-pas-repondre@offre-bailleurs.example>"),
        letters_dir=Path(read.text("LETTERS_DIR", str(data_dir / "letters"))).resolve(),
        outbox_lease=read.positive("OUTBOX_LEASE", 120),
        desk_hours=read.opening_hours("DESK_HOURS", "Mo-Fr 09:00-12:30,13:30-17:00; PH off"),
        desk_answer_days=read.positive("DESK_ANSWER_DAYS", 2),
        desk_absence=read.positive("DESK_ABSENCE", 90),
        desk_email=read.mail_address("DESK_EMAIL", ""),
        desk_webhook_url=_webhook_url(read, environment),
        desk_webhook_secret=_webhook_secret(read),
        rabbitmq_url=read.rabbitmq_url("RABBITMQ_URL", ""),
        trusted_proxies=read.number("TRUSTED_PROXIES", 0, minimum=0),
        portal_metrics_port=read.optional_port("PORTAL_METRICS_PORT"),
        rasa_metrics_port=read.optional_port("RASA_METRICS_PORT"),
        actions_metrics_port=read.optional_port("ACTIONS_METRICS_PORT"),
        log_format=read.one_of("LOG_FORMAT", ("text", "json"), "text"),
    )


@cache
def settings() -> Settings:
    """The settings of this process: the environment wins over `.env`."""
    from_file = {name: value for name, value in dotenv_values(PROJECT_ROOT / ".env").items() if value is not None}
    return read_settings({**from_file, **os.environ})


def _webhook_url(read: _Reader, environment: str) -> str:
    """As it is written: to a ticket system a final slash may be another address."""
    url = read.text("DESK_WEBHOOK_URL", "")
    if not url:
        return ""
    host = _host(url)
    if host is None:  # the value is not shown: it may bear a password
        raise SettingsError("DESK_WEBHOOK_URL: une adresse http:// ou https:// est attendue.")
    if environment == "production" and not url.startswith("https://") and not _is_this_machine(host):
        raise SettingsError("DESK_WEBHOOK_URL: https:// est exigé quand ENVIRONMENT=production.")
    return url


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("http", "https") and parts.port != 0 else None
    except ValueError:  # a port out of range, half an IPv6 address
        return None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _webhook_secret(read: _Reader) -> str:
    secret = read.text("DESK_WEBHOOK_SECRET", "")
    if read.text("DESK_WEBHOOK_URL", "") and len(secret) < 32:
        raise SettingsError("DESK_WEBHOOK_SECRET: 32 caractères au moins sont nécessaires avec DESK_WEBHOOK_URL.")
    return secret


class _Reader:
    """Reads one variable at a time; an empty value counts as absent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

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
