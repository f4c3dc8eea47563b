"""A signed call reaches the ticket system once, however often it must be tried, and nobody but it."""

from __future__ import annotations

import base64
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep, time

import pytest

from offre_bailleurs.database import transaction
from offre_bailleurs.mail import leases, outbox
from offre_bailleurs.mail.delivery import Carrier
from offre_bailleurs.mail.undelivered import Delayed, Refused, Undelivered
from offre_bailleurs.models import OutboxState
from offre_bailleurs.settings import SettingsError, settings
from tests.services.mail.conftest import LEASE, Desk
from tests.services.mail.office import until
from tests.services.mail.test_answers import Authority
from tests.support.ports import free_ports
from tests.support.receiver import Call, Receiver, open_receiver

SECRET = "un-secret-partagé-avec-le-système-de-tickets"
PAYLOAD = {"type": "support_request.opened", "data": {"message": "Très « secret »", "id": 12}}
BODY = '{"data":{"id":12,"message":"Très « secret »"},"type":"support_request.opened"}'.encode()


def _post(desk: Desk, *keys: str) -> None:
    with transaction(on=desk.engine) as session:
        for key in keys:
            outbox.post_webhook(session, PAYLOAD, purpose="desk_request", key=key)


def _call(desk: Desk, port: int, *, path: str = "/tickets", scheme: str = "http") -> None:
    """Where the workers started from now on call."""
    desk.variables |= {"DESK_WEBHOOK_URL": f"{scheme}://127.0.0.1:{port}{path}", "DESK_WEBHOOK_SECRET": SECRET}


def _deliver(desk: Desk, *, tls: ssl.SSLContext | None = None, time_limit: float = 60) -> None:
    """Make one call here, without a worker."""
    message = leases.claim(desk.engine, lease=timedelta(minutes=2))
    assert message is not None
    with Carrier(desk.settings, tls=tls).delivering(message, time_limit=time_limit):
        assert leases.note_sent(desk.engine, message)


def signed_by_openssl(call: Call, key: bytes) -> bool:
    """Whether a call bears the signature that the specification asks for, computed by openssl and not by our code."""
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.hex()}", "-binary"]
    digest = subprocess.run(command, input=signed, capture_output=True, check=True).stdout
    return call.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_a_call_is_signed_canonical_json_under_its_own_name(desk: Desk) -> None:
    receiver = Receiver()
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port, path="/tickets/?source=bailleurs")
        desk.start()
        desk.wait_until_sent()
    (call,) = receiver.calls
    assert call.path == "/tickets/?source=bailleurs"
    assert call.body == BODY
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-id"] == "one"
    assert abs(int(call.headers["webhook-timestamp"]) - time()) < 30
    assert signed_by_openssl(call, SECRET.encode())
    assert not signed_by_openssl(call, b"un autre secret")
    assert desk.message("one").sealed is None


def test_a_secret_in_the_specifications_own_writing_is_decoded(desk: Desk) -> None:
    receiver, key = Receiver(), bytes(range(32))
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.variables["DESK_WEBHOOK_SECRET"] = f"whsec_{base64.b64encode(key).decode()}"
        _deliver(desk)
    assert signed_by_openssl(receiver.calls[0], key)


@pytest.mark.parametrize("secret", ["whsec_" + "é" * 30, "whsec_" + "YWJj" * 7, "whsec_abc" + "=" * 30])
def test_a_secret_that_is_no_base64_or_too_short_stops_the_worker_at_once(desk: Desk, secret: str) -> None:
    _call(desk, 1)
    desk.variables["DESK_WEBHOOK_SECRET"] = secret
    with pytest.raises(SettingsError, match="DESK_WEBHOOK_SECRET"):
        Carrier(desk.settings)
    assert desk.start().wait(30) == 2
    assert "DESK_WEBHOOK_SECRET" in desk.log()
    assert secret not in desk.log()


