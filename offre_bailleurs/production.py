"""What real data asks of the settings, besides a secret of one's own: refused, or told to the operator.

Refused is what lets others read or act in a landlord's place. Told is what works, and is the operator's to decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from offre_bailleurs.setting_reader import SettingsError, host_of, is_this_machine

if TYPE_CHECKING:
    from offre_bailleurs.settings import Settings


def check_production(settings: Settings) -> None:
    """Refuse addresses that a browser reaches over an open line: sessions and conversations would travel on it.

    An origin on such a line is as bad: whoever holds the line writes the page, and the page opens the chat. This
    machine itself is no line.

    Raises:
        SettingsError: for the first one.
    """
    addresses = [("PORTAL_URL", settings.portal_url), ("CHAT_URL", settings.chat_url)]
    addresses += [("ALLOWED_ORIGINS", origin) for origin in settings.allowed_origins]
    for name, address in addresses:
        if not address.startswith("https://") and not is_this_machine(host_of(address) or ""):
            raise SettingsError(f"{name}: https:// est exigé quand ENVIRONMENT=production, pas « {address} ».")


def remarks(settings: Settings) -> Iterator[str]:
    """What an operator should know before real people come, one French line each."""
    if not settings.privacy_contact:
        yield (
            "PRIVACY_CONTACT : personne n'est nommé pour les questions sur les données personnelles ; la page "
            "« Données personnelles » le dit aux visiteurs."
        )
    if not settings.declaration_retention_years:
        yield "DECLARATION_RETENTION_YEARS : les déclarations sont gardées sans limite (docs/privacy.md)."
    if settings.mail_url.startswith("smtp://") and not is_this_machine(_mail_host(settings.mail_url)):
        yield "MAIL_URL : smtp:// envoie les mots de passe provisoires en clair ; préférez smtps:// ou smtp+starttls://."


def _mail_host(url: str) -> str:
    return host_of(url.replace("smtp://", "http://", 1)) or ""
