"""Before anything starts: each thing that does not hold is one line that names the variable to change."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cli.checks import check_all, check_data_dir, check_database, check_limits_storage, check_mail, check_ports
from cli.console import OperatorError
from offre_bailleurs.settings import Settings, SettingsError, read_settings
from tests.support.ports import free_ports

PORTS = ("PORTAL_PORT", "RASA_PORT", "ACTIONS_PORT")


def _settings(tmp_path: Path, **variables: str) -> Settings:
    ports = dict(zip(PORTS, map(str, free_ports(3)), strict=True))
    return read_settings({"DATA_DIR": str(tmp_path / "var"), **ports, **variables})


def test_a_machine_on_which_all_holds_passes(tmp_path: Path) -> None:
    check_all(_settings(tmp_path))
    assert (tmp_path / "var" / "bailleurs.db").exists()


@pytest.mark.parametrize("variable", PORTS)
def test_a_busy_port_is_named_by_its_variable(tmp_path: Path, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(OperatorError, match=rf"^{variable} : le port {port} est déjà pris"):
            check_ports(_settings(tmp_path, **{variable: str(port)}))


def test_a_port_that_a_server_has_just_left_is_free(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()  # closing first leaves the server's end in TIME_WAIT
            assert client.recv(1) == b""
    check_ports(_settings(tmp_path, RASA_PORT=str(port)))


def test_one_port_for_two_servers_is_refused(tmp_path: Path) -> None:
    (port,) = map(str, free_ports(1))
    with pytest.raises(OperatorError, match=r"^RASA_PORT : .* déjà celui de PORTAL_PORT"):
        check_ports(_settings(tmp_path, PORTAL_PORT=port, RASA_PORT=port))


@pytest.mark.parametrize("host", ["192.0.2.1", "nulle-part.invalid"])
def test_a_host_that_is_not_this_machine_is_named(tmp_path: Path, host: str) -> None:
    with pytest.raises(OperatorError, match=r"^HOST : "):
        check_ports(_settings(tmp_path, HOST=host))


@pytest.mark.parametrize("folder", ["/proc/bailleurs", "{tmp_path}/a-file", "{tmp_path}/a-file/var"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(OperatorError, match=r"^DATA_DIR : impossible d'écrire"):
        check_data_dir(Path(folder.format(tmp_path=tmp_path)))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LETTERS_DIR", "/proc/letters"),
        ("LETTERS_DIR", "{tmp_path}/a-file"),
        ("MAIL_URL", "file:{tmp_path}/a-file/mail"),
    ],
)
def test_a_folder_for_mail_that_cannot_be_written_is_named(tmp_path: Path, variable: str, value: str) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(OperatorError, match=rf"^{variable} : impossible d'écrire"):
        check_mail(_settings(tmp_path, **{variable: value.format(tmp_path=tmp_path)}))


def test_an_impossible_port_of_the_mail_server_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        check_mail(_settings(tmp_path, MAIL_URL="smtp://us:a-secret@127.0.0.1:99999"))
    assert str(refusal.value) == "MAIL_URL : un port va de 1 à 65535."


def test_the_folders_for_mail_are_for_their_owner_alone(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    check_mail(settings)
    for folder in (settings.letters_dir, settings.data_dir / "mail"):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("environment", "mail_url", "told"),
    [
        ("production", "file:{tmp_path}/mail", True),
        ("production", "smtp://127.0.0.1", False),
        ("development", "file:{tmp_path}/mail", False),
    ],
)
def test_in_production_the_start_says_that_emails_stay_in_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], environment: str, mail_url: str, told: bool
) -> None:
    variables = {"ENVIRONMENT": environment, "MAIL_URL": mail_url.format(tmp_path=tmp_path), "SECRET_KEY": "s" * 40}
    check_mail(_settings(tmp_path, **variables))
    lines = capsys.readouterr().out.splitlines()
    assert [line.startswith("• MAIL_URL : les courriels ne partent pas") for line in lines] == ([True] if told else [])


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/bailleurs/bailleurs.db",
        "sqlite:///{tmp_path}",
        "sqlite:///{tmp_path}/not-a-database",
        "sqlite://",
        "postgresql+psycopg2://nobody:a-secret@127.0.0.1:{free_port}/bailleurs",
    ],
)
def test_an_unusable_database_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    (tmp_path / "not-a-database").write_text("a text of more than a hundred bytes, " * 100)
    (free_port,) = free_ports(1)
    with pytest.raises(OperatorError) as refusal:
        check_database(url.format(tmp_path=tmp_path, free_port=free_port))
    message = str(refusal.value)
    assert message.startswith("DATABASE_URL : ")
    assert len(message.splitlines()) == 1
    assert "a-secret" not in message


@pytest.mark.parametrize("url", ["nothing://known", "async+redis://127.0.0.1:{free_port}"])
def test_an_unusable_store_of_limits_is_named(url: str) -> None:
    (free_port,) = free_ports(1)
    with pytest.raises(OperatorError, match=r"^LIMITS_STORAGE_URL : "):
        check_limits_storage(url.format(free_port=free_port))
