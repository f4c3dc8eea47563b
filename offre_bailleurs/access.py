"""Who may see and do what: the one place of the project's authorisation rules (docs/authorisations.md explains them).

| who | sees and declares |
|---|---|
| a private landlord | every tenancy of their own account |
| an organisation's user, the administrator included | the tenancies of the authorisation groups they belong to |
| an adviser of the Caf | no tenancy: the desk's requests and their conversations (`offre_bailleurs/desk/`) |
| a closed user, one whose dates are not come or over, or who never completed the first connection | nothing |

| who | sees and creates users | gives them | edits and closes |
|---|---|---|---|
| the administrator | the whole organisation's | any of its groups, the delegation | anybody but themselves |
| a responsable d'habilitation | those of their own groups | their own groups | plain users who have no other group |
| anybody else | nobody | nothing | nobody |

Nobody changes their own rights, and nobody here makes or unmakes an administrator: that goes to the Caf (F8). Rights
are read from the database at each request and each turn, so that a right withdrawn takes effect at the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from offre_bailleurs.campaigns import today
from offre_bailleurs.models import (
    AuditEvent,
    AuthorisationGroup,
    Dwelling,
    PortalUser,
    Profile,
    Tenancy,
    UserState,
)


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, with what they may see and do."""

    user_id: int
    account_id: int
    profile: Profile
    full_name: str
    account_name: str
    user_number: str
    group_ids: frozenset[int] | None
    """The authorisation groups whose tenancies they see; None: the whole account."""
    organisation_id: int | None = None
    is_administrator: bool = False
    is_authorisation_manager: bool = False

    @property
    def manages_users(self) -> bool:
        """They may open «Gestion des habilitations»."""
        return self.organisation_id is not None and (self.is_administrator or self.is_authorisation_manager)

    @property
    def delegates(self) -> bool:
        """They may name responsables d'habilitation, and read what was done in the organisation."""
        return self.organisation_id is not None and self.is_administrator


def is_within_dates(user: PortalUser, day: date) -> bool:
    """From their opening day to their closing day, both included."""
    return (user.opens_on is None or user.opens_on <= day) and (user.closes_on is None or day <= user.closes_on)


def viewer(session: Session, user_id: int) -> Viewer | None:
    """The person behind a portal user, or None when they may see nothing."""
    user = session.get(PortalUser, user_id, options=[joinedload(PortalUser.account)])
    session.info["viewer"] = user  # a session forgets what nobody holds, and would read it again for the journal
    if user is None or not _is_let_in(user) or user.is_adviser:
        return None
    account = user.partner_account
    return Viewer(
        user_id=user.id,
        account_id=account.id,
        profile=account.profile,
        full_name=user.full_name,
        account_name=account.name,
        user_number=account.user_number,
        group_ids=frozenset(group.id for group in user.groups) if account.profile is Profile.ORGANISATION else None,
        organisation_id=account.organisation_id,
        is_administrator=user.is_administrator,
        is_authorisation_manager=user.is_authorisation_manager,
    )


@dataclass(frozen=True)
class Adviser:
    """A signed-in adviser of the Caf: reads and answers the requests of the desk, and nothing else."""

    user_id: int
    full_name: str


def adviser(session: Session, user_id: int) -> Adviser | None:
    """The adviser behind a portal user, or None when they are none, or may no longer sign in."""
    user = session.get(PortalUser, user_id)
    if user is None or not _is_let_in(user) or not user.is_adviser:
        return None
    return Adviser(user.id, user.full_name)


def _is_let_in(user: PortalUser) -> bool:
    return user.state is UserState.ACTIVE and is_within_dates(user, today())


# Tenancies


def visible_tenancies(viewer: Viewer) -> Select[Tenancy]:
    """The tenancies that a viewer may see and declare, with their dwellings, in the alphabet's order of the tenants."""
    query = (
        select(Tenancy)
        .join(Tenancy.dwelling)
        .options(contains_eager(Tenancy.dwelling))
        .where(Tenancy.account_id == viewer.account_id, Dwelling.account_id == viewer.account_id)
        .order_by(Tenancy.sort_name, Tenancy.id)
    )
    if viewer.group_ids is not None:
        query = query.where(Tenancy.authorisation_group_id.in_(viewer.group_ids))
    return query


def own_tenancies(viewer: Viewer, *figures: ColumnElement[Any]) -> Select[Any]:
    """Figures of the tenancies that a viewer may see, none of which is shown: read in one index, no dwelling is."""
    query = select(*figures).where(Tenancy.account_id == viewer.account_id)
    if viewer.group_ids is not None:
        query = query.where(Tenancy.authorisation_group_id.in_(viewer.group_ids))
    return query


def visible_tenancy(session: Session, viewer: Viewer, tenancy_id: int) -> Tenancy | None:
    """One tenancy, or None when it does not exist or is not theirs to see: the two must look the same."""
    return session.scalar(visible_tenancies(viewer).where(Tenancy.id == tenancy_id))


# Users of an organisation


def visible_users(viewer: Viewer) -> Select[PortalUser]:
    """The users whom a viewer sees under «Mes utilisateurs», themselves included, by name; none if they manage none."""
    query = (
        select(PortalUser)
        .where(PortalUser.account_id == viewer.account_id)
        .order_by(PortalUser.last_name, PortalUser.first_name, PortalUser.id)
    )
    if not viewer.manages_users:
        return query.where(PortalUser.id.is_(None))
    if viewer.is_administrator:
        return query
    return query.where(or_(PortalUser.id == viewer.user_id, _shares_a_group(viewer)))


def visible_user(session: Session, viewer: Viewer, user_id: int) -> PortalUser | None:
    """One user, or None when they do not exist or are not the viewer's to see: the two must look the same."""
    return session.scalar(visible_users(viewer).where(PortalUser.id == user_id))


def may_change(viewer: Viewer, user: PortalUser) -> bool:
    """Edit, close, or send new credentials to a user whom they see."""
    if not viewer.manages_users or user.account_id != viewer.account_id or user.id == viewer.user_id:
        return False
    if user.is_administrator:
        return False
    if viewer.is_administrator:
        return True
    theirs = {group.id for group in user.groups}
    return not user.is_authorisation_manager and bool(theirs) and theirs <= (viewer.group_ids or frozenset())


def givable_groups(viewer: Viewer) -> Select[AuthorisationGroup]:
    """The authorisation groups that a viewer may give to a user."""
    query = (
        select(AuthorisationGroup)
        .where(AuthorisationGroup.organisation_id == viewer.organisation_id)
        .order_by(AuthorisationGroup.id)
    )
    if not viewer.manages_users:
        return query.where(AuthorisationGroup.id.is_(None))
    return query if viewer.is_administrator else query.where(AuthorisationGroup.id.in_(viewer.group_ids or ()))


def may_give(session: Session, viewer: Viewer, group_ids: Iterable[int]) -> bool:
    """Every one of these groups is the viewer's to give."""
    givable = set(session.scalars(givable_groups(viewer).with_only_columns(AuthorisationGroup.id)))
    return set(group_ids) <= givable


def readable_events(viewer: Viewer) -> Select[AuditEvent]:
    """What was done in the viewer's organisation, the newest first; nothing for who does not delegate."""
    query = select(AuditEvent).where(AuditEvent.account_id == viewer.account_id).order_by(AuditEvent.id.desc())
    return query if viewer.delegates else query.where(AuditEvent.id.is_(None))


def _shares_a_group(viewer: Viewer) -> ColumnElement[bool]:
    return PortalUser.groups.any(AuthorisationGroup.id.in_(viewer.group_ids or ()))
