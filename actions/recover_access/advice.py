"""Says what the guides advise, from the triage or from one sentence that tells it all."""

from __future__ import annotations

from actions.answers.reply import GUIDES
from actions.exchange import Exchange
from actions.recover_access.replies import read_connected_told, read_received_told
from actions.recover_access.triage import Advice, Missing, Triage
from offre_bailleurs.models import Profile


def advice_told(text: str) -> Advice | None:
    """What to do about a missing password, when the text tells of no sign-in ever and how the codes came."""
    told = Triage(Missing.PASSWORD, read_connected_told(text), read_received_told(text))
    return told.advice if told.question is None else None


def say_advice(exchange: Exchange, advice: Advice, profile: Profile | None) -> None:
    """The right link, with the reason."""
    exchange.say(f"utter_access_{advice}", guide=GUIDES[profile])
