"""What an adviser answers by email: their words and the landlord's are quoted, none passes for a line of ours."""

from __future__ import annotations

import re
from typing import Final

from offre_bailleurs.french.format import long_moment
from offre_bailleurs.mail.outbox import Content, Quotation
from offre_bailleurs.models import SupportRequest

_SCHEME: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_BARE_GREETING: Final = re.compile(r"bonjour[\s,.!]*", re.IGNORECASE)


def answer_letter(request: SupportRequest, said: str) -> Content:
    """The email that answers a message, with that message: whoever left two of them knows which one is answered.

    Args:
        request: what is answered.
        said: the adviser's words, `without_schemes`.
    """
    asked = "laissé un message" if request.message else "adressé une demande"
    quotations = [Quotation("Réponse du conseiller :", _without_greeting(said))]
    if request.message:
        quotations.append(Quotation("Votre message :", without_schemes(request.message)))
    return Content(
        subject=f"La réponse d’un conseiller à votre {'message' if request.message else 'demande'}",
        paragraphs=(
            f"Le {long_moment(request.created_at)}, vous avez {asked} à un conseiller. Sa réponse est ci-dessous.",
            "Cette adresse ne lit pas les réponses. Si vous avez une autre question, posez-la à l’assistant.",
        ),
        quotations=tuple(quotations),
    )


def without_schemes(text: str) -> str:
    """Addresses of pages without « https:// »: landlords are told to type addresses and to follow no link (D2)."""
    while (shorter := _SCHEME.sub("", text)) != text:  # what is taken out may bring another one together
        text = shorter
    return text


def _without_greeting(said: str) -> str:
    """The letter has said « Bonjour, » already."""
    first, _, rest = said.partition("\n")
    return rest.strip() if rest.strip() and _BARE_GREETING.fullmatch(first) else said
