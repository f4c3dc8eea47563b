"""Finds the questions of a message that holds several: « où est mon identifiant, et quelle est la date limite ? »."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from offre_bailleurs.french.text import fold

SHORTEST = 3
"""Words that a question has at least."""
_MOST_JOINTS = 8
"""Joints looked at in one message, so that none takes long."""

_JOINT = re.compile(
    r"(?<!\bm)(?<!\bmme)(?<!\bn)[.!?;…\n]+\s+|[?!;\n]+\s*|,\s+|,(?=[^\W\d_])"
    r"|\s+(?:(?:et|puis|ou|aussi|sinon|ensuite|egalement|également|ainsi que|autre question|par ailleurs|au fait"
    r"|d['’]autre part|dernière question|derniere question)[,: ]+)+",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^(?:[\s,.;:!?]|(?:et|puis|mais|aussi|sinon|ensuite|autre question)\b)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")

_NO_QUESTIONS = frozenset(
    {
        *("greet", "goodbye", "thank", "insult", "off_topic", "not_helpful", "say_profile", "ask_other_profile"),
        *("inform", "affirm", "deny", "cancel", "postpone", "validate", "modify", "wrong_tenant", "same_as_last_year"),
        *("change_situation", "change_rent", "declare_rent", "resume_draft", "open_conversation"),
        *("pick_tenancy", "pick_situation", "insult", "nlu_fallback"),
    }
)
"""Courtesies, answers and statements: beside a question they leave one question. Situations of tenants too."""
_VAGUE = "cannot_connect"
_SAYS_MORE = frozenset({"lost_login", "forgotten_password", "account_locked", "temporary_password"})
"""« j'ai perdu mon mot de passe, je ne peux pas entrer » is one question."""
_EMPTY_WORDS = frozenset(
    [
        "a",
        "aide",
        "aider",
        "alors",
        "aussi",
        "bien",
        "c",
        "ca",
        "ce",
        "cela",
        "comment",
        "coup",
        "d",
        "dire",
        "dois",
        "doit",
        "devons",
        "dites",
        "donc",
        "du",
        "elle",
        "est",
        "et",
        "explique",
        "expliquer",
        "faire",
        "fais",
        "fait",
        "faut",
        "grave",
        "il",
        "ils",
        "j",
        "je",
        "l",
        "la",
        "le",
        "m",
        "marche",
        "me",
        "merci",
        "moi",
        "n",
        "ne",
        "normal",
        "nous",
        "on",
        "pas",
        "peut",
        "peux",
        "plait",
        "possible",
        "pour",
        "pourquoi",
        "pouvez",
        "pouvons",
        "probleme",
        "puis",
        "qu",
        "que",
        "quoi",
        "s",
        "sa",
        "sais",
        "savoir",
        "si",
        "solution",
        "suivre",
        "svp",
        "tu",
        "un",
        "vous",
        "vrai",
        "y",
    ]
)
"""« que doit-elle faire ? », « est-ce normal ? » ask about what stands beside."""


@dataclass(frozen=True)
class Question:
    """A part of a message and what it asks: `text[start:end]`."""

    intent: str
    confidence: float
    start: int
    end: int


Classify = Callable[[str], tuple[str, float]]
"""The intent of a text and how sure that is."""


def find_questions(text: str, classify: Classify, threshold: float) -> list[Question]:
    """The questions of the message in their order, or none: a message with one question has its intent already.

    Each of them is at least this sure, and two that follow each other differ.
    """
    joints = [match.span() for match in islice(_JOINT.finditer(text), _MOST_JOINTS)]
    if not joints:
        return []
    found = _Parts(text, joints, classify, threshold).split(0, len(text))
    return found if len({question.intent for question in found}) > 1 else []


@dataclass(frozen=True)
class _Parts:
    """The parts into which a message can be cut. Each is classified once."""

    text: str
    joints: list[tuple[int, int]]
    """Where it may be cut: the end of the part before, the start of the part after."""
    classify: Classify
    threshold: float
    _asked_before: dict[tuple[int, int], Question | None] = field(default_factory=dict)
    _split_before: dict[tuple[int, int], list[Question]] = field(default_factory=dict)

    def split(self, start: int, end: int) -> list[Question]:
        """The sure questions of a part, which may be itself one."""
        if (start, end) not in self._split_before:
            self._split_before[start, end] = self._cut(start, end)
        return self._split_before[start, end]

    def _cut(self, start: int, end: int) -> list[Question]:
        """Cut where both sides are surest and each side again, or where the left is sure and the right holds two."""
        sides = [
            (self._asked(start, left_end), self._asked(right_start, end), left_end, right_start)
            for left_end, right_start in self.joints
            if start < left_end and right_start < end
        ]
        cuts = [
            (min(left.confidence, right.confidence), left_end, right_start)
            for left, right, left_end, right_start in sides
            if left is not None and right is not None and not _are_one(left.intent, right.intent)
        ]
        sure, left_end, right_start = max(cuts, default=(0.0, 0, 0))
        if cuts and sure >= self.threshold:
            return self.split(start, left_end) + self.split(right_start, end)
        for left, _, _, right_start in sides:
            if left is not None and left.confidence >= self.threshold:
                rest = self.split(right_start, end)
                if len(rest) > 1 and not _are_one(left.intent, rest[0].intent):
                    return [left, *rest]
        whole = self._asked(start, end)
        return [whole] if whole is not None and whole.confidence >= self.threshold else []

    def _asked(self, start: int, end: int) -> Question | None:
        if (start, end) not in self._asked_before:
            self._asked_before[start, end] = self._classified(start, end)
        return self._asked_before[start, end]

    def _classified(self, start: int, end: int) -> Question | None:
        edge = _EDGE.match(self.text[start:end])
        first = start + (edge.end() if edge else 0)
        words = _WORD.findall(fold(self.text[first:end]))
        if len(words) < SHORTEST or _EMPTY_WORDS.issuperset(words):
            return None
        intent, confidence = self.classify(self.text[first:end])
        if intent in _NO_QUESTIONS or intent.startswith("situation_"):
            return None
        return Question(intent, confidence, first, end)


def _are_one(one: str, other: str) -> bool:
    return one == other or (_VAGUE in (one, other) and bool({one, other} & _SAYS_MORE))
