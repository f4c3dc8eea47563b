"""A content of three topics that the lint accepts, for tests to break one thing of it."""

from __future__ import annotations

from pathlib import Path

from cli.content.lint import problems_of
from cli.content.reading import read_content

LOST_LOGIN = "data/answers/lost_login.yml"
DEADLINE = "data/answers/deadline.yml"
CHECK = "data/answers/check_user_number.yml"
NOTHING = "data/conversation/nothing_under_way.yml"
ACTION = "actions/check_user_number.py"
DOMAIN = "domain.yml"
UNSEEN = "tests/unit/nlu/unseen/topics.yml"
FACTS = "tests/unit/nlu/facts/all.yml"

_LOST_LOGIN = """version: "3.1"

rules:
- rule: a landlord has lost the login
  steps:
  - intent: lost_login
  - action: action_answer

responses:
  utter_lost_login:
  - condition:
    - type: slot
      name: profile
      value: landlord
    text: |-
      Cliquez sur « Identifiant perdu » :
      1. Donnez votre N° utilisateur de 14 caractères.

      Source : {guide}.
    buttons:
    - title: Quelle date limite ?
      payload: /deadline
  - condition:
    - type: slot
      name: profile
      value: organisation
    text: |-
      Deux courriers vous arrivent, chaque année.

      Source : guide des organismes.
  utter_lost_login_title:
  - text: J'ai perdu mon identifiant

"""
_DEADLINE = """version: "3.1"

rules:
- rule: a landlord asks until when
  steps:
  - intent: deadline
  - action: action_answer

responses:
  utter_deadline:
  - text: |-
      La Caf vous demande le loyer de juillet. Les guides de la Caf ne donnent pas de date, un conseiller peut la dire.

      Source : {guide}.
    buttons:
    - title: Parler à un conseiller
      payload: '/ask_adviser{{"reason": "silence"}}'
  utter_deadline_title:
  - text: Date limite

"""
_CHECK = """version: "3.1"

rules:
- rule: a number is checked
  steps:
  - intent: check_user_number
  - action: action_check_user_number

responses:
  utter_check_user_number_title:
  - text: Vérifier mon N° utilisateur

"""
_NOTHING = """version: "3.1"

rules:
- rule: nothing is under way
  condition:
  - active_loop: null
  steps:
  - intent: affirm
  - action: utter_nothing

- rule: an adviser is asked for
  condition:
  - active_loop: null
  steps:
  - or:
    - intent: ask_adviser
    - intent: nlu_fallback
  - action: utter_adviser

responses:
  utter_nothing:
  - text: Rien n'est en cours. {number} compte 14 caractères.
    buttons:
    - title: Parler à un conseiller
      payload: '/ask_adviser{{"of": "nothing"}}'
  utter_adviser:
  - text: Un conseiller vous répondra.

nlu:
- intent: affirm
  examples: |
    - oui
    - d'accord
- intent: ask_adviser
  examples: |
    - un conseiller
"""
_ACTION = """NAME = "action_check_user_number"
BUTTON = "/postpone"
RESPONSES = ("utter_number_is_short", "utter_number_is_long")


def wording(kind):
    return f"utter_refused_{kind}"
"""
_SPOKEN = """version: "3.1"

responses:
  utter_number_is_short:
  - text: "{number} est trop court."
  utter_number_is_long_simpler:
  - text: C'est trop long.
  utter_number_is_long:
  - text: "{number} est trop long."
  utter_refused_zero:
  - text: Pas zéro.
"""
_DOMAIN = """version: "3.1"

intents: [affirm, ask_adviser, postpone, {lost_login: {use_entities: []}}, deadline, check_user_number]
actions: [action_answer, action_check_user_number]
"""
_TOPICS = ("lost_login", "deadline", "check_user_number")


class SmallContent:
    """The files, and what the lint says of them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files = {
            DOMAIN: _DOMAIN,
            LOST_LOGIN: _LOST_LOGIN + _examples("lost_login"),
            DEADLINE: _DEADLINE + _examples("deadline"),
            CHECK: _CHECK + _examples("check_user_number"),
            NOTHING: _NOTHING,
            "data/conversation/user_number.yml": _SPOKEN,
            ACTION: _ACTION,
            UNSEEN: "".join(_unseen(topic) for topic in _TOPICS),
            FACTS: "".join(_fact(topic) for topic in _TOPICS),
        }

    def change(self, file: str, old: str, new: str) -> None:
        """Write something else in a file, wherever it stands there."""
        assert old in self._files[file]
        self._files[file] = self._files[file].replace(old, new)

    def leave_out(self, file: str) -> None:
        """Do without a file."""
        del self._files[file]

    def problems(self) -> list[str]:
        """The lint's lines."""
        for name, written in self._files.items():
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(written, encoding="utf-8")
        return [str(problem) for problem in problems_of(read_content(self._root))]


def _examples(topic: str) -> str:
    lines = "".join(f"    - {topic} exemple {number}\n" for number in range(40))
    return f"nlu:\n- intent: {topic}\n  examples: |\n{lines}"


def _unseen(topic: str) -> str:
    return f"{topic}:\n" + "".join(f"- {topic} essai {number}\n" for number in range(10))


def _fact(topic: str) -> str:
    return f"- fact: A1\n  topic: {topic}\n  asked: {topic} question\n  profiles: [landlord]\n  contains: [Caf]\n"
