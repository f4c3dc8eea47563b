"""People who have not connected yet, what is on its way to them, and time that passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from offre_bailleurs.database import reading, transaction
from offre_bailleurs.mail import outbox
from offre_bailleurs.models import (
    Account,
    Attempt,
    AuditEvent,
    AuthorisationGroup,
    ContactChannel,
    DwellingType,
    Organisation,
    OutboxMessage,
    OutboxState,
    PortalUser,
    Profile,
    UserState,
)

POSTAL_ADDRESS = "3 rue des Lilas\n35000 RENNES"


def landlord(session: Session, user_number: str, channel: ContactChannel, login: str, **columns: Any) -> PortalUser:
    """A private landlord who never connected, alone in an account of their own."""
    account = Account(
        profile=Profile.LANDLORD,
        name="Noé Essai",
        departement="35",
        user_number=user_number,
        contact_channel=channel,
        postal_address=POSTAL_ADDRESS if channel is ContactChannel.LETTER else None,
    )
    session.add(account)
    return user(session, account, login, **columns)


def organisation(session: Session, user_number: str = "35900007090077", name: str = "LES GLYCINES") -> Account:
    """An organisation of two groups, to which the Caf writes letters, without any user."""
    built = Organisation(name=name, convention_name=name)
    built.groups = [
        AuthorisationGroup(name="Conventionnés", dwelling_type=DwellingType.REGULATED, departements=["35"]),
        AuthorisationGroup(name="Privés", dwelling_type=DwellingType.PRIVATE, departements=["35"]),
    ]
    account = Account(
        profile=Profile.ORGANISATION,
        name=name,
        user_number=user_number,
        contact_channel=ContactChannel.LETTER,
        postal_address=POSTAL_ADDRESS,
        organisation=built,
    )
    session.add(account)
    session.flush()
    return account


def user(session: Session, account: Account, login: str, **columns: Any) -> PortalUser:
    """A user who never connected, unless `columns` say otherwise."""
    usual = {"state": UserState.NEVER_CONNECTED, "first_name": "Noé", "last_name": "Essai"}
    added = PortalUser(account=account, login=login, **{**usual, **columns})
    session.add(added)
    session.flush()
    return added


def waiting(engine: Engine) -> list[tuple[str, str, outbox.Posted]]:
    """The messages on their way, the oldest first: kind, purpose, and what they say to whom."""
    with reading(on=engine) as session:
        rows = select(OutboxMessage).where(OutboxMessage.state == OutboxState.WAITING).order_by(OutboxMessage.id)
        return [(row.kind.value, row.purpose, outbox.open_sealed(row)) for row in session.scalars(rows)]


def actions(engine: Engine) -> list[str]:
    """What the journal holds, the oldest first."""
    with reading(on=engine) as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def rows(engine: Engine, table: type[Any]) -> int:
    """How many rows a table has."""
    with reading(on=engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def time_passes(engine: Engine, lapse: timedelta) -> None:
    """Everything counted until now was counted that much earlier."""
    with transaction(on=engine) as session:
        for attempt in session.scalars(select(Attempt)).all():
            session.execute(update(Attempt).where(Attempt.id == attempt.id).values(at=attempt.at - lapse))
