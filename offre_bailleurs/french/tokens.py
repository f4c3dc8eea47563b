"""Cuts a sentence into words, numbers, days and signs, for the readers of amounts and of counts."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from text_to_num import find_numbers

from offre_bailleurs.french.text import fold


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    DAY = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a folded sentence.

    `text` is « # » for a number and « @ » for a day written in figures, so that a pattern over several tokens can
    name them. `spaced` says that a space, or nothing at all, comes before. For a number, `figures` is how it stands
    in figures, `value` what it is worth exactly (None for « 1.2.3 ») and `in_words` says that it came in letters.
    """

    kind: Kind
    text: str
    spaced: bool
    figures: str = ""
    value: Decimal | None = None
    in_words: bool = False


_PIECE = re.compile(
    r"""
    (?P<day> (?<![\d.,/-]) (?: [12]\d{3}-[01]?\d-[0-3]?\d
                             | [0-3]?\d (?P<mark>[/.-]) [01]?\d (?P=mark) (?: [12]\d{3} | \d\d )
                             | [0-3]?\d / (?: 0?[1-9] | 1[0-2] ) ) (?! [\d/] | [.,]\d ) )
    | (?P<number> (?<! [^\W\d_] ) [1-9]\d{0,2} (?: [ '] \d{3} (?!\d) )+ (?: [.,]\d+ )*
                | \d+ (?: [.,]\d+ )* )
    | (?P<word> [^\W\d_]+ '? )
    | (?P<joint> (?<= [^\W\d_] ) - (?= [^\W\d_] ) )
    | (?P<sign> \S )
    """,
    re.VERBOSE,
)
_SPOKEN_POINT = re.compile(r"(?<=\d) virgule (?=\d)")
_HUNDRED = 100
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3}){2,}")
_DECIMAL = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED_DECIMAL = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+,|(?:,\d{3})+\.)\d+")


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`, numbers written in letters read as numbers. Takes time linear in its length."""
    folded = _SPOKEN_POINT.sub(",", fold(text))
    tokens = []
    for piece in _PIECE.finditer(folded):
        spaced = piece.start() == 0 or folded[piece.start() - 1] == " "
        match piece.lastgroup:
            case "number":
                tokens.append(_number(piece[0], spaced=spaced))
            case "day" | "mark":
                tokens.append(Token(Kind.DAY, "@", spaced))
            case "word":
                tokens.append(Token(Kind.WORD, piece[0], spaced))
            case "sign":
                tokens.append(Token(Kind.SIGN, piece[0], spaced))
    return _with_numbers_in_words(tokens)


def _number(written: str, *, spaced: bool, in_words: bool = False) -> Token:
    return Token(Kind.NUMBER, "#", spaced, written, value_of(written), in_words)


def value_of(written: str) -> Decimal | None:
    """Return the value of a number in figures, or None when it is none.

    A comma is the decimal mark, a point too, except when exactly three figures follow it: 1.234 is one thousand two
    hundred and thirty-four. With both marks the last one is the decimal mark.

    >>> value_of("1.234,50")
    Decimal('1234.50')
    """
    grouped = any(mark in written for mark in " '")
    body = written.replace(" ", "").replace("'", "")
    if not grouped and _THOUSANDS.fullmatch(body):
        return Decimal(body.replace(".", "").replace(",", ""))
    if not grouped and _GROUPED_DECIMAL.fullmatch(body):
        whole, mark, decimals = body.rpartition("," if body.rfind(",") > body.rfind(".") else ".")
        return Decimal(f"{whole.replace('.', '').replace(',', '')}.{decimals}") if mark else None
    return Decimal(body.replace(",", ".")) if _DECIMAL.fullmatch(body) else None


def word_at(tokens: list[Token], index: int) -> str:
    """Return the text of the token at `index`, empty outside of the sentence."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def is_stuck_to_letters(tokens: list[Token], index: int, end: int) -> bool:
    """Tell a number from the name of a thing (« T3 », « A123456 », « 12B ») and from a slip of the key (« ²650 »)."""
    left = "" if tokens[index].spaced else word_at(tokens, index - 1)
    right = "" if end < len(tokens) and tokens[end].spaced else word_at(tokens, end)
    return any(side.isalnum() and len(side) <= 2 and side != "x" for side in (left, right))


class _Spelled:
    """A word as the library of numbers in words wants it."""

    def __init__(self, token: Token, following: str) -> None:
        self._text = "zéro" if token.text == "zero" else token.text
        # « vingt et un », but « entre six cents et six cent cinquante » has two numbers
        self._apart = token.kind is not Kind.WORD or (token.text == "et" and following not in {"un", "une", "onze"})

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: object) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self._apart


def _with_numbers_in_words(tokens: list[Token]) -> list[Token]:
    """Replace each run of words that spells a cardinal number by one number."""
    result: list[Token] = []
    position = 0
    spelled = [_Spelled(token, word_at(tokens, index + 1)) for index, token in enumerate(tokens)]
    for found in find_numbers(spelled, "fr", 0):
        if found.is_ordinal:
            continue
        result += tokens[position : found.start]
        number = _number(found.text, spaced=tokens[found.start].spaced, in_words=True)
        position = found.end
        if number.value == _HUNDRED and [token.text for token in result[-2:]] == ["#", "pour"]:
            result[-1] = Token(Kind.SIGN, "%", spaced=True)  # « trois pour cent », not « loué pour cent euros »
        else:
            result.append(number)
    return result + tokens[position:]
