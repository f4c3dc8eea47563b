"""The ways French writes a day, each with the reader that turns it into a day of the calendar.

The library dateparser parses a whole string or nothing, so a day in a sentence has to be found first. Its own search
answers whatever part it knows: on 25 July it takes « le 31 juin » and « fin juin » for 25 June, « le vingt juillet »
for the 25th, and the first name Sam for a Saturday. So the expressions are found here.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from offre_bailleurs.french.days import DateProblem, Day, Reading, Which, calendar_day, latest_with_number, relative_day
from offre_bailleurs.french.months import month_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reading depends on besides the words."""

    today: date
    month_is_enough: bool


Reader = Callable[[re.Match[str], Asked], Reading | None]  # None: the words were no day after all

_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_WEEKDAY = "|".join(_WEEKDAYS)
_MONTH = r"(?P<month>[a-z]{3,11})(?![a-z])\.?"
_YEAR = r"(?:,? ?(?:de )?(?P<year>[12]\d{3}|\d\d(?= ?(?:$|[,.;!?)])))(?!\d))?"
_WHEN = r"(?: (?P<when>dernier|passe|prochain|de (?:cette annee|l'an(?:nee)? (?:derniere?|passee?|prochaine?))))?"
_UNIT = r"(?P<unit>jours?|semaines?|mois|ans?|annees?)(?![a-z])"
_HEDGE = r"(?: (?:environ|a peu pres|presque|bien|deja|maintenant|plus de|moins de|au moins|un peu plus de))*"


def _written(match: re.Match[str], asked: Asked) -> Reading | None:
    month = month_of(match["month"])
    if month is None:
        return None
    if match["other"] or match["another"]:  # « les 20 et 21 juillet », « le 20 juillet ou le 21 »
        return DateProblem.SEVERAL
    reading = calendar_day(int(match["day"]), month, _year(match, asked), asked.today, _which(match))
    weekday = match["weekday"]
    if isinstance(reading, Day) and weekday and _WEEKDAYS.index(weekday) != reading.date.weekday():
        return Day(reading.date, approximate=True)
    return reading


def _figures(match: re.Match[str], asked: Asked) -> Reading | None:
    day, month = int(match["day"]), int(match["month"])
    if day > 31 and month > 12:  # « 50/50 »
        return None
    return calendar_day(day, month, _year(match, asked), asked.today)


def _figures_if_possible(match: re.Match[str], asked: Asked) -> Reading | None:
    """Read figures that could be another number: an impossible day is none."""
    reading = _figures(match, asked)
    return reading if isinstance(reading, Day) else None


def _edge_of_month(match: re.Match[str], asked: Asked) -> Reading | None:
    month = month_of(match["month"])
    if month is None:
        return None
    day = {"debut": 1, "mi": 15, "milieu": 15, "fin": 28}[match["edge"]]
    reading = calendar_day(day, month, _year(match, asked), asked.today, _which(match))
    if not isinstance(reading, Day):
        return reading
    if match["edge"] == "fin":  # the 28th is in every year; only now is it known which year's last day it is
        return Day(reading.date.replace(day=monthrange(reading.date.year, month)[1]), approximate=True)
    return Day(reading.date, approximate=True)


def _month_alone(match: re.Match[str], asked: Asked) -> Reading | None:
    month = month_of(match["month"])
    if month is None:
        return None
    alone = not match.string.replace(match[0], "").strip(" .!?,")
    listed = _ANOTHER_MONTH.match(match.string, match.end())
    led = _MONTH_LEAD.search(_before(match)) or (listed and month_of(listed[1]))
    if not (alone or led or match["year"] or match["when"]):
        return None  # « Mai », « Avril » and « Juin » are names too
    if not asked.month_is_enough:
        return DateProblem.IMPRECISE
    reading = calendar_day(1, month, _year(match, asked), asked.today, _which(match))
    return Day(reading.date, approximate=True) if isinstance(reading, Day) else reading


def _relative_month(match: re.Match[str], asked: Asked) -> Reading | None:
    if not asked.month_is_enough:
        return DateProblem.IMPRECISE
    reading = relative_day("le mois dernier" if match["last"] else "aujourd'hui", asked.today)
    return Day(reading.date.replace(day=1), approximate=True) if isinstance(reading, Day) else reading


def _named(match: re.Match[str], asked: Asked) -> Reading | None:
    for name in ("avant-hier", "hier", "apres-demain", "demain"):
        if match[name.replace("-", "_")]:
            return relative_day(name, asked.today)
    return Day(asked.today)


