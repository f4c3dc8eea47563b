"""The guided form: one call a turn decides what the reply means and what comes next.

Nothing is written in the database before «Valider»: until then all stands in the slot `new_user`.
"""

from __future__ import annotations

import re

from actions.create_user.case import OUTCOME, Case, open_case
from actions.create_user.corrections import corrects, field_named, read_correction
from actions.create_user.draft import SLOT, Field, Question, Step
from actions.create_user.questions import (
    ADD,
    ASIDES,
    ASK,
    DONE,
    FIELD,
    NONE,
    PICK,
    REMOVE,
    TODAY,
    VALUE,
    ask_open_question,
)
from actions.create_user.replies import answers, choose_groups, read_answer, settle_groups
from actions.create_user.request import find_email, is_question, is_request, told
from actions.create_user.start import BEGIN
from actions.exchange import REQUESTED_SLOT, Exchange
from actions.form import OF_A_DECLARATION, JourneyForm, Reading
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import WorkingMode

CONTROLS = frozenset({"cancel", "postpone", "modify", "declare_rent", "resume_draft", "pick_tenancy"})
"""What can be said at any question."""
ANSWERS = frozenset({*OF_A_DECLARATION, "affirm", "deny", "inform", "nlu_fallback", "off_topic", "validate", PICK})
"""What may answer a question, and the words of another journey, which mean nothing in this one. Every other intent is a
question, or small talk: the rules answer it."""
SMALL_TALK = frozenset({"erase_my_data", "goodbye", "greet", "insult", "thank"})
CLEARLY = 0.65
"""From this confidence on an intent counts before a reply that may still be a value."""
_FOR_RENT = frozenset({"declare_rent", "resume_draft", "pick_tenancy"})

_VALIDATION = re.compile(
    r"((oui|ok|c'est bon|c'est ok|parfait) )?(je )?"
    r"(valide[rz]?|confirme[rz]?|cree[rz]?|cree[rz]?[- ]l[ea]|envoie|envoye[rz])"
    r"( (tout|la creation|l'utilisateur|l'utilisatrice|le compte|l'acces|la fiche))?( (svp|merci|s'il vous plait))?"
)


