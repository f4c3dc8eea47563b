"""What an adviser asks the dashboard for: a period, days or weeks, a profile; read from the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from offre_bailleurs.figures.report_period import Audience, Grain, Scope
from offre_bailleurs.french.format import long_date
from portal.forms import FieldError, read_day

DASHBOARD_PATH: Final = "/conseil/tableau-de-bord"
USUAL_DAYS: Final = 30
MOST_DAYS: Final = 92
"""Of a longer period the figures are by week: more points than that cannot be read."""
LONGEST: Final = timedelta(days=3 * 366)
EARLIEST: Final = date(2020, 1, 1)
"""No assistant answered before."""

GRAINS: Final = {"jour": Grain.DAY, "semaine": Grain.WEEK}
AUDIENCES: Final = {
    "tous": Audience.ALL,
    "bailleurs": Audience.LANDLORD,
    "organismes": Audience.ORGANISATION,
    "inconnu": Audience.UNKNOWN,
}
GRAIN_NAMES: Final = {Grain.DAY: "Jour", Grain.WEEK: "Semaine"}
AUDIENCE_NAMES: Final = {
    Audience.ALL: "Tous les profils",
    Audience.LANDLORD: "Bailleurs particuliers",
    Audience.ORGANISATION: "Organismes",
    Audience.UNKNOWN: "Profil non connu",
}


@dataclass(frozen=True)
class Selection:
    """What is shown, and what stands in the form."""

    scope: Scope
    first: str
    """As typed, or as it is shown."""
    last: str
    errors: tuple[FieldError, ...] = ()
    """When there are any, `scope` is the usual period."""
    asked_days: bool = False
    """Figures by day were asked for, of a period that is too long for them."""

    @property
    def query(self) -> str:
        """The parameters that show the same figures again, ready for an address."""
        scope = self.scope
        return urlencode(
            {
                "du": scope.first.isoformat(),
                "au": scope.last.isoformat(),
                "par": _name_of(GRAINS, scope.grain),
                "profil": _name_of(AUDIENCES, scope.audience),
            }
        )

    @property
    def described(self) -> str:
        """The period and the profile in words."""
        first, last = long_date(self.scope.first), long_date(self.scope.last)
        days = f"le {first}" if first == last else f"du {first} au {last}"
        return f"{days}, {AUDIENCE_NAMES[self.scope.audience].lower()}"

    @property
    def file_name(self) -> str:
        """Of the spreadsheet."""
        return f"tableau-de-bord-{self.scope.first.isoformat()}-{self.scope.last.isoformat()}.csv"


def read_selection(parameters: Mapping[str, str], today: date) -> Selection:
    """What an address asks for. A choice that is none of ours counts as not made; a date that cannot be used is told.

    Without dates it is the last 30 days, today included; with one, the 30 days up to or from it.
    """
    grain = GRAINS.get(parameters.get("par", ""), Grain.DAY)
    audience = AUDIENCES.get(parameters.get("profil", ""), Audience.ALL)
    typed = {name: parameters.get(name, "")[:20] for name in ("du", "au")}
    usual = timedelta(days=USUAL_DAYS - 1)
    days, errors = _read_days(typed, today)
    first, last = today - usual, today
    if not errors:
        begin, end = days["du"], days["au"]
        last = min(end or (begin + usual if begin else today), today)
        first = begin or max(last - usual, EARLIEST)
        errors = _errors(first, last)
    if errors:
        return Selection(Scope(today - usual, today, grain, audience), typed["du"], typed["au"], tuple(errors))
    asked_days = grain is Grain.DAY and (last - first).days >= MOST_DAYS
    scope = Scope(first, last, Grain.WEEK if asked_days else grain, audience)
    return Selection(scope, first.isoformat(), last.isoformat(), asked_days=asked_days)


def _read_days(typed: Mapping[str, str], today: date) -> tuple[dict[str, date | None], list[FieldError]]:
    """The days that were typed, by field, and what is wrong with each by itself. A last day may be in the future."""
    days: dict[str, date | None] = {}
    errors = []
    for name, text in typed.items():
        try:
            day = read_day(text)
        except ValueError:
            errors.append(FieldError(name, "Cette date ne se lit pas. Exemple : 31/12/2026."))
            continue
        if day is not None and day < EARLIEST:
            errors.append(FieldError(name, f"Il n’y a rien avant le {long_date(EARLIEST)}."))
        elif name == "du" and day is not None and day > today:
            errors.append(FieldError(name, "La période commence au plus tard aujourd’hui."))
        days[name] = day
    return days, errors


def _errors(first: date, last: date) -> list[FieldError]:
    if last < first:
        return [FieldError("au", "La période finit le jour où elle commence, ou après.")]
    if last - first > LONGEST:
        return [FieldError("du", "La période dure au plus trois ans.")]
    return []


def _name_of(names: Mapping[str, object], value: object) -> str:
    return next(name for name, each in names.items() if each is value)