def _ago(match: re.Match[str], asked: Asked) -> Reading | None:
    if match["half"]:
        return DateProblem.IMPRECISE
    direction = "dans" if match["start"] == "dans" else "il y a"
    reading = relative_day(f"{direction} {match['number']} {match['unit']}", asked.today)
    if not isinstance(reading, Day):
        return reading
    # « huit jours » and « quinze jours » are a week and a fortnight.
    exact = match["unit"].startswith("jour") and match["number"] not in {"8", "15"} and not match["hedge"]
    return Day(reading.date, approximate=not exact)


def _weekday(match: re.Match[str], asked: Asked) -> Reading | None:
    reading = relative_day(match["weekday"], asked.today)
    if not isinstance(reading, Day):
        return reading
    week = timedelta(days=7)
    if match["when"] == "prochain":
        return Day(reading.date + (week if reading.date + week > asked.today else 2 * week))
    return Day(reading.date, approximate=match["when"] is None and asked.today - reading.date == week)


def _weekday_and_number(match: re.Match[str], asked: Asked) -> Reading | None:
    latest = latest_with_number(int(match["day"]), asked.today)
    fits = latest is not None and latest.weekday() == _WEEKDAYS.index(match["weekday"])
    return Day(latest) if latest is not None and fits else DateProblem.IMPRECISE


def _number_alone(match: re.Match[str], asked: Asked) -> Reading | None:
    latest = latest_with_number(int(match["day"]), asked.today)
    return DateProblem.IMPOSSIBLE if latest is None else Day(latest, approximate=True)


def _vague(match: re.Match[str], asked: Asked) -> Reading | None:
    return DateProblem.IMPRECISE


_MONTH_LEAD = re.compile(r"(?<![a-z])(?:(?:en|depuis|de|mois|des|courant|vers|dans|pour|a|au|et|ou|le|jusqu'a),? |d')$")
_ANOTHER_MONTH = re.compile(r" ?(?:,|/|-|et|ou|a|au|puis) ?([a-z]{3,11})(?![a-z])")
_AROUND = re.compile(r"(?<![a-z])(?:environ|vers|autour|alentours|environs|a peu pres|peut-etre)(?: (?:le|du|de))? ?$")
_BESIDE = re.compile(r"(?<![a-z])(?:avant|apres|veille|lendemain)(?: (?:le|du|de))? ?$")
_REFUSED = re.compile(
    rf"(?<![a-z])(?:pas|et non|au lieu|plutot que)(?: pas)?(?: (?:depuis|le|du|de|d'|en))*(?: (?:{_WEEKDAY}))? ?$"
)
_EXPRESSIONS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (r"(?<![\d/.-])(?P<year>[12]\d{3})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?!\d)", _figures),
        (r"(?<![\d/.,-])(?P<day>\d{1,2})( ?[/.-] ?| )(?P<month>\d{1,2})\2(?P<year>[12]\d{3})(?!\d)", _figures),
        (r"(?<![\d/.,-])(?P<day>\d{1,2})( ?[/.-] ?)(?P<month>\d{1,2})\2(?P<year>\d\d)(?![\d/]|[.,-]\d)", _figures),
        (r"(?<!\d)(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)(?!\d)", _figures_if_possible),
        (r"(?<![\d/.,-])(?P<day>\d{1,2}) ?/ ?(?P<month>\d{1,2})(?P<year>)(?![\d/]|[.,]\d)", _figures),
        (
            r"(?<![\d/.,-])(?P<day>\d{1,2})[.-](?P<month>0[1-9]|1[0-2])(?P<year>)(?![\d/.-]|,\d| ?(?:€|e))",
            _figures_if_possible,
        ),
        (
            rf"(?<!\d)(?<!\d[.,])(?P<other>\d{{1,2}}(?: ?er)? ?(?:-|/|et|ou|au|a) ?(?:le |du )?)?"
            rf"(?:(?P<weekday>{_WEEKDAY}),? (?:le )?)?(?<!\d)(?P<day>\d{{1,2}}) ?(?:er |er(?=[a-z]{{3}})|eme |e )?"
            rf"(?:du mois de |du mois d'|de |d')?{_MONTH}{_YEAR}{_WHEN}"
            r"(?P<another> ?(?:-|et|ou|au) ?(?:le |du )?\d{1,2}(?! ?[a-z\d:/.,€]))?",
            _written,
        ),
        (
            rf"(?<![a-z])(?P<edge>fin|debut|milieu|mi)[ -]?(?:du mois de |du mois d'|de |d')?{_MONTH}{_YEAR}{_WHEN}",
            _edge_of_month,
        ),
        (
            r"(?<![a-z-])(?:(?P<avant_hier>avant[ -]?hier)|(?P<hier>hier)"
            r"|(?P<apres_demain>apres[ -]?demain)|(?P<demain>demain)"
            r"|ce (?:matin|midi|soir|jour)|cet(?:te)? apres[ -]?midi|aujourd?[' ]?hui|ajourd'?hui)(?![a-z])",
            _named,
        ),
        (
            rf"(?<![a-z])(?P<start>il y a|y a|depuis|ca fait|cela fait|voila|voici|dans)(?P<hedge>{_HEDGE})"
            rf" (?P<number>\d{{1,3}}) {_UNIT}(?P<half> et demie?)?",
            _ago,
        ),
        (rf"^(?P<start>)(?P<hedge>(?:environ )?)(?P<number>\d{{1,3}}) {_UNIT}(?P<half> et demie?)?(?= ?[.!]*$)", _ago),
        (rf"(?<![a-z])(?P<weekday>{_WEEKDAY}) (?:le )?(?P<day>[0-3]?\d)(?! ?[a-z\d:/€])", _weekday_and_number),
        (
            rf"(?<![a-z])(?<!chaque )(?P<weekday>{_WEEKDAY})(?: (?P<when>dernier|passe|prochain))?(?![a-z])"
            r"(?! (?:de|d')| en \d|,? \d)",
            _weekday,
        ),
        (
            r"^(?:(?:non|oui|c'est|c'etait|depuis|il|elle|est|partie?),? )*le (?P<day>\d{1,2})(?: ?er)?"
            r"(?: (?:du|de ce) mois)?(?= ?[.!]*$)",
            _number_alone,
        ),
        (r"(?<![a-z])(?:(?P<last>(?:le )?mois (?:dernier|passe))|ce mois(?:[ -]ci)?)(?![a-z])", _relative_month),
        (rf"(?<![a-z]){_MONTH}{_YEAR}{_WHEN}", _month_alone),
        (
            r"(?<![a-z])(?:(?:l'|cet |en |d')(?:ete|hiver|automne)|printemps|noel|paques|toussaint|rentree|vacances"
            r"|week[ -]?end|recemment|dernierement|longtemps|bientot|prochainement"
            r"|quelques? (?:jour|semaine|mois|annee|temps)"
            r"|(?:la|cette) (?:semaine|annee)|l'an(?:nee)?|(?:fin|debut|milieu) (?:du|de) (?:mois|semaine)"
            r"|mois prochain|(?:en|depuis|debut|fin|mi|courant)[ -](?:19|20)\d\d"
            r"|(?:il y a|depuis|ca fait|dans)[^,.;]{1,30}?(?:jours?|semaines?|mois|ans?|annees?)(?![a-z])"
            r"|(?:ete|hiver|automne) (?:dernier|passe|20\d\d))",
            _vague,
        ),
    )
)