def test_the_table_shows_nothing_of_what_a_call_says(desk: Desk) -> None:
    _post(desk, "one")
    shown = " ".join(str(value) for value in vars(desk.message("one")).values())
    assert "secret" not in shown


@pytest.mark.parametrize("status", [500, 307])
def test_after_a_fault_of_the_receivers_the_same_call_comes_again(desk: Desk, status: int) -> None:
    receiver = Receiver(answers=[status])
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.start()
        until(lambda: desk.message("one").last_error, "the first answer")
        assert desk.message("one").last_error == f"HTTP {status}"
        sleep(1.1)  # the attempts' timestamps count seconds
        desk.hurry()
        desk.wait_until_sent()
    first, second = receiver.calls
    assert first.body == second.body
    assert receiver.ids() == ["one", "one"]
    assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
    assert all(signed_by_openssl(call, SECRET.encode()) for call in receiver.calls)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((500, 502, 503, 408, 425, 429, 301, 302, 307, 308), Delayed), ((400, 401, 403, 404, 409, 410, 422), Refused)],
    ids=["later", "never"],
)
def test_what_a_receiver_answers_decides_and_no_redirect_is_followed(
    desk: Desk, statuses: tuple[int, ...], expected: type[Undelivered]
) -> None:
    receiver = Receiver(answers=list(statuses))
    _post(desk, *map(str, statuses))
    with open_receiver(receiver) as port:
        receiver.answer_headers["Location"] = f"http://127.0.0.1:{port}/elsewhere"
        _call(desk, port)
        for status in statuses:
            with pytest.raises(expected, match=f"HTTP {status}$"):
                _deliver(desk)
    assert {call.path for call in receiver.calls} == {"/tickets"}
    assert receiver.ids() == [str(status) for status in statuses]


def test_a_receiver_that_refuses_for_good_is_called_once(desk: Desk) -> None:
    receiver = Receiver(answers=[400])
    _post(desk, "refused", "accepted")
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.start()
        until(lambda: desk.message("accepted").state is OutboxState.SENT, "the next call made")
    refused = desk.message("refused")
    assert (refused.state, refused.attempts, refused.last_error) == (OutboxState.FAILED, 1, "HTTP 400")
    assert refused.sealed is not None  # for an operator who has mended it: `bailleurs outbox --retry`
    assert receiver.ids() == ["refused", "accepted"]
    assert "secret" not in desk.log()


def test_a_receiver_that_is_down_gets_the_call_when_it_is_back(desk: Desk) -> None:
    receiver, (port,) = Receiver(), free_ports(1)
    _post(desk, "one")
    _call(desk, port)
    desk.start()
    until(lambda: desk.message("one").last_error == "ConnectionRefusedError ECONNREFUSED", "the refusal")
    with open_receiver(receiver, port=port):
        desk.hurry()
        desk.wait_until_sent()
    assert receiver.ids() == ["one"]


@pytest.mark.parametrize("trickles", [False, True], ids=["silent", "trickling"])
def test_a_receiver_that_keeps_us_waiting_does_not_outlive_the_lease(desk: Desk, trickles: bool) -> None:
    receiver = Receiver(trickles=trickles)
    if not trickles:
        receiver.answering.clear()
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        begun = monotonic()
        with pytest.raises(Delayed, match="TimeoutError"):
            _deliver(desk, time_limit=1)
        assert monotonic() - begun < 5
        receiver.answering.set()


def test_a_receiver_that_keeps_us_waiting_holds_up_no_email(desk: Desk) -> None:
    receiver = Receiver()
    receiver.answering.clear()
    _post(desk, *"abcd")
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.start()
        until(receiver.arrived.is_set, "a call at the receiver")
        desk.post("an-email")
        until(lambda: desk.message("an-email").state is OutboxState.SENT, "the email sent", seconds=LEASE / 2)
        assert [desk.message(key).state for key in "abcd"] == [OutboxState.WAITING] * 4


