"""What a reply means for the user to create: words to values, values into the draft, refusals said."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from rapidfuzz import fuzz

from actions.create_user.case import Case
from actions.create_user.draft import OPTIONAL, Field, Question, Step
from actions.create_user.names import looks_like_a_name, may_be_capitalised_name, read_first_name, read_names
from actions.create_user.request import is_question
from actions.exchange import Exchange
from actions.form import Reading
from offre_bailleurs.campaigns import today
from offre_bailleurs.contacts import Refused, format_phone, read_email, read_phone, same_email, same_phone
from offre_bailleurs.french.dates import DateProblem, Day, read_date
from offre_bailleurs.french.format import long_date
from offre_bailleurs.french.text import fold, plain
from offre_bailleurs.models import WorkingMode

_NOTHING = re.compile(
    r"(non|nan|no|aucune?|rien|sans|passer|passe|passons|suivante?|pas maintenant|neant|skip|inutile"
    r"|je (ne )?sais (pas|plus)( encore)?"
    r"|(elle |il )?(je n'ai |j'ai |n'a |n'en a |a )?(pas|aucune?|sans) (de |d'|la |le |son )?"
    r"(tel|telephone|numero|portable|date|fin|cloture|ouverture|limite|precision|preference)"
    r"( (de )?(cloture|fin|ouverture))?"
    r"|indetermine\w*|illimite\w*|(un )?cdi|jamais)( merci| svp| pour l'instant)?"
)
_NOW = re.compile(r"\b(tout de suite|maintenant|immediat\w*|sans attendre|des que possible|ce jour|auj|ajd)\b")
_DONE = re.compile(
    r"((oui|ok|non|merci|voila)[ ,]+)?"
    r"((c'est|ca sera|ce sera|voila)? ?(tout|bon|fini|termine|complet)|rien d'autre|terminer|suite|suivant|ok)"
    r"( (merci|svp|pour (elle|lui|eux|le moment|l'instant|cette personne)))*"
)
_ALL = re.compile(r"\b(tous|toutes)\b")
_TAKES_BACK = re.compile(r"\b(sauf|sans|pas|enleve[rz]?|retire[rz]?|supprime[rz]?|hors|excepte)\b")
_ONLY = re.compile(r"\b(seulement|uniquement|juste|que|rien que)\b")
_THAT_MANY = {2: re.compile(r"\bles (deux|2)\b"), 3: re.compile(r"\bles (trois|3)\b")}
_SEDENTARY = re.compile(
    r"\b(sedentaires?|poste fixe|fixe|au bureau|dans nos bureaux|toujours au meme (endroit|bureau))\b"
)
_ITINERANT = re.compile(r"\b(itinerante?s?|mobile|variable|deplace\w*|plusieurs sites|terrain|bouge|nomade)\b")
_NOT = re.compile(r"\b(pas|non|ni)\b")
_YEAR = re.compile(r"\b(19|20)\d\d\b|\d[/.-]\d{1,2}[/.-]\d\d\b")
_LAST = re.compile(r"\b(hier|dernier|derniere|passee?|il y a|depuis)\b")
_WEEKDAY = re.compile(r"\b(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b")
_DAY_OF_MONTH = re.compile(r"(?:a partir du |des le |le |du |au |jusqu'au )?(\d{1,2})(?:er)?[ .!]*")
_A_YEAR = 364
"""Days, a whole number of weeks. Read that much later, a day without a year moves a year, one with a year stays."""
PHONE = re.compile(r"\+?[\d(](?:[\s./()-]*\d){5,}")
AT = re.compile(r"[^\s<>()«»,;:\"]*@[^\s<>()«»,;\"]*")
_CLOSE = 82
"""From this likeness on (0 to 100) words name a group: « logement privé » for « Logements privés »."""


def read_answer(exchange: Exchange, case: Case, question: Question) -> Reading:
    """Take the reply as the answer to a question; NOT_UNDERSTOOD when nothing in it answers."""
    if question in OPTIONAL and is_nothing(exchange.text):
        case.draft = case.draft.give(Field(question), None)
        return Reading.UNDERSTOOD
    try:
        return _READERS[question](exchange, case)
    except Refused as refused:
        say_refusal(exchange, refused.message)
        return Reading.REFUSED


def answers(text: str, question: Question, case: Case) -> bool:
    """Whether a reply plainly answers a question by its form, whatever it looks like to the understanding."""
    if question in (Step.EMAIL_AGAIN, Field.EMAIL):
        return "@" in text
    if question in OPTIONAL and is_nothing(text):
        return True
    if question in (Field.PHONE, Step.PHONE_AGAIN):
        return PHONE.search(plain(text)) is not None
    if is_question(text):
        return False
    match question:
        case Field.LAST_NAME | Field.FIRST_NAME:
            return looks_like_a_name(text)
        case Field.OPENS_ON | Field.CLOSES_ON:
            return isinstance(read_coming_day(text, today()), Day)
        case Field.WORKING_MODE:
            return read_working_mode(text) is not None
        case Field.GROUPS:
            return named_groups(text, case) is not None or (_is_done(text) and bool(case.chosen))
        case _:
            return False


def say_refusal(exchange: Exchange, why: str) -> None:
    """What is wrong, in the words of the business; the question stays open."""
    exchange.say("utter_new_user_refused", why=why)


def read_coming_day(text: str, now: date) -> Day | DateProblem:
    """The day that a text gives; without a year it is the next such day, where `read_date` takes the last."""
    said = fold(text)
    if _NOW.search(said):
        return Day(now)
    alone = _DAY_OF_MONTH.fullmatch(said)
    if alone:
        return _next_with_number(int(alone[1]), now)
    read = read_date(text, today=now)
    if not isinstance(read, Day) or read.date >= now or _YEAR.search(said) or _LAST.search(said):
        return read
    later = read_date(text, today=now + timedelta(days=_A_YEAR))
    if not isinstance(later, Day) or later.date == read.date:
        return read
    if (later.date - read.date).days == _A_YEAR:  # counted from today: « lundi »
        return Day(read.date + timedelta(days=7)) if _WEEKDAY.search(said) else read
    return later


def read_working_mode(text: str) -> WorkingMode | None:
    """« au bureau », « elle se déplace »; None when both are named, or neither."""
    said = fold(text)
    sedentary, itinerant = _SEDENTARY.search(said), _ITINERANT.search(said)
    if bool(sedentary) == bool(itinerant) or _NOT.search(said):
        return None
    return WorkingMode.SEDENTARY if sedentary else WorkingMode.ITINERANT


# --- One reader a question ---------------------------------------------------------------------------------------


def _read_last_name(exchange: Exchange, case: Case) -> Reading:
    if not _may_be_a_name(exchange.text):
        return Reading.NOT_UNDERSTOOD
    names = read_names(exchange.text)
    if names.last_name:
        case.draft = case.draft.give(Field.LAST_NAME, names.last_name)
    if names.first_name:
        case.draft = case.draft.give(Field.FIRST_NAME, names.first_name)
        say_name(exchange, case)
    return Reading.UNDERSTOOD


def _read_first_name(exchange: Exchange, case: Case) -> Reading:
    if not _may_be_a_name(exchange.text):
        return Reading.NOT_UNDERSTOOD
    case.draft = case.draft.give(Field.FIRST_NAME, read_first_name(exchange.text, case.draft.last_name))
    return Reading.UNDERSTOOD


def _read_email(exchange: Exchange, case: Case) -> Reading:
    address = AT.search(plain(exchange.text))
    if address is None:
        return Reading.NOT_UNDERSTOOD
    # Two words before the @ are a slip, not an address after a sentence: the whole is then refused, and says why.
    alone = len(exchange.text.split()) <= 2
    typed = plain(exchange.text) if alone else address[0].strip(".'")
    case.draft = case.draft.give(Field.EMAIL, read_email(typed))
    return Reading.UNDERSTOOD


def _read_email_again(exchange: Exchange, case: Case) -> Reading:
    address = AT.search(plain(exchange.text))
    if address is None:
        return Reading.NOT_UNDERSTOOD
    if same_email(address[0].strip(".'"), case.draft.email or ""):
        case.draft = case.draft.confirm(Field.EMAIL)
        return Reading.UNDERSTOOD
    case.draft = case.draft.ask_again(Field.EMAIL)
    exchange.say("utter_new_user_email_differs")
    return Reading.REFUSED


def _read_phone(exchange: Exchange, case: Case) -> Reading:
    number = PHONE.search(plain(exchange.text))
    if number is None and not any(char.isdigit() for char in exchange.text):
        return Reading.NOT_UNDERSTOOD
    case.draft = case.draft.give(Field.PHONE, read_phone(number[0] if number else exchange.text))
    return Reading.UNDERSTOOD


def _read_phone_again(exchange: Exchange, case: Case) -> Reading:
    number = PHONE.search(plain(exchange.text))
    if number is None:
        if not is_nothing(exchange.text):
            return Reading.NOT_UNDERSTOOD
        case.draft = case.draft.give(Field.PHONE, None)
        return Reading.UNDERSTOOD
    if same_phone(number[0], case.draft.phone or ""):
        case.draft = case.draft.confirm(Field.PHONE)
        return Reading.UNDERSTOOD
    case.draft = case.draft.ask_again(Field.PHONE)
    exchange.say("utter_new_user_phone_differs")
    return Reading.REFUSED


def _read_day(exchange: Exchange, case: Case, field: Field) -> Reading:
    now = today()
    day = read_coming_day(exchange.text, now)
    if day is DateProblem.NONE:
        return Reading.NOT_UNDERSTOOD
    if isinstance(day, DateProblem):
        exchange.say(f"utter_refused_date_{day.name.lower()}")
        return Reading.REFUSED
    opens_on, closes_on = case.draft.opens_on, case.draft.closes_on
    if field is Field.CLOSES_ON:
        closes_on = day.date
    else:
        opens_on = day.date
    if field is Field.CLOSES_ON and day.date < now:
        exchange.say("utter_new_user_closes_in_past", given=long_date(day.date))
        return Reading.REFUSED
    if opens_on and closes_on and closes_on < opens_on:
        exchange.say("utter_new_user_closes_before", opens_on=long_date(opens_on), closes_on=long_date(closes_on))
        return Reading.REFUSED
    case.draft = case.draft.give(field, day.date)
    if day.approximate or not _YEAR.search(fold(exchange.text)):
        exchange.say("utter_date_read_as", given=long_date(day.date))
    return Reading.UNDERSTOOD


def _read_opens_on(exchange: Exchange, case: Case) -> Reading:
    return _read_day(exchange, case, Field.OPENS_ON)


def _read_closes_on(exchange: Exchange, case: Case) -> Reading:
    return _read_day(exchange, case, Field.CLOSES_ON)


def _read_working_mode(exchange: Exchange, case: Case) -> Reading:
    mode = read_working_mode(exchange.text)
    if mode is None:
        return Reading.NOT_UNDERSTOOD
    case.draft = case.draft.give(Field.WORKING_MODE, mode)
    return Reading.UNDERSTOOD


def _read_groups(exchange: Exchange, case: Case) -> Reading:
    chosen = named_groups(exchange.text, case)
    if chosen is not None:
        return choose_groups(case, chosen)
    return settle_groups(exchange, case) if _is_done(exchange.text) else Reading.NOT_UNDERSTOOD


def choose_groups(case: Case, group_ids: tuple[int, ...]) -> Reading:
    """Have exactly these groups chosen; whether that is all is asked next, unless there is no other."""
    chosen = tuple(group.id for group in case.groups if group.id in group_ids)
    case.draft = case.draft.ask_again(Field.GROUPS)
    if len(chosen) == len(case.groups):
        case.draft = case.draft.give(Field.GROUPS, chosen)
    else:
        case.draft = case.draft.give(Field.GROUPS, chosen).ask_again(Field.GROUPS)
    return Reading.UNDERSTOOD


def settle_groups(exchange: Exchange, case: Case) -> Reading:
    """« C'est tout »: one group at least is needed."""
    if not case.chosen:
        exchange.say("utter_new_user_no_group_chosen")
        return Reading.UNDERSTOOD
    case.draft = case.draft.give(Field.GROUPS, case.draft.group_ids)
    return Reading.UNDERSTOOD


