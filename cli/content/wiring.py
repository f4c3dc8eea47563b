"""What is written is used, and what is used is written: responses, intents, actions, buttons, examples."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from cli.content.code import Named
from cli.content.reading import CONVERSATION, Content, Example, Problem
from cli.content.topics import answering

_BY_RASA: Final = {"utter_default"}
"""Said by action_default_fallback."""
_RASAS_ACTION: Final = re.compile(r"action_(?:listen|restart|back|default_fallback|deactivate_loop|unlikely_intent)")
_FALLBACK: Final = "nlu_fallback"
_OUTSIDE: Final = f"{CONVERSATION}/nothing_under_way.yml"
"""Words that a form handles itself while it is under way: their rules are for the rest of the time."""


def check_responses(content: Content, code: Named) -> Iterator[Problem]:
    """Responses that are missing, and responses that nobody says."""
    files = {wording.response: wording.file for wording in content.wordings}
    answered = {
        intent
        for rule in content.rules
        for intent in rule.intents
        if intent in content.topics and answering(content, intent) in rule.actions
    }
    said = _BY_RASA | {action for rule in content.rules for action in rule.actions}
    said |= {f"utter_{topic}{ending}" for topic in answered for ending in ("", "_picture")}
    said |= {f"utter_{intent}_title" for intent in content.intents}
    for response in sorted(files.keys() - said):
        if not code.says(response):
            yield Problem(files[response], response, "n'est dite par aucune règle ni aucune action")
    for response, file in sorted(code.responses.items()):
        if response not in files:
            yield Problem(file, response, "l'action la dit, elle n'est écrite nulle part")
    for rule in content.rules:
        for action in rule.actions:
            if action.startswith("utter_") and action not in files:
                yield Problem(rule.file, action, "la règle la dit, elle n'est écrite nulle part")
            elif not action.startswith("utter_") and action not in content.actions | {_rasas(action)}:
                yield Problem(rule.file, action, "l'action de la règle n'est pas dans domain.yml")


def check_intents(content: Content, code: Named) -> Iterator[Problem]:
    """Intents that are not declared, and intents of which nothing comes."""
    known = set(content.intents)
    undeclared = {(rule.file, intent) for rule in content.rules for intent in rule.intents if intent != _FALLBACK}
    undeclared |= {(example.file, example.intent) for example in content.examples}
    undeclared |= {(message.file, message.intent) for message in content.unseen if message.intent}
    undeclared |= {(fact.file, fact.topic) for fact in content.facts}
    for file, intent in sorted(undeclared):
        if intent not in known:
            yield Problem(file, intent, "n'est pas parmi les intentions (intents) de domain.yml")
    for intent in content.intents:
        if not _is_handled(intent, content, code):
            yield Problem("domain.yml", intent, "intention inutilisée : aucune règle, aucun formulaire")
    for rule in content.rules:
        if rule.file == _OUTSIDE and list(rule.condition) != [{"active_loop": None}]:
            yield Problem(rule.file, rule.name, "il faut la condition « active_loop: null » : le formulaire y répond")


def check_buttons(content: Content, code: Named) -> Iterator[Problem]:
    """Buttons that lead nowhere, or back to where they stand."""
    listened: dict[str, set[str]] = defaultdict(set)
    for rule in content.rules:
        for action in rule.actions:
            listened[action].update(rule.intents)
    for wording in content.wordings:
        here = listened[wording.response] | {wording.response.removeprefix("utter_")}
        for button in wording.buttons:
            payload = str(button.get("payload") or "")
            intent = payload.partition("{")[0].removeprefix("/")
            title = button.get("title")
            if not payload.startswith("/") or not _leads_somewhere(intent, content, code):
                yield Problem(wording.file, wording.response, f"le bouton « {title} » ne mène nulle part : {payload}")
            elif intent in here and payload == f"/{intent}":
                yield Problem(wording.file, wording.response, f"le bouton « {title} » ramène où l'on est : {payload}")
    for file, intent in sorted(set(code.buttons)):
        if not _leads_somewhere(intent, content, code):
            yield Problem(file, "", f"un bouton ne mène nulle part : /{intent}")


def check_examples(content: Content) -> Iterator[Problem]:
    """Examples written twice, test messages among the examples, marks that Rasa would read."""
    trained = _by_text(content.examples)
    for example in content.examples:
        if set("[]{}") & set(example.text) or example.text.startswith("/"):
            yield Problem(example.file, example.intent, f"Rasa lirait [ ] {{ }} ou / autrement : {example.text}")
    for same in trained.values():
        if len(same) > 1:
            first, *others = same
            for other in others:
                yield Problem(other.file, other.intent, f"exemple déjà écrit {_where(first, other)} : {other.text}")
    for same in _by_text(content.unseen).values():
        if len(same) > 1:
            first, other, *_ = same
            yield Problem(other.file, other.intent, f"message d'essai déjà écrit {_where(first, other)} : {other.text}")
    asked = [Example(fact.asked, fact.topic, fact.file) for fact in content.facts]
    for message in (*content.unseen, *asked):
        for example in trained.get(_key(message.text), ())[:1]:
            reason = f"l'exemple est aussi un message d'essai de {message.file} : {example.text}"
            yield Problem(example.file, example.intent, reason)


def _is_handled(intent: str, content: Content, code: Named) -> bool:
    return bool(content.rules_for(intent)) or code.mentions(intent)


def _leads_somewhere(intent: str, content: Content, code: Named) -> bool:
    return intent in content.intents and _is_handled(intent, content, code)


def _rasas(action: str) -> str:
    return action if _RASAS_ACTION.fullmatch(action) else ""


def _by_text(examples: Iterable[Example]) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[_key(example.text)].append(example)
    return found


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _where(first: Example, other: Example) -> str:
    return "plus haut" if (first.file, first.intent) == (other.file, other.intent) else f"dans {first.file}"
