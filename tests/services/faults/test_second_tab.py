"""What was transmitted stays as it was, whatever a conversation that does not know it yet still says."""

from __future__ import annotations

import pytest

from tests.services.faults.house import DECLARED, House
from tests.support.chat import text_of
from tests.support.journey import TENANT

LATE_REPLIES = (
    "620",
    "non, 620",
    "elle est partie le 20 juin",
    "modifier la situation",
    "je me suis trompé de montant",
    "je me suis trompé de locataire",
    "plus tard",
    "annuler",
)


@pytest.mark.parametrize("reply", LATE_REPLIES)
def test_a_reply_in_another_tab_changes_nothing_of_what_was_transmitted(house: House, reply: str) -> None:
    story = house.story().go_to("rent")
    tab = house.bot.client(story.household.people[0].user_id)
    tab.open()
    tab.say(f"déclarer le loyer de {TENANT}")
    tab.find_button("Valider")
    story.finish()
    assert "déjà transmise" in text_of(tab.say(reply))
    assert story.declared() == DECLARED["validation"]
    house.assert_nothing_lost_or_doubled(story)
