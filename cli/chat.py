"""Talk to the assistant in a terminal, or have it read a script: one message a line, the end of the input ends."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import IO

import typer

from cli.chat_client import Attachment, BotMessage, Button, ChatClient, ChatError, ConversationOver
from cli.console import OperatorError

LEAVE = "/quitter"
LITERAL = "="
"""What follows is sent as it is, even when it names a button."""
PROMPT = "\nVous : "
HELP = (
    "Répondez par une phrase, ou par le numéro ou le titre d'un bouton. "
    f"{LITERAL}2 envoie le texte « 2 ». {LEAVE} pour partir."
)


def talk(url: str, identity: str | None, *, client: ChatClient | None = None, lines: IO[str] | None = None) -> int:
    """Hold one conversation; the exit code: 1 when a message could not be sent.

    Raises:
        OperatorError: no conversation can be opened.
    """
    failed = False
    with client or ChatClient(url) as chat:
        try:
            buttons = _show(chat.open(identity))
        except ChatError as error:
            raise OperatorError(str(error)) from None
        typer.secho(HELP, dim=True)
        for line in _lines(lines or sys.stdin):
            try:
                buttons = _show(_send(chat, line, buttons))
            except ConversationOver as error:
                raise OperatorError(str(error)) from None
            except ChatError as error:
                failed = True
                typer.secho(f"! {error}", fg="red")
    return 1 if failed else 0


def pressed(line: str, buttons: Sequence[Button]) -> Button | None:
    """The button that a line names by its number, from 1, or by its title; None when it is just words."""
    if line.isascii() and line.isdecimal() and 1 <= int(line) <= len(buttons):
        return buttons[int(line) - 1]
    return next((button for button in buttons if button.title.casefold() == line.casefold()), None)


def _send(chat: ChatClient, line: str, buttons: Sequence[Button]) -> list[BotMessage]:
    if line.startswith(LITERAL):
        return chat.say(line.removeprefix(LITERAL))
    button = pressed(line, buttons)
    return chat.choose(button) if button else chat.say(line)


def _lines(source: IO[str]) -> Iterator[str]:
    """What is typed, until the end or `/quitter`. A script's lines are shown, as a terminal shows typed ones."""
    interactive = source is sys.stdin and source.isatty()
    while True:
        try:
            raw = f"{input(PROMPT)}\n" if interactive else source.readline()
        except (EOFError, KeyboardInterrupt):
            raw = ""
        line = raw.strip()
        if not raw or line == LEAVE:
            return
        if not line:
            continue
        if not interactive:
            typer.echo(f"{PROMPT}{printable(line)}")
        yield line


def _show(messages: Sequence[BotMessage]) -> list[Button]:
    """Print messages with their buttons numbered on; the buttons."""
    buttons: list[Button] = []
    for message in messages:
        typer.echo()
        if message.text:
            typer.echo(typer.style("Assistant : ", fg="green", bold=True) + printable(message.text))
        if message.image:
            typer.echo(f"  Image : {printable(message.image)}")
        if message.attachment:
            typer.echo(f"  Fichier : {_described(message.attachment)}")
        for button in message.buttons:
            buttons.append(button)
            typer.echo(f"  [{len(buttons)}] {printable(button.title)}")
    return buttons


def _described(attachment: Attachment) -> str:
    kilobytes = max(1, round(attachment.size / 1000))
    return printable(f"{attachment.name} ({attachment.type}, {kilobytes} ko) {attachment.url}")


def printable(text: str) -> str:
    """Text without what could steer the terminal: control characters, line ends excepted."""
    return "".join(character for character in text if character == "\n" or unicodedata.category(character)[0] != "C")
