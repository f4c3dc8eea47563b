"""Every fact of the two guides is told by the real bot to whoever asks: landlord, organisation, unknown visitor.

The questions stand in tests/unit/nlu/facts/, and in no training file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from offre_bailleurs.models import DwellingType
from tests.support.chat import ChatClient, text_of
from tests.support.live import LiveBot
from tests.support.world import GroupGiven, TenantGiven

_FACTS = Path(__file__).parents[1] / "unit" / "nlu" / "facts"


def _asked() -> list[Any]:
    return [
        pytest.param(fact, profile, id=f"{fact['fact']}-{fact['topic']}-{profile}")
        for path in sorted(_FACTS.glob("*.yml"))
        for fact in yaml.safe_load(path.read_text(encoding="utf-8"))
        for profile in fact["profiles"]
    ]


@pytest.fixture(scope="module")
def askers(live: LiveBot) -> Mapping[str, ChatClient]:
    tenants = [TenantGiven("Camille Durand")]
    landlord = live.world.landlord("Claude Bailleur", tenants)
    groups = {"Rennes": GroupGiven(DwellingType.PRIVATE, ["35"])}
    organisation = live.world.organisation(
        "Agence Exemple", groups, {"Dominique Agent": ["Rennes"]}, [TenantGiven("Yann Le Goff", group="Rennes")]
    )
    return {
        "landlord": live.client(landlord.people[0].user_id),
        "organisation": live.client(organisation.people[0].user_id),
        "anybody": live.client(),
    }


@pytest.mark.parametrize(("fact", "profile"), _asked())
def test_a_fact_is_told_to_who_asks(askers: Mapping[str, ChatClient], fact: Mapping[str, Any], profile: str) -> None:
    asker = askers[profile]
    asker.open()
    told = text_of(asker.say(fact["asked"]))
    missing = [words for words in fact["contains"] if words not in told]
    assert not missing, f"« {fact['asked']} »\n{told}"