class CreateUserForm(JourneyForm):
    """`validate_create_user_form`."""

    form = "create_user_form"

    def begin(self, exchange: Exchange) -> None:
        """`action_start_create_user` has put into the slot what the request told; after «Valider» was refused, all but
        what has to be given again is there."""
        self.ask(exchange, 0)

    def read(self, exchange: Exchange, question: str) -> Reading:
        with reading() as session:
            case = open_case(session, exchange)
            if case is None:
                self._leave(exchange, "leave")
                return Reading.UNDERSTOOD
            before = case.draft
            result = self._read_case(exchange, case, _question(question))
            if result is Reading.INTERRUPTION:
                return result
            if case.draft != before:
                case.keep(exchange)
            if result is Reading.REFUSED:
                self.request(exchange, case.draft.question)
            return result

    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        with reading() as session:
            case = open_case(session, exchange)
            if case is None:
                self._leave(exchange, "leave")
                return
            aside = ASIDES.get(exchange.slot(REQUESTED_SLOT))
            (aside or ask_open_question)(exchange, case, misunderstandings)

    def _read_case(self, exchange: Exchange, case: Case, question: Question) -> Reading:
        if exchange.intent == PICK:
            return self._take_pressed(exchange, case)
        if exchange.intent == "validate" and exchange.entity("summary") is not None:
            return self._validate(exchange, case, exchange.entity("summary"))
        if question in ASIDES:
            reading = self._read_aside(exchange, case, question)
            if reading is not Reading.NOT_UNDERSTOOD:
                return reading
        elif (
            not corrects(exchange.text)
            and answers(exchange.text, question, case)
            and not self._is_chat(exchange, question)
        ):
            return read_answer(exchange, case, question)
        if self._tells_a_field(exchange, question):
            result = self._corrected(exchange, case)
            if result is not Reading.NOT_UNDERSTOOD:
                return result
        control = self._read_control(exchange, case, question)
        if control is not None:
            return control
        if self._is_interruption(exchange):
            return Reading.INTERRUPTION
        return self._read_reply(exchange, case, question)

    @staticmethod
    def _tells_a_field(exchange: Exchange, question: Question) -> bool:
        """« Le téléphone » means the field where fields are spoken of, not a telephone call; and an email address is
        one, whatever is asked."""
        elsewhere = _FOR_RENT | {"cancel", "postpone", "validate"}
        if is_question(exchange.text) or exchange.intent in elsewhere:
            return False
        at_the_summary = question in (Step.DECISION, Step.MODIFICATION)
        return find_email(exchange.text) is not None or (at_the_summary and field_named(exchange.text) is not None)

    @staticmethod
    def _is_chat(exchange: Exchange, question: Question) -> bool:
        """A greeting or the like where a name is asked; elsewhere the reply's form tells enough (« tous »)."""
        of_a_name = question in (Field.LAST_NAME, Field.FIRST_NAME)
        return of_a_name and exchange.intent in SMALL_TALK and exchange.confidence >= CLEARLY

    @staticmethod
    def _is_interruption(exchange: Exchange) -> bool:
        if exchange.intent in ANSWERS | CONTROLS:
            return False
        return not (corrects(exchange.text) and field_named(exchange.text)) or exchange.confidence >= CLEARLY

    # Buttons

    def _take_pressed(self, exchange: Exchange, case: Case) -> Reading:
        """A button of this form, of the question of now or of an earlier one."""
        pressed, value = exchange.entity(FIELD), exchange.entity(VALUE)
        if pressed not in list(Field) or value is None:  # a button of another version
            return Reading.NOT_UNDERSTOOD
        field = Field(pressed)
        self.request(exchange, case.draft.question)
        draft = case.draft
        if value == ASK:
            case.draft = draft.ask_again(field)
        elif field is Field.GROUPS:
            return self._take_group(exchange, case, value)
        elif value == NONE:
            case.draft = draft.give(field, None)
        elif value == TODAY:
            if draft.closes_on is not None and draft.closes_on < today():
                case.draft = draft = draft.ask_again(Field.CLOSES_ON)
            case.draft = draft.give(field, today())
        else:
            case.draft = draft.give(field, WorkingMode(value))
        self.request(exchange, case.draft.question)
        return Reading.UNDERSTOOD

    def _take_group(self, exchange: Exchange, case: Case, value: str) -> Reading:
        givable, chosen = {group.id for group in case.groups}, case.draft.group_ids
        if value == DONE:
            result = settle_groups(exchange, case)
        elif value.startswith(ADD):
            result = choose_groups(case, (*chosen, int(value.removeprefix(ADD))))
        else:
            gone = int(value.removeprefix(REMOVE))
            result = choose_groups(case, tuple(group_id for group_id in chosen if group_id != gone))
        if value != DONE and int(value.rpartition("-")[2]) not in givable:
            exchange.say("utter_new_user_group_unknown")
        self.request(exchange, case.draft.question)
        return result

    # What can be said at any question

    def _read_control(self, exchange: Exchange, case: Case, question: Question) -> Reading | None:
        """Cancel, modify, a rent to declare, a second user; None when it is none of these."""
        if exchange.intent in _FOR_RENT and (exchange.confidence >= CLEARLY or question is Step.DECISION):
            if case.draft.is_empty:
                self._leave(exchange, "declare")
            else:
                self.request(exchange, Step.LEAVE_FOR_RENT)
            return Reading.UNDERSTOOD
        if exchange.intent in ("cancel", "postpone") and not corrects_a_field(exchange.text):
            self.request(exchange, Step.LEAVE)
            return Reading.UNDERSTOOD
        if exchange.intent == BEGIN or (exchange.intent == "create_user" and is_request(exchange.text)):
            return self._take_second_request(exchange, case, question)
        if exchange.intent == "modify":
            if field_named(exchange.text) is not None:
                return self._corrected(exchange, case)
            self.request(exchange, Step.MODIFICATION)
            return Reading.UNDERSTOOD
        return None

    def _take_second_request(self, exchange: Exchange, case: Case, question: Question) -> Reading:
        """« Ajoute Julie Martin » in mid-form: what it tells of an answer still open is taken, nothing else changes."""
        said = told(exchange.text)
        news = [field for field in (Field.LAST_NAME, Field.FIRST_NAME, Field.EMAIL) if getattr(said, field) is not None]
        if not case.draft.is_empty or not news:
            exchange.say("utter_create_user_under_way")
        else:
            case.draft = said
        self.request(exchange, case.draft.question)
        return Reading.UNDERSTOOD

    def _corrected(self, exchange: Exchange, case: Case) -> Reading:
        result = read_correction(exchange, case)
        if result is Reading.UNDERSTOOD:
            self.request(exchange, case.draft.question)
        return result

    # What answers the question

    def _read_reply(self, exchange: Exchange, case: Case, question: Question) -> Reading:
        if corrects(exchange.text) or question in (Step.DECISION, Step.MODIFICATION):
            result = self._corrected(exchange, case)
            if result is not Reading.NOT_UNDERSTOOD:
                return result
        if question is Step.DECISION:
            return self._read_decision(exchange, case)
        if question in ASIDES:
            return Reading.NOT_UNDERSTOOD
        return read_answer(exchange, case, question)

    def _read_decision(self, exchange: Exchange, case: Case) -> Reading:
        if _VALIDATION.fullmatch(" ".join(re.findall(r"[\w'-]+", fold(exchange.text)))):
            return self._validate(exchange, case, exchange.slot("summary"))
        if exchange.intent == "deny":
            self.request(exchange, Step.MODIFICATION)
            return Reading.UNDERSTOOD
        return Reading.NOT_UNDERSTOOD

    def _read_aside(self, exchange: Exchange, case: Case, question: Question) -> Reading:
        yes = exchange.intent in ("affirm", "validate", "cancel", "postpone")
        match question:
            case Step.LEAVE if yes:
                self._leave(exchange, "cancel")
            case Step.LEAVE_FOR_RENT if exchange.intent == "affirm" or exchange.intent in _FOR_RENT:
                self._leave(exchange, "declare")
            case Step.LEAVE_FOR_RENT if exchange.intent in ("cancel", "postpone"):
                self._leave(exchange, "cancel")
            case _ if exchange.intent == "deny" and field_named(exchange.text) is None:
                self.request(exchange, case.draft.question)
            case _:
                return Reading.NOT_UNDERSTOOD
        return Reading.UNDERSTOOD

    # Leaving

    def _validate(self, exchange: Exchange, case: Case, seen: str | None) -> Reading:
        """Only what the summary shows, and shows now, is created."""
        if case.draft.question is not Step.DECISION or seen != case.fingerprint:
            exchange.say("utter_new_user_summary_changed")
            self.request(exchange, case.draft.question)
            return Reading.UNDERSTOOD
        exchange.set(summary=seen)
        self._leave(exchange, "validate")
        return Reading.UNDERSTOOD

    def _leave(self, exchange: Exchange, outcome: str) -> None:
        exchange.set(**{OUTCOME: outcome})
        if outcome == "declare":  # another journey's actions follow: nothing of this one is left to them
            exchange.set(**{SLOT: None, "summary": None})
        self.finish(exchange)


def corrects_a_field(text: str) -> bool:
    """« Non, pas de clôture » sounds like giving up, and is not."""
    return corrects(text) and field_named(text) is not None


def _question(requested: str) -> Question:
    return Step(requested) if requested in list(Step) else Field(requested)
