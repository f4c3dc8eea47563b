"""What a turn of the journey stands on: who speaks, with the rights of this very moment, and what was given so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from actions.create_user.draft import SLOT, Draft, Field
from actions.exchange import Exchange
from offre_bailleurs.access import Viewer, givable_groups, viewer
from offre_bailleurs.models import AuthorisationGroup, ConventionState, Organisation

OUTCOME = "create_user_outcome"
"""How the form was left: "validate", "cancel", "declare" (a rent comes first), or "leave" (its reason is said)."""
JOURNEY_SLOTS = (SLOT, OUTCOME, "summary", "misunderstandings")
"""Every slot of the journey but `create_user_ready`: reset by name at its start and end."""

_CONVENTION_STATES = {ConventionState.VALIDATED: "Validée"}


@dataclass
class Case:
    """One turn's view of the journey, inside one transaction."""

    viewer: Viewer
    organisation: Organisation
    groups: Sequence[AuthorisationGroup]
    """Those that this person may give."""
    draft: Draft

    @property
    def convention(self) -> str:
        """« LES OLIVIERS (état : Validée) », as the page's header has it (F5)."""
        return f"{self.organisation.convention_name} (état : {_CONVENTION_STATES[self.organisation.convention_state]})"

    @property
    def chosen(self) -> list[AuthorisationGroup]:
        """The groups that the new user gets."""
        return [group for group in self.groups if group.id in self.draft.group_ids]

    @property
    def group_names(self) -> str:
        """Their names, in a line."""
        return ", ".join(group.name for group in self.chosen)

    @property
    def fingerprint(self) -> str:
        """Names the summary of this moment."""
        return self.draft.fingerprint(f"{self.organisation.id} {self.convention} {self.group_names}")

    def keep(self, exchange: Exchange) -> None:
        """Leave what was given to the next turn."""
        exchange.set(**{SLOT: self.draft.slot})

    def settle_sole_group(self, exchange: Exchange) -> None:
        """The only group that can be given needs no asking: it is taken, and said."""
        if len(self.groups) == 1 and self.draft.question is Field.GROUPS:
            self.draft = self.draft.give(Field.GROUPS, (self.groups[0].id,))
            exchange.say("utter_new_user_sole_group", group=self.groups[0].name)


def open_case(session: Session, exchange: Exchange) -> Case | None:
    """The case of this turn; None, once the reason is said, when this person may not create a user (any more)."""
    case = case_of(session, exchange)
    if case is None:
        exchange.say("utter_create_user_no_right")
        return None
    if not case.groups or not set(case.draft.group_ids) <= {group.id for group in case.groups}:
        exchange.say("utter_create_user_group_withdrawn")
        return None
    return case


def case_of(session: Session, exchange: Exchange) -> Case | None:
    """The case of who speaks, None when they manage no users; nothing is said."""
    who = viewer(session, exchange.turn.user_id) if exchange.turn.user_id is not None else None
    if who is None or not who.manages_users:
        return None
    return Case(
        viewer=who,
        organisation=session.get_one(Organisation, who.organisation_id),
        groups=session.scalars(givable_groups(who)).all(),
        draft=Draft.of(exchange.slot(SLOT)),
    )
