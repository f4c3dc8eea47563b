"""How the form ends: the user is created, or nothing is."""

from __future__ import annotations

from actions.create_user.case import JOURNEY_SLOTS, OUTCOME, open_case
from actions.create_user.draft import SLOT, Draft, Field
from actions.create_user.form import CreateUserForm
from actions.create_user.replies import say_refusal
from actions.create_user.start import BEGIN
from actions.exchange import Answer, Button, Exchange
from offre_bailleurs.attempts import TooMany, check_refused_emails, count_refused_email
from offre_bailleurs.database import transaction
from offre_bailleurs.french.format import in_minutes
from offre_bailleurs.users import EmailTaken, Invalid, NotAllowed, Reason, create_user


class SubmitCreateUser(Answer):
    """`action_submit_create_user`: «Valider».

    Rights, groups and the summary's fingerprint are checked again in the transaction that creates. What the business
    refuses is told, and the form asks for it again with all the rest kept. The same turn run again finds the user whom
    it created.
    """

    def name(self) -> str:
        return "action_submit_create_user"

    def answer(self, exchange: Exchange) -> None:
        draft = Draft.of(exchange.slot(SLOT))
        try:
            self._create(exchange)
        except TooMany as limit:
            exchange.say("utter_create_user_too_many", wait=in_minutes(limit.seconds))
            self._ask_again(exchange, draft)
        except Invalid as invalid:
            for field, message in invalid.messages.items():
                say_refusal(exchange, message)
                draft = draft.ask_again(Field(field))
            self._ask_again(exchange, draft)
        except NotAllowed as refused:
            by_groups = refused.reason is Reason.GROUPS
            exchange.say("utter_create_user_group_withdrawn" if by_groups else "utter_create_user_no_right")
            exchange.set(**dict.fromkeys(JOURNEY_SLOTS))

    def _create(self, exchange: Exchange) -> None:
        with transaction() as session:
            case = open_case(session, exchange)
            if case is None:
                exchange.set(**dict.fromkeys(JOURNEY_SLOTS))
                return
            if exchange.slot("summary") != case.fingerprint:
                exchange.say("utter_new_user_summary_changed")
                self._ask_again(exchange, case.draft)
                return
            check_refused_emails(session, case.viewer.user_id)
            try:
                user = create_user(session, case.viewer, case.draft.new_user(), creation_key=exchange.turn.key)
            except EmailTaken:
                count_refused_email(session, case.viewer.user_id)
                exchange.say("utter_new_user_email_taken", email=case.draft.email)
                self._ask_again(exchange, case.draft.ask_again(Field.EMAIL))
                return
            exchange.say(
                "utter_user_created",
                name=user.full_name,
                login=user.login,
                email=user.email,
                buttons=[Button("Créer un autre utilisateur", f"/{BEGIN}")],
            )
            if case.viewer.delegates:
                exchange.say("utter_user_created_delegation")
            exchange.set(**dict.fromkeys(JOURNEY_SLOTS))

    @staticmethod
    def _ask_again(exchange: Exchange, draft: Draft) -> None:
        exchange.set(**{SLOT: draft.slot, OUTCOME: None})
        exchange.follow_up(CreateUserForm.form)


class LeaveCreateUser(Answer):
    """`action_leave_create_user`: the form is left without «Valider»; nothing is kept."""

    def name(self) -> str:
        return "action_leave_create_user"

    def answer(self, exchange: Exchange) -> None:
        if exchange.slot(OUTCOME) == "cancel":
            exchange.say("utter_create_user_cancelled", buttons=[Button("Créer un utilisateur", f"/{BEGIN}")])
        exchange.set(**dict.fromkeys(JOURNEY_SLOTS))
