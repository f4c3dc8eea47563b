"""Whose guide applies: said by the visitor, changed, or asked about for one question."""

from __future__ import annotations

from actions.answers.reply import PROFILE, known_profile, mentioned_profile, reply, topics_under_way
from actions.exchange import Answer, Exchange
from offre_bailleurs.models import Profile
from offre_bailleurs.topics import topics


class TakeProfile(Answer):
    """`action_take_profile`: «je suis une agence». Of a signed-in user the identity tells it, not the words."""

    def name(self) -> str:
        return "action_take_profile"

    def answer(self, exchange: Exchange) -> None:
        said = mentioned_profile(exchange)
        if said is None:
            exchange.say("utter_ask_profile")
            return
        before, waiting = known_profile(exchange), topics_under_way(exchange)
        if exchange.turn.user_id is not None and said != before:
            exchange.say("utter_profile_from_account", profile=before)
            return
        exchange.set(**{PROFILE: said.value})
        again = [name for name in waiting if before is None or not topics()[name].is_same_for_all]
        if again and said != before:
            reply(exchange, again, said)
        else:
            exchange.say("utter_profile_noted", profile=said)


class AnswerOtherProfile(Answer):
    """`action_answer_other_profile`: «et pour un organisme ?», for this question only."""

    def name(self) -> str:
        return "action_answer_other_profile"

    def answer(self, exchange: Exchange) -> None:
        said = mentioned_profile(exchange) or _other(known_profile(exchange))
        asked = topics_under_way(exchange)
        if said is None:
            exchange.say("utter_ask_profile")
        elif not asked:
            exchange.say("utter_other_profile_of_what", profile=said)
        else:
            if all(topics()[name].is_same_for_all for name in asked):
                exchange.say("utter_same_for_both_profiles")
            reply(exchange, asked, said)


def _other(profile: Profile | None) -> Profile | None:
    match profile:
        case Profile.LANDLORD:
            return Profile.ORGANISATION
        case Profile.ORGANISATION:
            return Profile.LANDLORD
        case None:
            return None
