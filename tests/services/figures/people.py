"""Who talks in the thousand conversations: visitors, landlords, an organisation's administrator, and an adviser."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.tokens import verify_conversation
from offre_bailleurs.access import adviser
from offre_bailleurs.database import transaction
from offre_bailleurs.desk import advising
from offre_bailleurs.models import DwellingType, Outcome, PortalUser, SupportRequest, UserState
from tests.support.chat import ChatClient
from tests.support.journey import REGISTER
from tests.support.live import LiveBot
from tests.support.world import GroupGiven


class People:
    """Opens conversations, and answers them at the desk; threads may share it."""

    def __init__(self, bot: LiveBot) -> None:
        self._bot = bot
        self._landlord = bot.world.landlord("Claude Bailleur", REGISTER).people[0].user_id
        self._administrator = self._new_administrator()
        with transaction(on=bot.engine) as session:
            user = PortalUser(
                login="conseil",
                first_name="Alix",
                last_name="Conseil",
                state=UserState.ACTIVE,
                password_hash="-",
                is_adviser=True,
            )
            session.add(user)
            session.flush()
            who = adviser(session, user.id)
        assert who is not None
        self._who = who

    def visitor(self) -> ChatClient:
        """Somebody who is not signed in."""
        return self._open(None)

    def landlord(self) -> ChatClient:
        """A private landlord who declares nothing."""
        return self._open(self._landlord)

    def organisation(self) -> ChatClient:
        """An organisation's administrator."""
        return self._open(self._administrator)

    def replacing_organisation(self) -> ChatClient:
        """An administrator who has not asked to be replaced yet: somebody new each time."""
        return self._open(self._new_administrator())

    def declarer(self) -> ChatClient:
        """A private landlord of whose two tenants nothing is declared yet: somebody new each time."""
        return self._open(self._bot.world.landlord("Claude Bailleur", REGISTER).people[0].user_id)

    # The adviser

    def take(self, chat: ChatClient, waited: float) -> int:
        """Take what a conversation asked, and set the clock so that it has waited so long; the request's number."""
        with transaction(on=self._bot.engine) as session:
            number = self._request(session, chat)
            advising.take(session, self._who, number)
        with transaction(on=self._bot.engine) as session:
            request = session.get_one(SupportRequest, number)
            assert request.taken_at is not None
            request.created_at = request.taken_at - timedelta(seconds=waited)
        return number

    def hand_back(self, number: int) -> None:
        """«Rendre la main»."""
        with transaction(on=self._bot.engine) as session:
            advising.hand_back(session, self._who, number)

    def close(self, number: int, outcome: Outcome) -> None:
        """Say how it ended."""
        with transaction(on=self._bot.engine) as session:
            advising.close(session, self._who, number, outcome)

    def answer_by_email(self, chat: ChatClient, outcome: Outcome) -> None:
        """Answer the message that was left, and say how it ended."""
        with transaction(on=self._bot.engine) as session:
            number = self._request(session, chat)
            advising.take(session, self._who, number)
            advising.answer_by_email(session, self._who, number, "Votre dossier est débloqué.", key=f"answer-{number}")
            advising.close(session, self._who, number, outcome)

    def _request(self, session: Session, chat: ChatClient) -> int:
        name = verify_conversation(chat.token or "", secret=self._bot.servers.settings.secret_key)
        return session.scalars(select(SupportRequest.id).where(SupportRequest.conversation_id == name)).one()

    def _new_administrator(self) -> int:
        groups = {"Logements privés": GroupGiven(DwellingType.PRIVATE, ["35"])}
        users = {"Olive Ramure": ["Logements privés"]}
        return self._bot.world.organisation("LES OLIVIERS", groups, users, ()).people[0].user_id

    def _open(self, user_id: int | None) -> ChatClient:
        chat = self._bot.client(user_id)
        chat.open()
        return chat
