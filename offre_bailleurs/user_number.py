"""The N° utilisateur: 14 characters, spaces not counted (the guides). They never say "digits only"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

LENGTH = 14
SPECIMEN = "35900007090001"
"""The example of the organisations' guide."""
SPECIMEN_OF_EMAIL = "A123456"
"""What that guide's example of an email prints in its place: too short to be one."""


class Verdict(Enum):
    """What can be said of a number without knowing whose it is."""

    RIGHT_LENGTH = auto()
    SPECIMEN = auto()
    SPECIMEN_OF_EMAIL = auto()
    TOO_SHORT = auto()
    TOO_LONG = auto()


@dataclass(frozen=True)
class TypedNumber:
    """A number as somebody typed it, less its spaces."""

    characters: str

    @classmethod
    def of(cls, typed: str) -> TypedNumber:
        """Leave out the spaces, of any kind."""
        return cls("".join(typed.split()).upper())

    @property
    def is_possible(self) -> bool:
        """It can be somebody's: the specimen too, whoever it may belong to."""
        return self.verdict in (Verdict.RIGHT_LENGTH, Verdict.SPECIMEN)

    @property
    def verdict(self) -> Verdict:
        """Whether it can be a N° utilisateur."""
        if self.characters == SPECIMEN:
            return Verdict.SPECIMEN
        if self.characters == SPECIMEN_OF_EMAIL:
            return Verdict.SPECIMEN_OF_EMAIL
        if len(self.characters) == LENGTH:
            return Verdict.RIGHT_LENGTH
        return Verdict.TOO_SHORT if len(self.characters) < LENGTH else Verdict.TOO_LONG
