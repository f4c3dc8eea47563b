"""The guided form: one call a turn decides what the reply means and what comes next."""

from __future__ import annotations

import re

from actions.declare_rent.case import Case, open_case
from actions.declare_rent.questions import (
    Step,
    ask_open_question,
    ask_to_leave,
    ask_what_to_modify,
    open_question,
)
from actions.declare_rent.replies import (
    SITUATION_OF_INTENT,
    read_answer,
    read_correction,
    read_situation,
    take_same_rent,
)
from actions.declare_rent.tenant import choose_tenancy, end_with_transmitted, read_tenant, tenant_named
from actions.exchange import REQUESTED_SLOT, Exchange
from actions.form import JourneyForm, Reading
from offre_bailleurs import database
from offre_bailleurs.declarations import (
    Question,
    clear_rent,
    clear_situation,
    discard_draft,
    is_transmitted,
    rent_is_due,
)
from offre_bailleurs.french.text import fold
from offre_bailleurs.models import Situation
from offre_bailleurs.tenant_index import mend

OUTCOME = "declare_rent_outcome"
"""Why the form was left: "validate", "cancel", "postpone", or "leave" (its reason is already said)."""

CONTROLS = frozenset(
    {
        "cancel",
        "change_rent",
        "change_situation",
        "declare_rent",
        "modify",
        "pick_tenancy",
        "postpone",
        "resume_draft",
        "wrong_tenant",
    }
)
"""What can be said at any question."""
ANSWERS = frozenset(
    {
        *SITUATION_OF_INTENT,
        "affirm",
        "deny",
        "inform",
        "nlu_fallback",
        "pick_situation",
        "same_as_last_year",
        "validate",
    }
)
"""What answers a question. Every other intent is a question of the landlord's, or small talk: the rules answer it."""

SMALL_TALK = frozenset({"goodbye", "greet", "insult", "off_topic", "thank"})
CLEARLY = 0.65
"""From this confidence on small talk is taken for that in mid-form (names and gibberish look like it), and a control
comes before an answer («aujourd'hui» looks like «plus tard»)."""

_SESSION, _CASE = "session", "case"

_ASIDES = {Step.LEAVE: ask_to_leave, Step.MODIFICATION: ask_what_to_modify}
"""Questions that the draft's state does not call for: the landlord did."""

_VALIDATION = re.compile(r"(oui )?(je )?(valide[rz]?|transmet(s|tre|tez)|envoie|envoye[rz])( [a-z' ]{0,25})?")
_NEGATION = re.compile(r"\b(ne|n|pas|non|jamais|attend\w*|sauf|mais)\b")


