"""What the actions' code names: responses, intents, buttons. Read from its text, nothing is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_RESPONSE: Final = re.compile(r"utter_\w*[a-z0-9]")
_PAYLOAD: Final = re.compile(r"/([a-z]\w*)(?=\{|\Z)")
_WORDED: Final = ("_simpler", "_examples")
"""How a question's second and third wordings end (actions/declare_rent/questions.py)."""


@dataclass
class Named:
    """What stands in the code of `actions/`, as constants."""

    responses: dict[str, str] = field(default_factory=dict)
    """Names, and the file of each."""
    begun: set[str] = field(default_factory=set)
    """The beginnings of the responses' names that are put together."""
    strings: dict[str, set[str]] = field(default_factory=dict)
    """Every string of each file: an intent that a form reads is one of them."""
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """The file and the intent of each button's payload."""

    def says(self, response: str) -> bool:
        """Whether some action may say a response."""
        plain = response
        for ending in _WORDED:
            plain = plain.removesuffix(ending)
        return bool({response, plain} & self.responses.keys()) or response.startswith(tuple(self.begun))

    def mentions(self, text: str) -> bool:
        """Whether a string stands somewhere."""
        return any(text in strings for strings in self.strings.values())

    def said_by(self, action: str) -> set[str]:
        """The responses named in the file that holds an action."""
        of_action = [strings for strings in self.strings.values() if action in strings]
        return {text for strings in of_action for text in strings if _RESPONSE.fullmatch(text)}


def read_code(root: Path) -> Named:
    """Read the code of the actions under a project's root."""
    named = Named()
    for path in sorted((root / "actions").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        for text, goes_on in _strings(ast.parse(path.read_text(encoding="utf-8"))):
            named.strings.setdefault(file, set()).add(text)
            if goes_on and text.startswith("utter_") and text != "utter_":
                named.begun.add(text)
            elif not goes_on and _RESPONSE.fullmatch(text):
                named.responses.setdefault(text, file)
            if payload := _PAYLOAD.match(text):
                named.buttons.append((file, payload[1]))
                named.strings[file].add(payload[1])
    return named


def _strings(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each string constant; of a formatted one its beginning, and True: it goes on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            if node.values and isinstance(first := node.values[0], ast.Constant):
                yield str(first.value), len(node.values) > 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, False
