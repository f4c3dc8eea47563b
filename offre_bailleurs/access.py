"""Who may see and declare what. Every query for a tenancy goes through `visible_tenancies`.

| who | sees and declares |
|---|---|
| a private landlord | every tenancy of their own account |
| an organisation's user, the administrator included | the tenancies of the authorisation groups they belong to |
| a closed user, or one who never completed the first connection | nothing |

Rights are read from the database at each turn, so that a right withdrawn takes effect at the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from offre_bailleurs.models import Dwelling, PortalUser, Profile, Tenancy, UserState


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, with what they may see."""

    user_id: int
    account_id: int
    profile: Profile
    full_name: str
    account_name: str
    user_number: str
    group_ids: frozenset[int] | None
    """The authorisation groups whose tenancies they see; None: the whole account."""


def viewer(session: Session, user_id: int) -> Viewer | None:
    """The person behind a portal user, or None when they may see nothing."""
    user = session.get(PortalUser, user_id)
    if user is None or user.state is not UserState.ACTIVE:
        return None
    account = user.account
    return Viewer(
        user_id=user.id,
        account_id=account.id,
        profile=account.profile,
        full_name=user.full_name,
        account_name=account.name,
        user_number=account.user_number,
        group_ids=frozenset(group.id for group in user.groups) if account.profile is Profile.ORGANISATION else None,
    )


def visible_tenancies(viewer: Viewer) -> Select[Tenancy]:
    """The tenancies that a viewer may see and declare, with their dwellings, by tenant's name."""
    query = (
        select(Tenancy)
        .join(Tenancy.dwelling)
        .options(contains_eager(Tenancy.dwelling))
        .where(Tenancy.account_id == viewer.account_id, Dwelling.account_id == viewer.account_id)
        .order_by(Tenancy.tenant_last_name, Tenancy.tenant_first_name, Tenancy.id)
    )
    if viewer.group_ids is not None:
        query = query.where(Tenancy.authorisation_group_id.in_(viewer.group_ids))
    return query


def visible_tenancy(session: Session, viewer: Viewer, tenancy_id: int) -> Tenancy | None:
    """One tenancy, or None when it does not exist or is not theirs to see: the two must look the same."""
    return session.scalar(visible_tenancies(viewer).where(Tenancy.id == tenancy_id))
