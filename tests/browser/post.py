"""What the worker sends, as the one it is for receives it: a test knows its own people's post from everybody else's."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final

from offre_bailleurs.temporary_passwords import ALPHABET
from tests.browser.site import Site
from tests.browser.text import plain
from tests.support.mailbox import PATIENCE, Mailbox, letter_text

_LOGIN: Final = re.compile(r"Votre identifiant\s*:\s*(\S+)")
_TEMPORARY_PASSWORD: Final = re.compile(rf"Votre mot de passe provisoire\s*:\s*([{ALPHABET}-]{{16,}})")


@dataclass(frozen=True)
class Credentials:
    """What somebody finds in their post to sign in with."""

    login: str
    temporary_password: str


class Post:
    """The emails of an address and the letters of a person, the oldest first. Asking waits until there are so many."""

    def __init__(self, site: Site) -> None:
        self._mailbox = Mailbox(site.settings)

    def emails_to(self, address: str) -> list[str]:
        """The words of each email to an address so far, its subject first."""
        return [
            plain(f"{email.subject}\n{email.text}") for email in self._mailbox.emails() if email.to.endswith(address)
        ]

    def wait_for_emails_to(self, address: str, count: int) -> list[str]:
        """`emails_to`, once there are so many."""
        return _awaited(lambda: self.emails_to(address), count)

    def letters_to(self, name: str) -> list[str]:
        """The words of each letter to a person so far."""
        texts = (plain(letter_text(path)) for path in self._mailbox.letters())
        return [text for text in texts if name in text]

    def credentials_by_email(self, address: str, *, messages: int = 2) -> Credentials:
        """Those of the two newest emails, once there are so many in all."""
        return _credentials(_awaited(lambda: self.emails_to(address), messages))

    def credentials_by_letter(self, name: str, *, messages: int = 2) -> Credentials:
        """Those of the two newest letters, once there are so many in all."""
        return _credentials(_awaited(lambda: self.letters_to(name), messages))

    def temporary_password_by_email(self, address: str, *, messages: int = 1) -> str:
        """The one of the newest email, once there are so many in all."""
        return _found(_TEMPORARY_PASSWORD, _awaited(lambda: self.emails_to(address), messages)[-1:])


def _awaited(read: Callable[[], list[str]], count: int) -> list[str]:
    deadline = monotonic() + PATIENCE
    while len(sent := read()) < count:
        if monotonic() > deadline:
            raise AssertionError(f"{len(sent)} messages instead of {count} after {PATIENCE:g} s")
        sleep(0.1)
    assert len(sent) == count, sent
    return sent


def _credentials(sent: Sequence[str]) -> Credentials:
    newest = sent[-2:]
    assert not any(_LOGIN.search(text) and _TEMPORARY_PASSWORD.search(text) for text in newest), "they travel apart"
    return Credentials(_found(_LOGIN, newest), _found(_TEMPORARY_PASSWORD, newest))


def _found(what: re.Pattern[str], sent: Sequence[str]) -> str:
    found = [match[1] for text in sent if (match := what.search(text))]
    assert len(found) == 1, sent
    return found[0]
