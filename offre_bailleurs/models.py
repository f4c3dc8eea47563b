"""The business tables. Money is integer cents, dates are dates, timestamps are aware UTC."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from offre_bailleurs.database import Base, UtcDateTime, by_value, folded, now
from offre_bailleurs.french.tenant_phrase import LONGEST_WORD


class Profile(StrEnum):
    """Whose guide applies: the private landlord's or the organisation's."""

    LANDLORD = "landlord"
    ORGANISATION = "organisation"


class ContactChannel(StrEnum):
    """How the Caf writes to an account."""

    EMAIL = "email"
    LETTER = "letter"


class UserState(StrEnum):
    """Where a portal user stands. Only an active user sees anything of Offre Bailleurs."""

    NEVER_CONNECTED = "never_connected"
    ACTIVE = "active"
    CLOSED = "closed"


class WorkingMode(StrEnum):
    """Where an organisation's user works: « sédentaire » (one desk) or « itinérant » (several)."""

    SEDENTARY = "sedentary"
    ITINERANT = "itinerant"


class ConventionState(StrEnum):
    """The state of an organisation's convention with the Caf; the guides name one."""

    VALIDATED = "validated"


class Document(StrEnum):
    """What a first connection accepts: the « règles d'usage » and the « conditions d'utilisation »."""

    USAGE_RULES = "usage_rules"
    TERMS_OF_USE = "terms_of_use"


class RecoveryKind(StrEnum):
    """« Identifiant perdu » (asked with the N° utilisateur) or « Mot de passe oublié » (with the email address)."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 - what is asked for


class MessageKind(StrEnum):
    """How an outgoing message travels."""

    EMAIL = "email"
    LETTER = "letter"
    WEBHOOK = "webhook"
    """A signed JSON call to another system."""


class OutboxState(StrEnum):
    """Where an outgoing message stands. Only a waiting one is ever sent."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or tried as often as it may be."""
    CANCELLED = "cancelled"
    """What it said no longer holds: a newer temporary password voids an older one's."""


class RequestKind(StrEnum):
    """How an adviser answers a landlord who asked for one."""

    LIVE = "live"
    """In the same chat, in opening hours."""
    MESSAGE = "message"
    """By email, to a message that was left."""


class RequestState(StrEnum):
    """Where a request for an adviser stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    HANDED_BACK = "handed_back"
    """The assistant answers again; the adviser has still to say how it ended."""
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a request for an adviser ended. The first four are what the adviser says of it."""

    RESOLVED = "resolved"
    BOT_WAS_WRONG = "bot_was_wrong"
    ANSWER_MISSING = "answer_missing"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"
    """The landlord did not wait, or erased the conversation."""
    MISSED = "missed"
    """The desk closed before anybody took it, and the landlord was asked to leave a message."""


class DwellingType(StrEnum):
    """« Conventionné » or « privé »."""

    REGULATED = "regulated"
    PRIVATE = "private"


class Situation(StrEnum):
    """What a landlord can say of a tenant (the public description of the service)."""

    STILL_TENANT = "still_tenant"
    LEFT = "left"
    UNPAID_RENT = "unpaid_rent"
    MANAGEMENT_ENDED = "management_ended"
    CO_TENANTS = "co_tenants"


class DeclarationState(StrEnum):
    """« À déclarer » has no row; nothing leaves « en cours » without «Valider»."""

    IN_PROGRESS = "in_progress"
    TRANSMITTED = "transmitted"


class Organisation(Base):
    """A legal person that declares for its dwellings."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    convention_name: Mapped[str] = mapped_column(String(200))
    convention_state: Mapped[ConventionState] = mapped_column(
        by_value(ConventionState), default=ConventionState.VALIDATED
    )
    groups: Mapped[list[AuthorisationGroup]] = relationship(
        back_populates="organisation", order_by="AuthorisationGroup.id"
    )


user_groups = Table(
    "portal_user_group",
    Base.metadata,
    Column("portal_user_id", ForeignKey("portal_user.id", ondelete="CASCADE"), primary_key=True),
    Column("authorisation_group_id", ForeignKey("authorisation_group.id", ondelete="CASCADE"), primary_key=True),
)


class AuthorisationGroup(Base):
    """« Groupe d'habilitations »: the tenancies of one type of dwelling in one geographic zone."""

    __tablename__ = "authorisation_group"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    dwelling_type: Mapped[DwellingType] = mapped_column(by_value(DwellingType))
    departements: Mapped[list[str]] = mapped_column(JSON)
    organisation: Mapped[Organisation] = relationship(back_populates="groups")


