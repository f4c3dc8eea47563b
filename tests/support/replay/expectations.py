"""What a conversation's writer may expect of the bot's answer.

| written | means |
|---|---|
| `650,00 €` | one of the messages contains it (case, accents and kinds of spaces do not count) |
| `/OB-\\d+/` | one of the messages contains what the pattern describes (case does not count) |
| `=Bonjour.` | one of the messages is exactly this |
| `not: "…"` | none of the messages does, in any of the three ways above |
| `any: […]` | at least one of these expectations |
| `buttons: [Valider, …]` | these buttons and no others, in this order, each told by a part of its title |
| `buttons: none` | no button at all |
| `button: Valider` | this button among others |
| `no_button: Valider` | this button is not there |
| `attachment: récapitulatif` | a file whose name contains it; `none`: no file |
| `image: numero-utilisateur` | a picture whose address contains it, with words that describe it |
| `messages: 2` | that many messages |
| `adviser: "…"` | an adviser, not the assistant, said it |
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from offre_bailleurs.french.text import fold, plain
from tests.support.chat import Message
from tests.support.replay.reading import ScenarioError, one_or_many, take, text

NONE = "none"


class Expectation(ABC):
    """Something that holds, or not, of the bot's answer."""

    @abstractmethod
    def mismatch(self, answer: Sequence[Message]) -> str | None:
        """Why it does not hold, in words for the writer; None when it does."""


@dataclass(frozen=True)
class Says(Expectation):
    """A message contains a text."""

    text: str

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        wanted = fold(self.text)
        return None if any(wanted in fold(message.text) for message in answer) else f"« {self.text} » is not said"


@dataclass(frozen=True)
class SaysPattern(Expectation):
    """A message contains what a regular expression describes."""

    pattern: re.Pattern[str]

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        found = any(self.pattern.search(plain(message.text)) for message in answer)
        return None if found else f"nothing like /{self.pattern.pattern}/ is said"


@dataclass(frozen=True)
class SaysExactly(Expectation):
    """A message is a text."""

    text: str

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        found = any(plain(message.text) == plain(self.text) for message in answer)
        return None if found else f"no message is exactly « {self.text} »"


@dataclass(frozen=True)
class Not(Expectation):
    """Another expectation does not hold."""

    other: Expectation
    written: str

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        return None if self.other.mismatch(answer) else f"« {self.written} » should not be said"


@dataclass(frozen=True)
class AnyOf(Expectation):
    """One of several holds."""

    others: tuple[Expectation, ...]

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        mismatches = [other.mismatch(answer) for other in self.others]
        return None if None in mismatches else "none of these: " + "; ".join(filter(None, mismatches))


@dataclass(frozen=True)
class Buttons(Expectation):
    """The buttons of the answer, all of them, in order."""

    titles: tuple[str, ...]

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        shown = _titles(answer)
        same = len(shown) == len(self.titles)
        if same and all(fold(part) in fold(title) for part, title in zip(self.titles, shown, strict=True)):
            return None
        return f"the buttons are {_listed(shown)}, not {_listed(self.titles)}"


@dataclass(frozen=True)
class HasButton(Expectation):
    """A button among others, or not."""

    title: str
    shown: bool

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        found = any(fold(self.title) in fold(title) for title in _titles(answer))
        if found is self.shown:
            return None
        return f"there is {'a' if found else 'no'} button « {self.title} » among {_listed(_titles(answer))}"


@dataclass(frozen=True)
class HasAttachment(Expectation):
    """A file whose name contains a text; None: no file at all."""

    name: str | None

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        names = [str(message.attachment["name"]) for message in answer if message.attachment is not None]
        if self.name is None:
            return f"a file is attached: {_listed(names)}" if names else None
        if any(fold(self.name) in fold(name) for name in names):
            return None
        return f"no file « {self.name} » is attached, only {_listed(names)}"


@dataclass(frozen=True)
class HasImage(Expectation):
    """A picture whose address contains a text, described in words for who does not see it."""

    name: str

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        described = [message.image for message in answer if message.image is not None and message.text]
        if any(self.name in address for address in described):
            return None
        return f"no described picture « {self.name} », only {_listed(described)}"


@dataclass(frozen=True)
class MessageCount(Expectation):
    """How many messages the answer has."""

    count: int

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        return None if len(answer) == self.count else f"{len(answer)} messages, not {self.count}"


@dataclass(frozen=True)
class AdviserSays(Expectation):
    """A message of an adviser's contains a text, and none of the assistant's does."""

    text: str

    def mismatch(self, answer: Sequence[Message]) -> str | None:
        wanted = fold(self.text)
        said_by = {message.sender for message in answer if wanted in fold(message.text)}
        return None if said_by == {"adviser"} else f"« {self.text} » is said by {_listed(sorted(said_by))}, no adviser"


def read_expectations(value: Any) -> tuple[Expectation, ...]:
    """The expectations that stand under `bot:`.

    Raises:
        ScenarioError: one is not known.
    """
    return tuple(each for item in one_or_many(value) for each in _read(item))


def _read(item: Any) -> list[Expectation]:
    if not isinstance(item, dict):
        return [_spoken(_text(item))]
    known = {
        "not": lambda value: [Not(_spoken(_text(each)), _text(each)) for each in one_or_many(value)],
        "any": lambda value: [AnyOf(read_expectations(value))],
        "buttons": lambda value: [Buttons(() if value == NONE else tuple(map(_text, one_or_many(value))))],
        "button": lambda value: [HasButton(_text(each), shown=True) for each in one_or_many(value)],
        "no_button": lambda value: [HasButton(_text(each), shown=False) for each in one_or_many(value)],
        "attachment": lambda value: [HasAttachment(None if value == NONE else _text(value))],
        "image": lambda value: [HasImage(_text(value))],
        "adviser": lambda value: [AdviserSays(_text(each)) for each in one_or_many(value)],
        "messages": lambda value: [MessageCount(int(value))],
    }
    return [each for expectations in take(item, "bot", known).values() for each in expectations]


def _text(value: Any) -> str:
    try:
        return text(value)
    except TypeError as error:
        raise ScenarioError(f"bot: {error}") from None


def _spoken(written: str) -> Expectation:
    if len(written) > 2 and written.startswith("/") and written.endswith("/"):
        try:
            return SaysPattern(re.compile(written[1:-1], re.IGNORECASE | re.DOTALL))
        except re.error as error:
            raise ScenarioError(f"bot: {written} is no regular expression: {error}") from None
    if written.startswith("="):
        return SaysExactly(written[1:])
    if not fold(written):
        raise ScenarioError("bot: an empty text is always said")
    return Says(written)


def _titles(answer: Sequence[Message]) -> list[str]:
    return [button.title for message in answer for button in message.buttons]


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"« {title} »" for title in titles) or "none"
