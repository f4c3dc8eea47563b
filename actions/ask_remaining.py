"""«Qui me reste-t-il à déclarer ?»"""

from __future__ import annotations

from actions.declare_rent.case import open_case
from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.database import reading
from offre_bailleurs.declarations import progress, remaining, transmitted
from offre_bailleurs.wording import STATE_LABELS

_MOST_LINES = 8


class AskRemaining(Answer):
    """`action_ask_remaining`: the state of each declaration, those still to do first."""

    def name(self) -> str:
        return "action_ask_remaining"

    def answer(self, exchange: Exchange) -> None:
        with reading() as session:
            case = open_case(session, exchange)
            if case is None:
                return
            asked = (case.session, case.viewer, case.campaign)
            counts = progress(*asked)
            shown = remaining(*asked, most=_MOST_LINES)
            if len(shown) < _MOST_LINES:
                shown += transmitted(*asked, most=_MOST_LINES - len(shown))
            lines = [
                f"• {tenancy.tenant_name} ({tenancy.dwelling.street}) : "
                f"{STATE_LABELS[declaration.state if declaration else None].lower()}"
                for tenancy, declaration in shown
            ]
            if counts.concerned > _MOST_LINES:
                lines.append(f"• … et {counts.concerned - _MOST_LINES} autres, dans votre liste de locataires.")
            exchange.say(
                "utter_declaration_states",
                year=case.campaign.year,
                waiting=counts.waiting,
                done=counts.concerned - counts.waiting,
                lines="\n".join(lines),
                buttons=[Button("Déclarer un loyer", "/declare_rent")]
                if counts.waiting and not exchange.in_form
                else [],
            )
