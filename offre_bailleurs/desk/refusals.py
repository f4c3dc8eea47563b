"""Why an adviser cannot do what they ask. `floor.ConversationGone` is one more reason."""

from __future__ import annotations

from offre_bailleurs.models import Outcome


class Refusal(Exception):
    """Something that cannot be done, or no longer; nothing was changed."""


class NotAdviser(Refusal):
    """Whoever acts is no adviser any more."""


class TakenByAnother(Refusal):
    """Another adviser was quicker."""

    def __init__(self, name: str) -> None:
        super().__init__("taken by another adviser")
        self.name = name
        """Theirs; for the desk, never for a log."""


class NotWaiting(Refusal):
    """The request waits for nobody: it is closed, or there is none of that number."""


class AlreadyClosed(Refusal):
    """The request is closed, and was closed otherwise: how it ended stays as it was said first."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("closed already")
        self.outcome = outcome


class AlreadyAnswered(Refusal):
    """An answer was sent by email already, and whoever sends another one has not said that they know it."""


class NotYours(Refusal):
    """The request is not this adviser's, or not in a state in which this can be done."""


class TooLong(Refusal):
    """More characters than an adviser may say at once."""


class Empty(Refusal):
    """Nothing that shows is said."""


class NoAddress(Refusal):
    """The request has no email address: it can only be closed."""
