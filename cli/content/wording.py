"""What a landlord reads is short, plain, and holds nothing that the guides do not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cli.content.guides import foreign
from cli.content.reading import ANSWERS, CONVERSATION, Content, Problem, Wording

LONGEST: Final = 700
"""Characters that an answer stays under."""
MOST_BUTTONS: Final = 3
LONGEST_BUTTON: Final = 40
_TITLE: Final = "_title"
_PLACEHOLDER: Final = re.compile(r"\{[a-z_]+\}")
_PLAIN: Final = (
    ("du Markdown, du HTML ou une accolade", re.compile(r"[*_#`<>\[\]{}]+")),
    ("un lien", re.compile(r"https?:\S*|\bwww\.\S*", re.IGNORECASE)),
    ("une liste à tirets, écrivez « • » ou « 1. »", re.compile(r"^\s*-.{0,20}", re.MULTILINE)),
    ("une tabulation ou une espace insécable", re.compile(r"\S*[\t\u00a0\u202f\u2009]\S*")),
    ("une apostrophe courbe, écrivez '", re.compile(r"\S*[‘’]\S*")),
    ("un guillemet ou un signe double sans son espace", re.compile(r"«\S+|\S+»|\S+[:;?!](?=\s|$)")),
    ("un tutoiement", re.compile(r"\b(?:tu|ton|ta|tes|toi)\b", re.IGNORECASE)),
)
"""What may not stand in an answer, and how it is known."""


def check_wordings(content: Content) -> Iterator[Problem]:
    """Every problem of the answers and of the conversation's words; the journeys' are their actions' own."""
    for wording in content.wordings:
        if not wording.file.startswith((f"{ANSWERS}/", f"{CONVERSATION}/")):
            continue
        subject = f"{wording.response} ({wording.profile})" if wording.profile else wording.response
        for message in (*_text(wording), *_buttons(wording), *_image(wording, content.root)):
            yield Problem(wording.file, subject, message)


def _text(wording: Wording) -> Iterator[str]:
    text = wording.text
    if not text:
        yield "texte vide"
    if text != text.strip():
        yield "le texte commence ou finit par une espace ou une ligne vide"
    if len(text) >= LONGEST:
        yield f"{len(text)} caractères, il en faut moins de {LONGEST}"
    bare = _without_placeholders(wording)
    for what, pattern in _PLAIN:
        if found := pattern.search(bare):
            yield f"contient {what} : {found[0].strip()}"
    if text.count("«") != text.count("»"):
        yield "un « ou un » est seul"
    if found_words := foreign(bare):
        yield f"chiffre, mois ou délai qui n'est pas dans les guides : {', '.join(found_words)}"


def _without_placeholders(wording: Wording) -> str:
    """The text without what an action fills in: of a topic's answer, the guide alone is."""
    topic = wording.file.removeprefix(f"{ANSWERS}/").removesuffix(".yml")
    if wording.response == f"utter_{topic}":
        return wording.text.replace("{guide}", "guide")
    return _PLACEHOLDER.sub("…", wording.text)


def _buttons(wording: Wording) -> Iterator[str]:
    if len(wording.buttons) > MOST_BUTTONS:
        yield f"{len(wording.buttons)} boutons, {MOST_BUTTONS} au plus"
    for button in wording.buttons:
        title = str(button.get("title") or "")
        if not 0 < len(title) <= LONGEST_BUTTON:
            yield f"bouton de {len(title)} caractères, {LONGEST_BUTTON} au plus : {title}"


def _image(wording: Wording, root: Path) -> Iterator[str]:
    """A picture of ours is a file of the portal; its text stands for it where it is not seen."""
    if wording.image.startswith("/") and not (root / "portal" / wording.image.removeprefix("/")).is_file():
        yield f"l'image n'est pas dans portal/ : {wording.image}"
