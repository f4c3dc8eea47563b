"""Wakes those who wait for a conversation's next message, wherever they wait: a publish of Redis's.

Messages stand in the database before anybody is told of them; the call says no more than "look now", and of which
conversation by a digest. A call that is lost costs a delay: whoever waits looks by itself from time to time, and does
so more often while no call can reach it (`bot/news.py`). Without REDIS_URL nobody is called.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import settings
from offre_bailleurs.shared_redis import OPTIONS, Rest

CHANNEL: Final = "bailleurs:wake"
"""Every call goes through this one: each replica hears all, a digest is soon compared."""
_WRITTEN: Final = f"{__name__}.written"


def digest(conversation_id: str, *, secret: str) -> str:
    """What a call names a conversation by."""
    return keyed_digest("wake", conversation_id, secret=secret)


class Bell:
    """Calls, from whatever is no coroutine: the portal, an action, a worker."""

    def __init__(self, url: str, *, secret: str) -> None:
        """Prepare; nothing is connected yet. Without an address it calls nobody."""
        self._redis = Redis.from_url(url, **OPTIONS) if url else None
        self._secret = secret
        self._rest = Rest("wake")

    def ring(self, conversation_id: str) -> None:
        """Something was written in this conversation. What fails is told in the log."""
        if self._redis is None or self._rest.is_on:
            return
        try:
            self._redis.publish(CHANNEL, digest(conversation_id, secret=self._secret))
        except RedisError as error:
            self._rest.failed(error)
        else:
            self._rest.worked()


@cache
def bell() -> Bell:
    """This process's, on `REDIS_URL`."""
    configuration = settings()
    return Bell(configuration.redis_url, secret=configuration.secret_key)


def ring_once_committed(session: Session, conversation_id: str) -> None:
    """Have the session's transaction, once it is committed, call those who wait in this conversation."""
    session.info.setdefault(_WRITTEN, set()).add(conversation_id)


@event.listens_for(Session, "after_commit")
def _ring(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: nobody else sees it yet
        return
    for conversation_id in session.info.pop(_WRITTEN, ()):
        bell().ring(conversation_id)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:  # else a savepoint: what was written before it may still be committed
        session.info.pop(_WRITTEN, None)
