"""«Effacer mes données»: what would be erased and what would not; then, once a button is pressed, it is done.

The action erases nothing itself: it has the chat erase with the turn (`Exchange.erase`), in the transaction that would
have kept it. So whoever reads «c'est fait» reads the truth, and of a turn that failed nothing is erased.
"""

from __future__ import annotations

from actions.exchange import Answer, Button, Exchange
from actions.form import journey_of
from offre_bailleurs.chat_tables import Erasure
from offre_bailleurs.notice import durations
from offre_bailleurs.settings import settings

ERASURE = "erasure"
"""The entity of the buttons: one of `Erasure`, or `KEEP`."""
KEEP = "nothing"
_ERASE = "erase_my_data"
_YES = frozenset({"affirm", "validate"})
_LISTEN = "action_listen"

_CONVERSATION_BUTTON = Button("Effacer cette conversation", f'/pick_erasure{{"{ERASURE}": "{Erasure.CONVERSATION}"}}')
_ALL_BUTTON = Button("Effacer toutes mes conversations", f'/pick_erasure{{"{ERASURE}": "{Erasure.ALL}"}}')
_KEEP_BUTTON = Button("Ne rien effacer", f'/pick_erasure{{"{ERASURE}": "{KEEP}"}}')


class AskErasure(Answer):
    """`action_ask_erasure`: says what is erased and what is not, and asks for a button."""

    def name(self) -> str:
        return "action_ask_erasure"

    def answer(self, exchange: Exchange) -> None:
        contact = settings().privacy_contact
        if contact:
            exchange.say("utter_erasure_explained_contact", contact=contact)
        else:
            exchange.say("utter_erasure_explained")
        if journey_of(exchange.form) == "declare_rent":
            exchange.say("utter_erasure_draft_kept")
        elif exchange.in_form:
            exchange.say("utter_erasure_answers_lost")
        if exchange.turn.user_id is None:
            exchange.say("utter_erasure_question", buttons=_buttons(exchange))
        else:
            exchange.say("utter_erasure_question_signed_in", buttons=_buttons(exchange))


class EraseData(Answer):
    """`action_erase_data`: has the chat erase what the button says, or nothing.

    Whose conversations are « toutes » is decided by the chat, by who opened this one.
    """

    def name(self) -> str:
        return "action_erase_data"

    def answer(self, exchange: Exchange) -> None:
        wanted = exchange.entity(ERASURE)
        if wanted not in list(Erasure) or not exchange.turn.message_id:
            exchange.say("utter_not_erased")
            return
        exchange.say("utter_erased_all" if wanted == Erasure.ALL else "utter_erased")
        exchange.erase(Erasure(wanted))
        exchange.follow_up(_LISTEN)  # a form under way asks nothing more


class NothingUnderWay(Answer):
    """`action_nothing_under_way`: «oui» or «non» that answers nothing; after `AskErasure`, a button is asked for."""

    def name(self) -> str:
        return "action_nothing_under_way"

    def answer(self, exchange: Exchange) -> None:
        say_nothing_under_way(exchange)


class TellPrivacy(Answer):
    """`action_tell_privacy`: what becomes of what is typed, with the durations that the settings set."""

    def name(self) -> str:
        return "action_tell_privacy"

    def answer(self, exchange: Exchange) -> None:
        kept = durations(settings())
        exchange.say("utter_privacy", lifetime=kept.lifetime, kept=kept.kept, request_kept=kept.request_kept)


def say_nothing_under_way(exchange: Exchange) -> None:
    """Answer a «oui», a «non», an «annuler» that no journey waits for: only the erasure may have asked for it."""
    if not _was_asked(exchange):
        exchange.say("utter_nothing_under_way")
    elif exchange.intent in ("deny", "cancel"):
        exchange.say("utter_not_erased")
    else:
        exchange.say("utter_erasure_by_button", buttons=_buttons(exchange))


def _was_asked(exchange: Exchange) -> bool:
    """The question of the erasure came last, asked again or not."""
    return next((intent for intent in exchange.intents_before if intent not in _YES), None) == _ERASE


def _buttons(exchange: Exchange) -> list[Button]:
    everything = [_ALL_BUTTON] if exchange.turn.user_id is not None else []
    return [_CONVERSATION_BUTTON, *everything, _KEEP_BUTTON]
