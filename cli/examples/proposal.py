"""Which sentences become examples of which intent, and why the others do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.privacy.placeholders import AMOUNT, DATE, YEAR
from cli.content.reading import ANSWERS, CONVERSATION, Content, Example
from offre_bailleurs.french.text import fold
from offre_bailleurs.improvement.groups import said_in
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup, UnansweredSentence

OFF_TOPIC: Final = "off_topic"
_OFF_TOPIC_FILE: Final = f"{CONVERSATION}/off_topic.yml"
_NATURAL: Final = {AMOUNT: "650 euros", DATE: "12 mars", YEAR: "2025"}
"""Placeholders of which only the shape tells what is asked: any value serves, and the classifier reads them all alike.
The others hide a word that the sentence may hang on: a person writes the sentence anew."""
_MARKS: Final = re.compile(r"[\[\]{}]|^/")
"""What Rasa would read otherwise in an example."""
_EDGES: Final = " .,;:!?…"


@dataclass(frozen=True)
class Group:
    """A group that an adviser assigned, with its different sentences, the commonest first."""

    id: int
    title: str
    size: int
    assigned: Assigned
    topic: str | None
    sentences: tuple[str, ...]

    @property
    def intent(self) -> str | None:
        """What its sentences are examples of; None: of nothing that there is yet."""
        return {Assigned.TOPIC: self.topic, Assigned.OFF_TOPIC: OFF_TOPIC}.get(self.assigned)


@dataclass(frozen=True)
class Left:
    """A sentence that is not proposed, and why, or where it stands already."""

    text: str
    intent: str
    where: str = ""


@dataclass
class Proposal:
    """What the groups come to."""

    added: dict[str, list[Example]] = field(default_factory=dict)
    """New examples, by the file that takes them."""
    to_write: list[Left] = field(default_factory=list)
    """With a placeholder or a mark of Rasa's: for a person to write in words."""
    conflicts: list[Left] = field(default_factory=list)
    """Examples of another intent already, or given to two."""
    held_out: list[Left] = field(default_factory=list)
    """Messages that understanding is measured on: never trained on."""
    known: int = 0
    """Examples of that intent already."""
    missing: list[Left] = field(default_factory=list)
    """Of an intent that has no file to take them (any more)."""
    new_topics: list[Group] = field(default_factory=list)

    @property
    def examples(self) -> list[Example]:
        """All the new examples."""
        return [example for examples in self.added.values() for example in examples]


def assigned_groups(session: Session, *, also_exported: bool) -> list[Group]:
    """The groups that an adviser assigned and that were not exported since, by size."""
    query = (
        select(SentenceGroup)
        .where(SentenceGroup.assigned.is_not(None))
        .order_by(SentenceGroup.size.desc(), SentenceGroup.id)
    )
    if not also_exported:
        query = query.where(SentenceGroup.exported_at.is_(None))
    found = session.scalars(query).all()
    said = _different_texts(session, [group.id for group in found])
    return [
        Group(group.id, group.representative, group.size, group.assigned, group.topic, tuple(said[group.id]))
        for group in found
        if group.assigned is not None
    ]


def propose(groups: Sequence[Group], content: Content) -> Proposal:
    """Sort the sentences of the groups into examples and the rest."""
    proposal = Proposal()
    trained = _first_by_key(content.examples)
    asked = [Example(fact.asked, fact.topic, fact.file) for fact in content.facts]
    held_out = _first_by_key([*content.unseen, *asked])
    given: dict[str, Example] = {}
    for group in groups:
        if group.intent is None:
            proposal.new_topics.append(group)
            continue
        for sentence in group.sentences:
            _sort(proposal, sentence, group.intent, trained, held_out, given, content)
    _take_back(proposal)
    return proposal


def key_of(text: str) -> str:
    """What two examples that say the same have in common: letters, without case, accents and final punctuation."""
    return fold(text).strip(_EDGES)


def _sort(
    proposal: Proposal,
    sentence: str,
    intent: str,
    trained: Mapping[str, Example],
    held_out: Mapping[str, Example],
    given: dict[str, Example],
    content: Content,
) -> None:
    text = natural(sentence)
    key = key_of(text)
    if not key or _MARKS.search(text):
        proposal.to_write.append(Left(sentence, intent))
        return
    known, tested, other = trained.get(key), held_out.get(key), given.get(key)
    file = file_of(intent, content)
    if known is not None and known.intent == intent:
        proposal.known += 1
    elif known is not None:
        proposal.conflicts.append(Left(text, intent, f"déjà un exemple de {known.intent} ({known.file})"))
    elif tested is not None:
        proposal.held_out.append(Left(text, intent, tested.file))
    elif file is None:
        proposal.missing.append(Left(text, intent))
    elif other is None:
        given[key] = Example(text, intent, file)
        proposal.added.setdefault(file, []).append(given[key])
    elif other.intent != intent:
        proposal.conflicts.append(Left(text, intent, f"aussi donné à {other.intent}"))


def _take_back(proposal: Proposal) -> None:
    """A sentence given to two intents is proposed for neither: a person decides."""
    disputed = {key_of(left.text) for left in proposal.conflicts}
    for file, examples in list(proposal.added.items()):
        kept = [example for example in examples if key_of(example.text) not in disputed]
        if kept:
            proposal.added[file] = kept
        else:
            del proposal.added[file]


def natural(sentence: str) -> str:
    """The sentence with words of a value's shape in the place of the placeholders that hide nothing else."""
    for placeholder, words in _NATURAL.items():
        sentence = sentence.replace(placeholder, words)
    return " ".join(sentence.split())


def file_of(intent: str, content: Content) -> str | None:
    """The file that takes examples of an intent, from the project's root."""
    file = _OFF_TOPIC_FILE if intent == OFF_TOPIC else f"{ANSWERS}/{intent}.yml"
    has_examples = any(example.intent == intent and example.file == file for example in content.examples)
    return file if has_examples else None


def _first_by_key(examples: Iterable[Example]) -> dict[str, Example]:
    found: dict[str, Example] = {}
    for example in examples:
        found.setdefault(key_of(example.text), example)
    return found


def _different_texts(session: Session, group_ids: Sequence[int]) -> dict[int, list[str]]:
    """Of each group, its sentences as they were said, each once, those of the commonest key first."""
    rank = {
        (group_id, said.key): place
        for group_id, all_said in said_in(session, group_ids).items()
        for place, said in enumerate(all_said)
    }
    query = select(UnansweredSentence.group_id, UnansweredSentence.key, UnansweredSentence.text).distinct()
    rows = session.execute(query.where(UnansweredSentence.group_id.in_(group_ids)))
    ordered = sorted(rows, key=lambda row: (row[0], rank[row[0], row[1]], row[2]))
    found: dict[int, dict[str, str]] = {group_id: {} for group_id in group_ids}
    for group_id, _, text in ordered:
        found[group_id].setdefault(key_of(text), text)
    return {group_id: list(texts.values()) for group_id, texts in found.items()}
