"""`bailleurs examples`: what advisers said becomes a patch to review, and nothing else changes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from cli.content.lint import problems_of
from cli.content.reading import read_content
from cli.examples.patch import NoExamples, with_examples
from offre_bailleurs.access import Adviser
from offre_bailleurs.database import reading, transaction
from offre_bailleurs.improvement.collect import Unanswered, collect
from offre_bailleurs.improvement.groups import assign
from offre_bailleurs.improvement.tables import Assigned, SentenceGroup
from offre_bailleurs.models import PortalUser, UserState
from offre_bailleurs.settings import PROJECT_ROOT
from tests.support.databases import migrate

Bailleurs = Callable[..., Result]

DAY = datetime(2026, 7, 6, 9, tzinfo=UTC)
DEADLINE = "le carillon de la déclaration sonne à quelle heure"
CHIMNEY = "qui ramone la cheminée du salon bleu"
DRAGON = "puis-je loger un dragon domestique"


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, made once."""
    path = tmp_path_factory.mktemp("migrated") / "bailleurs.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def said(bailleurs: Bailleurs, migrated: Path, tmp_path: Path) -> Callable[..., None]:
    """Have an adviser give sentences that were not understood to a topic, or to none."""
    shutil.copy(migrated, tmp_path / "bailleurs.db")
    assert "Rien à proposer" in bailleurs("examples", "--to", str(tmp_path / "out")).output
    with transaction() as session:
        somebody = PortalUser(
            login="conseil-1",
            first_name="Alice",
            last_name="Accueil",
            is_adviser=True,
            state=UserState.ACTIVE,
            password_hash="-",
        )
        session.add(somebody)
        session.flush()
        who = Adviser(somebody.id, somebody.full_name)

    def say(assigned: Assigned, topic: str | None, *texts: str) -> None:
        for text in texts:
            with transaction() as session:
                collect(session, [Unanswered(f"{topic}/{assigned}/{text}", DAY, text, None)])
                group_id = session.scalar(select(SentenceGroup.id).order_by(SentenceGroup.id.desc()).limit(1))
                assert group_id is not None
                group = session.get_one(SentenceGroup, group_id, populate_existing=True)
                if group.assigned is None:
                    assign(session, who, group_id, assigned, topic, seen=None)

    return say


@pytest.fixture
def propose(bailleurs: Bailleurs, tmp_path: Path) -> Callable[..., str]:
    """Run the command; the report that it wrote."""

    def run(*arguments: str) -> str:
        result = bailleurs("examples", "--to", str(tmp_path / "out"), "--no-measure", *arguments)
        assert result.exit_code == 0, result.output
        report = tmp_path / "out" / "report.md"
        return report.read_text() if report.exists() else result.output

    return run


