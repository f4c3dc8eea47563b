"""What was told of the trouble, and what the guides advise (B1, B2, B3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """What keeps somebody from signing in."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - a word of the questionnaire
    BOTH = "both"
    REFUSED = "refused"
    """The password is refused; the guides treat it as forgotten."""
    OTHER = "other"


class Connected(StrEnum):
    """Whether the account was ever signed in to."""

    ONCE = "once"
    NEVER = "never"
    UNKNOWN = "unknown"


class Received(StrEnum):
    """How the Caf sent login and password."""

    BY_LETTER = "letter"
    BY_EMAIL = "email"
    NOT_YET = "none"
    UNKNOWN = "unknown"


class Advice(StrEnum):
    """What to do, and why."""

    LOGIN_UNKNOWN = "login_unknown"
    """«Identifiant perdu»: B1."""
    BOTH_UNKNOWN = "both_unknown"
    """«Identifiant perdu»: B1, which sends the two again."""
    PASSWORD_UNKNOWN = "password_unknown"  # noqa: S105 - a word of the questionnaire
    """«Mot de passe oublié»: B2."""
    NEVER_BY_LETTER = "never_by_letter"
    """«Identifiant perdu»: B3, which beats B2."""
    NEVER_BY_EMAIL = "never_by_email"
    """The guides do not cover it."""
    NOTHING_RECEIVED = "nothing_received"
    """Neither login nor password is known: B1."""
    BOTH_CASES = "both_cases"
    """Not known whether B2 or B3 applies: both are told."""
    OTHER = "other"

    @property
    def request(self) -> Request | None:
        """What can be asked for right here; None: the advice is all that can be given."""
        return _REQUESTS.get(self)


class Request(StrEnum):
    """What gives an access back."""

    LOGIN = "login"
    """«Identifiant perdu», with the N° utilisateur."""
    PASSWORD = "password"  # noqa: S105 - a word of the questionnaire
    """«Mot de passe oublié», with the email address."""


_REQUESTS = {
    Advice.LOGIN_UNKNOWN: Request.LOGIN,
    Advice.BOTH_UNKNOWN: Request.LOGIN,
    Advice.NEVER_BY_LETTER: Request.LOGIN,
    Advice.NOTHING_RECEIVED: Request.LOGIN,
    Advice.PASSWORD_UNKNOWN: Request.PASSWORD,
}


@dataclass(frozen=True)
class Triage:
    """The replies so far; None where the question was not answered yet."""

    missing: Missing | None = None
    connected: Connected | None = None
    received: Received | None = None

    @property
    def question(self) -> str | None:
        """The field to ask for next; None when the advice is known."""
        if self.missing is None:
            return "missing"
        if self.missing in (Missing.LOGIN, Missing.BOTH, Missing.OTHER):
            return None
        if self.connected is None:
            return "connected"
        return "received" if self.connected is Connected.NEVER and self.received is None else None

    def comes_to(self, advice: Advice) -> bool:
        """Whether what was told is enough for an advice, and for this one."""
        return self.question is None and self.advice is advice

    @property
    def advice(self) -> Advice:
        """What the guides advise.

        Raises:
            ValueError: a question is still open.
        """
        match self.missing, self.connected, self.received:
            case Missing.LOGIN, _, _:
                return Advice.LOGIN_UNKNOWN
            case Missing.BOTH, _, _:
                return Advice.BOTH_UNKNOWN
            case Missing.OTHER, _, _:
                return Advice.OTHER
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.ONCE, _):
                return Advice.PASSWORD_UNKNOWN
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.UNKNOWN, _):
                return Advice.BOTH_CASES
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.NEVER, Received.BY_LETTER):
                return Advice.NEVER_BY_LETTER
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.NEVER, Received.BY_EMAIL):
                return Advice.NEVER_BY_EMAIL
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.NEVER, Received.NOT_YET):
                return Advice.NOTHING_RECEIVED
            case ((Missing.PASSWORD | Missing.REFUSED), Connected.NEVER, Received.UNKNOWN):
                return Advice.BOTH_CASES
        raise ValueError(f"{self.question} is still open")
