"""A tenant is found in the database as in a list, however many there are, and as things stand at this very moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from offre_bailleurs.access import Viewer, visible_tenancies
from offre_bailleurs.database import Base, make_engine, transaction
from offre_bailleurs.declarations import is_concerned
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import (
    Account,
    AuthorisationGroup,
    Campaign,
    ContactChannel,
    Dwelling,
    DwellingType,
    PortalUser,
    Profile,
    Tenancy,
    TenancyWord,
    user_groups,
)
from offre_bailleurs.tenant_index import KEYED_LETTERS, mend, needs_mending, word_keys
from offre_bailleurs.tenant_lookup import Register
from offre_bailleurs.tenant_search import Candidate, find
from tests.unit.conftest import World

LASTS = (
    "Martin", "Marin", "Martinet", "Martel", "Le Goff", "Legoff", "De La Rue", "N'Diaye", "Petit", "Le Bail", "Dupont",
    "Dupond", "Durand", "Durandal", "Œillet", "Ben Saïd", "Renard", "Charles", "L'Herbier", "Sainte-Marie", "De",
)  # fmt: skip
FIRSTS = ("Paul", "Marie", "Marie-Claire", "Jean", "Jean-Paul", "Éric", "Zoé", "M", "Inès", "Camille", "Kamil")
STREETS = (
    "rue des Lilas",
    "avenue Jean Janvier",
    "bd d'Arc",
    "place de la Mairie",
    "allée du Petit Pont",
    "quai Ouest",
)
TOWNS = ("35000 Rennes", "35400 Saint-Malo", "44000 Nantes", "44600 Saint-Nazaire")


@dataclass(frozen=True)
class Street:
    """A landlord with many tenants who look alike."""

    engine: Engine
    viewer: Viewer


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('lookup') / 'business.db'}")
    Base.metadata.create_all(engine)
    dice = random.Random(5)  # noqa: S311 - the same street each time, no secret
    with transaction(on=engine) as session:
        mine, other = (
            Account(
                profile=Profile.LANDLORD,
                name="Ada Essai",
                departement="35",
                user_number=f"3590000709000{number}",
                contact_channel=ContactChannel.EMAIL,
            )
            for number in (1, 2)
        )
        session.add_all([mine, other])
        session.flush()
        for account, count in ((mine, 150), (other, 50)):
            for _ in range(count):
                lodge(session, account.id, dice.choice(FIRSTS), dice.choice(LASTS), _address(dice))
        viewer = Viewer(1, mine.id, Profile.LANDLORD, "Ada Essai", "Ada Essai", mine.user_number, None)
    yield Street(engine, viewer)
    engine.dispose()


def lodge(
    session: Session, account_id: int, first_name: str, last_name: str, address: str, group_id: int | None = None
) -> Tenancy:
    """A tenant in a dwelling of their own."""
    where, _, town = address.rpartition(", ")
    postcode, _, city = town.partition(" ")
    dwelling = Dwelling(
        account_id=account_id,
        street=where,
        postcode=postcode,
        city=city,
        departement=postcode[:2],
        dwelling_type=DwellingType.PRIVATE,
    )
    tenancy = Tenancy(
        account_id=account_id,
        dwelling=dwelling,
        authorisation_group_id=group_id,
        tenant_first_name=first_name,
        tenant_last_name=last_name,
        started_on=date(2020, 1, 1),
    )
    session.add(tenancy)
    session.flush()
    return tenancy


def _address(dice: random.Random) -> str:
    return f"{dice.randint(1, 30)} {dice.choice(STREETS)}, {dice.choice(TOWNS)}"


def _in_a_list(session: Session, viewer: Viewer) -> list[Candidate]:
    everybody = session.scalars(visible_tenancies(viewer)).all()
    in_order = sorted(everybody, key=lambda each: (fold(each.tenant_last_name), fold(each.tenant_first_name), each.id))
    return [Candidate(each.id, each.tenant_name, each.dwelling.address) for each in in_order]


_SAID = st.sampled_from(
    [
        *LASTS, *FIRSTS, *STREETS, *TOWNS, "12", "3", "mme", "M.", "de", "la", "rue", "je", "veux", "déclarer", "loyer",
        "pour", "650", "oui", "juillet", "celui", "p.", "m", "Zwxk", "Dupuis", "Duran", "Lopez", "marieclaire",
    ]
)  # fmt: skip


@st.composite
def _typed(draw: st.DrawFn) -> str:
    """Some words of these, some of them mistyped."""
    words = draw(st.lists(_SAID, min_size=1, max_size=5))
    for number, word in enumerate(words):
        if len(word) > 2 and draw(st.integers(0, 2)) == 0:
            place = draw(st.integers(0, len(word) - 2))
            slips = {
                "drop": word[:place] + word[place + 1 :],
                "swap": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                "replace": word[:place] + draw(st.sampled_from("aeirstz")) + word[place + 1 :],
                "add": word[:place] + draw(st.sampled_from("aeirstz")) + word[place:],
                "start": word[: place + 2],
                "shout": word.upper(),
            }
            words[number] = draw(st.sampled_from(sorted(slips.values())))
    return " ".join(words)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=_typed(), sentence=st.booleans())
def test_the_database_finds_what_a_list_would(street: Street, typed: str, sentence: bool) -> None:
    with Session(street.engine) as session:
        matches = find(typed, _in_a_list(session, street.viewer), sentence=sentence)
        found = Register(session, street.viewer).find(typed, sentence=sentence)
    assert found.found == {each.tenancy_id for each in matches.found}
    assert found.nearest == tuple(each.tenancy_id for each in matches.nearest)
    assert found.named == matches.named


@given(typed=st.text(max_size=80), sentence=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_can_be_looked_up(street: Street, typed: str, sentence: bool) -> None:
    with Session(street.engine) as session:
        found = Register(session, street.viewer).find(typed, sentence=sentence)
    assert not (found.found and found.nearest)


_WORD = st.text(alphabet="abcdeé", min_size=3, max_size=12)


@given(word=_WORD, other=_WORD)
def test_two_words_a_slip_or_two_apart_share_a_key(word: str, other: str) -> None:
    distance = OSA.distance(word, other)
    if distance <= 2:
        assert word_keys(word, distance) & word_keys(other, distance)
    assert all(len(key) <= KEYED_LETTERS for key in word_keys(word, 2))


def test_who_found_are_come_in_the_alphabets_order(street: Street) -> None:
    with Session(street.engine) as session:
        register = Register(session, street.viewer)
        found = register.tenancies(register.find("rennes").found)
    names = [(fold(each.tenant_last_name), fold(each.tenant_first_name)) for each in found]
    assert names == sorted(names)
    assert len(names) > 10


# --- As things stand -----------------------------------------------------------------------------------------------


def _finds(session: Session, world: World, user_id: int, typed: str) -> set[int]:
    return set(Register(session, world.viewer(session, user_id)).find(typed).found)


def test_a_tenant_renamed_is_found_by_the_new_name_and_no_more_by_the_old_one(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(Tenancy, world.camille).tenant_first_name = "Ombeline"
        assert _finds(session, world, world.landlord, "Ombeline") == {world.camille}
        assert _finds(session, world, world.landlord, "Camille Durand") == set()


def test_a_dwelling_s_new_address_finds_its_tenant(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.get_one(Tenancy, world.camille).dwelling.street = "8 passage du Phare"
        assert _finds(session, world, world.landlord, "passage du phare") == {world.camille}


def test_a_tenant_who_leaves_the_register_is_found_no_more(world: World) -> None:
    with transaction(on=world.engine) as session:
        session.execute(delete(Tenancy).where(Tenancy.id == world.newcomer))
        assert _finds(session, world, world.landlord, "Noé") == set()
        assert session.scalars(select(TenancyWord).where(TenancyWord.tenancy_id == world.newcomer)).all() == []


def test_nobody_finds_somebody_else_s_tenants_nor_those_of_a_group_that_is_not_theirs(world: World) -> None:
    with transaction(on=world.engine) as session:
        assert _finds(session, world, world.other_landlord, "Durand") == set()
        assert _finds(session, world, world.landlord, "Durand") == {world.camille, world.newcomer}
        assert _finds(session, world, world.colleague, "Durand") == {world.private_tenant, world.regulated_tenant}
        assert _finds(session, world, world.limited_colleague, "Durand") == {world.private_tenant}


def test_a_right_withdrawn_or_a_tenancy_moved_counts_at_the_next_search(world: World) -> None:
    with transaction(on=world.engine) as session:
        regulated = session.scalars(select(AuthorisationGroup).filter_by(name="Conventionnés")).one()
        moved = update(Tenancy).where(Tenancy.id == world.private_tenant).values(authorisation_group_id=regulated.id)
        session.execute(moved)
        assert _finds(session, world, world.limited_colleague, "Inès") == set()
        session.execute(user_groups.delete().where(user_groups.c.portal_user_id == world.colleague))
        session.expire_all()
        assert _finds(session, world, world.colleague, "Durand") == set()


def test_a_tenancy_that_ended_before_july_is_not_found_to_declare(world: World) -> None:
    with transaction(on=world.engine) as session:
        campaign = session.scalars(select(Campaign).where(Campaign.year == 2026)).one()
        session.get_one(Tenancy, world.camille).ended_on = date(2026, 6, 1)
        session.flush()
        register = Register(session, world.viewer(session, world.landlord), is_concerned(campaign))
        assert register.find("Durand").found == {world.newcomer}


def test_what_another_program_writes_by_sql_is_indexed_before_the_tenants_are_next_asked_for(world: World) -> None:
    with transaction(on=world.engine) as session:
        account_id = session.get_one(PortalUser, world.landlord).account_id
        assert account_id is not None
        assert not needs_mending(session, account_id)
        session.execute(text("UPDATE tenancy SET tenant_last_name = 'Écureuil' WHERE id = :id"), {"id": world.camille})
        session.execute(text("UPDATE dwelling SET city = 'Vannes' WHERE id = 1"))
        session.execute(
            text(
                "INSERT INTO tenancy (account_id, dwelling_id, tenant_first_name, tenant_last_name, started_on,"
                " co_tenant_count) VALUES (:account, 1, 'Basile', 'Importé', '2020-01-01', 1)"
            ),
            {"account": account_id},
        )
        assert needs_mending(session, account_id)
        mend(session, account_id)
        assert not needs_mending(session, account_id)
        assert _finds(session, world, world.landlord, "ecureuil") == {world.camille}
        assert len(_finds(session, world, world.landlord, "importe")) == 1
        assert world.camille in _finds(session, world, world.landlord, "vannes")