_READERS: dict[Question, Callable[[Exchange, Case], Reading]] = {
    Field.LAST_NAME: _read_last_name,
    Field.FIRST_NAME: _read_first_name,
    Field.EMAIL: _read_email,
    Step.EMAIL_AGAIN: _read_email_again,
    Field.PHONE: _read_phone,
    Step.PHONE_AGAIN: _read_phone_again,
    Field.OPENS_ON: _read_opens_on,
    Field.CLOSES_ON: _read_closes_on,
    Field.WORKING_MODE: _read_working_mode,
    Field.GROUPS: _read_groups,
}


# --- Words -------------------------------------------------------------------------------------------------------


def say_name(exchange: Exchange, case: Case) -> None:
    """Show which is the first and which the last name, where both came in one."""
    exchange.say("utter_new_user_name_read_as", first_name=case.draft.first_name, last_name=case.draft.last_name)


def shown_phone(case: Case) -> str:
    """The telephone number as people write it, or that there is none."""
    return format_phone(case.draft.phone) if case.draft.phone else "non renseigné"


def is_nothing(text: str) -> bool:
    """« Passer », « aucune », « pas de téléphone »: an optional field stays empty."""
    return _NOTHING.fullmatch(fold(text).strip(" .!,;")) is not None


def _is_done(text: str) -> bool:
    return _DONE.fullmatch(fold(text).strip(" .!,;")) is not None


