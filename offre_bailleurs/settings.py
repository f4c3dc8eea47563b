"""Every setting of the project, read once from the environment (and a `.env` file, python-dotenv).

`.env.example` lists the variables with their defaults. An unusable value raises `SettingsError`, whose message
is one line that names the variable to change.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dotenv import dotenv_values

from offre_bailleurs.production import check_production
from offre_bailleurs.setting_reader import Reader, host_of, is_this_machine
from offre_bailleurs.setting_reader import SettingsError as SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent

DEVELOPMENT_SECRET = "developpement-seulement-changez-moi-en-production"  # noqa: S105 - public on purpose
"""The signing secret of a fresh clone. `Settings` refuses it when ENVIRONMENT is "production"."""


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
    sentence_retention_days: int
    privacy_contact: str
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
    shutdown_delay: int

    @property
    def is_production(self) -> bool:
        """True when demo secrets, demo data and `bailleurs token` are refused."""
        return self.environment == "production"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Build the settings from variables.

    Raises:
        SettingsError: a value is unusable.
    """
    read = Reader(environ)
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
    found = Settings(
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
        sentence_retention_days=read.positive("SENTENCE_RETENTION_DAYS", 365),
        privacy_contact=read.text("PRIVACY_CONTACT", ""),
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
        shutdown_delay=read.number("SHUTDOWN_DELAY", 0, minimum=0),
    )
    if found.is_production:
        check_production(found)
    return found


@cache
def settings() -> Settings:
    """The settings of this process: the environment wins over `.env`."""
    from_file = {name: value for name, value in dotenv_values(PROJECT_ROOT / ".env").items() if value is not None}
    return read_settings({**from_file, **os.environ})


def _webhook_url(read: Reader, environment: str) -> str:
    """As it is written: to a ticket system a final slash may be another address."""
    url = read.text("DESK_WEBHOOK_URL", "")
    if not url:
        return ""
    host = host_of(url)
    if host is None:  # the value is not shown: it may bear a password
        raise SettingsError("DESK_WEBHOOK_URL: une adresse http:// ou https:// est attendue.")
    if environment == "production" and not url.startswith("https://") and not is_this_machine(host):
        raise SettingsError("DESK_WEBHOOK_URL: https:// est exigé quand ENVIRONMENT=production.")
    return url


def _webhook_secret(read: Reader) -> str:
    secret = read.text("DESK_WEBHOOK_SECRET", "")
    if read.text("DESK_WEBHOOK_URL", "") and len(secret) < 32:
        raise SettingsError("DESK_WEBHOOK_SECRET: 32 caractères au moins sont nécessaires avec DESK_WEBHOOK_URL.")
    return secret
