"""Says what the guides advise, from the triage or from one sentence that tells it all."""

from __future__ import annotations

from actions.exchange import Button, Exchange
from actions.form import ADVISER_BUTTON
from actions.recover_access.replies import read_connected_told, read_received_told
from actions.recover_access.triage import Advice, Missing, Triage
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import GUIDES


def advice_told(text: str) -> Advice | None:
    """What to do about a missing password, when the text tells of no sign-in ever and how the codes came."""
    told = Triage(Missing.PASSWORD, read_connected_told(text), read_received_told(text))
    return told.advice if told.question is None else None


def say_advice(
    exchange: Exchange, advice: Advice, profile: Profile | None, *, is_request_asked_for: bool = False
) -> None:
    """The right link, with the reason; and a button to make the request here, unless a form is under way or what the
    request needs is asked for next."""
    buttons = []
    if advice.request is not None and not (is_request_asked_for or exchange.in_form):
        request = Button("Faire la demande ici", f'/pick_access{{"access_request": "{advice.request}"}}')
        buttons = [request, ADVISER_BUTTON]
    exchange.say(f"utter_access_{advice}", guide=GUIDES[profile], buttons=buttons)
