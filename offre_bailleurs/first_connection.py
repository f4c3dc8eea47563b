"""The first connection to Mon Compte Partenaire, step by step (A4), and the choice of a new password later on.

Nothing of Offre Bailleurs opens before the last step; until then the user is `NEVER_CONNECTED` and can leave and come
back. What has been done is read from the database, never from the browser, so that no step is skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from offre_bailleurs import audit, documents, temporary_passwords
from offre_bailleurs.database import now
from offre_bailleurs.mail import outbox
from offre_bailleurs.models import (
    Acceptance,
    Account,
    AuthorisationGroup,
    Document,
    PortalUser,
    Profile,
    TemporaryPassword,
    UserState,
)
from offre_bailleurs.portal_sessions import close_sessions_of


class Step(StrEnum):
    """Steps 2 to 5 of the guide; the first is the sign-in."""

    DETAILS = "details"
    PASSWORD = "password"  # noqa: S105 - a step
    USAGE_RULES = "usage_rules"
    TERMS_OF_USE = "terms_of_use"


_STEP_OF = {Document.USAGE_RULES: Step.USAGE_RULES, Document.TERMS_OF_USE: Step.TERMS_OF_USE}


class OutOfOrder(Exception):
    """This is not the step that the user has come to."""


class EmailTaken(Exception):
    """Another user has this email address: each account needs a different one (A7)."""


class SameAsTemporary(Exception):
    """The password chosen is the temporary one."""


@dataclass(frozen=True)
class Details:
    """What the second step asks, as `contacts` has read it."""

    first_name: str
    last_name: str
    email: str
    phone: str | None


def next_step(session: Session, user_id: int, *, must_choose_password: bool) -> Step | None:
    """What a signed-in user has to do before anything opens; None: nothing is left.

    `must_choose_password`: they signed in with a temporary password. A closed user has no step, and sees nothing
    either (`access.viewer`).
    """
    user = session.get_one(PortalUser, user_id)
    if user.state is not UserState.NEVER_CONNECTED:
        return Step.PASSWORD if must_choose_password and user.state is UserState.ACTIVE else None
    if user.details_confirmed_at is None:
        return Step.DETAILS
    if user.password_hash is None or must_choose_password:
        return Step.PASSWORD
    # Accepting the conditions completes: who has not completed has at least them to accept.
    return Step.TERMS_OF_USE if _has_accepted(session, user, Document.USAGE_RULES) else Step.USAGE_RULES


def give_details(session: Session, user_id: int, details: Details) -> None:
    """The second step; it can be done again until the first connection is complete.

    Raises:
        EmailTaken: another user has this email address. Nothing is changed.
        OutOfOrder: the first connection is complete, or the user is closed.
    """
    user = session.get_one(PortalUser, user_id, with_for_update={"key_share": True})
    if user.state is not UserState.NEVER_CONNECTED:
        raise OutOfOrder
    others = select(PortalUser.id).where(PortalUser.email == details.email, PortalUser.id != user_id)
    if session.scalar(others) is not None:
        raise EmailTaken
    try:
        with session.begin_nested():
            user.first_name, user.last_name = details.first_name, details.last_name
            user.email, user.phone = details.email, details.phone
            user.details_confirmed_at = now()
            session.flush()
    except IntegrityError as error:
        if violates_unique_email(error):  # somebody else gave it at the same moment
            raise EmailTaken from None
        raise


def refuse_temporary(session: Session, user_id: int, password: str) -> None:
    """To be called with what the user chose, before it is hashed for `choose_password`.

    Raises:
        SameAsTemporary: it is their temporary password, however it is written and even if it has expired.
    """
    temporary = session.get(TemporaryPassword, user_id)
    if temporary is not None and temporary.digest == temporary_passwords.temporary_digest(password):
        raise SameAsTemporary


def choose_password(session: Session, user_id: int, password_hash: str) -> None:
    """The third step, or another password later on: store the hash of a password that has been checked
    (`passwords.weaknesses`, `refuse_temporary`).

    The temporary password is over, and so is every session of the user: the caller opens a new one.

    Raises:
        OutOfOrder: the details are not given yet, or the user is closed.
    """
    user = session.get_one(PortalUser, user_id, with_for_update={"key_share": True})
    newcomer_without_details = user.state is UserState.NEVER_CONNECTED and user.details_confirmed_at is None
    if user.state is UserState.CLOSED or newcomer_without_details:
        raise OutOfOrder
    user.password_hash = password_hash
    temporary_passwords.end(session, user_id)
    outbox.cancel_waiting(session, user_id, {"temporary_password"})  # it would bring one that opens nothing any more
    close_sessions_of(session, user_id)
    audit.record(session, user_id, "password.chosen", user)


def accept(session: Session, user_id: int, document: Document, version: str) -> None:
    """The fourth and fifth steps; accepting the last document completes the first connection.

    Whoever is the first of an organisation to complete it becomes its administrator, in all its groups (A9). Accepting
    again what is accepted does nothing.

    Raises:
        OutOfOrder: a step before this one is not done, the first connection is complete, or the user is closed.
        ValueError: the version is not the one in force.
    """
    if version != documents.current(document).version:
        raise ValueError("not the version in force")
    account_id = session.get_one(PortalUser, user_id).account_id
    if account_id is None:  # an adviser has no first connection
        raise OutOfOrder
    # Of all who complete in one account, one at a time. Not plain FOR UPDATE: the rows that point at this one (audit
    # events) could not be written meanwhile, and two who have written theirs would wait for each other.
    account = session.get_one(Account, account_id, with_for_update={"key_share": True})
    user = session.get_one(PortalUser, user_id, populate_existing=True)
    if not _has_accepted(session, user, document):
        if next_step(session, user_id, must_choose_password=False) is not _STEP_OF[document]:
            raise OutOfOrder
        session.add(Acceptance(portal_user_id=user_id, document=document, version=version))
        audit.record(session, user_id, "document.accepted", user, document=document.value, version=version)
    if user.state is UserState.NEVER_CONNECTED and all(_has_accepted(session, user, each) for each in Document):
        _complete(session, user, account)


def violates_unique_email(error: IntegrityError) -> bool:
    """The database refused a row because another user has its email address."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:  # PostgreSQL
        return bool(diagnostics.constraint_name == "uq_portal_user_email")
    return str(error.orig) == "UNIQUE constraint failed: portal_user.email"


def _has_accepted(session: Session, user: PortalUser, document: Document) -> bool:
    same = exists().where(
        Acceptance.portal_user_id == user.id,
        Acceptance.document == document,
        Acceptance.version == documents.current(document).version,
    )
    return bool(session.scalar(select(same)))


def _complete(session: Session, user: PortalUser, account: Account) -> None:
    user.state = UserState.ACTIVE
    audit.record(session, user.id, "first_connection.completed", user)
    if account.profile is not Profile.ORGANISATION:
        return
    administrators = exists().where(PortalUser.account_id == account.id, PortalUser.is_administrator)
    if session.scalar(select(administrators)):
        return
    user.is_administrator = True
    groups = select(AuthorisationGroup).where(AuthorisationGroup.organisation_id == account.organisation_id)
    user.groups = list(session.scalars(groups.order_by(AuthorisationGroup.id)))
    audit.record(session, user.id, "administrator.named", user)
