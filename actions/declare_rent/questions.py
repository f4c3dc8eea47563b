"""What the form asks, question by question: the usual words, simpler ones, then examples."""

from __future__ import annotations

from enum import StrEnum

from actions.declare_rent.case import Case
from actions.exchange import Button, Exchange
from actions.form import JourneyForm
from offre_bailleurs.declarations import (
    Question,
    drafts_of,
    fingerprint,
    next_question,
    remaining,
    remaining_count,
    rent_is_due,
)
from offre_bailleurs.french.format import euros, long_date
from offre_bailleurs.models import Declaration, Situation, Tenancy
from offre_bailleurs.wording import describe_co_tenants, describe_situation

MOST_BUTTONS = 5

SITUATION_BUTTONS = (
    Button("Toujours locataire", '/pick_situation{"situation": "still_tenant"}'),
    Button("Parti du logement", '/pick_situation{"situation": "left"}'),
    Button("Loyers impayés", '/pick_situation{"situation": "unpaid_rent"}'),
    Button("Je ne gère plus ce logement", '/pick_situation{"situation": "management_ended"}'),
    Button("Nombre de colocataires", '/pick_situation{"situation": "co_tenants"}'),
)


class Step(StrEnum):
    """The form's own questions, around those of the declaration (`Question`)."""

    TENANT = "tenant"
    DECISION = "decision"
    MODIFICATION = "modification"
    LEAVE = "leave_confirmation"


def open_question(case: Case) -> Step | Question:
    """What is to be asked: the tenant, what the declaration still needs, or the decision on the summary."""
    if case.tenancy is None:
        return Step.TENANT
    return next_question(case.declaration, case.last_year_cents) or Step.DECISION


