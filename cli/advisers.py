"""`bailleurs adviser`: who answers at the desk."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.console import OperatorError, say
from offre_bailleurs.contacts import Refused, read_email, read_name
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.desk import accounts
from offre_bailleurs.french.format import long_moment
from offre_bailleurs.models import PortalUser, TemporaryPassword, UserState
from offre_bailleurs.users import free_login


def add(first_name: str, last_name: str, email: str) -> None:
    """Create an adviser; their login and temporary password are shown this once.

    Raises:
        OperatorError: a name or the address cannot be used, or somebody has the address.
    """
    try:
        first, last, address = read_name(first_name), read_name(last_name), read_email(email)
    except Refused as refused:
        raise OperatorError(refused.message) from None
    try:
        with transaction() as session:
            login = free_login(session, first, last)
            password = accounts.create_adviser(session, first, last, address, login)
            until = _expiry(session, login)
    except accounts.EmailTaken:
        raise OperatorError(f"l'adresse {address} est déjà celle d'un autre utilisateur.") from None
    except accounts.LoginTaken:  # created at this very moment by another command
        raise OperatorError("un autre utilisateur vient de recevoir le même identifiant : recommencez.") from None
    say(f"Accès créé pour {first} {last}.")
    _say_credentials(login, password, until)


def renew(login: str) -> None:
    """Give an adviser another temporary password, shown this once.

    Raises:
        OperatorError: no adviser who may sign in has this login.
    """
    try:
        with transaction() as session:
            password = accounts.renew_temporary_password(session, login)
            until = _expiry(session, login)
    except LookupError:
        raise OperatorError(
            f"« {login} » n'est pas l'identifiant d'un conseiller dont l'accès est ouvert ; `bailleurs adviser list`"
            " les montre."
        ) from None
    _say_credentials(login, password, until)


def close(login: str) -> None:
    """End an adviser's access for good.

    Raises:
        OperatorError: no adviser has this login.
    """
    try:
        with transaction() as session:
            released = accounts.close_adviser(session, login)
    except LookupError:
        raise OperatorError(
            f"« {login} » n'est pas l'identifiant d'un conseiller ; `bailleurs adviser list` les montre."
        ) from None
    say(f"L'accès de {login} est fermé. Demandes remises en attente : {released}.")


def show() -> None:
    """Print who the advisers are."""
    with reading() as session:
        found = accounts.advisers(session)
    if not found:
        say("Aucun conseiller : `bailleurs adviser add` en crée un.")
        return
    table = Table("identifiant", "nom", "accès")
    for adviser in found:
        table.add_row(adviser.login, adviser.full_name, "fermé" if adviser.state is UserState.CLOSED else "ouvert")
    Console().print(table)


def _expiry(session: Session, login: str) -> str:
    of_login = select(TemporaryPassword.expires_at).join(PortalUser).where(PortalUser.login == login)
    return long_moment(session.scalars(of_login).one())


def _say_credentials(login: str, password: str, until: str) -> None:
    typer.echo(f"  identifiant             {login}")
    typer.echo(f"  mot de passe provisoire {password}")
    say(
        f"Ce mot de passe n'est affiché qu'une fois et sert jusqu'au {until} (heure de Paris) : la première connexion"
        " en fait choisir un autre."
    )
