"""The error pages: what happened and what to do, in French; the same for everybody but an adviser."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from offre_bailleurs.french.format import delay_in_words
from portal.context import Portal, portal_of
from portal.visitors import Visitor

_LOG = logging.getLogger(__name__)

UNAVAILABLE_RETRY_SECONDS = 30


@dataclass(frozen=True)
class Explanation:
    """An error page's title and sentences."""

    title: str
    sentences: tuple[str, ...]


_REFUSED = Explanation(
    "Cette demande n’a pas pu être acceptée",
    ("Le navigateur a envoyé une demande que ce site ne comprend pas.", "Revenez à l’accueil, puis recommencez."),
)
_EXPLANATIONS = {
    403: Explanation(
        "Cette page a expiré",
        (
            "Par sécurité, la demande n’a pas été traitée : rien n’a été changé.",
            "La page était ouverte depuis une autre connexion, ou votre navigateur refuse les cookies de ce site.",
            "Revenez à l’accueil, puis recommencez.",
        ),
    ),
    404: Explanation(
        "Page introuvable",
        ("L’adresse n’existe pas, ou vous n’avez pas accès à ce document avec ce compte.",),
    ),
    405: _REFUSED,
    413: Explanation("Texte trop long", ("Ce que vous avez envoyé dépasse la taille permise.",)),
    500: Explanation(
        "Une erreur est survenue",
        (
            "Le problème vient de notre côté. Recommencez dans quelques minutes.",
            "Vos déclarations déjà transmises ne sont pas touchées.",
        ),
    ),
    503: Explanation(
        "Le service est momentanément indisponible",
        (
            "Recommencez dans quelques instants.",
            "Vos déclarations déjà transmises ne sont pas touchées.",
        ),
    ),
}


def http_error(request: Request, error: Exception) -> Response:
    """The page of an HTTP error."""
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    return _page(request, error.status_code, _EXPLANATIONS.get(error.status_code, _REFUSED), headers)


def database_error(request: Request, error: Exception) -> Response:
    """The page shown when the database does not answer."""
    # The type alone: the text of a database error quotes the values of the query, which are people's.
    _LOG.error("the database refused a request: %s", type(error).__name__)
    return _page(request, 503, _EXPLANATIONS[503], {"Retry-After": str(UNAVAILABLE_RETRY_SECONDS)})


def unexpected_error(request: Request, error: Exception) -> Response:
    """The page of a defect; the server's log gets the traceback."""
    return _page(request, 500, _EXPLANATIONS[500], {})


def too_many_attempts(request: Request, portal: Portal, seconds: int) -> Response:
    """The page of someone who failed to sign in too often."""
    explanation = Explanation(
        "Trop d’essais de connexion",
        (
            f"Attendez {delay_in_words(seconds)}, puis recommencez.",
            "Si vous ne retrouvez pas votre identifiant ou votre mot de passe, ouvrez depuis la page de connexion "
            "« Identifiant perdu » ou « Mot de passe oublié ».",
        ),
    )
    return _page(request, 429, explanation, {"Retry-After": str(seconds)})


def too_many_requests(request: Request, portal: Portal, seconds: int) -> Response:
    """The page of someone who asked too often for something that is limited."""
    explanation = Explanation(
        "Trop de demandes",
        (
            f"Cette demande n’a pas été enregistrée. Attendez {delay_in_words(seconds)}, puis recommencez.",
            "Ce qui a déjà été demandé suit son cours.",
        ),
    )
    return _page(request, 429, explanation, {"Retry-After": str(seconds)})


def _page(request: Request, status_code: int, explanation: Explanation, headers: dict[str, str]) -> Response:
    portal = portal_of(request)
    visitor = _adviser_at(request, portal) if status_code < 500 else None
    response = portal.pages.render(
        request,
        "error.html",
        visitor,
        status_code=status_code,
        headers=headers,
        explanation=explanation,
        with_chat=status_code < 500 and visitor is None,
    )
    if visitor is not None:
        portal.visitors.remember(request, response, visitor)
    return response


def _adviser_at(request: Request, portal: Portal) -> Visitor | None:
    """The adviser who is signed in: they have pages of their own to go back to. Of anybody else the page says nothing.

    A database that does not answer is no reason to show another error than the one that there was.
    """
    try:
        visitor = portal.visitors.identify(request)
    except SQLAlchemyError:
        return None
    return portal.visitors.with_form(visitor) if visitor.adviser else None
