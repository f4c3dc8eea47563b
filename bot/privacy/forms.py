"""What is personal by its form: addresses, numbers, sums and days, wherever they stand in a sentence."""

from __future__ import annotations

import re
from typing import Final

from bot.privacy.placeholders import ADDRESS, AMOUNT, DATE, EMAIL, LINK, NAME, NUMBER, PHONE, YEAR

_MONTH = (
    r"(?:janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?|d[ée]c(?:embre)?)\b\.?"
)
_UNIT = r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|une?)"
_TENS = r"(?:vingts?|trente|quarante|cinquante|soixante|septante|huitante|octante|nonante)"
_NUMBER_WORD = rf"(?:{_UNIT}|{_TENS}|cents?|mille)"
_IN_WORDS = rf"{_NUMBER_WORD}(?:(?:[\s-]et)?[\s-]{_NUMBER_WORD})*"
_FIGURES = r"\d+(?:[ .,']\d+)*"

_STREET = (
    r"(?:rue|ruelle|avenue|ave|av\.|boulevard|blvd|bld|bd|all[ée]es?|chemin|impasse|imp\.|rte|square|faubourg|fbg"
    r"|lotissement|lot\.|r[ée]sidence|r[ée]s\.|hameau|sentier|venelle|esplanade|lieu[- ]dit|zac)"
)
_PLACE = rf"(?:{_STREET}|place|pl\.?|cours|passage|quai|route|voie|r\.)"
"""Words that begin an address after a number; most of them mean something else too without one."""
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])"
_LINK_WORD = r"(?:(?:de\s+la|de\s+l'|des|du|de|les|la|le|aux?|d'|l'|saint|sainte|st|ste)(?:\s+|(?<=')))"
_STOPS = (
    r"(?:est|sont|a|ai|ont|et|ou|où|mais|pour|qui|que|qu'|dans|avec|sans|sur|chez|en|par|je|j'|il|elle|on|nous|vous"
    r"|c'|n'|ne|pas|svp|merci|depuis|car|donc|si|comment|combien|quand|il|y|se|s'|ça|ca|cela|doit|faut)"
)
_STREET_NAME = (
    rf"(?:{_LINK_WORD}{{0,2}}(?!{_STOPS}\b)(?:\d{{1,2}}\s+)?[^\W\d_][\w'-]*)"
    rf"(?:\s+(?:{_LINK_WORD}{{0,2}}(?:{_CAPITAL}|\d)[\w'-]*)){{0,4}}"
)
_CITY = rf"[^\W\d_][\w'-]+(?:[\s-]+(?:{_CAPITAL}[\w'-]*|(?:sur|sous|les|en|de|la|le)(?=[\s-]+{_CAPITAL}))){{0,4}}"
_TOWN = rf"(?:\s*,?\s*(?:à\s+|(?:F-)?\d{{5}}\s+|cedex\s*){{1,2}}(?!{_STOPS}\b){_CITY})?"

_SITES = r"(?:www\.)?(?:[\w-]+\.)?caf\.fr(?:/partenaires)?"
"""The guides' own addresses, which name nobody."""

_FORMS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(form, re.IGNORECASE), placeholder)
    for form, placeholder in (
        (
            r"[\w.+%-]+\s?(?:@|\(at\)|\barobas[e]?\b)\s?[\w-]+(?:\s?(?:\.|\bpoint\b|\bdot\b)\s?[\w-]+)*",
            EMAIL,
        ),
        (rf"(?:https?://|www\.)(?!{_SITES}\b)\S+", LINK),
        (rf"\b(?!{_SITES}(?![\w.]))[\w-]+(?:\.[\w-]+)*\.(?:fr|com|net|org|eu|be|ch|io|info|gouv)\b(?:/\S*)?", LINK),
        (r"(?<!\w)@[\w.]+", NAME),
        (r"(?<![\w+])(?<!\d[ .-])(?:(?:\+|00)\d{1,3}[\s.-]*(?:\(0\)\s*)?\d|0[1-9])(?:[\s./-]*\d){7,11}(?!\d)", PHONE),
        (
            rf"(?<![\w-])\d{{1,4}}\s*(?:bis|ter|quater|[a-d](?=[\s,]))?\s*,?\s*{_PLACE}\s+{_STREET_NAME}{_TOWN}",
            ADDRESS,
        ),
        (rf"(?<![\w-]){_STREET}\s+(?!{_STOPS}\b){_STREET_NAME}{_TOWN}", ADDRESS),
        (
            rf"(?<![\w-])(?<!\ba la )(?<!à la )(?<!ma )(?<!sa )(?<!en )(?<!au )(?:place|quai|cours|route)\s"
            rf"(?:du|des|de la|de l')\s*(?!mois\b){_CITY}",
            ADDRESS,
        ),
        (
            rf"\b(?:F-)?\d{{5}}\s+(?!{_STOPS}\b){_CAPITAL}[\w'-]+(?:[\s-]+(?:sur|sous|les|en|de|la|le|{_CAPITAL}[\w'-]*)\b)*",
            ADDRESS,
        ),
        (r"(?<!\d)\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{2,4}(?!\d)|(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)", DATE),
        (r"(?<![\d/])\d{1,2}/\d{1,2}(?![\d/])", DATE),
        (
            rf"(?<!\d)(?:\d{{1,2}}\s?(?:er)?|premier|(?:vingt|trente)(?:[\s-]et)?[\s-]{_UNIT}|{_UNIT}|vingt|trente)\s+{_MONTH}(?:\s+\d{{2,4}}\b)?",
            DATE,
        ),
        (
            rf"(?<![\w.,-]){_FIGURES}(?:\s?(?:k?€|k\s?euros?|euros?\b|eurs?\b|balles\b)|\se\b|(?<=\d{{3}})e\b)(?:\s?\d{{1,2}}\b)?"
            rf"|\b{_IN_WORDS}\s(?:€|k?\s?euros?\b|balles\b)",
            AMOUNT,
        ),
        (rf"(?:€|euros?)\s?{_FIGURES}", AMOUNT),
        (
            rf"\b(?:{_NUMBER_WORD}[\s-])*(?:cents?|mille)(?:[\s-]{_NUMBER_WORD})*(?!\s+(?:fois|excuses|mercis?))\b",
            AMOUNT,
        ),
        (r"(?<!\w)(?:\d[\s.,/-]{0,2}){3,}\d[\w-]*(?<![\s.,/-])", NUMBER),
        (
            r"(?<![\w])(?=[^\W_]*\d)(?=[^\W_]*[^\W\d_])(?!\d+(?:[eè]mes?|i[eè]mes?|nde?|h\d*|ans?|m2|mois|fois)\b)[^\W_]{4,}(?:[-_][^\W_]*\d[^\W_]*)*",
            NUMBER,
        ),
        (r"(?<!\w)\d{3}(?:[.,]\d+)?(?!\w)|(?<!\w)\d{1,2}[.,]\d{1,2}(?!\w)", AMOUNT),
    )
)
_YEAR: Final = re.compile(r"(?<![\w/.,-])(?:19|20)\d\d(?![\w/]|[.,-]\d)")


def mask_forms(text: str) -> str:
    """Replace what is personal by its form. `text` is plain, see `offre_bailleurs.french.text`."""
    for pattern, placeholder in _FORMS:
        if placeholder is NUMBER:
            text = _YEAR.sub(YEAR, text)
        text = pattern.sub(placeholder, text)
    return text
