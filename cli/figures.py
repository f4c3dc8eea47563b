"""`bailleurs figures`: how far the figures are counted, and counting them anew."""

from __future__ import annotations

from sqlalchemy import func, select

from cli.console import say
from offre_bailleurs import database
from offre_bailleurs.chat_tables import event_outbox
from offre_bailleurs.database import reading
from offre_bailleurs.figures import consumer
from offre_bailleurs.figures.tables import FiguresConversation, FiguresEvent


def rebuild() -> None:
    """Count all that the log holds anew. The chat and the counting of what comes go on meanwhile."""
    rebuilt = consumer.rebuild(database.engine())
    say(f"Conversations recomptées : {rebuilt.conversations} ; événements relus : {rebuilt.events}.")


def show() -> None:
    """Print how many events wait and what is counted."""
    with reading() as session:
        waiting = session.scalar(select(func.count()).select_from(event_outbox))
        logged = session.scalar(select(func.count()).select_from(FiguresEvent))
        counted = session.scalar(select(func.count()).select_from(FiguresConversation))
    say(f"Événements en attente : {waiting} ; événements gardés : {logged} ; conversations comptées : {counted}.")
