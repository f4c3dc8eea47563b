"""What a server answers decides: sent, tried again later, or failed at once. Connections are safe or are not made."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import update

from offre_bailleurs.database import now, transaction
from offre_bailleurs.mail import leases
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.undelivered import Delayed, Refused
from offre_bailleurs.mail.worker import MAX_ATTEMPTS
from offre_bailleurs.models import OutboxMessage, OutboxState, PortalUser
from offre_bailleurs.settings import settings
from tests.services.mail.conftest import Desk
from tests.services.mail.office import PASSWORD, USER, PostOffice, open_office, until
from tests.support.ports import free_ports

pytestmark = pytest.mark.filterwarnings(
    "ignore:Requiring AUTH:UserWarning"
)  # the connection is TLS from the first byte


def _deliver(desk: Desk, url: str, *, tls: ssl.SSLContext | None = None, time_limit: float = 60) -> None:
    """Deliver one message here, without a worker."""
    desk.mail_by(url)
    message = leases.claim(desk.engine, lease=timedelta(minutes=2))
    assert message is not None
    with Carrier(desk.settings, tls=tls).delivering(message, time_limit=time_limit):
        assert leases.note_sent(desk.engine, message)


def test_a_server_that_asks_for_patience_gets_the_message_later(desk: Desk) -> None:
    office = PostOffice(data_answers=["451 4.7.1 essayez plus tard, ada@exemple.fr"])
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("one")
        desk.start()
        until(lambda: desk.message("one").last_error, "the first answer")
        delayed = desk.message("one")
        assert delayed.state is OutboxState.WAITING
        assert delayed.last_error == "SMTPDataError 451"
        assert timedelta(seconds=20) < delayed.next_attempt_at - now() <= timedelta(seconds=30)
        desk.hurry()
        desk.wait_until_sent()
    assert len(office.accepted) == 1
    assert desk.message("one").attempts == 2
    assert desk.message("one").sealed is None


@pytest.mark.parametrize("where", ["sender_answers", "recipient_answers", "data_answers"])
def test_a_server_that_refuses_for_good_is_asked_once(desk: Desk, where: str) -> None:
    office = PostOffice()
    getattr(office, where).append("550 5.1.1 ada@exemple.fr est inconnue")
    with open_office(office) as port:
        desk.mail_by(f"smtp://127.0.0.1:{port}")
        desk.post("refused", "accepted")
        desk.start()
        until(lambda: desk.message("accepted").state is OutboxState.SENT, "the next message sent")
    refused = desk.message("refused")
    assert refused.state is OutboxState.FAILED
    assert refused.attempts == 1
    assert str(refused.last_error).endswith(" 550")
    assert "exemple.fr" not in str(refused.last_error) + desk.log()
    assert "SECRET-OF" not in desk.log()


def test_a_server_that_is_down_gets_the_message_when_it_is_back(desk: Desk) -> None:
    office, (port,) = PostOffice(), free_ports(1)
    desk.mail_by(f"smtp://127.0.0.1:{port}")
    desk.post("one")
    desk.start()
    until(lambda: desk.message("one").last_error == "ConnectionRefusedError ECONNREFUSED", "the refusal")
    with open_office(office, port=port):
        desk.hurry()
        desk.wait_until_sent()
    assert len(office.accepted) == 1


def test_after_the_last_attempt_a_message_has_failed(desk: Desk) -> None:
    (port,) = free_ports(1)
    desk.mail_by(f"smtp://127.0.0.1:{port}")
    desk.post("one")
    with transaction(on=desk.engine) as session:
        session.execute(update(OutboxMessage).values(attempts=MAX_ATTEMPTS - 2))
    desk.start()
    until(partial(_was_tried, desk, MAX_ATTEMPTS - 1), "the last but one attempt")
    assert desk.message("one").state is OutboxState.WAITING
    desk.hurry()
    until(partial(_was_tried, desk, MAX_ATTEMPTS), "the last attempt")
    assert desk.message("one").state is OutboxState.FAILED


def _was_tried(desk: Desk, times: int) -> bool:
    message = desk.message("one")
    return message.attempts == times and message.lease is None


@pytest.mark.parametrize("greeting", [b"", b"220 bonjour\r\n"], ids=["first", "second"])
def test_an_answer_that_trickles_in_does_not_outlive_the_lease(desk: Desk, greeting: bytes) -> None:
    desk.post("one")
    with _trickling(greeting) as port, pytest.raises(Delayed):
        _deliver(desk, f"smtp://127.0.0.1:{port}", time_limit=1)


@contextmanager
def _trickling(greeting: bytes) -> Iterator[int]:
    """A server whose answer after its greeting, or as a greeting, never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(greeting)
                with suppress(OSError):  # until the client is gone
                    while True:
                        connection.sendall(b"220-x\r\n" if not greeting else b"250-x\r\n")
                        sleep(0.1)

        thread = Thread(target=greet, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_an_international_address_goes_to_a_server_that_takes_it(desk: Desk) -> None:
    office = PostOffice()
    with transaction(on=desk.engine) as session:
        session.get_one(PortalUser, desk.user_id).email = "zoé@exemple.fr"
    try:
        desk.post("one")
    finally:
        with transaction(on=desk.engine) as session:
            session.get_one(PortalUser, desk.user_id).email = "ada@exemple.fr"
    with open_office(office) as port:
        _deliver(desk, f"smtp://127.0.0.1:{port}")
    assert office.recipients == ["zoé@exemple.fr"]
    assert "SMTPUTF8" in office.options


# Safe connections


class Authority:
    """A certificate authority that only these tests know."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._folder = folder
        self._certificate = self._sign("autorité d'essai", self._key, None)
        self.path = self._write("ca.pem", self._certificate)

    def server_context(self, address: str = "127.0.0.1") -> ssl.SSLContext:
        """For a server at an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._write("server.pem", self._sign("serveur d'essai", key, address))
        private = self._folder / "server.key"
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, private)
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts it, and checks as usual otherwise."""
        return ssl.create_default_context(cafile=str(self.path))

    def _sign(self, name: str, key: ec.EllipticCurvePrivateKey, address: str | None) -> x509.Certificate:
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "autorité d'essai")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
            .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
        )
        if address is not None:
            names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self._folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_server_with_a_good_certificate_gets_the_password_and_the_message(
    desk: Desk, authority: Authority, scheme: str
) -> None:
    office = PostOffice()
    desk.post("one")
    with open_office(office, tls=authority.server_context(), implicit=scheme == "smtps") as port:
        _deliver(desk, f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{port}", tls=authority.client_context())
    assert office.recipients == ["ada@exemple.fr"]


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_a_certificate_of_an_unknown_authority_or_for_another_address_gets_nothing(
    desk: Desk, authority: Authority, scheme: str
) -> None:
    office = PostOffice()
    desk.post("unknown", "other")
    with open_office(office, tls=authority.server_context(), implicit=scheme == "smtps") as port:
        url = f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{port}"
        with pytest.raises(Delayed, match="SSLCertVerificationError"):
            _deliver(desk, url)
    other = authority.server_context("127.0.0.2")
    with open_office(office, tls=other, implicit=scheme == "smtps") as port:
        url = f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{port}"
        with pytest.raises(Delayed, match="SSLCertVerificationError"):
            _deliver(desk, url, tls=authority.client_context())
    assert office.accepted == []


def test_a_server_without_starttls_does_not_get_the_message_in_clear(desk: Desk) -> None:
    office = PostOffice()
    desk.post("one")
    with open_office(office) as port, pytest.raises(Delayed, match="SMTPNotSupportedError"):
        _deliver(desk, f"smtp+starttls://127.0.0.1:{port}")
    assert office.accepted == []


def test_a_wrong_password_of_ours_is_for_the_operator_to_mend_and_loses_no_message(
    desk: Desk, authority: Authority
) -> None:
    office = PostOffice()
    desk.post("one")
    with open_office(office, tls=authority.server_context()) as port:
        url = f"smtp+starttls://{USER}:un-autre@127.0.0.1:{port}"
        with pytest.raises(Delayed, match="SMTPAuthenticationError 535"):
            _deliver(desk, url, tls=authority.client_context())
    assert office.accepted == []


def test_a_message_sealed_with_another_key_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.post("one")
    monkeypatch.setenv("SECRET_KEY", "another-secret-of-forty-characters-at-least")
    settings.cache_clear()
    try:
        with pytest.raises(Refused, match="Unreadable"):
            _deliver(desk, f"file:{desk.folder / 'mail'}")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