def readings(folded: str, asked: Asked) -> Iterator[Reading]:
    """Yield what each expression of a day reads as. What one expression took is hidden from those that follow."""
    for pattern, read in _EXPRESSIONS:
        taken = []
        for match in pattern.finditer(folded):
            reading = read(match, asked)
            if reading is None:
                continue
            taken.append(match.span())
            before = _before(match)
            if not _REFUSED.search(before):
                yield _nuanced(reading, before)
        for start, end in taken:
            folded = folded[:start] + "_" * (end - start) + folded[end:]


def _nuanced(reading: Reading, before: str) -> Reading:
    """Take « vers le 20 juillet » as approximate and « avant le 20 juillet » as no day."""
    if isinstance(reading, Day) and _BESIDE.search(before):
        return DateProblem.IMPRECISE
    return Day(reading.date, approximate=True) if isinstance(reading, Day) and _AROUND.search(before) else reading


def _which(match: re.Match[str]) -> Which:
    return {"prochain": Which.NEXT, "dernier": Which.LAST, "passe": Which.LAST}.get(match["when"], Which.USUAL)


def _year(match: re.Match[str], asked: Asked) -> int | None:
    """Return the year that the words give. Two figures are the century's that ends at most ten years from today."""
    named = match.groupdict().get("when") or ""
    if named.startswith("de "):  # « de l'an dernier », « de cette année »
        shift = 0 if "cette" in named else 1 if "prochain" in named else -1
        return asked.today.year + shift
    written = match["year"]
    if not written:
        return None
    if len(written) == 4:
        return int(written)
    century = asked.today.year // 100 * 100
    year = century + int(written)
    return year if year <= asked.today.year + 10 else year - 100


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 30) : match.start()]
