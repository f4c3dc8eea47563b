"""Days and hours as the desk announces them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from offre_bailleurs.campaigns import in_paris, today
from offre_bailleurs.french.format import long_date

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_SPACE = "\u00a0"


def day_in_words(day: date) -> str:
    """« mercredi 25 novembre 2026 »."""
    return f"{_DAYS[day.weekday()]} {long_date(day)}"


def opening_in_words(moment: datetime) -> str:
    """« aujourd'hui à 13 h 30 », « demain à 9 h », « lundi 23 novembre 2026 à 9 h »."""
    local, now = in_paris(moment), today()
    near = {now: "aujourd'hui", now + timedelta(days=1): "demain"}
    minutes = f"{_SPACE}{local.minute:02}" if local.minute else ""
    return f"{near.get(local.date()) or day_in_words(local.date())} à {local.hour}{_SPACE}h{minutes}"
