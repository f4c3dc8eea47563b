"""Who is asking: the cookies of a browser, the session behind them, and the token that its forms bear.

Two cookies, both HttpOnly and SameSite=Lax, gone with the browser: the session (signed in), and the visit, a random
value to which the forms' CSRF tokens are bound. The visit changes at each sign-in and sign-out; it does not rotate
with the session, so that a page left open in another tab can still sign out.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.access import Adviser, Viewer, adviser, is_within_dates, viewer
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.first_connection import Step, next_step
from offre_bailleurs.models import PortalSession, PortalUser, UserState
from offre_bailleurs.portal_sessions import close_session, find_session, open_session, rotate_session, rotation_is_due
from offre_bailleurs.settings import Settings
from portal.steps import NEW_PASSWORD_PATH, STAGES


@dataclass(frozen=True)
class Newcomer:
    """Somebody whose login and password proved right, with something left to do before anything opens."""

    user_id: int
    full_name: str
    step: Step
    is_first_connection: bool
    """False: they finished it long ago, and have to replace a temporary password."""

    @property
    def path(self) -> str:
        """The page of what is left to do first."""
        return STAGES[self.step].path if self.is_first_connection else NEW_PASSWORD_PATH


@dataclass(frozen=True)
class Visitor:
    """A browser, as its cookies tell: of `viewer`, `adviser` and `newcomer` at most one is set."""

    viewer: Viewer | None = None
    adviser: Adviser | None = None
    """Signed in at the desk: sees nothing of Offre Bailleurs either."""
    newcomer: Newcomer | None = None
    """Sees nothing of Offre Bailleurs: whatever asks for a viewer finds none."""
    token: str | None = None
    """The session's token that the browser should hold from now on."""
    visit: str | None = None
    """The visit that its forms are bound to."""

    @property
    def user_id(self) -> int | None:
        """Who is signed in, whatever is left to do."""
        known = self.viewer or self.adviser or self.newcomer
        return known.user_id if known else None

    @property
    def full_name(self) -> str:
        """Of who is signed in; "" when nobody is."""
        known = self.viewer or self.adviser or self.newcomer
        return known.full_name if known else ""


class Visitors:
    """Recognises browsers, signs people in and out."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._engine = engine
        self._secret = settings.secret_key
        self._lifetime = timedelta(seconds=settings.portal_session_lifetime)
        self._secure = settings.portal_url.startswith("https://")
        prefix = "__Host-" if self._secure else ""
        self.session_cookie = f"{prefix}ob_session"
        self.visit_cookie = f"{prefix}ob_visite"

    def identify(self, request: Request, *, full_page: bool = False) -> Visitor:
        """Whose browser this is.

        On a full page, and there only, the session's token is replaced when it is due: the other requests that a
        page makes run side by side, and their answers could reach the browser in any order.
        """
        visit = request.cookies.get(self.visit_cookie) or None
        token = request.cookies.get(self.session_cookie) or None
        if token is None:
            return Visitor(visit=visit)
        with reading(on=self._engine) as session:
            found = find_session(session, token)
            visitor = _behind(session, found, token, visit)
        if full_page and found is not None and visitor.token is not None and rotation_is_due(found):
            with transaction(on=self._engine) as session:
                return replace(visitor, token=rotate_session(session, token, secret=self._secret) or token)
        return visitor

    def again(self, session: Session, visitor: Visitor) -> Visitor:
        """The same browser as it stands in a transaction, and until its end: a step may have been done meanwhile."""
        if visitor.token is None:
            return visitor
        session.flush()  # the row is read again below
        session.get(PortalUser, visitor.user_id, with_for_update={"key_share": True})
        return _behind(session, find_session(session, visitor.token), visitor.token, visitor.visit)

    def with_form(self, visitor: Visitor) -> Visitor:
        """The same visitor, able to be given a form."""
        return visitor if visitor.visit else replace(visitor, visit=secrets.token_urlsafe(32))

    def sign_in(
        self, session: Session, visitor: Visitor, user_id: int, *, must_choose_password: bool = False
    ) -> Visitor:
        """Open a session under new cookies, in a transaction; whatever session this browser had is over."""
        if visitor.token:
            close_session(session, visitor.token, secret=self._secret)
        token = open_session(session, user_id, lifetime=self._lifetime, must_choose_password=must_choose_password)
        session.flush()
        return _behind(session, find_session(session, token), token, secrets.token_urlsafe(32))

    def sign_out(self, visitor: Visitor) -> None:
        """End the session, here and in the database."""
        if visitor.token:
            with transaction(on=self._engine) as session:
                close_session(session, visitor.token, secret=self._secret)

    def csrf_token(self, visitor: Visitor) -> str:
        """What a form of this visitor must send back: bound to the visit and to who is signed in."""
        return self._digest(f"csrf\0{visitor.visit}\0{visitor.user_id or ''}")

    def sent_back(self, visitor: Visitor, csrf_token: str) -> bool:
        """True when a form comes from a page that was made for this visitor."""
        expected = self.csrf_token(visitor).encode()
        return visitor.visit is not None and hmac.compare_digest(expected, csrf_token.encode("utf-8", "surrogatepass"))

    def request_key(self, visitor: Visitor, asked: str) -> str:
        """Names what one form of this visitor asks: the same form sent twice gives the same name."""
        return self._digest(f"request\0{visitor.visit}\0{asked}")

    def pseudonym(self, known: Viewer) -> str:
        """A stable name for a signed-in user that tells nothing of them."""
        return self._digest(f"who\0{known.user_id}")[:32]

    def remember(self, request: Request, response: Response, visitor: Visitor) -> None:
        """Send the cookies that the browser does not hold yet.

        Those it holds are not sent again: an answer that is late would bring a replaced token back.
        """
        for name, value in ((self.session_cookie, visitor.token), (self.visit_cookie, visitor.visit)):
            if value and value != request.cookies.get(name):
                response.set_cookie(name, value, path="/", secure=self._secure, httponly=True, samesite="lax")

    def forget(self, response: Response) -> None:
        """Have the browser drop its cookies."""
        for name in (self.session_cookie, self.visit_cookie):
            response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")

    def _digest(self, text: str) -> str:
        return hmac.digest(self._secret.encode(), b"portal\0" + text.encode("utf-8", "surrogatepass"), "sha256").hex()


def _behind(session: Session, found: PortalSession | None, token: str, visit: str | None) -> Visitor:
    """Who is behind a session: nobody when it is over, or when they may no longer sign in."""
    user = session.get(PortalUser, found.portal_user_id) if found else None
    if found is None or user is None or user.state is UserState.CLOSED or not is_within_dates(user, today()):
        return Visitor(visit=visit)
    step = next_step(session, user.id, must_choose_password=found.must_choose_password)
    if step is None:
        if user.is_adviser:
            return Visitor(adviser=adviser(session, user.id), token=token, visit=visit)
        known = viewer(session, user.id)
        return Visitor(viewer=known, token=token, visit=visit) if known else Visitor(visit=visit)
    newcomer = Newcomer(user.id, user.full_name, step, is_first_connection=user.state is UserState.NEVER_CONNECTED)
    return Visitor(newcomer=newcomer, token=token, visit=visit)
