"""What `bailleurs examples` does, step by step."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import update

from cli.console import OperatorError, say
from cli.content.reading import Content, read_content
from cli.examples.measure import Measured, measure
from cli.examples.patch import NoExamples, make_patch
from cli.examples.proposal import Group, Proposal, assigned_groups, propose
from cli.examples.report import write_report
from offre_bailleurs.database import now, reading, transaction
from offre_bailleurs.improvement.tables import SentenceGroup
from offre_bailleurs.settings import PROJECT_ROOT
from offre_bailleurs.topics import titles

DEFAULT_FOLDER = Path("results") / "examples"
PATCH, REPORT = "examples.patch", "report.md"


def examples(
    *, to: Path | None, also_exported: bool, measures: bool, every: int, mark: bool, root: Path = PROJECT_ROOT
) -> None:
    """Write the proposal into a folder; `mark`: and remember that these groups were exported.

    Raises:
        OperatorError: the files under data/ cannot be read or changed, or the folder cannot be written.
    """
    folder = to or root / DEFAULT_FOLDER
    with reading() as session:
        groups = assigned_groups(session, also_exported=also_exported)
    if not groups:
        say("Rien à proposer : aucun groupe n'a été classé depuis la dernière fois (page « À améliorer »).")
        return
    content = _read(root)
    proposal = propose(groups, content)
    try:
        patch = make_patch(root, proposal.added)
    except NoExamples as error:
        raise OperatorError(f"les exemples de {error} sont introuvables dans leur fichier.") from None
    report = write_report(proposal, _measured(root, content, proposal, every) if measures else None, titles())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PATCH).write_text(patch, encoding="utf-8", newline="")
        (folder / REPORT).write_text(report, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"impossible d'écrire dans le dossier « {folder} » ({error.strerror}).") from None
    _tell(proposal, folder)
    if mark:
        _mark(groups)
        say(f"Groupes marqués comme proposés : {len(groups)}.")


def _read(root: Path) -> Content:
    content = read_content(root)
    if content.unreadable:
        raise OperatorError(f"{content.unreadable[0]} (voir `bailleurs lint`).")
    return content


def _measured(root: Path, content: Content, proposal: Proposal, every: int) -> Measured | None:
    if not proposal.examples:
        return None
    say(f"Mesure : deux entraînements, {'quelques minutes chacun' if every < 5 else 'moins d’une minute chacun'}…")
    return measure(root, content.examples, proposal.examples, content.unseen, every)


def _tell(proposal: Proposal, folder: Path) -> None:
    say(f"Exemples proposés : {len(proposal.examples)}, dans {len(proposal.added)} fichier(s).")
    say(f"À écrire à la main : {len(proposal.to_write)}. Conflits : {len(proposal.conflicts)}.")
    say(f"À relire : {folder / REPORT}, puis `git apply {folder / PATCH}`.")


def _mark(groups: list[Group]) -> None:
    with transaction() as session:
        for group in groups:
            session.execute(
                update(SentenceGroup)
                .where(
                    SentenceGroup.id == group.id,
                    SentenceGroup.assigned == group.assigned,
                    SentenceGroup.size == group.size,  # what came meanwhile was not exported
                )
                .values(exported_at=now())
            )
