"""Whose rent it is: found among the tenancies that this person may see, and no others."""

from __future__ import annotations

from actions.declare_rent.case import Case
from actions.declare_rent.questions import MOST_BUTTONS, tenancy_button
from actions.exchange import Attachment, Button, Exchange
from actions.form import Reading
from offre_bailleurs.access import visible_tenancy
from offre_bailleurs.campaigns import in_paris
from offre_bailleurs.declarations import is_transmitted, remaining_count
from offre_bailleurs.french.format import long_date, long_moment
from offre_bailleurs.models import Declaration, Tenancy
from offre_bailleurs.recap import recap_of, render_recap
from offre_bailleurs.settings import settings
from offre_bailleurs.tenant_lookup import Found, Register


def read_tenant(exchange: Exchange, case: Case, *, sentence: bool = False) -> Reading:
    """Choose the tenant whom the reply names, or say why none is chosen.

    Args:
        sentence: the reply is a whole sentence that may name nobody ("je veux déclarer un loyer").
    """
    picked = exchange.entity("tenancy_id")
    if picked is not None:
        tenancy = visible_tenancy(case.session, case.viewer, int(picked))
        if tenancy is None:
            exchange.say("utter_tenant_unknown")
            return Reading.REFUSED
        return choose_tenancy(exchange, case, tenancy)
    register = case.register
    matches = _narrowed(exchange, register, sentence)
    found = register.tenancies(matches.found, most=MOST_BUTTONS)
    if len(matches.found) == 1:
        return choose_tenancy(exchange, case, found[0])
    if found:
        exchange.set(tenant_query=exchange.text)
        many = len(matches.found) > MOST_BUTTONS
        exchange.say(
            "utter_tenant_too_many" if many else "utter_tenant_several",
            count=len(matches.found),
            buttons=[tenancy_button(tenancy) for tenancy in found],
        )
        return Reading.REFUSED
    if matches.nearest:
        near = {tenancy.id: tenancy for tenancy in register.tenancies(matches.nearest)}
        exchange.say("utter_tenant_unknown", buttons=[tenancy_button(near[each]) for each in matches.nearest])
        return Reading.REFUSED
    return Reading.NOT_UNDERSTOOD


def tenant_named(exchange: Exchange, case: Case) -> Tenancy | None:
    """The tenancy that typed words point at, they and nothing else; None of a pressed button."""
    if exchange.is_choice:
        return None
    register = case.register
    found = _narrowed(exchange, register, sentence=False).found
    return register.tenancies(found)[0] if len(found) == 1 else None


def choose_tenancy(exchange: Exchange, case: Case, tenancy: Tenancy) -> Reading:
    """Work on a tenancy; one whose declaration is transmitted is shown again, there is nothing to redo."""
    case.choose(exchange, tenancy)
    declaration = case.declaration
    if declaration is None:
        return Reading.UNDERSTOOD
    if is_transmitted(declaration):
        return end_with_transmitted(exchange, case, declaration)
    exchange.say(
        "utter_draft_resumed",
        tenant=tenancy.tenant_name,
        when=long_date(in_paris(declaration.updated_at).date()),
        who="vous" if declaration.updated_by_id == case.viewer.user_id else declaration.updated_by.full_name,
    )
    return Reading.UNDERSTOOD


def end_with_transmitted(exchange: Exchange, case: Case, declaration: Declaration) -> Reading:
    """Show what was transmitted and leave the form: there is nothing to redo."""
    say_already_transmitted(exchange, case, declaration)
    case.leave_tenancy(exchange)
    exchange.set(declare_rent_outcome="leave")
    return Reading.UNDERSTOOD


def say_already_transmitted(exchange: Exchange, case: Case, declaration: Declaration) -> None:
    """When, by whom, the reference and the recap again."""
    submitter = declaration.submitted_by
    exchange.say(
        "utter_already_transmitted",
        tenant=declaration.tenancy.tenant_name,
        year=case.campaign.year,
        who="vous" if declaration.submitted_by_id == case.viewer.user_id or submitter is None else submitter.full_name,
        when=long_moment(declaration.submitted_at) if declaration.submitted_at else "",
        reference=declaration.reference,
        attachment=recap_attachment(declaration),
        buttons=next_buttons(remaining_count(case.session, case.viewer, case.campaign)),
    )


def recap_attachment(declaration: Declaration) -> Attachment:
    """The recap's link: it needs the portal's session. Its size is the size of the very file that will be served."""
    data = recap_of(declaration)
    return Attachment(
        name=data.pdf_name,
        url=f"{settings().portal_url}/recapitulatifs/{declaration.id}.pdf",
        type="application/pdf",
        size=len(render_recap(data)),
    )


def next_buttons(waiting: int) -> list[Button]:
    """What can follow a declaration: the next one, while some wait."""
    return [Button("Déclarer un autre loyer", "/declare_rent")] if waiting else []


def _narrowed(exchange: Exchange, register: Register, sentence: bool) -> Found:
    """After «plusieurs», "celui de la rue Hoche" is read together with the name that was given before."""
    before = exchange.slot("tenant_query")
    alone = register.find(exchange.text, sentence=sentence)
    if before is None:
        return alone
    together = register.find(f"{before} {exchange.text}", sentence=sentence)
    return together if 0 < len(together.found) < max(len(alone.found), 2) else alone
