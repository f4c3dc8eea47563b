"""What the chat answers when it cannot do what was asked: RFC 9457 problem documents, in French."""

from __future__ import annotations

from http import HTTPStatus


class Problem(Exception):
    """Ends a request with a problem document.

    Args:
        status: the HTTP status.
        title: the kind of problem: the same words each time.
        detail: what the landlord reads.
        retry_after: seconds after which the same request may succeed.
        allow: the methods that the resource knows (405 only).
    """

    def __init__(
        self, status: HTTPStatus, title: str, detail: str, *, retry_after: int | None = None, allow: str | None = None
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.retry_after = retry_after
        self.allow = allow

    def document(self) -> dict[str, object]:
        """The body. The status says all that a program needs, so the type is RFC 9457's `about:blank`."""
        return {"type": "about:blank", "title": self.title, "status": int(self.status), "detail": self.detail}

    def headers(self) -> dict[str, str]:
        """The headers that belong to the status."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.allow is not None:
            headers["Allow"] = self.allow
        if self.status == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
        return headers


def malformed(detail: str) -> Problem:
    """400: the request is not what the interface describes."""
    return Problem(HTTPStatus.BAD_REQUEST, "Demande incorrecte", detail)


def dead_token() -> Problem:
    """401: no conversation token, or one that no longer holds."""
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "Conversation inconnue",
        "Cette conversation est terminée. Ouvrez-en une nouvelle.",
    )


def dead_identity() -> Problem:
    """401: the identity token does not hold. Never taken for an anonymous visitor: the landlord would not know."""
    return Problem(
        HTTPStatus.UNAUTHORIZED,
        "Identité non vérifiée",
        "Votre connexion à Mon Compte Partenaire n'a pas pu être vérifiée. Reconnectez-vous.",
    )


def foreign_origin() -> Problem:
    """403: a page of another site asks."""
    return Problem(HTTPStatus.FORBIDDEN, "Site non autorisé", "Ce site n'est pas autorisé à utiliser cet assistant.")


def not_found() -> Problem:
    """404."""
    return Problem(HTTPStatus.NOT_FOUND, "Adresse inconnue", "Cette adresse n'existe pas.")


def wrong_method(allow: str) -> Problem:
    """405: `allow` lists the methods that the address knows."""
    return Problem(
        HTTPStatus.METHOD_NOT_ALLOWED, "Méthode non permise", "Cette adresse ne permet pas cette action.", allow=allow
    )


def busy() -> Problem:
    """409: another message of the same conversation is being answered."""
    return Problem(
        HTTPStatus.CONFLICT,
        "Conversation occupée",
        "Votre message précédent est encore en cours de traitement. Réessayez dans un instant.",
        retry_after=1,
    )


def too_long(limit: int) -> Problem:
    """413: the text exceeds `limit` characters."""
    grouped = f"{limit:,}".replace(",", "\u202f")
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "Message trop long",
        f"Votre message dépasse {grouped} caractères. Raccourcissez-le ou envoyez-le en plusieurs fois.",
    )


def too_large() -> Problem:
    """413: the body of the request is larger than any message."""
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Message trop long", "La requête est trop volumineuse.")


def too_many(seconds: int) -> Problem:
    """429: come back in `seconds`."""
    return Problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Trop de demandes",
        f"Vous avez envoyé beaucoup de demandes en peu de temps. Réessayez dans {seconds}\u00a0s.",
        retry_after=seconds,
    )


def not_done(*, may_have_acted: bool, retry_after: int | None = None) -> Problem:
    """503: the turn was not completed, and the chat kept nothing of it.

    When a call may have reached the action server, what it did is safe (an action that is asked again under the same
    turn does nothing twice) but the landlord must not be told that nothing happened.
    """
    what = "rien ne sera transmis deux fois" if may_have_acted else "rien n'a été transmis"
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Service momentanément indisponible",
        f"Votre message n'a pas pu être traité\u00a0: {what} à la Caf. Réessayez dans un instant.",
        retry_after=retry_after or 2,
    )


def unavailable() -> Problem:
    """503: a request other than a message could not be served."""
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Service momentanément indisponible",
        "L'assistant est momentanément indisponible. Réessayez dans un instant.",
        retry_after=2,
    )


def broken() -> Problem:
    """500: a fault of ours."""
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Erreur interne",
        "Une erreur inattendue s'est produite. Réessayez dans un instant.",
    )
