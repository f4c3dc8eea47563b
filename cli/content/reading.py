"""Reads the files that hold what the assistant knows: domain, answers, examples, rules, and what is tested of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

DATA: Final = "data"
ANSWERS: Final = "data/answers"
CONVERSATION: Final = "data/conversation"
UNSEEN: Final = "tests/unit/nlu/unseen"
FACTS: Final = "tests/unit/nlu/facts"
PROFILES: Final = ("landlord", "organisation")

_NUMBER: Final = re.compile(r"\b[A-F]\d{1,2}\b")
_BESIDE: Final = re.compile(r"\b(?:not|near)\b")
_SILENCE: Final = "silence: "
_Loader: Final[type[Any]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, ten times as fast, where PyYAML was built with it."""


class Thresholds(NamedTuple):
    """Below which a message is not understood (config.yml)."""

    confidence: float
    ambiguity: float
    """The least distance to the second intent."""


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file; the message is French."""

    file: str
    """From the project's root."""
    subject: str
    """The topic, response or intent; empty when it is the file itself."""
    message: str

    def __str__(self) -> str:
        return " : ".join(part for part in (self.file, self.subject, self.message) if part)


@dataclass(frozen=True)
class Example:
    """A message and the intent it stands for."""

    text: str
    intent: str
    file: str = ""


@dataclass(frozen=True)
class Wording:
    """One wording of a response."""

    response: str
    profile: str | None
    """Whose it is; None when it is everybody's."""
    text: str
    buttons: tuple[Mapping[str, str], ...]
    image: str
    """Its address, or nothing."""
    has_other_condition: bool
    """It hangs on something else than the profile alone."""
    file: str


@dataclass(frozen=True)
class Rule:
    """One rule: what is listened to, and what follows."""

    name: str
    steps: tuple[Mapping[str, Any], ...]
    condition: tuple[Mapping[str, Any], ...]
    file: str

    @property
    def intents(self) -> list[str]:
        """The intents that it listens to, those of an `or` too."""
        either = [alternative for step in self.steps for alternative in step.get("or") or ()]
        return [str(step["intent"]) for step in (*self.steps, *either) if "intent" in step]

    @property
    def actions(self) -> list[str]:
        """What it runs, in order."""
        return [str(step["action"]) for step in self.steps if "action" in step]


@dataclass(frozen=True)
class Fact:
    """Words that the answer to a question must hold (tests/unit/nlu/facts)."""

    name: str
    """Begins with its number, A1 to F9; "silence: <topic>" where the guides are silent; else a name of its own."""
    topic: str
    asked: str
    profiles: tuple[str, ...]
    """landlord, organisation, or anybody: the profile is not known."""
    contains: tuple[str, ...]
    file: str

    @property
    def numbers(self) -> list[str]:
        """The facts that these words tell; none when they tell what is not in the guides."""
        return [] if _BESIDE.search(self.name) else _NUMBER.findall(self.name)

    @property
    def silence(self) -> str | None:
        """The topic on which the guides are silent."""
        return self.name.removeprefix(_SILENCE) if self.name.startswith(_SILENCE) else None


@dataclass
class Content:
    """All of it."""

    root: Path
    intents: list[str] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)
    """Of the domain, forms among them."""
    forms: list[str] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    """Each topic's file."""
    wordings: list[Wording] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    unseen: list[Example] = field(default_factory=list)
    """Messages never trained on; of those that hold two questions, the intent is empty."""
    facts: list[Fact] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)

    def wordings_of(self, response: str) -> list[Wording]:
        """Every wording of a response."""
        return [wording for wording in self.wordings if wording.response == response]

    def answer(self, topic: str, profile: str | None) -> str | None:
        """What somebody of this profile reads when asking about a topic; None when nothing is written for them."""
        texts = {wording.profile: wording.text for wording in self.wordings_of(f"utter_{topic}")}
        return texts.get(profile, texts.get(None))

    def rules_for(self, intent: str) -> list[Rule]:
        """The rules that listen to an intent."""
        return [rule for rule in self.rules if intent in rule.intents]


