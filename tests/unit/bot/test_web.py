"""Addresses, limits, output and logs of the chat."""

from __future__ import annotations

import asyncio

import pytest
from limits.aio.storage import MemoryStorage

from bot.limits import Limits, client_address
from bot.output import Replies
from bot.problems import Problem, not_done, too_long
from offre_bailleurs.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("203.0.113.5", [], 0, "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], 0, "203.0.113.5"),  # nobody vouches for it
        ("10.0.0.1", ["198.51.100.1"], 1, "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6, 198.51.100.1"], 1, "198.51.100.1"),
        ("10.0.0.1", ["6.6.6.6", "198.51.100.1, 10.0.0.2"], 2, "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1"], 2, "10.0.0.1"),
        ("10.0.0.1", ["unknown"], 1, "10.0.0.1"),
        ("10.0.0.1", ["2001:db8:1:2:aaaa::1"], 1, "2001:db8:1:2::/64"),
    ],
)
def test_a_client_is_counted_under_the_address_that_our_proxies_saw(
    peer: str, forwarded: list[str], proxies: int, address: str
) -> None:
    assert client_address(peer, forwarded, proxies) == address


def test_an_office_may_send_more_than_a_conversation_but_not_without_end() -> None:
    limits = Limits(read_settings({"MESSAGES_PER_MINUTE": "2"}))

    async def send(conversation: str, times: int) -> None:
        for _ in range(times):
            await limits.message(conversation, "198.51.100.1")

    async def scene() -> None:
        for person in range(10):
            await send(f"conversation {person}", 2)
        with pytest.raises(Problem) as problem:
            await send("conversation 11", 21)
        assert problem.value.status == 429
        assert problem.value.retry_after is not None
        assert problem.value.retry_after >= 1

    asyncio.run(scene())


class BrokenStorage(MemoryStorage):
    """Limits finds it by its scheme."""

    STORAGE_SCHEME = ["async+broken"]  # noqa: RUF012 - as limits declares it

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        raise ValueError("the storage is gone")


def test_while_the_storage_of_limits_fails_this_process_counts_for_itself() -> None:
    limits = Limits(read_settings({"LIMITS_STORAGE_URL": "async+broken://", "CONVERSATIONS_PER_MINUTE": "3"}))

    async def scene() -> None:
        for _ in range(3):
            await limits.opening("198.51.100.1")
        with pytest.raises(Problem) as refused:
            await limits.opening("198.51.100.1")
        assert refused.value.status == 429
        await limits.opening("198.51.100.2")

    asyncio.run(scene())


@pytest.mark.parametrize("url", ["memory://", "nonsense://", "nonsense"])
def test_an_unusable_storage_of_limits_is_named(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^LIMITS_STORAGE_URL"):
        Limits(read_settings({"LIMITS_STORAGE_URL": url}))


def collected(*responses: dict[str, object]) -> list[object]:
    replies: list[object] = []

    async def send() -> None:
        for response in responses:
            await Replies(replies).send_response("someone", response)  # type: ignore[arg-type]

    asyncio.run(send())
    return replies


def test_a_response_is_one_message_with_all_that_it_holds() -> None:
    file = {"name": "a.pdf", "url": "https://x/a.pdf", "type": "application/pdf", "size": 1}
    buttons = [{"title": "Oui", "payload": "/affirm", "type": "postback"}, {"title": "650"}, {"payload": "/x"}]
    response = {
        "text": "A.\n\nB. ",
        "buttons": buttons,
        "image": "https://x/i.png",
        "attachment": file,
        "timestamp": 1.0,
    }
    assert collected(response) == [
        {
            "text": "A.\n\nB.",
            "buttons": [{"title": "Oui", "payload": "/affirm"}, {"title": "650", "payload": "650"}],
            "image": "https://x/i.png",
            "attachment": file,
        }
    ]


def test_a_response_with_nothing_to_show_is_no_message() -> None:
    assert collected({"text": "  "}, {"text": None, "custom": {"a": 1}}, {}) == []


def test_problems_speak_french_and_say_what_may_have_happened() -> None:
    assert "rien n'a été transmis" in not_done(may_have_acted=False).detail
    assert "rien ne sera transmis deux fois" in not_done(may_have_acted=True).detail
    assert "1\u202f000 caractères" in too_long(1_000).detail
