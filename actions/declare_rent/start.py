"""Whether the form may begin: signed in, with rights, a campaign that is open, and something to declare in it."""

from __future__ import annotations

from actions.declare_rent.case import JOURNEY_SLOTS, open_case
from actions.exchange import Answer, Exchange
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.declarations import has_declarable
from offre_bailleurs.tenant_index import mend, needs_mending


class StartDeclareRent(Answer):
    """`action_start_declare_rent`: sets `declare_rent_ready`; when it is False the reason is said."""

    def name(self) -> str:
        return "action_start_declare_rent"

    def answer(self, exchange: Exchange) -> None:
        exchange.set(**dict.fromkeys(JOURNEY_SLOTS))
        with reading() as session:
            case = open_case(session, exchange)
            ready = case is not None and has_declarable(session, case.viewer, case.campaign)
            imported = case is not None and needs_mending(session, case.viewer.account_id)
        if case is not None and imported:
            with transaction() as session:
                mend(session, case.viewer.account_id)
        if case is not None and not ready:
            exchange.say("utter_nothing_to_declare", year=case.campaign.year)
        exchange.set(declare_rent_ready=ready)