def read_content(root: Path) -> Content:
    """Read everything under a project's root. A file that cannot be read is a problem among others."""
    content = Content(root)
    _each(content, [root / "domain.yml"], _read_domain)
    _each(content, sorted((root / DATA).rglob("*.yml")), _read_training)
    _each(content, sorted((root / UNSEEN).glob("*.yml")), _read_unseen)
    _each(content, sorted((root / FACTS).glob("*.yml")), _read_facts)
    return content


def read_thresholds(root: Path) -> Thresholds:
    """What config.yml asks of an intent before it is acted on."""
    config = _load(root / "config.yml")
    fallback = next(part for part in config["pipeline"] if part["name"] == "FallbackClassifier")
    return Thresholds(float(fallback["threshold"]), float(fallback["ambiguity_threshold"]))


def _each(content: Content, paths: Iterable[Path], read: Callable[[Content, str, Any], None]) -> None:
    """Read each file into the content; what its reader stumbles over is the file's problem."""
    for path in paths:
        file = path.relative_to(content.root).as_posix()
        try:
            if (written := _load(path)) is not None:
                read(content, file, written)
        except OSError:
            content.unreadable.append(Problem(file, "", "le fichier manque"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            content.unreadable.append(Problem(file, "", f"YAML illisible{f', ligne {mark.line + 1}' if mark else ''}"))
        except (AttributeError, KeyError, TypeError, ValueError, StopIteration) as error:
            reason = f"forme inattendue ({type(error).__name__}: {error}), voir docs/writing-answers.md"
            content.unreadable.append(Problem(file, "", reason))


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader, see above


def _read_domain(content: Content, file: str, written: Any) -> None:
    content.intents = [entry if isinstance(entry, str) else next(iter(entry)) for entry in written["intents"]]
    content.forms = list(written.get("forms") or ())
    content.actions = {*(written.get("actions") or ()), *content.forms}
    _read_training(content, file, written)


def _read_training(content: Content, file: str, written: Any) -> None:
    folder, _, name = file.rpartition("/")
    if folder == ANSWERS:
        content.topics[name.removesuffix(".yml")] = file
    for rule in written.get("rules") or ():
        steps, condition = tuple(rule["steps"]), tuple(rule.get("condition") or ())
        content.rules.append(Rule(str(rule.get("rule", "")), steps, condition, file))
    for response, wordings in (written.get("responses") or {}).items():
        content.wordings += [_wording(response, wording, file) for wording in wordings]
    for block in written.get("nlu") or ():
        if "intent" in block:
            lines = (line.strip() for line in block["examples"].splitlines())
            content.examples += [
                Example(line.removeprefix("-").strip(), block["intent"], file) for line in lines if line
            ]


def _read_unseen(content: Content, file: str, written: Any) -> None:
    """A mapping from intents to messages; or a list of messages that hold two questions."""
    if isinstance(written, list):
        content.unseen += [Example(str(entry["text"]), "", file) for entry in written]
    else:
        content.unseen += [Example(str(text), intent, file) for intent, texts in written.items() for text in texts]


def _read_facts(content: Content, file: str, written: Any) -> None:
    content.facts += [_fact(entry, file) for entry in written]


def _wording(response: str, wording: Mapping[str, Any], file: str) -> Wording:
    conditions = wording.get("condition") or []
    profiles = [each.get("value") for each in conditions if each.get("name") == "profile"]
    is_plain = len(conditions) == len(profiles) <= 1 and all(profile in PROFILES for profile in profiles)
    return Wording(
        response,
        profiles[0] if profiles else None,
        str(wording.get("text") or ""),
        tuple(wording.get("buttons") or ()),
        str(wording.get("image") or ""),
        not is_plain,
        file,
    )


def _fact(entry: Mapping[str, Any], file: str) -> Fact:
    name = f"{_SILENCE}{entry['silence']}" if "silence" in entry else str(entry["fact"])
    contains = tuple(str(words) for words in entry.get("contains") or ())
    return Fact(name, str(entry["topic"]), str(entry["asked"]), tuple(entry["profiles"]), contains, file)