def _may_be_a_name(text: str) -> bool:
    """Words that a name can be; digits and signs too, which are then refused with the reason."""
    if is_question(text):
        return False
    if looks_like_a_name(text) or may_be_capitalised_name(text):
        return True
    return len(text.split()) == 1 and not fold(text).isalpha() and len(text) <= 40


def named_groups(text: str, case: Case) -> tuple[int, ...] | None:
    """The groups that are chosen once a reply is taken: those of before and those that it names, less those that it
    takes back («tous sauf les privés», «enlève les privés»). None: it names none."""
    if _is_done(text):
        return None
    said = fold(text)
    that_many = _THAT_MANY.get(len(case.groups))
    everything = {group.id for group in case.groups}
    all_asked = bool(_ALL.search(said) or (that_many and that_many.search(said)))
    kept, _, dropped = _TAKES_BACK.sub("|", said, count=1).partition("|")
    named, taken_back = _mentioned(kept, case), _mentioned(dropped, case)
    if not (all_asked or named or taken_back) or (dropped and not taken_back):
        return None
    if _ONLY.search(said) and named:
        return tuple(named)
    # « tous les logements privés » means these, not all groups
    base = everything if all_asked and not named else {*case.draft.group_ids, *named}
    return tuple(base - taken_back)


def _mentioned(said: str, case: Case) -> set[int]:
    """The groups that words name, by their whole name, or by a word that no other group's name has."""
    words = [frozenset(re.findall(r"\w{4,}", fold(group.name))) for group in case.groups]
    own = [mine - frozenset().union(*(other for other in words if other is not mine)) for mine in words]
    typed = re.findall(r"\w{4,}", said)
    return {
        group.id
        for group, its_own in zip(case.groups, own, strict=True)
        if fold(group.name) in said or any(fuzz.ratio(word, each) >= _CLOSE for word in typed for each in its_own)
    }


def _next_with_number(number: int, now: date) -> Day | DateProblem:
    for ahead in range(62):
        day = now + timedelta(days=ahead)
        if day.day == number:
            return Day(day)
    return DateProblem.IMPOSSIBLE
