"""«Mon numéro est A123456»: whether it can be a N° utilisateur, and why not."""

from __future__ import annotations

import re

from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.user_number import TypedNumber, Verdict

_RESPONSES = {
    Verdict.RIGHT_LENGTH: "utter_user_number_right_length",
    Verdict.SPECIMEN: "utter_user_number_specimen",
    Verdict.SPECIMEN_OF_EMAIL: "utter_user_number_specimen_of_email",
    Verdict.TOO_SHORT: "utter_user_number_too_short",
    Verdict.TOO_LONG: "utter_user_number_too_long",
}


_SHORTEST = 5


def _longest_number(text: str) -> str | None:
    """The longest run of letters and figures with a figure in it: a number of no usual form is checked too."""
    return max((word for word in re.findall(r"\w*\d\w*", text) if len(word) >= _SHORTEST), key=len, default=None)


class CheckUserNumber(Answer):
    """`action_check_user_number`."""

    def name(self) -> str:
        return "action_check_user_number"

    def answer(self, exchange: Exchange) -> None:
        typed = exchange.mention("user_number") or _longest_number(exchange.text)
        if typed is None:
            exchange.say("utter_user_number_not_given")
            return
        number = TypedNumber.of(typed)
        buttons = []
        if number.is_possible and not exchange.in_form:
            payload = f'/pick_access{{"access_user_number": "{number.characters}"}}'
            buttons = [Button("Faire renvoyer mes codes", payload)]
        response, count = _RESPONSES[number.verdict], len(number.characters)
        exchange.say(response, number=number.characters, count=count, buttons=buttons)