class Account(Base):
    """What the Caf knows as one partner: a landlord in one département, or an organisation."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("(profile = 'organisation') = (organisation_id IS NOT NULL)", name="organisation_has_its_own"),
        CheckConstraint("profile = 'organisation' OR departement IS NOT NULL", name="landlord_has_departement"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[Profile] = mapped_column(by_value(Profile))
    name: Mapped[str] = mapped_column(String(200))
    departement: Mapped[str | None] = mapped_column(String(3))
    user_number: Mapped[str] = mapped_column(String(14), unique=True)
    contact_channel: Mapped[ContactChannel] = mapped_column(by_value(ContactChannel))
    postal_address: Mapped[str | None] = mapped_column(String(400))
    """Where letters go: the lines under the name, as on an envelope. Needed when the channel is LETTER."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    organisation: Mapped[Organisation | None] = relationship()


class PortalUser(Base):
    """A person who signs in to Mon Compte Partenaire, for one account.

    A private landlord's account has one; an organisation's has those whom its administrator created. An adviser of the
    Caf signs in to the desk, and has no account.
    """

    __tablename__ = "portal_user"
    __table_args__ = (
        Index(
            "uq_portal_user_administrator",
            "account_id",
            unique=True,
            sqlite_where=text("is_administrator"),
            postgresql_where=text("is_administrator"),
        ),
        CheckConstraint("closes_on >= opens_on", name="closes_after_it_opens"),
        CheckConstraint("state <> 'active' OR password_hash IS NOT NULL", name="active_has_password"),
        CheckConstraint("is_adviser = (account_id IS NULL)", name="adviser_has_no_account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """Of the password that they chose; None before they did. Temporary ones are `TemporaryPassword`."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """As `contacts.read_email` writes it: one address, one user."""
    phone: Mapped[str | None] = mapped_column(String(20))
    """E.164."""
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    state: Mapped[UserState] = mapped_column(by_value(UserState))
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_authorisation_manager: Mapped[bool] = mapped_column(default=False)
    is_adviser: Mapped[bool] = mapped_column(default=False)
    """Of the Caf: answers at the desk, sees no landlord's tenants."""
    opens_on: Mapped[date | None]
    """The first day on which they may sign in; None: any."""
    closes_on: Mapped[date | None]
    """The last one; None: no end."""
    working_mode: Mapped[WorkingMode | None] = mapped_column(by_value(WorkingMode))
    details_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When they filled in what the first connection asks (its second step)."""
    creation_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    """The form or the turn that created them: the same one again creates nobody else."""
    account: Mapped[Account | None] = relationship()
    groups: Mapped[list[AuthorisationGroup]] = relationship(secondary=user_groups)

    @property
    def partner_account(self) -> Account:
        """The account of a landlord or of an organisation's user.

        Raises:
            ValueError: an adviser has none.
        """
        if self.account is None:
            raise ValueError("an adviser has no account")
        return self.account

    @property
    def full_name(self) -> str:
        """First name, then last name."""
        return f"{self.first_name} {self.last_name}"


class TemporaryPassword(Base):
    """A « mot de passe provisoire »: the newest replaces the older ones, and choosing a password ends it."""

    __tablename__ = "temporary_password"

    portal_user_id: Mapped[int] = mapped_column(ForeignKey("portal_user.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256: it has 80 random bits, which no fast hash gives away."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Acceptance(Base):
    """Somebody accepted one version of a document."""

    __tablename__ = "acceptance"
    __table_args__ = (UniqueConstraint("portal_user_id", "document", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    portal_user_id: Mapped[int] = mapped_column(ForeignKey("portal_user.id"))
    document: Mapped[Document] = mapped_column(by_value(Document))
    version: Mapped[str] = mapped_column(String(20))
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PortalSession(Base):
    """A signed-in browser. Only the SHA-256 of its cookie is kept."""

    __tablename__ = "portal_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    portal_user_id: Mapped[int] = mapped_column(ForeignKey("portal_user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    must_choose_password: Mapped[bool] = mapped_column(default=False)
    """Opened with a temporary password: it leads to the choice of another, and to nothing else."""
    portal_user: Mapped[PortalUser] = relationship()


class Dwelling(Base):
    """A dwelling that an account lets."""

    __tablename__ = "dwelling"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    street: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(100))
    departement: Mapped[str] = mapped_column(String(3))
    dwelling_type: Mapped[DwellingType] = mapped_column(by_value(DwellingType))

    @property
    def address(self) -> str:
        """The address on one line."""
        return f"{self.street}, {self.postcode} {self.city}"


class Tenancy(Base):
    """A tenant in a dwelling, from a date on."""

    __tablename__ = "tenancy"
    __table_args__ = (
        Index(
            "ix_tenancy_listed",
            "account_id",
            "sort_name",
            "id",
            "authorisation_group_id",
            "started_on",
            "ended_on",
            "declared_year",
            "transmitted_year",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    dwelling_id: Mapped[int] = mapped_column(ForeignKey("dwelling.id"), index=True)
    authorisation_group_id: Mapped[int | None] = mapped_column(ForeignKey("authorisation_group.id"), index=True)
    tenant_first_name: Mapped[str] = mapped_column(String(100))
    tenant_last_name: Mapped[str] = mapped_column(String(100))
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    co_tenant_count: Mapped[int] = mapped_column(default=1)
    """How many persons hold the lease, the tenant included: 1 for a tenant alone."""
    sort_name: Mapped[str] = mapped_column(folded(200), default="", server_default="")
    """Where the tenant stands in the alphabet; "": not indexed yet. This and the next are `tenant_index`'s to write."""
    searched_text: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Name and address, folded."""
    declared_year: Mapped[int | None]
    """The latest campaign with a declaration, draft or transmitted. This and the next are triggers' to write
    (`offre_bailleurs/triggers.py`): what is left to declare is counted in one index."""
    transmitted_year: Mapped[int | None]
    """The latest campaign with a transmitted one."""
    dwelling: Mapped[Dwelling] = relationship()

    @property
    def tenant_name(self) -> str:
        """First name, then last name."""
        return f"{self.tenant_first_name} {self.tenant_last_name}"


class TenancyWord(Base):
    """A word by which a tenancy is found: of its tenant's name, or of its address."""

    __tablename__ = "tenancy_word"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    word: Mapped[str] = mapped_column(folded(LONGEST_WORD), primary_key=True)
    in_name: Mapped[bool] = mapped_column(primary_key=True)
    tenancy_id: Mapped[int] = mapped_column(
        ForeignKey("tenancy.id", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


class WordKey(Base):
    """What is left of a word once one or two of its first letters are dropped: two words a typing slip or two apart
    share a key. The words of all accounts, and of none: whose they are is `TenancyWord`."""

    __tablename__ = "word_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it

    key: Mapped[str] = mapped_column(folded(LONGEST_WORD), primary_key=True)
    word: Mapped[str] = mapped_column(folded(LONGEST_WORD), primary_key=True)


class Campaign(Base):
    """The yearly request for July's rent."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]

    @property
    def first_of_july(self) -> date:
        """A tenant who left before this day owes no July rent."""
        return date(self.year, 7, 1)


class Declaration(Base):
    """What is declared of one tenancy in one campaign: a draft until «Valider», then for good."""

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("tenancy_id", "campaign_id"),
        CheckConstraint("july_rent_cents >= 0", name="rent_not_negative"),
        CheckConstraint("unpaid_cents > 0", name="unpaid_positive"),
        CheckConstraint(
            "(state = 'transmitted') = "
            "(reference IS NOT NULL AND submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL "
            "AND submitted_by_name IS NOT NULL)",
            name="transmitted_is_complete",
        ),
        Index("ix_declaration_campaign_state", "campaign_id", "state"),
        Index("ix_declaration_updated_by", "updated_by_id", "campaign_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenancy_id: Mapped[int] = mapped_column(ForeignKey("tenancy.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    state: Mapped[DeclarationState] = mapped_column(by_value(DeclarationState), default=DeclarationState.IN_PROGRESS)
    situation: Mapped[Situation | None] = mapped_column(by_value(Situation))
    situation_on: Mapped[date | None]
    """Of LEFT: the departure; of MANAGEMENT_ENDED: the last day of management."""
    unpaid_cents: Mapped[int | None]
    unpaid_since: Mapped[date | None]
    co_tenant_count: Mapped[int | None]
    july_rent_cents: Mapped[int | None]
    unusual_rent_confirmed: Mapped[bool] = mapped_column(default=False)
    """The landlord confirmed a rent of zero or far from last year's."""
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"))
    submitted_by_name: Mapped[str | None] = mapped_column(String(201))
    """Their name on that day: the recap stays as it was when the name is edited."""
    submission_key: Mapped[str | None] = mapped_column(String(120))
    """Which turn of which conversation pressed «Valider»: the same turn run again is told the same thing."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)
    updated_by_id: Mapped[int] = mapped_column(ForeignKey("portal_user.id"))
    tenancy: Mapped[Tenancy] = relationship()
    campaign: Mapped[Campaign] = relationship()
    submitted_by: Mapped[PortalUser | None] = relationship(foreign_keys=[submitted_by_id])
    updated_by: Mapped[PortalUser] = relationship(foreign_keys=[updated_by_id])


class AuditEvent(Base):
    """Who did what, when. Append-only: triggers of the migration refuse any change."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """Whose: an administrator reads their organisation's."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject: Mapped[str] = mapped_column(String(60))
    """What it was done to, as table:id. Never a name."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SupportRequest(Base):
    """A landlord who asked for an adviser."""

    __tablename__ = "support_request"
    __table_args__ = (
        UniqueConstraint("request_key"),
        Index(
            "uq_support_request_live",
            "conversation_id",
            unique=True,
            sqlite_where=text("kind = 'live' AND state IN ('waiting', 'taken')"),
            postgresql_where=text("kind = 'live' AND state IN ('waiting', 'taken')"),
        ),
        Index("ix_support_request_state_created_at", "state", "created_at"),
        Index("ix_support_request_created_at", "created_at"),
        CheckConstraint("state = 'waiting' OR adviser_id IS NOT NULL OR state = 'closed'", name="taken_by_somebody"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL AND closed_at IS NOT NULL)", name="closed_says_how"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    portal_user_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"))
    reason: Mapped[str] = mapped_column(String(60))
    """Why: one of `desk.reasons`."""
    request_key: Mapped[str] = mapped_column(String(120))
    """The turn that asked: run again, it records nothing twice."""
    kind: Mapped[RequestKind] = mapped_column(by_value(RequestKind), default=RequestKind.MESSAGE)
    state: Mapped[RequestState] = mapped_column(by_value(RequestState), default=RequestState.WAITING)
    profile: Mapped[Profile | None] = mapped_column(by_value(Profile))
    """Whose guide applies, from the identity or as the visitor said; None: not known."""
    topic: Mapped[str | None] = mapped_column(String(60))
    """What the assistant believed that it was about: a file of data/answers/."""
    journey: Mapped[str | None] = mapped_column(String(60))
    """The journey that was under way: declare_rent, recover_access, create_user."""
    step: Mapped[str | None] = mapped_column(String(60))
    """The question of that journey that was open."""
    message: Mapped[str | None] = mapped_column(Text)
    """What was left for the adviser, masked as the chat masks it."""
    email: Mapped[str | None] = mapped_column(String(254))
    """Where the answer to a message goes, as `contacts.read_email` writes it."""
    adviser_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"), index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The first time: the landlord waited until then."""
    adviser_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the page of the adviser who has it last asked for news."""
    handed_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(by_value(Outcome))
    portal_user: Mapped[PortalUser | None] = relationship(foreign_keys=[portal_user_id])
    adviser: Mapped[PortalUser | None] = relationship(foreign_keys=[adviser_id])


class Attempt(Base):
    """One try at something that is limited: a sign-in that failed, a recovery asked for."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_kind_key_at", "kind", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(64))
    """A keyed digest of what is counted: logins, addresses and N° utilisateur name people."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class RecoveryRequest(Base):
    """« Identifiant perdu » or « Mot de passe oublié », as it was asked.

    Whether anybody is behind it is found out later, by the worker, so that the answer tells nothing.
    """

    __tablename__ = "recovery_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RecoveryKind] = mapped_column(by_value(RecoveryKind))
    sealed: Mapped[str | None] = mapped_column(Text)
    """The N° utilisateur or the email address, sealed; None once it is handled."""
    request_key: Mapped[str] = mapped_column(String(120), unique=True)
    """The form or the turn that asked: the same one again asks nothing more."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class OutboxMessage(Base):
    """An email or a letter to send: written in the transaction of the change that it tells, sent by the worker."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index("ix_outbox_message_state_next_attempt_at", "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MessageKind] = mapped_column(by_value(MessageKind))
    purpose: Mapped[str] = mapped_column(String(60))
    portal_user_id: Mapped[int | None] = mapped_column(ForeignKey("portal_user.id"), index=True)
    """To whom."""
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Names the message for ever: the Message-ID of an email, the file's name of a letter."""
    sealed: Mapped[str | None] = mapped_column(Text)
    """What it says and where it goes, sealed; None once it is sent or cancelled."""
    state: Mapped[OutboxState] = mapped_column(by_value(OutboxState), default=OutboxState.WAITING)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    """The worker that is sending it; `next_attempt_at` is then when another may take it over."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(200))
    """Never a name or an address."""


# What keeps some of these columns and tables in step with the others, whoever writes.
import offre_bailleurs.tenant_index  # noqa: E402
import offre_bailleurs.triggers  # noqa: E402, F401