def test_killed_between_the_receivers_answer_and_the_commit_the_same_call_is_made_again(desk: Desk) -> None:
    receiver = Receiver()
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        with desk.unable_to_note():
            worker = desk.start()
            until(lambda: "noting what was sent" in desk.log(), "the worker to try to note it")
            desk.kill(worker)
        desk.start()
        desk.wait_until_sent()
    assert receiver.ids() == ["one", "one"]  # by which the receiver drops the second
    assert len({call.body for call in receiver.calls}) == 1


def test_killed_before_the_receiver_answered_the_same_call_is_made_again(desk: Desk) -> None:
    receiver = Receiver()
    receiver.answering.clear()
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        worker = desk.start()
        until(receiver.arrived.is_set, "the call at the receiver")
        desk.kill(worker)
        receiver.answering.set()
        desk.start()
        desk.wait_until_sent()
    assert receiver.ids() == ["one", "one"]
    assert len({call.body for call in receiver.calls}) == 1


def test_once_noted_a_call_is_never_made_again(desk: Desk) -> None:
    receiver = Receiver()
    _post(desk, "one")
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.kill(_started_and_done(desk))
        desk.start()
        sleep(2.5)  # a worker looks at the outbox twice
    assert receiver.ids() == ["one"]


def _started_and_done(desk: Desk) -> subprocess.Popen[bytes]:
    worker = desk.start()
    desk.wait_until_sent()
    return worker


def test_two_workers_make_each_call_once(desk: Desk) -> None:
    receiver, keys = Receiver(), [f"call-{number}" for number in range(40)]
    _post(desk, *keys)
    with open_receiver(receiver) as port:
        _call(desk, port)
        desk.start()
        desk.start()
        desk.wait_until_sent()
    assert sorted(receiver.ids()) == sorted(keys)


def test_a_call_goes_through_no_proxy_of_the_environment(desk: Desk) -> None:
    receiver, proxied = Receiver(), Receiver()
    _post(desk, "one")
    with open_receiver(receiver) as port, open_receiver(proxied) as proxy:
        _call(desk, port)
        address = f"http://127.0.0.1:{proxy}"
        desk.variables |= {"HTTP_PROXY": address, "http_proxy": address, "ALL_PROXY": address, "NO_PROXY": ""}
        desk.start()
        desk.wait_until_sent()
    assert (receiver.ids(), proxied.calls) == (["one"], [])


def test_a_call_waits_while_no_ticket_system_is_named(desk: Desk) -> None:
    _post(desk, "one")
    desk.start()
    until(lambda: desk.message("one").last_error, "the first attempt")
    assert desk.message("one").last_error == "DESK_WEBHOOK_URL is empty"
    assert desk.message("one").state is OutboxState.WAITING


# Safe connections


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_receiver_with_a_good_certificate_gets_the_call(desk: Desk, authority: Authority) -> None:
    receiver = Receiver()
    _post(desk, "one")
    with open_receiver(receiver, tls=authority.server_context()) as port:
        _call(desk, port, scheme="https")
        _deliver(desk, tls=authority.client_context())
    assert receiver.ids() == ["one"]


def test_a_certificate_of_an_unknown_authority_or_for_another_address_gets_nothing(
    desk: Desk, authority: Authority
) -> None:
    receiver = Receiver()
    _post(desk, "unknown", "other")
    with open_receiver(receiver, tls=authority.server_context()) as port:
        _call(desk, port, scheme="https")
        with pytest.raises(Delayed, match="SSLCertVerificationError"):
            _deliver(desk)
    with open_receiver(receiver, tls=authority.server_context("127.0.0.2")) as port:
        _call(desk, port, scheme="https")
        with pytest.raises(Delayed, match="SSLCertVerificationError"):
            _deliver(desk, tls=authority.client_context())
    assert receiver.calls == []


def test_a_call_sealed_with_another_key_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _post(desk, "one")
    monkeypatch.setenv("SECRET_KEY", "another-secret-of-forty-characters-at-least")
    settings.cache_clear()
    try:
        with pytest.raises(Refused, match="Unreadable"):
            _deliver(desk)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
