"""How the form ends: transmitted, cancelled, or kept for later."""

from __future__ import annotations

from actions.declare_rent.case import JOURNEY_SLOTS, Case, open_case
from actions.declare_rent.form import OUTCOME, DeclareRentForm
from actions.declare_rent.tenant import next_buttons, recap_attachment, say_already_transmitted
from actions.exchange import Answer, Exchange
from offre_bailleurs.database import transaction
from offre_bailleurs.declarations import (
    AlreadyTransmitted,
    NotTransmittedReason,
    Transmitted,
    remaining_count,
    transmit,
)
from offre_bailleurs.models import Declaration


class SubmitDeclareRent(Answer):
    """`action_submit_declare_rent`: «Valider».

    Reads from the slots only which tenancy and which summary were validated; everything else is checked in the
    database, in the transaction that transmits. The recap is rendered before that transaction commits: a failure to
    render transmits nothing, and the landlord can be told so.
    """

    def name(self) -> str:
        return "action_submit_declare_rent"

    def answer(self, exchange: Exchange) -> None:
        with transaction() as session:
            case = open_case(session, exchange)
            if case is None or case.tenancy is None:
                exchange.say("utter_nothing_transmitted")
                exchange.set(**dict.fromkeys(JOURNEY_SLOTS))
                return
            result = transmit(
                session,
                case.viewer,
                case.tenancy.id,
                seen=exchange.slot("summary"),
                submission_key=exchange.turn.key,
                today=case.today,
            )
            match result:
                case Transmitted():
                    _say_transmitted(exchange, case, result.declaration)
                case AlreadyTransmitted():
                    say_already_transmitted(exchange, case, result.declaration)
                case _ if result.reason in (NotTransmittedReason.CHANGED, NotTransmittedReason.INCOMPLETE):
                    exchange.say("utter_summary_changed")
                    exchange.set(**{OUTCOME: None})
                    exchange.follow_up(DeclareRentForm.form)
                    return
                case _:
                    exchange.say("utter_nothing_transmitted")
            exchange.set(**dict.fromkeys(JOURNEY_SLOTS))


class LeaveDeclareRent(Answer):
    """`action_leave_declare_rent`: the form is left without «Valider»."""

    def name(self) -> str:
        return "action_leave_declare_rent"

    def answer(self, exchange: Exchange) -> None:
        outcome, tenant = exchange.slot(OUTCOME), exchange.slot("tenant")
        if outcome == "cancel":
            exchange.say("utter_declare_rent_cancelled")
        elif outcome == "postpone":
            has_draft = exchange.slot("situation") is not None
            exchange.say(
                "utter_declare_rent_postponed" if has_draft else "utter_declare_rent_nothing_kept", tenant=tenant
            )
        exchange.set(**dict.fromkeys(JOURNEY_SLOTS))


def _say_transmitted(exchange: Exchange, case: Case, declaration: Declaration) -> None:
    exchange.say(
        "utter_transmitted",
        tenant=declaration.tenancy.tenant_name,
        year=case.campaign.year,
        reference=declaration.reference,
        attachment=recap_attachment(declaration),
    )
    remaining = remaining_count(case.session, case.viewer, case.campaign)
    response = {0: "utter_remaining_none", 1: "utter_remaining_one"}.get(remaining, "utter_remaining_many")
    exchange.say(response, count=remaining, year=case.campaign.year, buttons=next_buttons(remaining))
