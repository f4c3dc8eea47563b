"""Rows of the figures, written by hand: for tests of what is read from them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine

from offre_bailleurs.database import transaction
from offre_bailleurs.figures.tables import FiguresConversation, FiguresJourney, FiguresTopic
from offre_bailleurs.figures.tables import Outcome as JourneyOutcome
from offre_bailleurs.french.format import PARIS
from offre_bailleurs.models import Outcome, PortalUser, Profile, RequestKind, RequestState, SupportRequest, UserState


class FiguresGiven:
    """Writes rows into a database; each call is one row."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._numbers = itertools.count(1)

    def conversation(
        self,
        day: date,
        profile: Profile | None = None,
        *,
        handed_over: bool = False,
        spoke: bool = True,
        declarations: int = 0,
        unanswered: int = 0,
    ) -> str:
        """A conversation; its name, for topics and journeys."""
        name = f"{next(self._numbers):064x}"
        row = FiguresConversation(
            conversation=name,
            day=day,
            profile=profile,
            spoke=spoke,
            handed_over=handed_over,
            declarations=declarations,
            misunderstood=unanswered,
            unanswered=unanswered,
            first_at=noon(day),
            last_at=noon(day),
            final=False,
        )
        self._write(row)
        return name

    def topic(
        self,
        day: date,
        topic: str,
        profile: Profile | None = None,
        *,
        asked: int = 1,
        helped: bool | None = None,
        conversation: str | None = None,
    ) -> None:
        """A topic of a conversation, by default of another one each time."""
        self._write(
            FiguresTopic(
                conversation=conversation or f"{next(self._numbers):064x}",
                topic=topic,
                day=day,
                profile=profile,
                asked=asked,
                helped=helped,
            )
        )

    def journey(
        self,
        day: date,
        journey: str,
        outcome: JourneyOutcome,
        last_step: str | None = None,
        profile: Profile | None = None,
        *,
        last_at: datetime | None = None,
    ) -> None:
        """A journey, in a conversation of its own; its last event was at noon unless `last_at` says otherwise."""
        self._write(
            FiguresJourney(
                conversation=f"{next(self._numbers):064x}",
                number=1,
                day=day,
                profile=profile,
                journey=journey,
                outcome=outcome,
                last_step=last_step,
                began_at=noon(day),
                last_at=last_at or noon(day),
            )
        )

    def request(
        self,
        at: datetime,
        reason: str = "asked",
        profile: Profile | None = None,
        *,
        kind: RequestKind = RequestKind.LIVE,
        waited: timedelta | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        """A request for an adviser; taken after `waited`, closed when it has an outcome."""
        taken_at = None if waited is None else at + waited
        with transaction(on=self.engine) as session:
            adviser = PortalUser(
                login=f"conseil-{next(self._numbers)}",
                first_name="Alix",
                last_name="Conseil",
                state=UserState.ACTIVE,
                password_hash="-",
                is_adviser=True,
            )
            session.add(adviser)
            session.flush()
            taken_by = adviser.id if taken_at else None
            state = RequestState.TAKEN if taken_at else RequestState.WAITING
            session.add(
                SupportRequest(
                    created_at=at,
                    conversation_id=f"c-{next(self._numbers)}",
                    reason=reason,
                    request_key=f"k-{next(self._numbers)}",
                    kind=kind,
                    state=RequestState.CLOSED if outcome else state,
                    profile=profile,
                    adviser_id=taken_by,
                    taken_at=taken_at,
                    closed_at=(taken_at or at) if outcome else None,
                    outcome=outcome,
                )
            )

    def _write(self, row: FiguresConversation | FiguresTopic | FiguresJourney) -> None:
        with transaction(on=self.engine) as session:
            session.add(row)


def noon(day: date) -> datetime:
    """Noon in Paris, as UTC."""
    return datetime.combine(day, time(12), tzinfo=PARIS).astimezone(UTC)
