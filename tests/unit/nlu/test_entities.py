"""What a message mentions, as Rasa entities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import FrenchEntityExtractor
from bot.nlu.mentioned import amounts, days, persons, profiles, user_numbers
from offre_bailleurs.french.format import PARIS

TODAY = date(2026, 7, 25)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A123456", ["A123456"]),
        ("a123456 ça marche pas", ["A123456"]),
        ("mon numéro est 359 00007090001", ["35900007090001"]),
        ("359.0000.7090.001 c'est bon ?", ["35900007090001"]),
        ("359\u00a000007090001", ["35900007090001"]),
        ("numéro d'utilisateur 3590000709, refusé", ["3590000709"]),
        ("mon n° 123456 ne passe pas", ["123456"]),
        ("c'est 35900007090001 ou 35900007090002 ?", ["35900007090001", "35900007090002"]),
        ("mon n° n'a que 7 caractères", []),
        ("le loyer est de 1 250,50 €", []),
        ("650 euros", []),
        ("06 12 34 56 78", []),
        ("le 20/07/2026", []),
        ("20 07 2026", []),
        ("12 rue des Lilas 35000 Rennes", []),
    ],
)
def test_candidates_for_a_user_number(text: str, numbers: list[str]) -> None:
    assert [found.value for found in user_numbers(text)] == numbers


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("650", 65000),
        ("non, 620", 62000),
        ("le loyer est de 1 250,50 €", 125050),
        ("six cents euros et cinquante centimes", 60050),
        ("il me doit 1500", 150000),
        ("entre 600 et 650 €", None),
        ("environ 650 €", None),
        ("il doit 2 mois", None),
        ("le loyer de juillet 2026", None),
        ("le mot de passe doit-il faire quatorze caractères", None),
        ("35000 Rennes", None),
    ],
)
def test_the_sum(text: str, cents: int | None) -> None:
    assert [found.value for found in amounts(text)] == ([] if cents is None else [cents])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("il est parti le 3 mai", "2026-05-03"),
        ("parti fin juin", "2026-06-30"),
        ("20/07/2026", "2026-07-20"),
        ("hier", "2026-07-24"),
        ("en juin ou en mai", None),
        ("le loyer de juillet", None),
        ("bonjour", None),
    ],
)
def test_the_day(text: str, day: str | None) -> None:
    assert [found.value for found in days(text, TODAY)] == ([] if day is None else [day])


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Camille Durand", "Camille Durand"),
        ("M. Le Goff est parti", "Le Goff"),
        ("loyer de mme leroy", "leroy"),
        ("loyer de juillet pour Durand", "Durand"),
        ("déclarer le loyer de Kevin Morel", "Kevin Morel"),
        ("mon logement de Nantes", None),
        ("déclarer pour le 8 rue de Brest", None),
        ("Mot De Passe", None),
        ("mon mot de passe de Gmail", None),
        ("tjs le mm loyer", None),
    ],
)
def test_the_person(text: str, person: str | None) -> None:
    assert [found.value for found in persons(text)] == ([] if person is None else [person])


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("je suis une agence", ["organisation"]),
        ("et pour un organisme ?", ["organisation"]),
        ("nous sommes un bailleur social", ["organisation"]),
        ("organisnme", ["organisation"]),
        ("je suis proprio", ["landlord"]),
        ("en fait je suis un particulier, pas une agence", ["landlord"]),
        ("particulier ou agence", ["landlord", "organisation"]),
        ("mon propriétaire ne déclare pas", []),
        ("le propriétaire a vendu", []),
        ("rien de particulier", []),
        ("c'est une autre agence", []),
    ],
)
def test_the_profile(text: str, profile: list[str]) -> None:
    assert [found.value for found in profiles(text)] == profile


def test_the_place_of_each_is_its_words() -> None:
    text = "le loyer de M. Le Goff est de 1 250,50 € depuis le 3 mai, je suis une agence"
    found = [*amounts(text), *days(text, TODAY), *persons(text), *profiles(text)]
    assert [text[each.start : each.end] for each in found] == ["1 250,50", "3 mai", "Le Goff", "agence"]


def parse(text: str) -> list[dict[str, Any]]:
    context = ExecutionContext(GraphSchema({}), node_name="entities")
    extractor = FrenchEntityExtractor.create({}, LocalModelStorage, Resource("entities"), context)
    [message] = extractor.process([Message(data={"text": text, "entities": [{"entity": "question"}]})])
    entities: list[dict[str, Any]] = message.as_dict(only_output_properties=True)["entities"]
    return entities


def test_rasa_gets_them_beside_the_entities_found_before() -> None:
    assert parse("hier") == [
        {"entity": "question"},
        {
            "entity": "date",
            "value": (datetime.now(PARIS).date().fromordinal(datetime.now(PARIS).date().toordinal() - 1)).isoformat(),
            "start": 0,
            "end": 4,
            "extractor": "FrenchEntityExtractor",
        },
    ]


def test_the_figures_of_a_user_number_are_no_sum_and_no_day() -> None:
    assert [each["entity"] for each in parse("mon n° 359 00007090001")[1:]] == ["user_number"]


@given(st.text(max_size=200))
def test_whatever_is_typed_can_be_read(text: str) -> None:
    for found in [*user_numbers(text), *amounts(text), *days(text, TODAY), *persons(text), *profiles(text)]:
        assert 0 <= found.start <= found.end <= len(text)
