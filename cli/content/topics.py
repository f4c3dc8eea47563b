"""Each topic is whole: its file, its rule, its answers for everybody, enough examples, its tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from cli.content.guides import SAYS_SO, SILENCES, SOURCE
from cli.content.reading import PROFILES, Content, Problem, Rule, Wording
from offre_bailleurs.desk.reasons import SILENCE

ANSWER: Final = "action_answer"
"""Says the topic's own answer, in the words of who asks."""
BEGINS: Final[Mapping[str, str]] = {
    "create_user": "action_start_create_user",
    "forgotten_password": "action_start_recover_access",
    "lost_login": "action_start_recover_access",
}
"""Topics whose question and request are one intent. This action begins the request's journey, or says the answer as
`action_answer` does; what follows depends on the form under way, so that each form needs a rule of its own."""
ASK_ADVISER: Final = f'/ask_adviser{{{{"reason": "{SILENCE}"}}}}'
"""The button under a silence of the guides, as it is written in a response (Rasa fills single braces)."""
LEAST_EXAMPLES: Final = 40
LEAST_UNSEEN: Final = 10
LONGEST_TITLE: Final = 40
_PROFILE_NAMES: Final = {"landlord": "le bailleur particulier (landlord)", "organisation": "l'organisme (organisation)"}


def check_topics(content: Content) -> Iterator[Problem]:
    """Every problem of every topic."""
    for topic, file in content.topics.items():
        messages = [
            *_file(content, topic, file),
            *_rule(content, topic),
            *_title(content, topic),
            *_answers(content, topic),
            *_tests(content, topic),
        ]
        yield from (Problem(file, topic, message) for message in messages)


def answering(content: Content, topic: str) -> str:
    """The action that says `utter_<topic>`."""
    beginning = BEGINS.get(topic)
    return beginning if beginning in content.actions else ANSWER


def own_action(content: Content, topic: str) -> str | None:
    """The action that answers a topic in the place of `action_answer`, when its rule calls one of the domain."""
    if answering(content, topic) != ANSWER:
        return None
    actions = [action for rule in content.rules_for(topic) for action in rule.actions]
    return next((action for action in actions if action != ANSWER and action in content.actions), None)


def _file(content: Content, topic: str, file: str) -> Iterator[str]:
    examples = [example for example in content.examples if example.file == file]
    if topic not in content.intents:
        yield "n'est pas parmi les intentions (intents) de domain.yml"
    for other in sorted({example.intent for example in examples} - {topic}):
        yield f"le fichier contient des exemples d'un autre sujet, {other}"
    count = sum(example.intent == topic for example in content.examples)
    if count < LEAST_EXAMPLES:
        yield f"{count} exemples, il en faut au moins {LEAST_EXAMPLES}"


def _rule(content: Content, topic: str) -> Iterator[str]:
    rules = content.rules_for(topic)
    if not rules:
        yield f"aucune règle : - intent: {topic}, puis - action: {answering(content, topic)}"
    for rule in rules:
        if rule.file == content.topics[topic] and rule.condition:
            yield "sa règle a une condition : la question resterait sans réponse dans un formulaire"
    called = {action for rule in rules for action in rule.actions}
    if answering(content, topic) != ANSWER:
        yield from _everywhere(content, topic, rules)
    elif rules and ANSWER not in called and own_action(content, topic) is None:
        yield f"sa règle n'appelle ni {ANSWER} ni une autre action de domain.yml"


def _everywhere(content: Content, topic: str, rules: list[Rule]) -> Iterator[str]:
    """Conditions on the form under way leave none out."""
    loops = [_loop(rule) for rule in rules if answering(content, topic) in rule.actions[:1]]
    for form in [None, *content.forms]:
        if form not in loops:
            where = f"dans {form}" if form else "hors de tout formulaire (active_loop: null)"
            yield f"aucune règle n'appelle {answering(content, topic)} {where} : la question y resterait sans réponse"


def _loop(rule: Rule) -> str | None:
    """The form of the rule's condition."""
    return next((condition["active_loop"] for condition in rule.condition if "active_loop" in condition), None)


def _title(content: Content, topic: str) -> Iterator[str]:
    titles = content.wordings_of(f"utter_{topic}_title")
    if not titles:
        yield f"aucun titre : écrivez utter_{topic}_title"
    if len(titles) > 1:
        yield "plusieurs titres, il en faut un"
    for title in titles:
        if not 0 < len(title.text) <= LONGEST_TITLE:
            yield f"titre de {len(title.text)} caractères, {LONGEST_TITLE} au plus : {title.text}"


def _answers(content: Content, topic: str) -> Iterator[str]:
    answers = content.wordings_of(f"utter_{topic}")
    if not answers and own_action(content, topic) is None:
        yield f"aucune réponse : écrivez utter_{topic}"
    if not answers:
        return
    whose = Counter(answer.profile for answer in answers)
    if any(answer.has_other_condition for answer in answers):
        yield f"une réponse a une autre condition que le profil ({' ou '.join(PROFILES)})"
    for profile, count in whose.items():
        if count > 1:
            yield f"{count} réponses pour {_PROFILE_NAMES[profile] if profile else 'tous (sans condition)'}"
    if None not in whose:
        for profile in set(PROFILES) - whose.keys():
            yield f"aucune réponse pour {_PROFILE_NAMES[profile]}"
    elif set(PROFILES) <= whose.keys():
        yield "la réponse sans condition est de trop : sans elle, le profil est demandé à qui n'en a pas"
    for answer in answers:
        yield from _sourced(answer)
        if topic in SILENCES:
            yield from _silence(answer)


def _sourced(answer: Wording) -> Iterator[str]:
    if not SOURCE.search(answer.text):
        yield f"la réponse{_whose(answer)} ne se termine pas par une ligne vide et « Source : {{guide}}. »"


def _silence(answer: Wording) -> Iterator[str]:
    if not SAYS_SO.search(answer.text):
        yield f"les guides se taisent, la réponse{_whose(answer)} doit le dire : « … ne disent pas… »"
    if "conseiller" not in answer.text:
        yield f"les guides se taisent, la réponse{_whose(answer)} doit proposer un conseiller"
    if not answer.buttons or answer.buttons[0].get("payload") != ASK_ADVISER:
        yield f"les guides se taisent, le premier bouton de la réponse{_whose(answer)} doit être {ASK_ADVISER}"


def _tests(content: Content, topic: str) -> Iterator[str]:
    count = sum(message.intent == topic for message in content.unseen)
    if count < LEAST_UNSEEN:
        yield f"{count} messages d'essai dans tests/unit/nlu/unseen, il en faut au moins {LEAST_UNSEEN}"
    if not any(fact.topic == topic for fact in content.facts):
        yield "aucun fait vérifié dans tests/unit/nlu/facts"


def _whose(answer: Wording) -> str:
    return f" pour {_PROFILE_NAMES.get(answer.profile, answer.profile)}" if answer.profile else ""