def patch_of(tmp_path: Path) -> str:
    return (tmp_path / "out" / "examples.patch").read_text()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's content, to apply a patch to."""
    root = tmp_path / "copy"
    for folder in ("data", "actions", "bot", "portal", "tests/unit/nlu", "offre_bailleurs"):
        shutil.copytree(PROJECT_ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("domain.yml", "config.yml"):
        shutil.copy(PROJECT_ROOT / file, root / file)
    return root


def test_the_patch_applies_and_the_lint_finds_nothing_new(
    said: Callable[..., None], propose: Callable[..., str], copy: Path, tmp_path: Path
) -> None:
    said(Assigned.TOPIC, "deadline", DEADLINE, "carillon : le [date] ou en [année] ?")
    said(Assigned.OFF_TOPIC, None, CHIMNEY)
    files = {path: path.read_bytes() for path in (copy / "data").rglob("*.yml")}
    propose()
    subprocess.run(["git", "apply", "--check", "-v", str(tmp_path / "out" / "examples.patch")], cwd=copy, check=True)
    subprocess.run(["git", "apply", str(tmp_path / "out" / "examples.patch")], cwd=copy, check=True)
    after = read_content(copy)
    touched = {"data/answers/deadline.yml", "data/conversation/off_topic.yml"}
    assert [str(problem) for problem in problems_of(after) if problem.file in touched] == []
    meant = {example.text: example.intent for example in after.examples}
    assert meant[DEADLINE] == "deadline"
    assert meant["carillon : le 12 mars ou en 2025 ?"] == "deadline"
    assert meant[CHIMNEY] == "off_topic"
    changed = {path.name for path, content in files.items() if path.read_bytes() != content}
    assert changed == {"deadline.yml", "off_topic.yml"}
    for path, content in files.items():
        assert [line for line in content.splitlines() if line not in set(path.read_bytes().splitlines())] == []


def test_nothing_under_data_changes(said: Callable[..., None], propose: Callable[..., str]) -> None:
    said(Assigned.TOPIC, "deadline", DEADLINE)
    said(Assigned.OFF_TOPIC, None, CHIMNEY)
    files = [
        PROJECT_ROOT / "data" / "answers" / "deadline.yml",
        PROJECT_ROOT / "data" / "conversation" / "off_topic.yml",
    ]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    propose("--mark")
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before


def test_a_sentence_that_hides_a_word_is_left_to_a_person(
    said: Callable[..., None], propose: Callable[..., str], tmp_path: Path
) -> None:
    said(Assigned.TOPIC, "deadline", "jusqu'à quand [nom] sonne le carillon", "le [mot] sonne {x} au carillon d'été")
    report = propose()
    assert patch_of(tmp_path) == ""
    written = report.partition("## À écrire par vous : 2")[2]
    assert "[nom] sonne" in written
    assert "{x}" in written


def test_a_sentence_that_another_topic_has_is_a_conflict(
    said: Callable[..., None], propose: Callable[..., str], tmp_path: Path
) -> None:
    other = next(one for one in read_content(PROJECT_ROOT).examples if one.intent == "keep_recap")
    said(Assigned.TOPIC, "deadline", f"{other.text.upper()} !", DEADLINE)
    report = propose()
    assert "déjà un exemple de keep_recap (data/answers/keep_recap.yml)" in report
    assert patch_of(tmp_path).count("\n+    - ") == 1


def test_what_is_an_example_already_is_not_written_twice(
    said: Callable[..., None], propose: Callable[..., str], tmp_path: Path
) -> None:
    known = next(one for one in read_content(PROJECT_ROOT).examples if one.intent == "deadline")
    said(Assigned.TOPIC, "deadline", f"{known.text.upper()} ?!")
    assert "Déjà parmi les exemples de leur sujet : 1." in propose()
    assert patch_of(tmp_path) == ""


def test_a_message_that_understanding_is_measured_on_is_never_proposed(
    said: Callable[..., None], propose: Callable[..., str], tmp_path: Path
) -> None:
    unseen = next(one for one in read_content(PROJECT_ROOT).unseen if one.intent == "deadline")
    said(Assigned.TOPIC, "deadline", unseen.text)
    assert f"`{unseen.text}`" in propose().partition("## Réservées à la mesure : 1")[2]
    assert patch_of(tmp_path) == ""


def test_a_new_topic_is_told_with_its_sentences(said: Callable[..., None], propose: Callable[..., str]) -> None:
    said(Assigned.NEW_TOPIC, None, DRAGON)
    assert f"### `{DRAGON}` (1 fois)" in propose()


def test_a_group_is_proposed_again_until_it_is_marked_and_when_it_says_more(
    said: Callable[..., None], propose: Callable[..., str], tmp_path: Path
) -> None:
    said(Assigned.TOPIC, "deadline", DEADLINE)
    assert DEADLINE in propose()
    assert DEADLINE in propose("--mark")
    shutil.rmtree(tmp_path / "out")
    assert "Rien à proposer" in propose()
    assert DEADLINE in propose("--all")
    with transaction() as session:
        collect(session, [Unanswered("more/0/0", DAY, f"{DEADLINE} exactement", None)])
    assert "exactement" in propose()
    with reading() as session:
        [exported_at] = session.scalars(select(SentenceGroup.exported_at))
        assert exported_at is None


@pytest.mark.usefixtures("said")
def test_nothing_assigned_is_nothing_to_propose(bailleurs: Bailleurs, tmp_path: Path) -> None:
    result = bailleurs("examples", "--to", str(tmp_path / "out"))
    assert (result.exit_code, (tmp_path / "out").exists()) == (0, False)
    assert "Rien à proposer" in result.output


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_examples_go_to_the_end_of_their_block_and_the_rest_stays(end: str, last: str) -> None:
    lines = ['version: "3.1"', "nlu:", "- intent: one", "  examples: |", "    - a", "", "# then", "- intent: two"]
    text = end.join([*lines, "  examples: |", "    - b"]) + (end if last else "")
    assert with_examples(text, "one", ["c"]) == text.replace("    - a", f"    - a{end}    - c")
    assert with_examples(text, "two", ["c", "d"]) == text.replace("    - b", f"    - b{end}    - c{end}    - d")
    with pytest.raises(NoExamples):
        with_examples(text, "three", ["c"])
