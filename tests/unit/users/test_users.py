"""Creating, editing and closing users: what is done, what is refused, what is never done twice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from offre_bailleurs import temporary_passwords
from offre_bailleurs.access import viewer
from offre_bailleurs.attempts import SENDINGS_AN_HOUR, TooMany, count_sending, count_sending_to
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.mail.outbox import open_sealed
from offre_bailleurs.models import (
    Attempt,
    AuditEvent,
    OutboxMessage,
    PortalSession,
    PortalUser,
    TemporaryPassword,
    UserState,
    WorkingMode,
)
from offre_bailleurs.portal_sessions import find_session, open_session
from offre_bailleurs.settings import settings
from offre_bailleurs.users import (
    EmailTaken,
    Invalid,
    NewUser,
    NotAllowed,
    Reason,
    close_user,
    create_user,
    resend_credentials,
    update_user,
)
from tests.unit.users.conftest import House, new_user

TOMORROW = today() + timedelta(days=1)
YESTERDAY = today() - timedelta(days=1)


def create(house: House, by: int, new: NewUser, key: str = "page/1") -> PortalUser:
    with house.acting(by) as (session, acting):
        return create_user(session, acting, new, creation_key=key)


def update(house: House, by: int, user_id: int, changes: NewUser) -> PortalUser:
    with house.acting(by) as (session, acting):
        return update_user(session, acting, user_id, changes)


def close(house: House, by: int, user_id: int) -> PortalUser:
    with house.acting(by) as (session, acting):
        return close_user(session, acting, user_id)


def resend(house: House, by: int, user_id: int) -> None:
    with house.acting(by) as (session, acting):
        resend_credentials(session, acting, user_id)


def same(user: PortalUser, **changes: object) -> NewUser:
    """What the form of a user says when nothing in it was touched, but for `changes`."""
    said = {
        "last_name": user.last_name,
        "first_name": user.first_name,
        "email": user.email,
        "phone": user.phone,
        "opens_on": user.opens_on,
        "closes_on": user.closes_on,
        "working_mode": user.working_mode,
        "group_ids": frozenset(group.id for group in user.groups),
        "is_authorisation_manager": user.is_authorisation_manager,
    }
    return NewUser(**{**said, **changes})  # type: ignore[arg-type]


def assert_nothing_was_done(house: House) -> None:
    assert house.actions() == []
    assert house.count(OutboxMessage) == 0
    assert house.count(TemporaryPassword) == 0
    assert house.count(PortalUser) == 10


# Creating


def test_the_administrator_creates_a_user_who_is_sent_their_credentials_at_once(house: House) -> None:
    new = new_user(
        house.regulated,
        house.private,
        phone="+33612345678",
        opens_on=TOMORROW,
        closes_on=TOMORROW,
        working_mode=WorkingMode.ITINERANT,
        is_authorisation_manager=True,
    )
    created = house.user(create(house, house.administrator, new).id)
    assert created.account_id == house.user(house.administrator).account_id
    assert (created.state, created.login, created.password_hash) == (UserState.NEVER_CONNECTED, "mlavande", None)
    assert not created.is_administrator
    assert created.details_confirmed_at is None, "the first connection is still to be done, all of it"
    assert same(created) == new
    assert house.messages(created.id) == [("login", "waiting"), ("temporary_password", "waiting")]
    assert house.actions() == ["user.created", "user.credentials_sent"]
    with reading(on=house.engine) as session:
        login, password = (open_sealed(row) for row in session.scalars(select(OutboxMessage).order_by("id")))
        assert login.recipient == password.recipient == ("marius.lavande@oliviers.example",)
        assert login.content.secret == "mlavande"
        assert password.content.secret is not None
        assert temporary_passwords.is_current(session, created.id, password.content.secret)


def test_a_responsable_creates_users_in_their_own_groups_only_and_never_delegates(house: House) -> None:
    refusals = (
        (new_user(house.private), Reason.GROUPS),
        (new_user(house.regulated, house.private), Reason.GROUPS),
        (new_user(house.strangers), Reason.GROUPS),
        (new_user(999_999), Reason.GROUPS),
        (new_user(house.regulated, is_authorisation_manager=True), Reason.DELEGATION),
    )
    for new, reason in refusals:
        with pytest.raises(NotAllowed) as refusal:
            create(house, house.manager, new)
        assert refusal.value.reason is reason
    assert_nothing_was_done(house)
    created = house.user(create(house, house.manager, new_user(house.regulated)).id)
    assert [group.id for group in created.groups] == [house.regulated]


def test_the_administrator_gives_no_group_of_another_organisation(house: House) -> None:
    with pytest.raises(NotAllowed) as refusal:
        create(house, house.administrator, new_user(house.regulated, house.strangers))
    assert refusal.value.reason is Reason.GROUPS
    assert_nothing_was_done(house)


@pytest.mark.parametrize("who", ["regulated_user", "both_user", "landlord"])
def test_whoever_manages_nobody_creates_nobody(house: House, who: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        create(house, getattr(house, who), new_user(house.regulated))
    assert refusal.value.reason is Reason.NO_RIGHT
    assert_nothing_was_done(house)


def test_a_right_withdrawn_since_the_page_was_opened_no_longer_counts(house: House) -> None:
    with reading(on=house.engine) as session:
        manager = house.viewer(session, house.manager)
    attempts = (
        ({"is_authorisation_manager": False}, Reason.NO_RIGHT),
        ({"is_authorisation_manager": True, "groups": []}, Reason.GROUPS),
        ({"state": UserState.CLOSED}, Reason.NO_RIGHT),
        ({"state": UserState.ACTIVE, "closes_on": YESTERDAY}, Reason.NO_RIGHT),
    )
    for columns, reason in attempts:
        house.change(house.manager, **columns)
        with transaction(on=house.engine) as session, pytest.raises(NotAllowed) as refusal:
            create_user(session, manager, new_user(house.regulated), creation_key="page/1")
        assert refusal.value.reason is reason
    assert_nothing_was_done(house)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"groups": ()}, "group_ids"),
        ({"opens_on": TOMORROW, "closes_on": today()}, "closes_on"),
        ({"closes_on": YESTERDAY}, "closes_on"),
    ],
)
def test_what_does_not_hold_together_is_refused_in_french_by_field(
    house: House, fields: dict[str, object], field: str
) -> None:
    groups = fields.pop("groups", (house.regulated,))
    with pytest.raises(Invalid) as refusal:
        create(house, house.administrator, new_user(*groups, **fields))  # type: ignore[misc]
    assert list(refusal.value.messages) == [field]
    assert refusal.value.messages[field].endswith(".")
    assert_nothing_was_done(house)


def test_an_access_may_open_in_the_past_and_last_one_day(house: House) -> None:
    created = create(house, house.administrator, new_user(house.regulated, opens_on=YESTERDAY, closes_on=today()))
    assert house.user(created.id).closes_on == today()


def test_an_email_address_has_one_user_whosever_they_are(house: House) -> None:
    for owner in (house.regulated_user, house.strange_user, house.landlord):
        with pytest.raises(EmailTaken):
            create(house, house.administrator, new_user(house.regulated, email=house.user(owner).email))
    assert_nothing_was_done(house)


def test_the_same_form_sent_twice_creates_one_user_and_sends_one_password(house: House) -> None:
    first = create(house, house.administrator, new_user(house.regulated), "page/once")
    again = create(house, house.administrator, new_user(house.private, last_name="Autre"), "page/once")
    assert again.id == first.id
    assert house.count(PortalUser) == 11
    assert house.user(first.id).last_name == "Lavande"
    assert house.actions() == ["user.created", "user.credentials_sent"]
    assert len(house.messages(first.id)) == 2


def test_the_form_of_another_organisation_gives_nobody_away(house: House) -> None:
    create(house, house.administrator, new_user(house.regulated), "page/once")
    stranger = new_user(house.strangers, email="autre@glycines.example")
    with pytest.raises(NotAllowed) as refusal:
        create(house, house.strange_administrator, stranger, "page/once")
    assert refusal.value.reason is Reason.NO_RIGHT
    assert house.count(PortalUser) == 11


@pytest.mark.parametrize(
    ("first_name", "last_name", "login"),
    [
        ("Marius", "Lavande", "mlavande"),
        ("Élodie", "L'Écorce-Brûlée", "elecorcebrulee"),
        ("Œdipe", "De La Tour", "odelatour"),
        ("Anne", "Wolfeschlegelsteinhausen", "awolfeschlegelsteinh"),
        ("Δήμητρα", "Παπά", "utilisateur"),
    ],
)
def test_a_login_is_made_of_the_name(house: House, first_name: str, last_name: str, login: str) -> None:
    created = create(house, house.administrator, new_user(house.private, first_name=first_name, last_name=last_name))
    assert created.login == login
    again = new_user(house.private, first_name=first_name, last_name=last_name, email="autre@oliviers.example")
    assert create(house, house.administrator, again, "page/2").login == f"{login[:19]}2"
    third = new_user(house.private, first_name=first_name, last_name=last_name, email="tiers@oliviers.example")
    assert create(house, house.administrator, third, "page/3").login == f"{login[:19]}3"


# Editing


def test_an_edit_changes_the_details_and_never_the_login(house: House) -> None:
    before = house.user(house.regulated_user)
    changes = new_user(
        house.private, phone="+33612345678", working_mode=WorkingMode.SEDENTARY, is_authorisation_manager=True
    )
    update(house, house.administrator, house.regulated_user, changes)
    after = house.user(house.regulated_user)
    assert same(after) == changes
    assert (after.login, after.state, after.password_hash) == (before.login, before.state, before.password_hash)
    with reading(on=house.engine) as session:
        (event,) = session.scalars(select(AuditEvent))
        assert event.detail == {
            "fields": [
                "last_name", "first_name", "email", "phone", "working_mode", "is_authorisation_manager", "groups",
            ],
            "groups": [house.private],
        }  # fmt: skip


def test_an_edit_that_changes_nothing_leaves_no_trace(house: House) -> None:
    update(house, house.administrator, house.regulated_user, same(house.user(house.regulated_user)))
    assert house.actions() == []


def test_rights_taken_away_are_gone_at_the_next_request(house: House) -> None:
    changes = same(house.user(house.manager), group_ids=frozenset({house.private}), is_authorisation_manager=False)
    update(house, house.administrator, house.manager, changes)
    with reading(on=house.engine) as session:
        manager = house.viewer(session, house.manager)
    assert not manager.manages_users
    assert manager.group_ids == {house.private}


@pytest.mark.parametrize(
    ("by", "whom", "reason"),
    [
        ("administrator", "administrator", Reason.ONESELF),
        ("manager", "manager", Reason.ONESELF),
        ("manager", "administrator", Reason.ADMINISTRATOR),
        ("manager", "other_manager", Reason.DELEGATION),
        ("manager", "both_user", Reason.GROUPS),
    ],
)
def test_nobody_changes_somebody_above_or_beside_them(house: House, by: str, whom: str, reason: Reason) -> None:
    actor, user_id = getattr(house, by), getattr(house, whom)
    changes = same(house.user(user_id), last_name="Changé", group_ids=frozenset({house.regulated}))
    for attempt in (
        lambda: update(house, actor, user_id, changes),
        lambda: close(house, actor, user_id),
        lambda: resend(house, actor, user_id),
    ):
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert refusal.value.reason is reason
    assert_nothing_was_done(house)
    assert house.user(user_id).last_name != "Changé"


@pytest.mark.parametrize(
    ("by", "whom"),
    [
        ("administrator", "strange_user"),
        ("administrator", "strange_administrator"),
        ("administrator", "landlord"),
        ("manager", "private_user"),
        ("manager", "strange_user"),
        ("regulated_user", "private_user"),
        ("regulated_user", "regulated_user"),
        ("landlord", "regulated_user"),
        ("landlord", "landlord"),
    ],
)
def test_whoever_is_not_to_be_seen_looks_like_nobody(house: House, by: str, whom: str) -> None:
    actor = getattr(house, by)
    for user_id in (getattr(house, whom), 999_999):
        for attempt in (
            lambda user_id=user_id: update(house, actor, user_id, new_user(house.regulated)),
            lambda user_id=user_id: close(house, actor, user_id),
            lambda user_id=user_id: resend(house, actor, user_id),
        ):
            with pytest.raises(LookupError):
                attempt()
    assert_nothing_was_done(house)


def test_a_responsable_neither_gives_nor_delegates_beyond_their_own_by_an_edit(house: House) -> None:
    zoe = house.user(house.regulated_user)
    for changes, reason in (
        (same(zoe, group_ids=frozenset({house.regulated, house.private})), Reason.GROUPS),
        (same(zoe, group_ids=frozenset({house.strangers})), Reason.GROUPS),
        (same(zoe, is_authorisation_manager=True), Reason.DELEGATION),
    ):
        with pytest.raises(NotAllowed) as refusal:
            update(house, house.manager, zoe.id, changes)
        assert refusal.value.reason is reason
    with pytest.raises(Invalid):
        update(house, house.manager, zoe.id, same(zoe, group_ids=frozenset()))
    assert_nothing_was_done(house)


def test_a_right_withdrawn_meanwhile_stops_an_edit_a_closing_and_a_sending(house: House) -> None:
    with reading(on=house.engine) as session:
        manager = house.viewer(session, house.manager)
    house.change(house.manager, is_authorisation_manager=False)
    zoe = house.user(house.regulated_user)
    with transaction(on=house.engine) as session:
        with pytest.raises(LookupError):
            update_user(session, manager, zoe.id, same(zoe, last_name="Changé"))
        with pytest.raises(LookupError):
            close_user(session, manager, zoe.id)
        with pytest.raises(LookupError):
            resend_credentials(session, manager, zoe.id)
    assert_nothing_was_done(house)
    assert house.user(zoe.id).last_name == "Racine"


def test_the_email_address_of_somebody_else_is_refused_and_nothing_of_the_edit_is_kept(house: House) -> None:
    zoe = house.user(house.regulated_user)
    changes = same(zoe, last_name="Changé", email=house.user(house.strange_user).email)
    with house.acting(house.administrator) as (session, acting), pytest.raises(EmailTaken):
        update_user(session, acting, zoe.id, changes)  # and the caller goes on, to commit
    assert same(house.user(zoe.id)) == same(zoe)
    assert house.actions() == []


def test_a_new_email_address_voids_what_was_sent_to_the_former_one_and_sends_nothing_to_itself(house: House) -> None:
    created = create(house, house.administrator, new_user(house.regulated, email="faute@oliviers.example"))
    update(house, house.administrator, created.id, same(house.user(created.id), email="juste@oliviers.example"))
    voided = [("login", "cancelled"), ("temporary_password", "cancelled")]
    assert house.messages(created.id) == [*voided, ("email_changed", "waiting")]
    assert house.count(TemporaryPassword) == 0
    assert house.user(created.id).login == "mlavande"
    resend(house, house.administrator, created.id)
    assert waiting_messages(house) == [
        ("email_changed", "faute@oliviers.example"),
        ("login", "juste@oliviers.example"),
        ("temporary_password", "juste@oliviers.example"),
    ]


def waiting_messages(house: House) -> list[tuple[str, str]]:
    """Purpose and address of what waits to be sent."""
    with reading(on=house.engine) as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.sealed.is_not(None)).order_by("id"))
        return [(row.purpose, *open_sealed(row).recipient) for row in rows]


@pytest.mark.parametrize("by", ["administrator", "manager"])
def test_nobody_is_taken_over_without_a_word_to_their_former_address(house: House, by: str) -> None:
    zoe = house.user(house.regulated_user)
    with transaction(on=house.engine) as session:
        token = open_session(session, zoe.id, lifetime=timedelta(hours=1))
        others = open_session(session, house.other_manager, lifetime=timedelta(hours=1))
    update(house, getattr(house, by), zoe.id, same(zoe, email="voleur@ailleurs.example"))
    resend(house, getattr(house, by), zoe.id)
    assert waiting_messages(house)[0] == ("email_changed", zoe.email), "and sending again does not drop it"
    with reading(on=house.engine) as session:
        assert find_session(session, token) is None
        assert find_session(session, others) is not None
    assert house.user(zoe.id).password_hash == zoe.password_hash, "their own password still opens"
    close(house, house.administrator, zoe.id)
    assert waiting_messages(house) == [("email_changed", zoe.email)]


def test_an_edit_that_leaves_the_email_address_alone_tells_nobody_and_ends_no_session(house: House) -> None:
    zoe = house.user(house.regulated_user)
    with transaction(on=house.engine) as session:
        open_session(session, zoe.id, lifetime=timedelta(hours=1))
    update(house, house.administrator, zoe.id, same(zoe, last_name="Feuille"))
    assert house.count(OutboxMessage) == 0
    assert house.count(PortalSession) == 1


def test_a_first_email_address_has_no_former_one_to_tell(house: House) -> None:
    house.change(house.newcomer, email=None)
    update(house, house.administrator, house.newcomer, same(house.user(house.newcomer), email="lise@essai.example"))
    assert house.count(OutboxMessage) == 0


def test_a_refused_email_address_tells_nobody_and_ends_no_session(house: House) -> None:
    zoe = house.user(house.regulated_user)
    with transaction(on=house.engine) as session:
        open_session(session, zoe.id, lifetime=timedelta(hours=1))
    changes = same(zoe, email=house.user(house.strange_user).email)
    with house.acting(house.administrator) as (session, acting), pytest.raises(EmailTaken):
        update_user(session, acting, zoe.id, changes)  # and the caller goes on, to commit
    assert house.count(OutboxMessage) == 0
    assert house.count(PortalSession) == 1


def test_an_address_given_to_somebody_written_to_by_letter_leaves_their_letter_s_password(house: House) -> None:
    with transaction(on=house.engine) as session:
        temporary_passwords.issue(session, house.newcomer, lifetime=timedelta(days=1))
    update(house, house.administrator, house.newcomer, same(house.user(house.newcomer), email="lise@essai.example"))
    assert house.count(TemporaryPassword) == 1


def test_codes_that_were_sent_again_by_email_are_voided_whatever_came_by_letter_before(house: House) -> None:
    resend(house, house.administrator, house.newcomer)
    update(house, house.administrator, house.newcomer, same(house.user(house.newcomer), email="lise@essai.example"))
    assert house.count(TemporaryPassword) == 0
    voided = [("login", "cancelled"), ("temporary_password", "cancelled")]
    assert house.messages(house.newcomer) == [*voided, ("email_changed", "waiting")]


def test_a_closing_day_that_is_over_may_stay_but_not_be_given(house: House) -> None:
    house.change(house.regulated_user, closes_on=YESTERDAY)
    zoe = house.user(house.regulated_user)
    update(house, house.administrator, zoe.id, same(zoe, last_name="Feuille"))
    assert house.user(zoe.id).last_name == "Feuille"
    with pytest.raises(Invalid):
        update(house, house.administrator, zoe.id, same(zoe, closes_on=YESTERDAY - timedelta(days=1)))


# Closing


def test_a_closed_user_is_out_and_nothing_that_waited_for_them_leaves(house: House) -> None:
    created = create(house, house.administrator, new_user(house.regulated))
    with transaction(on=house.engine) as session:
        token = open_session(session, created.id, lifetime=timedelta(hours=1))
        others = open_session(session, house.manager, lifetime=timedelta(hours=1))
    close(house, house.manager, created.id)
    with reading(on=house.engine) as session:
        assert find_session(session, token) is None
        assert find_session(session, others) is not None
        assert viewer(session, created.id) is None
    assert house.user(created.id).state is UserState.CLOSED
    assert house.count(TemporaryPassword) == 0
    assert house.messages(created.id) == [("login", "cancelled"), ("temporary_password", "cancelled")]
    assert house.actions()[-1] == "user.closed"


def test_closing_twice_is_closing_once(house: House) -> None:
    close(house, house.administrator, house.regulated_user)
    close(house, house.administrator, house.regulated_user)
    assert house.actions() == ["user.closed"]


def test_a_closed_access_is_neither_edited_nor_sent_credentials(house: House) -> None:
    zoe = house.user(house.regulated_user)
    close(house, house.administrator, zoe.id)
    for attempt in (
        lambda: update(house, house.administrator, zoe.id, same(zoe)),
        lambda: resend(house, house.administrator, zoe.id),
    ):
        with pytest.raises(NotAllowed) as refusal:
            attempt()
        assert refusal.value.reason is Reason.CLOSED
    assert house.user(zoe.id).state is UserState.CLOSED
    assert house.count(OutboxMessage) == 0


def test_somebody_who_comes_back_is_created_anew_with_the_same_address(house: House) -> None:
    email = house.user(house.regulated_user).email
    close(house, house.administrator, house.regulated_user)
    created = create(house, house.administrator, new_user(house.regulated, email=email))
    assert created.id != house.regulated_user
    assert created.email == email


# Sending again


def test_credentials_sent_again_replace_those_that_waited(house: House) -> None:
    created = create(house, house.administrator, new_user(house.regulated))
    with reading(on=house.engine) as session:
        older = session.get_one(TemporaryPassword, created.id).digest
    resend(house, house.manager, created.id)
    assert [state for _, state in house.messages(created.id)] == ["cancelled", "cancelled", "waiting", "waiting"]
    with reading(on=house.engine) as session:
        assert session.get_one(TemporaryPassword, created.id).digest != older
    assert house.actions() == ["user.created", "user.credentials_sent", "user.credentials_sent"]


def test_somebody_signed_in_stays_so_when_credentials_are_sent_again(house: House) -> None:
    with transaction(on=house.engine) as session:
        open_session(session, house.regulated_user, lifetime=timedelta(hours=1))
    resend(house, house.administrator, house.regulated_user)
    assert house.count(PortalSession) == 1
    assert house.user(house.regulated_user).password_hash == "-"


def test_without_an_email_address_there_is_nowhere_to_send_to(house: House) -> None:
    house.change(house.newcomer, email=None)
    with pytest.raises(Invalid) as refusal:
        resend(house, house.administrator, house.newcomer)
    assert list(refusal.value.messages) == ["email"]
    assert_nothing_was_done(house)


# Limits


def use_up_sendings(house: House, by: int, left: int = 0) -> None:
    """Somebody has had as many people written to as they may in an hour, but for `left`."""
    with transaction(on=house.engine) as session:
        for _ in range(SENDINGS_AN_HOUR - left):
            count_sending(session, by)


def test_whoever_has_had_sixty_people_written_to_this_hour_waits(house: House) -> None:
    use_up_sendings(house, house.administrator)
    zoe = house.user(house.regulated_user)
    for attempt in (
        lambda: create(house, house.administrator, new_user(house.regulated)),
        lambda: resend(house, house.administrator, zoe.id),
        lambda: update(house, house.administrator, zoe.id, same(zoe, email="neuve@essai.example")),
    ):
        with pytest.raises(TooMany) as limit:
            attempt()
        assert 0 < limit.value.seconds <= 3600
    assert_nothing_was_done(house)
    update(house, house.administrator, zoe.id, same(zoe, last_name="Feuille"))
    create(house, house.manager, new_user(house.regulated))  # has not sent anything yet


def test_a_creation_a_sending_and_a_new_address_count_each(house: House) -> None:
    use_up_sendings(house, house.administrator, left=3)
    created = create(house, house.administrator, new_user(house.regulated))
    resend(house, house.administrator, created.id)
    update(house, house.administrator, created.id, same(house.user(created.id), email="neuve@oliviers.example"))
    with pytest.raises(TooMany):
        resend(house, house.administrator, created.id)


def test_the_same_form_again_counts_no_more_and_is_not_refused(house: House) -> None:
    use_up_sendings(house, house.administrator, left=1)
    first = create(house, house.administrator, new_user(house.regulated))
    assert create(house, house.administrator, new_user(house.regulated)).id == first.id


def test_what_is_refused_sends_nothing_and_counts_nothing(house: House) -> None:
    taken = new_user(house.regulated, email=house.user(house.strange_user).email)
    with house.acting(house.administrator) as (session, acting), pytest.raises(EmailTaken):
        create_user(session, acting, taken, creation_key="page/1")  # and the caller goes on, to commit
    assert house.count(Attempt) == 0


def test_one_user_is_sent_credentials_so_many_times_a_day_whoever_asks(house: House) -> None:
    for number in range(settings().recoveries_per_account):
        resend(house, house.administrator if number % 2 else house.manager, house.regulated_user)
    before = house.messages(house.regulated_user)
    for by in (house.administrator, house.manager, house.other_manager):
        with pytest.raises(TooMany) as limit:
            resend(house, by, house.regulated_user)
        assert 23 * 3600 < limit.value.seconds <= 24 * 3600
    assert house.messages(house.regulated_user) == before
    resend(house, house.administrator, house.private_user)


def test_what_they_asked_for_themselves_counts_too(house: House) -> None:
    with transaction(on=house.engine) as session:
        for _ in range(settings().recoveries_per_account):
            count_sending_to(session, house.regulated_user)
    with pytest.raises(TooMany):
        resend(house, house.administrator, house.regulated_user)
    assert_nothing_was_done(house)


# The journal holds no personal data


def test_the_journal_holds_neither_name_nor_login_nor_address(house: House) -> None:
    created = create(house, house.administrator, new_user(house.regulated, phone="+33612345678"))
    update(house, house.administrator, created.id, same(house.user(created.id), email="juste@oliviers.example"))
    resend(house, house.administrator, created.id)
    close(house, house.administrator, created.id)
    with reading(on=house.engine) as session:
        written = json.dumps([[event.subject, event.detail] for event in session.scalars(select(AuditEvent))])
    assert f"portal_user:{created.id}" in written
    for personal in ("avande", "arius", "example", "612345678"):
        assert personal not in written