class DeclareRentForm(JourneyForm):
    """`validate_declare_rent_form`."""

    form = "declare_rent_form"

    def answer(self, exchange: Exchange) -> None:
        """One transaction a turn; one that locks nothing where nothing can be written: at the beginning, and when the
        question is asked again after the rules have answered."""
        question = exchange.slot(REQUESTED_SLOT)
        if question not in (None, Step.TENANT) and not exchange.was_rejected() and self._is_interruption(exchange):
            return
        opened = database.reading if question is None or exchange.was_rejected() else database.transaction
        with opened() as session:
            exchange.memo[_SESSION] = session
            super().answer(exchange)

    def begin(self, exchange: Exchange) -> None:
        case = self._case(exchange)
        if case is None:
            reading = self._leave(exchange)
        elif case.tenancy is None:
            reading = read_tenant(exchange, case, sentence=True)
        else:  # back after «Valider»: the draft had changed since its summary was shown
            reading = Reading.UNDERSTOOD
        self._settle(exchange, case, reading)
        if reading is not Reading.REFUSED and not self.is_finished(exchange):
            self.ask(exchange, 0)

    def read(self, exchange: Exchange, question: str) -> Reading:
        case = self._case(exchange)
        if case is not None and question == Step.TENANT:
            mend(case.session, case.viewer.account_id)
        reading = self._read_case(exchange, case, question) if case is not None else self._leave(exchange)
        self._settle(exchange, case, reading)
        return reading

    @staticmethod
    def _case(exchange: Exchange) -> Case | None:
        """What this turn stands on: opened once, in the turn's one transaction."""
        if _CASE not in exchange.memo:
            exchange.memo[_CASE] = open_case(exchange.memo[_SESSION], exchange)
        case: Case | None = exchange.memo[_CASE]
        return case

    def _read_case(self, exchange: Exchange, case: Case, question: str) -> Reading:
        named = tenant_named(exchange, case) if question == Step.TENANT else None
        if named is not None:
            return choose_tenancy(exchange, case, named)  # whatever else the name looks like
        if self._is_interruption(exchange):
            return Reading.INTERRUPTION
        transmitted = case.was_transmitted()
        if transmitted is not None and exchange.intent != "validate":  # «Valider» tells so itself, or the same again
            return end_with_transmitted(exchange, case, transmitted)
        if exchange.confidence < CLEARLY and question != Step.TENANT:
            reading = self._read_reply(exchange, case, question)
            if reading is not Reading.NOT_UNDERSTOOD:
                return reading
        return self._read_control(exchange, case, question) or self._read_reply(exchange, case, question)

    @staticmethod
    def _is_interruption(exchange: Exchange) -> bool:
        if exchange.intent in SMALL_TALK:
            return exchange.confidence >= CLEARLY
        if exchange.intent == "check_user_number":  # «650,505» looks like one too
            return exchange.mention("user_number") is not None
        return exchange.intent not in CONTROLS | ANSWERS

    def ask(self, exchange: Exchange, misunderstandings: int) -> None:
        case = self._case(exchange)
        if case is None:
            self._leave(exchange)
            self.finish(exchange)
            return
        if case.declaration is not None and is_transmitted(case.declaration):  # elsewhere, while this one waited
            end_with_transmitted(exchange, case, case.declaration)
            self.finish(exchange)
            return
        aside = _ASIDES.get(exchange.slot(REQUESTED_SLOT))
        (aside or ask_open_question)(exchange, case, misunderstandings)

    def _settle(self, exchange: Exchange, case: Case | None, reading: Reading) -> None:
        if exchange.slot(OUTCOME):
            self.finish(exchange)
        elif case is not None and reading is Reading.REFUSED:
            case.mirror(exchange)
            self.request(exchange, open_question(case))

    @staticmethod
    def _leave(exchange: Exchange) -> Reading:
        exchange.set(**{OUTCOME: "leave"})
        return Reading.UNDERSTOOD

    # What can be said at any question

    def _read_control(self, exchange: Exchange, case: Case, question: str) -> Reading | None:
        draft = case.declaration
        aside: str | None = None
        match exchange.intent:
            case "cancel" if question != Step.LEAVE:
                aside = Step.LEAVE
            case "postpone":
                exchange.set(**{OUTCOME: "postpone"})
            case "wrong_tenant":
                self._change_tenant(exchange, case)
            case "change_situation" if draft is not None:
                clear_situation(draft)
                exchange.set(situation_changes=True)
            case "change_rent" if draft is not None and rent_is_due(draft):
                clear_rent(draft)
            case "modify" if question in (Step.DECISION, Step.MODIFICATION):
                aside = Step.MODIFICATION
            case "declare_rent" | "resume_draft" | "pick_tenancy" if case.tenancy is not None:
                return self._turn_to_another_tenant(exchange, case)
            case _:
                return None
        self.request(exchange, aside or open_question(case))
        return Reading.UNDERSTOOD

    def _change_tenant(self, exchange: Exchange, case: Case) -> None:
        """What was answered was about somebody else: a draft that this conversation began is not kept."""
        if case.tenancy is not None and exchange.slot("situation") is not None:
            if exchange.slot("draft_is_new"):
                discard_draft(case.session, case.viewer, case.tenancy.id, case.campaign)
                exchange.say("utter_draft_dropped", tenant=case.tenancy.tenant_name)
            else:
                exchange.say("utter_draft_kept", tenant=case.tenancy.tenant_name)
        case.leave_tenancy(exchange)

    def _turn_to_another_tenant(self, exchange: Exchange, case: Case) -> Reading:
        """«Déclarer le loyer de M. Petit» in mid-form: it is their turn, and the draft under way is kept."""
        current, had_draft = case.tenancy, case.declaration is not None
        reading = read_tenant(exchange, case, sentence=True)
        if current is None or reading is Reading.NOT_UNDERSTOOD:
            return Reading.UNDERSTOOD
        if case.tenancy is None:  # theirs is transmitted already: back to the one under way
            case.choose(exchange, current)
            exchange.set(**{OUTCOME: None})
        elif case.tenancy is not current and had_draft:
            exchange.say("utter_draft_kept", tenant=current.tenant_name)
        return reading

    # What answers the question

    def _read_reply(self, exchange: Exchange, case: Case, question: str) -> Reading:
        match question:
            case Step.LEAVE:
                return self._read_leave(exchange, case)
            case Step.MODIFICATION if exchange.intent in ("deny", "affirm", "validate", "cancel"):
                self.request(exchange, Step.DECISION)
                return Reading.UNDERSTOOD
        if case.tenancy is None:
            return read_tenant(exchange, case)
        situation = _situation_said(exchange)
        if situation is not None and self._is_news(exchange, question, situation):
            return read_situation(exchange, case, situation)
        correction = read_correction(exchange, case)
        if correction is not Reading.NOT_UNDERSTOOD:
            return correction
        if question in (Step.DECISION, Step.MODIFICATION):
            return self._read_decision(exchange, case)
        return read_answer(exchange, case, Question(question))

    @staticmethod
    def _is_news(exchange: Exchange, question: str, situation: Situation) -> bool:
        """«Il me doit 300 €» while the amount owed is asked is the answer, not the situation over again; and «rien n'a
        changé» means the rent while the rent is asked.

        Compared with what this conversation showed last, not with the draft: a turn run again after a crash finds in
        the draft what it wrote itself the first time.
        """
        if question == Question.SITUATION:
            return True
        if question == Question.JULY_RENT and situation is Situation.STILL_TENANT:
            return False
        return bool(exchange.slot("situation") != situation.value)

    def _read_leave(self, exchange: Exchange, case: Case) -> Reading:
        if exchange.intent == "validate":  # the summary's button is still there to press
            self.request(exchange, open_question(case))
            return self._read_decision(exchange, case) if open_question(case) is Step.DECISION else Reading.UNDERSTOOD
        if exchange.intent in ("affirm", "cancel"):
            if case.tenancy is not None:
                discard_draft(case.session, case.viewer, case.tenancy.id, case.campaign)
            exchange.set(**{OUTCOME: "cancel"})
            return Reading.UNDERSTOOD
        if exchange.intent == "deny":
            self.request(exchange, open_question(case))
            return Reading.UNDERSTOOD
        return Reading.NOT_UNDERSTOOD

    def _read_decision(self, exchange: Exchange, case: Case) -> Reading:
        if exchange.intent == "validate":
            pressed = exchange.entity("summary")
            if pressed is None and not _is_plain_validation(exchange.text):
                return Reading.NOT_UNDERSTOOD
            exchange.set(**{OUTCOME: "validate", "summary": pressed or exchange.slot("summary")})
            return Reading.UNDERSTOOD
        if exchange.intent == "same_as_last_year":
            return take_same_rent(exchange, case)
        if exchange.intent == "inform" and case.declaration is not None and rent_is_due(case.declaration):
            return read_answer(exchange, case, Question.JULY_RENT)
        return Reading.NOT_UNDERSTOOD


def _situation_said(exchange: Exchange) -> Situation | None:
    pressed = exchange.entity("situation")
    return Situation(pressed) if pressed is not None else SITUATION_OF_INTENT.get(exchange.intent)


def _is_plain_validation(text: str) -> bool:
    """A typed «valider» transmits only when nothing else is said: «ne valide pas encore» must not."""
    folded = " ".join(re.findall(r"[\w']+", fold(text)))
    return bool(_VALIDATION.fullmatch(folded)) and not _NEGATION.search(folded)
