"""A backup is whole and private or is not; a restore is what was kept or is refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

import migrations
from offre_bailleurs import demo
from offre_bailleurs.campaigns import today
from offre_bailleurs.database import make_engine, transaction
from offre_bailleurs.operation import archive, backups
from offre_bailleurs.operation.backups import BackupError
from offre_bailleurs.settings import Settings, read_settings

SECRET = "a-secret-that-is-nobody-elses-but-ours"


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a service: the demo's, a mail and a letter; to be copied."""
    folder = tmp_path_factory.mktemp("seeded")
    url = read_settings({"DATA_DIR": str(folder)}).database_url
    migrations.upgrade(url)
    engine = make_engine(url)
    with transaction(on=engine) as session:
        demo.seed(session, today())
    engine.dispose()
    for name in ("mail/one.eml", "letters/two.pdf"):
        path = folder / name
        path.parent.mkdir()
        path.write_bytes(name.encode())
    return folder


@pytest.fixture
def kept(seeded: Path, tmp_path: Path) -> Settings:
    """A service to be kept, in a/."""
    shutil.copytree(seeded, tmp_path / "a")
    return read_settings({"DATA_DIR": str(tmp_path / "a"), "SECRET_KEY": SECRET})


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """A service that has nothing yet, in b/."""
    return read_settings({"DATA_DIR": str(tmp_path / "b"), "SECRET_KEY": SECRET})


def test_everything_comes_back_and_only_its_owner_can_read_it(tmp_path: Path, kept: Settings, empty: Settings) -> None:
    file = backups.back_up(kept, tmp_path / "kept")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]

    restored = backups.restore(empty, file)
    assert restored.same_key
    assert restored.files == 2
    assert restored.manifest.rows["portal_user"] > 0
    assert (tmp_path / "b" / "letters" / "two.pdf").read_bytes() == b"letters/two.pdf"
    assert (tmp_path / "b" / "letters" / "two.pdf").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "a" / "bailleurs.db")) as before:
        dumped = list(before.iterdump())
    with closing(sqlite3.connect(tmp_path / "b" / "bailleurs.db")) as after:
        assert list(after.iterdump()) == dumped


def test_no_secret_is_in_it(tmp_path: Path, kept: Settings) -> None:
    (tmp_path / "a" / ".env").write_text(f"SECRET_KEY={SECRET}")
    file = backups.back_up(kept, tmp_path / "kept")
    assert SECRET.encode() not in file.read_bytes()
    with tarfile.open(file) as tar:
        assert ".env" not in tar.getnames()
    other = read_settings({"DATA_DIR": str(tmp_path / "b"), "SECRET_KEY": "another-secret-of-thirty-two-characters"})
    assert not backups.restore(other, file).same_key


def test_a_database_that_holds_something_is_left_alone_unless_told_otherwise(tmp_path: Path, kept: Settings) -> None:
    file = backups.back_up(kept, tmp_path / "kept")
    with closing(sqlite3.connect(tmp_path / "a" / "bailleurs.db")) as live:
        live.execute("UPDATE portal_user SET login = 'perdu' WHERE id = 1")
        live.commit()
    with pytest.raises(BackupError, match="--replace"):
        backups.restore(kept, file)
    with closing(sqlite3.connect(tmp_path / "a" / "bailleurs.db")) as live:
        assert live.execute("SELECT count(*) FROM portal_user WHERE login = 'perdu'").fetchone() == (1,)
    backups.restore(kept, file, replace=True)
    with closing(sqlite3.connect(tmp_path / "a" / "bailleurs.db")) as live:
        assert live.execute("SELECT count(*) FROM portal_user WHERE login = 'perdu'").fetchone() == (0,)


def changed(file: Path, tmp_path: Path, **manifest: object) -> Path:
    """The same backup with another manifest."""
    target = tmp_path / "changed.tar"
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            assert content is not None
            if member.name == backups.MANIFEST:
                told = {**json.loads(content.read()), **manifest}
                archive.add_bytes(new, backups.MANIFEST, json.dumps(told).encode())
            else:
                new.addfile(member, content)
    return target


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ({"revision": "9999"}, "installez la version"),
        ({"database": "postgresql"}, "postgresql"),
        ({"format": 2}, "autre format"),
        ({"files": {"database.sqlite3": "0" * 64}}, "abîmée"),
        ({"unknown": 1}, "manifeste"),
    ],
)
def test_what_cannot_be_restored_whole_is_refused_before_anything_is_touched(
    tmp_path: Path, kept: Settings, empty: Settings, manifest: dict[str, object], reason: str
) -> None:
    file = backups.back_up(kept, tmp_path / "kept")
    with pytest.raises(BackupError, match=reason):
        backups.restore(empty, changed(file, tmp_path, **manifest))
    assert not (tmp_path / "b" / "bailleurs.db").exists()


def test_a_restore_that_brings_other_rows_than_were_kept_is_an_error(
    tmp_path: Path, kept: Settings, empty: Settings
) -> None:
    file = backups.back_up(kept, tmp_path / "kept")
    rows = {**backups.read_manifest(file).rows, "portal_user": 1_000}
    with pytest.raises(BackupError, match="portal_user"):
        backups.restore(empty, changed(file, tmp_path, rows=rows))


def test_what_is_no_backup_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"nothing")
    with pytest.raises(BackupError, match="lisible"):
        backups.read_manifest(tmp_path / "x.tar")


def test_a_backup_of_nothing_leaves_nothing(tmp_path: Path, empty: Settings) -> None:
    with pytest.raises(BackupError, match="n'existe pas"):
        backups.back_up(empty, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


def test_old_backups_go_and_nothing_else_does(tmp_path: Path, kept: Settings) -> None:
    new = backups.back_up(kept, tmp_path / "kept")
    old = new.with_name("bailleurs-20200101T000000Z.tar")
    other = new.with_name("bailleurs-of-a-friend.tar")
    for path in (old, other):
        path.touch()
    assert backups.delete_older(new.parent, days=30) == 1
    assert sorted(path.name for path in new.parent.iterdir()) == sorted([new.name, other.name])
