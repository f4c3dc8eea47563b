"""`bailleurs lint`: everything that a machine can check of what the assistant knows."""

from __future__ import annotations

from pathlib import Path

import typer

from cli.content.code import read_code
from cli.content.reading import Content, Problem, read_content
from cli.content.topics import check_topics
from cli.content.wiring import check_buttons, check_examples, check_intents, check_responses
from cli.content.wording import check_wordings
from offre_bailleurs.settings import PROJECT_ROOT


def lint(root: Path = PROJECT_ROOT) -> int:
    """Print each problem on a line; the exit code, 1 when there is any."""
    content = read_content(root)
    problems = problems_of(content)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        count = f"{len(problems)} problèmes" if len(problems) > 1 else "1 problème"
        typer.secho(f"{count} à corriger : docs/writing-answers.md dit comment.", fg="red")
        return 1
    typer.echo(f"• Contenu vérifié : {len(content.topics)} sujets, {len(content.examples)} exemples, rien à corriger.")
    return 0


def problems_of(content: Content) -> list[Problem]:
    """Every problem, file by file."""
    code = read_code(content.root)
    found = [
        *content.unreadable,
        *check_topics(content),
        *check_wordings(content),
        *check_responses(content, code),
        *check_intents(content, code),
        *check_buttons(content, code),
        *check_examples(content),
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.file)
