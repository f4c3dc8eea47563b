"""The greeting: who the assistant is, and for a signed-in landlord what waits for them."""

from __future__ import annotations

from actions.create_user.start import BEGIN
from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.access import viewer
from offre_bailleurs.campaigns import current_campaign, today
from offre_bailleurs.database import reading
from offre_bailleurs.declarations import drafts_of, remaining_count

_DECLARE = Button("Déclarer un loyer", "/declare_rent")
_CREATE_USER = Button("Créer un utilisateur", f"/{BEGIN}")
_QUESTIONS = (
    Button("J'ai perdu mon identifiant", "/lost_login"),
    Button("J'ai oublié mon mot de passe", "/forgotten_password"),
)
_MOST_DRAFTS = 3


class OpenConversation(Answer):
    """`action_open_conversation`: the channel opens each conversation with it."""

    def name(self) -> str:
        return "action_open_conversation"

    def answer(self, exchange: Exchange) -> None:
        with reading() as session:
            who = viewer(session, exchange.turn.user_id) if exchange.turn.user_id is not None else None
            if who is None:
                exchange.say("utter_open_anonymous", buttons=[_DECLARE, *_QUESTIONS])
                return
            exchange.set(profile=who.profile.value)
            managing = [_CREATE_USER] if who.manages_users else []
            status = current_campaign(session, today())
            if status.campaign is None or not status.is_open:
                exchange.say("utter_open_no_campaign", name=who.full_name, buttons=[*managing, *_QUESTIONS])
                return
            remaining = remaining_count(session, who, status.campaign)
            drafts = drafts_of(session, who, status.campaign, most=_MOST_DRAFTS)
            exchange.say(
                _greeting(remaining, bool(drafts)),
                name=who.full_name,
                year=status.campaign.year,
                count=remaining,
                buttons=[
                    *(
                        Button(
                            f"Reprendre : {draft.tenancy.tenant_name}",
                            f'/resume_draft{{"tenancy_id": "{draft.tenancy_id}"}}',
                        )
                        for draft in drafts
                    ),
                    *([_DECLARE] if remaining else []),
                    *managing,
                ],
            )


def _greeting(remaining: int, has_drafts: bool) -> str:
    if has_drafts:
        return "utter_open_with_drafts"
    return {0: "utter_open_all_done", 1: "utter_open_one_remaining"}.get(remaining, "utter_open_many_remaining")
