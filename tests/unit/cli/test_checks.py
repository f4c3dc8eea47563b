"""Before anything starts: each thing that does not hold is one line that names the variable to change."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from cli.checks import check_all, check_data_dir, check_database, check_limits_storage, check_ports
from cli.console import OperatorError
from offre_bailleurs.settings import Settings, read_settings
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
