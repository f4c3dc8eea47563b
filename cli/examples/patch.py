"""Writes new examples into the text of YAML files, byte for byte as they were otherwise, and as a patch for Git."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cli.content.reading import Example

_EXAMPLE = re.compile(r"(?P<indent>\s+)- \S")
_UNFINISHED = "\\ No newline at end of file\n"


class NoExamples(Exception):
    """A file holds no block of examples of an intent, as the project writes them."""


def make_patch(root: Path, added: Mapping[str, Sequence[Example]]) -> str:
    """A unified diff that adds these examples, by file; `git apply` takes it at the project's root.

    Raises:
        NoExamples: a file does not hold its intent's examples as a block.
    """
    return "".join(line for file in sorted(added) for line in _diff(root, file, added[file]))


def with_examples(text: str, intent: str, examples: Sequence[str]) -> str:
    """A file's text with more examples at the end of an intent's last block.

    Raises:
        NoExamples: there is no such block.
    """
    lines = text.splitlines(keepends=True)
    last = _last_example(lines, intent)
    match = _EXAMPLE.match(lines[last])
    if match is None:
        raise NoExamples(intent)
    body = lines[last].rstrip("\r\n")
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    new = [f"{match['indent']}- {example}{end}" for example in examples]
    if lines[last] == body:  # the file ends there, without the end of the line
        lines[last] += end
        new[-1] = new[-1].removesuffix(end)
    return "".join([*lines[: last + 1], *new, *lines[last + 1 :]])


def _last_example(lines: Sequence[str], intent: str) -> int:
    """The line of the last example of an intent."""
    named = re.compile(rf"\s*- intent: [\"']?{re.escape(intent)}[\"']?\s*(?:#.*)?$")
    begins = [number for number, line in enumerate(lines) if named.match(line)]
    if not begins:
        raise NoExamples(intent)
    depth = _indent(lines[begins[-1]])
    last = None
    for number in range(begins[-1] + 1, len(lines)):
        line = lines[number]
        if line.strip() and _indent(line) <= depth:
            break
        if _EXAMPLE.match(line):
            last = number
    if last is None:
        raise NoExamples(intent)
    return last


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _diff(root: Path, file: str, examples: Sequence[Example]) -> Iterator[str]:
    with (root / file).open(encoding="utf-8", newline="") as stream:
        before = stream.read()
    after = before
    for intent in sorted({example.intent for example in examples}):
        after = with_examples(after, intent, [example.text for example in examples if example.intent == intent])
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{file}", f"b/{file}"):
        yield line if line.endswith("\n") else f"{line}\n{_UNFINISHED}"