def ask_open_question(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """Ask the `open_question`, in words that fit how often the replies to it were not understood."""
    case.mirror(exchange)
    question = open_question(case)
    JourneyForm.request(exchange, question)
    if isinstance(question, Question) and case.tenancy is not None:
        _ask_about_tenancy(exchange, case, case.tenancy, question, misunderstandings)
    elif question is Step.TENANT:
        _ask_tenant(exchange, case, misunderstandings)
    else:
        _ask_decision(exchange, case, case.draft(), misunderstandings)


def ask_what_to_modify(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """«Modifier» leads to what there is to modify."""
    has_rent = case.declaration is not None and rent_is_due(case.declaration)
    exchange.say(
        worded("utter_question_modification", misunderstandings),
        buttons=[
            Button("La situation", "/change_situation"),
            *([Button("Le loyer de juillet", "/change_rent")] if has_rent else []),
            Button("Le locataire", "/wrong_tenant"),
            Button("Revoir la synthèse", "/deny"),
        ],
    )


def ask_to_leave(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """«Annuler» is confirmed once."""
    response = (
        "utter_question_leave_confirmation" if case.declaration is not None else "utter_question_leave_without_draft"
    )
    exchange.say(
        worded(response, misunderstandings),
        tenant=case.tenancy.tenant_name if case.tenancy else "",
        buttons=[
            Button("Oui, abandonner", "/affirm"),
            Button("Non, continuer", "/deny"),
            *([Button("Garder pour plus tard", "/postpone")] if case.declaration is not None else []),
        ],
    )


def worded(response: str, misunderstandings: int) -> str:
    """The wording for a number of replies that were not understood: the domain holds all three."""
    return response + ("", "_simpler", "_examples")[min(misunderstandings, 2)]


def tenancy_button(tenancy: Tenancy) -> Button:
    """A tenant to pick, told apart by the address."""
    return Button(
        f"{tenancy.tenant_name} – {tenancy.dwelling.street}, {tenancy.dwelling.city}",
        f'/pick_tenancy{{"tenancy_id": "{tenancy.id}"}}',
    )


def _ask_tenant(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    drafts = drafts_of(case.session, case.viewer, case.campaign, most=MOST_BUTTONS)
    if drafts and not misunderstandings:
        exchange.say(
            "utter_drafts_waiting",
            buttons=[
                Button(
                    f"Reprendre : {draft.tenancy.tenant_name}", f'/resume_draft{{"tenancy_id": "{draft.tenancy_id}"}}'
                )
                for draft in drafts
            ],
        )
    count = remaining_count(case.session, case.viewer, case.campaign)
    few = count <= MOST_BUTTONS
    offered = {draft.tenancy_id for draft in drafts} if not misunderstandings else set()
    exchange.say(
        worded("utter_question_tenant_few" if few else "utter_question_tenant_many", misunderstandings),
        count=count,
        year=case.campaign.year,
        buttons=[
            tenancy_button(tenancy)
            for tenancy, _ in (remaining(case.session, case.viewer, case.campaign, most=MOST_BUTTONS) if few else ())
            if tenancy.id not in offered
        ],
    )


def _ask_about_tenancy(
    exchange: Exchange, case: Case, tenancy: Tenancy, question: Question, misunderstandings: int
) -> None:
    response = worded(f"utter_question_{question.value}", misunderstandings)
    if question is Question.SITUATION and exchange.slot("situation_changes") and not misunderstandings:
        response = "utter_question_situation_changes"
    draft = case.declaration
    exchange.say(
        response,
        tenant=tenancy.tenant_name,
        address=tenancy.dwelling.address,
        since=long_date(tenancy.started_on),
        co_tenants=describe_co_tenants(tenancy.co_tenant_count),
        year=case.campaign.year,
        of_event="du départ" if draft and draft.situation is Situation.LEFT else "de la fin de gestion",
        last_year=case.campaign.year - 1,
        last_year_rent=euros(case.last_year_cents) if case.last_year_cents is not None else "non connu",
        rent=euros(draft.july_rent_cents) if draft and draft.july_rent_cents is not None else "",
        buttons=_buttons(exchange, case, question, misunderstandings),
    )


def _buttons(exchange: Exchange, case: Case, question: Question, misunderstandings: int) -> list[Button]:
    if question is Question.SITUATION:
        if misunderstandings or exchange.slot("situation_changes"):
            return list(SITUATION_BUTTONS)
        return [
            Button("Oui, rien n'a changé", '/pick_situation{"situation": "still_tenant"}'),
            Button("Non, quelque chose a changé", "/deny"),
        ]
    if question is Question.JULY_RENT and case.last_year_cents is not None:
        return [Button(f"Comme l'an dernier : {euros(case.last_year_cents)}", "/same_as_last_year")]
    if question is Question.UNUSUAL_RENT:
        return [Button("Oui, c'est bien ce montant", "/affirm"), Button("Non, corriger", "/deny")]
    return []


def _ask_decision(exchange: Exchange, case: Case, draft: Declaration, misunderstandings: int) -> None:
    """The synthesis, and «Valider»: its button bears the fingerprint of what is shown here."""
    tenancy = draft.tenancy
    rent = euros(draft.july_rent_cents or 0) if rent_is_due(draft) else f"aucun loyer à déclarer, {_why_no_rent(draft)}"
    exchange.say(
        worded("utter_question_decision", misunderstandings),
        tenant=tenancy.tenant_name,
        address=tenancy.dwelling.address,
        situation=describe_situation(draft),
        year=case.campaign.year,
        rent=rent,
        declarant=case.viewer.full_name,
        buttons=[
            Button("Valider", f'/validate{{"summary": "{fingerprint(draft)}"}}'),
            Button("Modifier", "/modify"),
            Button("Annuler", "/cancel"),
        ],
    )


def _why_no_rent(draft: Declaration) -> str:
    day = long_date(draft.campaign.first_of_july)
    if draft.situation is Situation.LEFT:
        return f"car le locataire est parti avant le {day}"
    return f"car vous ne gériez plus ce logement au {day}"
