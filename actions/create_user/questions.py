"""What the form asks, question by question: the usual words, simpler ones, then examples."""

from __future__ import annotations

from typing import Any

from actions.create_user.case import Case
from actions.create_user.draft import OPTIONAL, Field, Question, Step
from actions.create_user.replies import shown_phone
from actions.exchange import Button, Exchange
from actions.form import JourneyForm
from offre_bailleurs.french.format import long_date
from offre_bailleurs.models import WorkingMode

PICK = "pick_new_user"
"""The intent of the form's own buttons; two entities say which field gets which value."""
FIELD, VALUE = "new_user_field", "new_user_value"
NONE, TODAY, DONE, ASK = "none", "today", "done", "ask"
ADD, REMOVE = "add-", "remove-"
"""What a button gives a field, besides a value's own name."""

MODE_LABELS = {WorkingMode.SEDENTARY: "Sédentaire", WorkingMode.ITINERANT: "Itinérant"}
FIELD_LABELS = {
    Field.LAST_NAME: "Le nom",
    Field.FIRST_NAME: "Le prénom",
    Field.EMAIL: "L'adresse mail",
    Field.PHONE: "Le téléphone",
    Field.OPENS_ON: "La date d'ouverture",
    Field.CLOSES_ON: "La date de clôture",
    Field.WORKING_MODE: "Le poste",
    Field.GROUPS: "Les groupes",
}
_SKIP_LABELS = {Field.CLOSES_ON: "Aucune"}


def ask_open_question(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """Ask what the draft still needs, or show the summary."""
    case.settle_sole_group(exchange)
    case.keep(exchange)
    question = case.draft.question
    JourneyForm.request(exchange, question)
    if question is Step.DECISION:
        _ask_decision(exchange, case, misunderstandings)
        return
    exchange.say(
        worded(f"utter_question_new_user_{question}", misunderstandings),
        buttons=_buttons(case, question),
        **_values(case),
    )


def ask_what_to_modify(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """« Modifier » leads to any field that was settled."""
    several = len(case.groups) > 1
    exchange.say(
        worded("utter_question_new_user_modification", misunderstandings),
        buttons=[
            *(
                pick(label, field, ASK)
                for field, label in FIELD_LABELS.items()
                if field in case.draft.settled and (several or field is not Field.GROUPS)
            ),
            Button("Revoir la synthèse" if case.draft.question is Step.DECISION else "Continuer", "/deny"),
        ],
    )


def ask_to_leave(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """« Annuler » is confirmed once."""
    exchange.say(
        worded("utter_question_new_user_leave_confirmation", misunderstandings),
        buttons=[Button("Oui, abandonner", "/affirm"), Button("Non, continuer", "/deny")],
    )


def ask_to_leave_for_rent(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """A rent is to be declared: the creation is finished first, or dropped."""
    exchange.say(
        worded("utter_question_new_user_leave_for_rent", misunderstandings),
        buttons=[Button("Continuer la création", "/deny"), Button("Abandonner, déclarer un loyer", "/affirm")],
    )


ASIDES = {
    Step.MODIFICATION: ask_what_to_modify,
    Step.LEAVE: ask_to_leave,
    Step.LEAVE_FOR_RENT: ask_to_leave_for_rent,
}
"""Questions that the draft does not call for: the user did."""


def worded(response: str, misunderstandings: int) -> str:
    """The wording for a number of replies that were not understood: the domain holds all three."""
    return response + ("", "_simpler", "_examples")[min(misunderstandings, 2)]


def pick(title: str, field: Field, value: str) -> Button:
    """A button that gives a field a value."""
    return Button(title, f'/{PICK}{{"{FIELD}": "{field}", "{VALUE}": "{value}"}}')


def _buttons(case: Case, question: Question) -> list[Button]:
    match question:
        case Field.GROUPS:
            chosen = set(case.draft.group_ids)
            each = [
                pick(f"{group.name} (ajouté)", Field.GROUPS, f"{REMOVE}{group.id}")
                if group.id in chosen
                else pick(group.name, Field.GROUPS, f"{ADD}{group.id}")
                for group in case.groups
            ]
            return [*each, *([pick("C'est tout", Field.GROUPS, DONE)] if chosen else [])]
        case Field.WORKING_MODE:
            return [
                *(pick(label, Field.WORKING_MODE, mode) for mode, label in MODE_LABELS.items()),
                pick("Passer", Field.WORKING_MODE, NONE),
            ]
        case Field.OPENS_ON:
            return [pick("Aujourd'hui", Field.OPENS_ON, TODAY), pick("Passer", Field.OPENS_ON, NONE)]
        case Field() if question in OPTIONAL:
            return [pick(_SKIP_LABELS.get(question, "Passer"), question, NONE)]
        case Step.PHONE_AGAIN:
            return [pick("Ne pas donner de téléphone", Field.PHONE, NONE)]
        case _:
            return []


def _values(case: Case) -> dict[str, Any]:
    """What fills the questions' words."""
    draft = case.draft
    return {
        "first_name": draft.first_name or "",
        "last_name": draft.last_name or "",
        "email": draft.email or "",
        "phone": shown_phone(case),
        "groups": case.group_names or "aucun pour l'instant",
    }


def _ask_decision(exchange: Exchange, case: Case, misunderstandings: int) -> None:
    """The summary, and «Valider»: its button bears the fingerprint of what is shown here."""
    draft = case.draft
    exchange.set(summary=case.fingerprint)
    exchange.say(
        worded("utter_question_new_user_decision", misunderstandings),
        **_values(case),
        organisation=case.organisation.name,
        convention=case.convention,
        opens_on=long_date(draft.opens_on) if draft.opens_on else "non précisée",
        closes_on=long_date(draft.closes_on) if draft.closes_on else "aucune",
        working_mode=MODE_LABELS[draft.working_mode].lower() if draft.working_mode else "non précisé",
        buttons=[
            Button("Valider", f'/validate{{"summary": "{case.fingerprint}"}}'),
            Button("Modifier", "/modify"),
            Button("Annuler", "/cancel"),
        ],
    )
