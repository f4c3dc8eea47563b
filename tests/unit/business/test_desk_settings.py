"""An operator who mistypes a setting of the desk reads which one, before anything starts."""

from __future__ import annotations

import pytest

from offre_bailleurs.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"DESK_HOURS": "lun-ven 9h-17h"}, "DESK_HOURS"),
        ({"DESK_ANSWER_DAYS": "0"}, "DESK_ANSWER_DAYS"),
        ({"DESK_EMAIL": "tickets"}, "DESK_EMAIL"),
        ({"DESK_WEBHOOK_URL": "tickets.example/hook", "DESK_WEBHOOK_SECRET": "s" * 32}, "DESK_WEBHOOK_URL"),
        ({"DESK_WEBHOOK_URL": "https://tickets.example/hook"}, "DESK_WEBHOOK_SECRET"),
        ({"DESK_WEBHOOK_URL": "https://tickets.example/hook", "DESK_WEBHOOK_SECRET": "court"}, "DESK_WEBHOOK_SECRET"),
        ({"RABBITMQ_URL": "127.0.0.1:5672"}, "RABBITMQ_URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(variables: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=f"^{told}"):
        read_settings(variables)


def test_a_password_in_the_address_of_rabbitmq_is_not_shown() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"RABBITMQ_URL": "http://guest:tres-secret@127.0.0.1"})
    assert "tres-secret" not in str(refused.value)


def test_without_a_ticket_system_nothing_is_asked_of_its_settings() -> None:
    read = read_settings({})
    assert (read.desk_email, read.desk_webhook_url, read.desk_webhook_secret, read.rabbitmq_url) == ("", "", "", "")


def _webhook(url: str, environment: str) -> str:
    variables = {"DESK_WEBHOOK_URL": url, "DESK_WEBHOOK_SECRET": "s" * 32}
    return read_settings({**variables, "ENVIRONMENT": environment, "SECRET_KEY": "k" * 32}).desk_webhook_url


@pytest.mark.parametrize(
    "url",
    [
        "http://tickets.example/hook",
        "http://10.0.0.5/hook",
        "http://localhost.example/hook",
        "http://127.0.0.1.example/hook",
        "http://127.0.0.1@tickets.example/hook",
        "http://[2001:db8::1]/hook",
    ],
)
def test_in_production_conversations_do_not_leave_the_machine_in_clear(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^DESK_WEBHOOK_URL: https://"):
        _webhook(url, "production")
    assert _webhook(url, "development") == url


@pytest.mark.parametrize(
    "url",
    ["https://tickets.example/hook/", "http://127.0.0.1:9000/hook", "http://[::1]/hook", "http://localhost/hook"],
)
def test_a_webhooks_address_is_called_as_it_is_written(url: str) -> None:
    assert _webhook(url, "production") == url


@pytest.mark.parametrize("url", ["ftp://tickets.example", "https://", "https://u:secret@host:99999/", "http://[::1"])
def test_an_address_that_is_none_is_refused_and_a_password_in_it_is_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^DESK_WEBHOOK_URL") as refused:
        _webhook(url, "development")
    assert "secret" not in str(refused.value)
