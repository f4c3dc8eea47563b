"""Show how sentences are understood and what is answered, without servers: `bailleurs ask`.

What talks to Rasa stands in `ask_conversation`, which takes seconds to import. Here: what is shown of it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog
import typer

from cli import training
from cli.chat import LITERAL, pressed, printable
from cli.chat_client import Button
from cli.console import OperatorError
from cli.content.reading import Thresholds, read_thresholds
from cli.environment import QUIET
from offre_bailleurs.settings import PROJECT_ROOT

PROFILES: Final = {
    "landlord": "landlord",
    "particulier": "landlord",
    "organisation": "organisation",
    "organisme": "organisation",
}
"""What may be written after --profile, and the slot's value."""
FALLBACK: Final = "nlu_fallback"
"""Rasa's own: no intent is sure enough."""
NEXT_SHOWN: Final = 4


@dataclass(frozen=True)
class Intent:
    """A meaning and how sure it is, 0 to 1."""

    name: str
    confidence: float

    def __str__(self) -> str:
        return f"{self.name} ({_decimal(self.confidence)})"


@dataclass(frozen=True)
class Understanding:
    """How a message was understood."""

    ranking: tuple[Intent, ...]
    """The surest first; Rasa's nlu_fallback is left out."""
    entities: tuple[Mapping[str, Any], ...] = ()

    def refusal(self, thresholds: Thresholds) -> str | None:
        """Why no meaning is sure enough to act on, in French; None when the first is."""
        if not self.ranking:
            return "aucune intention n'est reconnue"
        first, *others = self.ranking
        if first.confidence < thresholds.confidence:
            wanted = _decimal(thresholds.confidence)
            return f"la confiance {_decimal(first.confidence)} est sous le seuil {wanted}"
        if others and first.confidence - others[0].confidence < thresholds.ambiguity:
            wanted = _decimal(thresholds.ambiguity)
            return f"{first.name} et {others[0].name} sont à moins de {wanted} l'un de l'autre"
        return None


@dataclass(frozen=True)
class Heard:
    """What became of one message."""

    understanding: Understanding
    actions: tuple[str, ...]
    """What ran, in order."""
    answers: tuple[Mapping[str, Any], ...]
    """Messages as the chat keeps them: text, buttons with title and payload, image, attachment."""


class Conversation(Protocol):
    """Somebody to talk to; see `ask_conversation`."""

    async def say(self, text: str) -> Heard:
        """Type words."""

    async def press(self, button: Button) -> Heard:
        """Press a button; its `choice` is the payload, unsigned."""


def ask(sentences: Sequence[str], *, profile: str | None, as_json: bool) -> None:
    """Hold one conversation and print it.

    Raises:
        OperatorError: the profile is unknown, the training failed, or an action did.
    """
    known_profile = read_profile(profile)
    thresholds = read_thresholds(PROJECT_ROOT)
    model = training.model_path()
    if not model.exists():
        typer.echo("• Entraînement du modèle de compréhension (quelques minutes)…", err=True)
        model = training.train()
    silence()
    from cli.ask_conversation import in_this_process

    async def talk() -> list[dict[str, Any]]:
        async with in_this_process(model, known_profile) as conversation:
            return await converse(conversation, sentences, thresholds)

    turns = asyncio.run(talk())
    if as_json:
        typer.echo(json.dumps({"profile": known_profile, "turns": turns}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n\n".join("\n".join(shown(turn)) for turn in turns))


def silence() -> None:
    """Keep what Rasa and its libraries tell their developers out of the terminal, from their import on."""
    os.environ.update(QUIET)
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.showwarning = lambda *_, **__: None  # a filter is not enough: see cli/rasa.py


def read_profile(written: str | None) -> str | None:
    """The profile that --profile names, in English or in French; None when it is not given.

    Raises:
        OperatorError: there is no such profile.
    """
    if written is None:
        return None
    try:
        return PROFILES[written.strip().casefold()]
    except KeyError:
        raise OperatorError(f"--profile : « {written} » est inconnu, il y a {', '.join(PROFILES)}.") from None


async def converse(
    conversation: Conversation, sentences: Sequence[str], thresholds: Thresholds
) -> list[dict[str, Any]]:
    """Say the sentences one after the other; what became of each, as `--json` prints it.

    A sentence that is the number or the title of a button shown just before presses it, as in `bailleurs chat`.
    """
    turns = []
    buttons: list[Button] = []
    for sentence in sentences:
        literal = sentence.startswith(LITERAL)
        button = None if literal else pressed(sentence, buttons)
        heard = await (conversation.press(button) if button else conversation.say(sentence.removeprefix(LITERAL)))
        turns.append(_turn(button.title if button else sentence, button is not None, heard, thresholds))
        buttons = [
            Button(each["title"], each["payload"]) for answer in heard.answers for each in answer.get("buttons", ())
        ]
    return turns


def _turn(said: str, is_button: bool, heard: Heard, thresholds: Thresholds) -> dict[str, Any]:
    ranking = [vars(intent) for intent in heard.understanding.ranking]
    return {
        "said": said,
        "button": is_button,
        "intent": ranking[0] if ranking else None,
        "next": ranking[1 : 1 + NEXT_SHOWN],
        "entities": [dict(entity) for entity in heard.understanding.entities],
        "refused": None if is_button else heard.understanding.refusal(thresholds),
        "actions": list(heard.actions),
        "answers": [dict(answer) for answer in heard.answers],
    }


def shown(turn: Mapping[str, Any]) -> list[str]:
    """The lines that tell one turn."""
    lines = [typer.style("Vous : ", bold=True) + printable(turn["said"])]
    if turn["button"]:
        lines.append(f"  Compris : {turn['intent']['name']} (bouton)")
    else:
        lines += _understood(turn)
    lines += [f"  Entité : {each.get('entity')} = {printable(str(each.get('value')))}" for each in turn["entities"]]
    lines.append(f"  Actions : {', '.join(turn['actions']) or 'aucune'}")
    number = 0
    for answer in turn["answers"]:
        lines.append("")
        if text := answer.get("text"):
            lines.append(typer.style("Assistant : ", fg="green", bold=True) + printable(text))
        if image := answer.get("image"):
            lines.append(f"  Image : {printable(image)}")
        if attachment := answer.get("attachment"):
            lines.append(f"  Fichier : {printable(str(attachment.get('name')))}")
        for button in answer.get("buttons", ()):
            number += 1
            lines.append(f"  [{number}] {printable(button['title'])} → {printable(button['payload'])}")
    if not turn["answers"]:
        lines.append(typer.style("Rien n'est répondu.", fg="red"))
    return lines


def _understood(turn: Mapping[str, Any]) -> list[str]:
    lines = []
    if turn["intent"]:
        lines.append(f"  Compris : {Intent(**turn['intent'])}")
    if turn["next"]:
        lines.append(f"  Ensuite : {', '.join(str(Intent(**each)) for each in turn['next'])}")
    if turn["refused"]:
        lines.append(typer.style(f"  Refusé : {turn['refused']}", fg="yellow"))
    return lines


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
