"""People to write to, who are in no database."""

from __future__ import annotations

from datetime import UTC, datetime

from offre_bailleurs.models import Account, ContactChannel, PortalUser, Profile, UserState

AT = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
SENDER = "Offre Bailleurs <ne-pas-repondre@offre-bailleurs.example>"
SECRET = "s" * 40


def landlord(*, login: str = "ada35", email: str | None = "ada@exemple.fr") -> PortalUser:
    account = Account(
        profile=Profile.LANDLORD,
        name="Ada Facteur",
        departement="35",
        user_number="35900007090001",
        contact_channel=ContactChannel.LETTER,
        postal_address="3 impasse du Facteur\n35400 SAINT-MALO",
    )
    return PortalUser(
        account=account,
        login=login,
        first_name="Ada",
        last_name="Facteur",
        email=email,
        state=UserState.NEVER_CONNECTED,
    )


def colleague(*, organisation: str = "LES OLIVIERS", first_name: str = "Lou") -> PortalUser:
    account = Account(
        profile=Profile.ORGANISATION,
        name=organisation,
        user_number="35900007090002",
        contact_channel=ContactChannel.LETTER,
        postal_address="8 allée des Lianes\n35000 RENNES",
    )
    return PortalUser(
        account=account,
        login="lcollegue",
        first_name=first_name,
        last_name="Collègue",
        email="lou@exemple.fr",
        state=UserState.NEVER_CONNECTED,
    )
