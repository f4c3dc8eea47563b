"""Files appear once, whole, and only for their owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from offre_bailleurs.mail.spool import put


def test_a_file_is_written_whole_for_its_owner_alone(tmp_path: Path) -> None:
    put(tmp_path / "new" / "folder", "one.eml", b"words")
    (file,) = (tmp_path / "new" / "folder").iterdir()
    assert (file.name, file.read_bytes()) == ("one.eml", b"words")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_already_stays(tmp_path: Path) -> None:
    put(tmp_path, "one.eml", b"first")
    before = (tmp_path / "one.eml").stat()
    put(tmp_path, "one.eml", b"second")
    after = (tmp_path / "one.eml").stat()
    assert (tmp_path / "one.eml").read_bytes() == b"first"
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_a_killed_worker_left_beside_is_taken_away_and_only_that(tmp_path: Path) -> None:
    (tmp_path / ".one.eml.abc").write_bytes(b"ha")
    (tmp_path / ".two.eml.abc").write_bytes(b"another worker is writing it")
    put(tmp_path, "one.eml", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".two.eml.abc", "one.eml"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    with pytest.raises(OSError):
        put(tmp_path / "a-file", "one.eml", b"words")
