"""What real data asks of the settings: secrets of one's own, lines that nobody else reads, no demonstration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cli import checks
from cli.console import OperatorError
from offre_bailleurs import demo
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import Base, make_engine, transaction
from offre_bailleurs.production import remarks
from offre_bailleurs.setting_reader import SECRETS
from offre_bailleurs.settings import DEVELOPMENT_SECRET, SettingsError, read_settings

SECRET = "s" * 40
REAL = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SECRET,
    "PORTAL_URL": "https://bailleurs.caf.example",
    "CHAT_URL": "https://bailleurs.caf.example/webhooks/webchat",
    "ALLOWED_ORIGINS": "https://bailleurs.caf.example",
}


def test_addresses_over_tls_and_a_secret_of_ones_own_are_taken() -> None:
    assert read_settings(REAL).is_production


def test_this_machine_alone_needs_no_tls() -> None:
    assert read_settings({"ENVIRONMENT": "production", "SECRET_KEY": SECRET}).portal_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", DEVELOPMENT_SECRET),
        ("SECRET_KEY", ""),
        ("PORTAL_URL", "http://bailleurs.caf.example"),
        ("CHAT_URL", "http://chat.caf.example/webhooks/webchat"),
        ("ALLOWED_ORIGINS", "https://bailleurs.caf.example,http://autre.example"),
        ("ALLOWED_ORIGINS", "*"),
    ],
)
def test_what_lets_others_read_or_act_is_refused_in_one_line_that_names_the_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_settings({**REAL, variable: value})
    assert str(refusal.value).startswith(f"{variable}: ")
    assert "\n" not in str(refusal.value)
    assert DEVELOPMENT_SECRET not in str(refusal.value)
    assert read_settings({**REAL, "ENVIRONMENT": "development", variable: value or SECRET})


def test_what_works_and_should_be_known_is_told() -> None:
    told = " ".join(remarks(read_settings({**REAL, "MAIL_URL": "smtp://user:clef@mail.example"})))
    for variable in ("PRIVACY_CONTACT", "DECLARATION_RETENTION_YEARS", "MAIL_URL"):
        assert variable in told
    assert "clef" not in told
    settled = {"PRIVACY_CONTACT": "dpo@caf.example", "DECLARATION_RETENTION_YEARS": "5"}
    assert list(remarks(read_settings({**REAL, **settled, "MAIL_URL": "smtps://mail.example"}))) == []


def test_production_does_not_start_with_the_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'demo.db'}")
    Base.metadata.create_all(engine)
    monkeypatch.setattr("offre_bailleurs.database.engine", lambda: engine)
    checks.check_no_demo(read_settings(REAL))
    with transaction(on=engine) as session:
        demo.seed(session, today())
    with pytest.raises(OperatorError, match="contient la démonstration") as refusal:
        checks.check_no_demo(read_settings(REAL))
    assert demo.DEMO_LOGINS[0].login in str(refusal.value)
    assert demo.DEMO_LOGINS[0].password not in str(refusal.value)
    checks.check_no_demo(read_settings({}))
    engine.dispose()


# Secrets in files


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file(tmp_path: Path, name: str) -> None:
    values = {
        "SECRET_KEY": SECRET,
        "DESK_WEBHOOK_SECRET": SECRET,
        "DATABASE_URL": "postgresql://u:p@db/bailleurs",
        "REDIS_URL": "redis://u:p@cache",
        "LIMITS_STORAGE_URL": "async+redis://u:p@cache",
        "RABBITMQ_URL": "amqp://u:p@queue",
        "MAIL_URL": "smtps://u:p@mail",
    }
    file = tmp_path / "secret"
    file.write_text(f"{values[name]}\n", encoding="utf-8")
    found = read_settings({f"{name}_FILE": str(file)})
    assert getattr(found, name.lower()) == values[name]
    assert read_settings({f"{name}_FILE": str(file), name: values[name]}) == found


def test_a_file_that_cannot_serve_is_named_and_its_words_are_not(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.touch()
    other.write_text("t" * 40, encoding="utf-8")
    cases = {
        str(tmp_path / "absent"): "ne peut pas être lu",
        str(empty): "est vide",
        str(other): "les deux sont donnés et diffèrent",
    }
    for path, reason in cases.items():
        with pytest.raises(SettingsError, match=reason) as refusal:
            read_settings({"SECRET_KEY_FILE": path, "SECRET_KEY": SECRET if path == str(other) else ""})
        assert str(refusal.value).startswith("SECRET_KEY")
        assert "t" * 40 not in str(refusal.value)


# Files that nobody else reads


def test_the_database_and_what_sqlite_puts_beside_it_are_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    file = folder / "bailleurs.db"
    for _ in range(2):
        engine = make_engine(f"sqlite:///{file}")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")
            connection.commit()
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}
        engine.dispose()
        assert set(modes) == {"bailleurs.db", "bailleurs.db-wal", "bailleurs.db-shm"}
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        file.chmod(0o644)  # as an older version left it


def test_a_data_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    checks.check_data_dir(tmp_path / "var")
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700
