"""What the portal writes to its users. The login and the temporary password travel apart (A5, A6).

No message bears a link: addresses are text to type (D1, D2). No message bears what a user typed about themselves or a
colleague: a mail program would make a link of a « name » such as « exemple.fr ».
"""

from __future__ import annotations

import re
from datetime import datetime

from offre_bailleurs.campaigns import today
from offre_bailleurs.french.format import long_date, long_moment
from offre_bailleurs.mail.outbox import Content
from offre_bailleurs.models import ContactChannel, PortalUser, Profile

LOGIN = "login"
TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 - a purpose
USE_LOST_LOGIN = "use_lost_login"
EMAIL_CHANGED = "email_changed"
ADVISER_ANSWER = "adviser_answer"
"""An adviser answers a message that was left."""
DESK_REQUEST = "desk_request"
"""To the ticket system: somebody asked for an adviser, or how it ended."""

SAFETY_HEADING = "Pour votre sécurité"
SAFETY = (
    "Ne cliquez pas sur les liens des courriels : ils peuvent mener à des sites frauduleux. Tapez vous-même l'adresse"
    " dans votre navigateur : caf.fr/partenaires"
)
"""The guide's advice (D1, D2); every message ends with it."""

_SPACE_BEFORE = re.compile(r" (?=[»:;?!])")
_SPACE_AFTER = re.compile(r"(?<=«) ")

_ANOTHER = {ContactChannel.EMAIL: "un autre courriel", ContactChannel.LETTER: "une autre lettre"}
_THIS = {ContactChannel.EMAIL: "ce courriel", ContactChannel.LETTER: "cette lettre"}


def login_message(user: PortalUser, *, by: ContactChannel) -> Content:
    """A user's login; their temporary password comes in another message."""
    return Content(
        subject="Votre identifiant pour Mon Compte Partenaire",
        paragraphs=(
            f"Voici votre identifiant de connexion à Mon Compte Partenaire{_which_account(user)}.",
            f"Le mot de passe provisoire vous est envoyé à part, dans {_ANOTHER[by]}.",
            *_when_it_opens(user),
            _how_to_connect(user),
            "Gardez votre identifiant et votre mot de passe pour vous.",
        ),
        secret=user.login,
        secret_label="Votre identifiant",  # noqa: S106 - a label
    )


def temporary_password_message(user: PortalUser, password: str, expires_at: datetime, *, by: ContactChannel) -> Content:
    """A user's new temporary password, without their login."""
    return Content(
        subject="Votre mot de passe provisoire pour Mon Compte Partenaire",
        paragraphs=(
            f"Voici un mot de passe provisoire pour Mon Compte Partenaire{_which_account(user)}.",
            f"Il sert une seule fois, jusqu'au {long_moment(expires_at)} (heure de Paris) : vous choisirez alors votre"
            " propre mot de passe. Si vous aviez reçu un autre mot de passe provisoire, il ne sert plus.",
            "Vous pouvez le taper en majuscules ou en minuscules, avec ou sans les tirets.",
            *_when_it_opens(user),
            _how_to_connect(user),
            f"Par sécurité, votre identifiant n'est pas dans {_THIS[by]}. Si vous ne l'avez pas, {_who_has_it(user)}.",
            "Si vous n'avez rien demandé, vous n'avez rien à faire : si vous aviez déjà choisi un mot de passe, il"
            " fonctionne toujours. Gardez votre identifiant et votre mot de passe pour vous.",
        ),
        secret=password,
        secret_label="Votre mot de passe provisoire",  # noqa: S106 - a label
    )


def use_lost_login_message(user: PortalUser) -> Content:
    """For who asked for a password before ever connecting, and whose credentials come by letter (B3)."""
    return Content(
        subject="Votre demande de mot de passe pour Mon Compte Partenaire",
        paragraphs=(
            "Un nouveau mot de passe a été demandé avec cette adresse électronique, pour Mon Compte"
            f" Partenaire{_which_account(user)}.",
            "Vous ne vous êtes encore jamais connecté et la Caf vous écrit par courrier. Dans ce cas, choisissez"
            " « Identifiant perdu », même s'il ne vous manque que le mot de passe.",
            "On vous y demande votre N° utilisateur : 14 caractères, sans compter les espaces. Il est sur la lettre ou"
            " le courriel envoyé en juillet pour la déclaration des loyers, et sur les quittances reçues par courrier.",
            "Votre identifiant et un mot de passe provisoire vous sont alors renvoyés.",
            "Si vous n'avez rien demandé, vous n'avez rien à faire.",
        ),
    )


def email_changed_message(user: PortalUser) -> Content:
    """For the former address of a user of an organisation: nobody is taken over without a word."""
    return Content(
        subject="Votre adresse pour Mon Compte Partenaire a été remplacée",
        paragraphs=(
            f"L'adresse électronique de votre accès à Mon Compte Partenaire{_which_account(user)}, a été remplacée par"
            " l'administrateur ou un responsable d'habilitation de votre organisme.",
            "Les messages de Mon Compte Partenaire n'arrivent plus à l'adresse où vous lisez celui-ci. Un mot de passe"
            " provisoire reçu à cette adresse ne sert plus.",
            "Votre identifiant ne change pas et, si vous aviez choisi un mot de passe, il fonctionne toujours. Si vous"
            " étiez en train d'utiliser Mon Compte Partenaire, connectez-vous de nouveau.",
            "Si vous ne vous attendiez pas à ce changement, contactez sans attendre l'administrateur ou un responsable"
            " d'habilitation de votre organisme, ou un conseiller.",
        ),
    )


def typeset(text: str) -> str:
    """With no-break spaces where French wants them: « : » never begins a line."""
    return _SPACE_AFTER.sub("\u00a0", _SPACE_BEFORE.sub("\u00a0", text))


def _which_account(user: PortalUser) -> str:
    """A landlord has one account per département (A7), an organisation has one in all (A8)."""
    account = user.partner_account
    if account.profile is Profile.ORGANISATION:
        return f", pour l'organisme {account.name}"
    return f", pour votre compte du département\u00a0{account.departement}"


def _when_it_opens(user: PortalUser) -> tuple[str, ...]:
    """Until that day nothing opens with the right codes either."""
    if user.opens_on is None or user.opens_on <= today():
        return ()
    return (f"Votre accès ouvre le {long_date(user.opens_on)} : avant ce jour, vous ne pourrez pas vous connecter.",)


def _who_has_it(user: PortalUser) -> str:
    """« Identifiant perdu » writes to whom the Caf knows for the account, not to whom an administrator created."""
    if user.creation_key is None:
        return "choisissez « Identifiant perdu » et donnez votre N° utilisateur"
    return "demandez à l'administrateur de votre organisme de vous renvoyer vos codes"


def _how_to_connect(user: PortalUser) -> str:
    if user.partner_account.profile is Profile.ORGANISATION:
        where = "l'Espace Professionnel, dans la barre de menu violette"
    else:
        where = "l'Espace Partenaires, dans la barre de menu verte"
    return (
        f"Pour vous connecter, tapez caf.fr/partenaires dans votre navigateur. Sur la page d'accueil de {where},"
        " choisissez l'icône « Mon Compte Partenaire ». Tapez votre identifiant et votre mot de passe, puis"
        " « Connexion »."
    )
