"""What the commands do to the database: its tables, the demo data, identity tokens."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

import migrations
from cli.console import OperatorError
from offre_bailleurs import demo
from offre_bailleurs.access import adviser, viewer
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.identity import sign_identity
from offre_bailleurs.models import PortalUser
from offre_bailleurs.settings import Settings


def migrate(settings: Settings) -> None:
    """Bring the tables of `DATABASE_URL` up to date; does nothing when they are."""
    migrations.upgrade(settings.database_url)


def seed_demo_if_empty(settings: Settings) -> bool:
    """Write the demo data into a migrated database that holds no account; False when it holds some.

    Raises:
        OperatorError: in production.
    """
    refuse_in_production(settings, "la démonstration")
    with transaction() as session:
        if not demo.is_empty(session):
            return False
        demo.seed(session, today())
    return True


def known_demo_logins() -> list[demo.DemoLogin]:
    """The demo logins that this database knows: none when it holds other data."""
    with reading() as session:
        known = set(session.scalars(select(PortalUser.login)))
    return [login for login in demo.DEMO_LOGINS if login.login in known]


def identity_token(settings: Settings, login: str) -> str:
    """A signed identity token, as the portal gives one to a signed-in browser. It lives `IDENTITY_LIFETIME` seconds.

    Raises:
        OperatorError: in production, or when nobody with that login may see anything.
    """
    refuse_in_production(settings, "un jeton d'identité sans mot de passe")
    with reading() as session:
        user_id = session.scalar(select(PortalUser.id).where(PortalUser.login == login))
        if user_id is None:
            raise OperatorError(
                f"l'identifiant « {login} » est inconnu ; `bailleurs demo` affiche ceux de la démonstration."
            )
        if adviser(session, user_id) is not None:
            raise OperatorError(
                f"l'identifiant « {login} » est celui d'un conseiller : il répond sur la page /conseil du portail, et "
                "ne parle pas à l'assistant."
            )
        if viewer(session, user_id) is None:
            raise OperatorError(
                f"l'identifiant « {login} » n'est pas actif : première connexion à faire, ou compte clos."
            )
    lifetime = timedelta(seconds=settings.identity_lifetime)
    return sign_identity(user_id, secret=settings.secret_key, lifetime=lifetime)


def refuse_in_production(settings: Settings, what: str) -> None:
    """Keep what is for trying the assistant away from real data.

    Raises:
        OperatorError: ENVIRONMENT is "production".
    """
    if settings.is_production:
        raise OperatorError(f"ENVIRONMENT=production : refusé ({what}).")
