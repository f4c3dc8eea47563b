"""Keeping everything, while the service runs, and getting it back.

A backup is one file, `bailleurs-<moment>.tar`, mode 0600:

    manifest.json          what is in it: kind of database, revision, rows of each table, SHA-256 of each member
    database.sqlite3       SQLite's online backup, or
    database.dump          `pg_dump --format=custom`
    mail/…, letters/…      messages that were written to a folder and may not have been posted yet

The database is one moment's: SQLite copies within one read, PostgreSQL dumps and counts in one exported snapshot. The
folders are read after it: a message that the database believes sent is in them.

Not in it, on purpose: `.env` and `SECRET_KEY` (a backup that opened itself would be worth stealing; the manifest tells
whether the key is the same), and the model (the release's: the same sources train the same). It holds personal data:
encrypt it where it goes (docs/operating.md).
"""

from __future__ import annotations

import json
import re
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from offre_bailleurs.database import make_engine, now
from offre_bailleurs.operation import archive, metrics, postgresql, schema
from offre_bailleurs.sealing import keyed_digest
from offre_bailleurs.settings import Settings

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE: Final = "database.sqlite3"
DUMP: Final = "database.dump"
FOLDERS: Final = ("mail", "letters")
_BLOCK: Final = 1 << 20
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_MADE: Final = re.compile(r"bailleurs-[0-9]{8}T[0-9]{6}Z\.tar")


class BackupError(Exception):
    """It cannot be done. The message is one line for the operator, in French."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    format: int
    created_at: str
    version: str
    """Of the project."""
    database: str
    """"sqlite" or "postgresql"."""
    revision: str
    rows: Mapping[str, int]
    """Of each table."""
    key: str
    """Tells whether a SECRET_KEY is the one that was in use, and nothing else of it."""
    files: Mapping[str, str]
    """The SHA-256 of each member."""


@dataclass(frozen=True)
class Restored:
    """What came back."""

    manifest: Manifest
    same_key: bool
    """The messages that wait, and open conversations, can be read: SECRET_KEY is the one that was in use."""
    files: int
    """Mails and letters."""


def back_up(settings: Settings, folder: Path) -> Path:
    """Write a backup into a folder; the new file.

    Raises:
        BackupError: it could not be made; nothing is left.
        SQLAlchemyError: the database does not answer.
    """
    moment = now()
    target = folder / f"bailleurs-{moment.strftime(_MOMENT)}.tar"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".backup-") as name:
            work = Path(name)  # mode 0700
            database, revision, rows = _copy_database(settings, work)
            members = {database.name: database, **archive.written(settings)}
            manifest = Manifest(
                format=FORMAT,
                created_at=moment.isoformat(timespec="seconds"),
                version=metrics.version(),
                database=_kind(settings),
                revision=revision,
                rows=rows,
                key=_key(settings),
                files={member: archive.sha256(path) for member, path in members.items()},
            )
            made = work / target.name
            with archive.private(made) as out, tarfile.open(fileobj=out, mode="w") as tar:
                archive.add_bytes(tar, MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True).encode())
                for member, path in members.items():
                    tar.add(path, member, recursive=False, filter=archive.anonymous)
            made.replace(target)
            archive.sync(folder)
    except OSError as error:
        raise BackupError(f"impossible d'écrire dans « {folder} » ({error.strerror}).") from None
    return target


def delete_older(folder: Path, *, days: int) -> int:
    """Delete the backups of a folder, and nothing else, that were made more than so many days ago; how many."""
    before = (now() - timedelta(days=days)).strftime(_MOMENT)
    old = [path for path in folder.glob("bailleurs-*.tar") if _MADE.fullmatch(path.name) and path.name[10:26] < before]
    for path in old:
        path.unlink()
    return len(old)


def read_manifest(file: Path) -> Manifest:
    """What a backup says that it holds.

    Raises:
        BackupError: it is none, or one of another format.
    """
    try:
        with tarfile.open(file) as tar:
            return _manifest(tar)
    except (OSError, tarfile.TarError):
        raise BackupError(f"« {file} » n'est pas une sauvegarde lisible.") from None


def restore(settings: Settings, file: Path, *, replace: bool = False) -> Restored:
    """Put a backup back into `DATABASE_URL` and the folders of mails and letters, and verify it.

    Args:
        settings: where to.
        file: the backup.
        replace: also where the database holds something: it is lost.

    Raises:
        BackupError: refused, and nothing was changed; or what came back is not what was kept.
        SQLAlchemyError: the database does not answer.
    """
    manifest = read_manifest(file)
    if manifest.database != _kind(settings):
        raise BackupError(f"la sauvegarde est une base {manifest.database}, DATABASE_URL désigne {_kind(settings)}.")
    if manifest.revision > schema.needed():
        raise BackupError(
            f"la sauvegarde est à la révision {manifest.revision}, ce programme s'arrête à {schema.needed()} : "
            "installez la version qui l'a faite."
        )
    if not replace and not _is_empty(settings):
        raise BackupError("DATABASE_URL : la base n'est pas vide ; --replace efface ce qu'elle contient.")
    parent = settings.data_dir
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".restore-") as name:
        work = Path(name)
        with tarfile.open(file) as tar:
            tar.extractall(work, filter="data")
        for member, digest in manifest.files.items():
            if not (work / member).is_file() or archive.sha256(work / member) != digest:
                raise BackupError(f"la sauvegarde est abîmée : « {member} » n'a plus la même empreinte.")
        if manifest.database == "sqlite":
            _put_sqlite(settings, work / SQLITE)
        else:
            postgresql.restore(settings.database_url, work / DUMP)
        files = archive.put_back(settings, work, manifest.files)
    _verify(settings, manifest)
    return Restored(manifest, same_key=manifest.key == _key(settings), files=files)


def _copy_database(settings: Settings, work: Path) -> tuple[Path, str, dict[str, int]]:
    if _kind(settings) == "postgresql":
        dump = work / DUMP
        engine = make_engine(settings.database_url)
        try:
            with postgresql.snapshot(engine) as (connection, snapshot):
                found, rows = schema.found(connection), _rows(connection)
                postgresql.dump(settings.database_url, snapshot, dump)
        except postgresql.ToolError as error:
            raise BackupError(str(error)) from None
        finally:
            engine.dispose()
        return dump, found, rows
    copy = work / SQLITE
    source = make_url(settings.database_url).database or ""
    if not Path(source).exists():
        raise BackupError(f"DATABASE_URL : « {source} » n'existe pas.")
    copy.touch(mode=0o600)
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)  # in one go: one moment's pages, and no writer waits for it (WAL)
        kept.execute("PRAGMA journal_mode=DELETE")  # one file, without the -wal beside it
    engine = make_engine(f"sqlite:///{copy}")
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            _check_sqlite(connection)
            found, rows = schema.found(connection), _rows(connection)
    finally:
        engine.dispose()
    with closing(sqlite3.connect(copy)) as kept:
        kept.execute("PRAGMA journal_mode=DELETE")  # the engine above has set WAL again
    return copy, found, rows


def _put_sqlite(settings: Settings, copy: Path) -> None:
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    for ending in ("-wal", "-shm"):  # of the database that was there: they would be applied to this one
        target.with_name(target.name + ending).unlink(missing_ok=True)
    new = target.with_name(f".{target.name}.restored")
    with archive.private(new) as out, copy.open("rb") as kept:
        while block := kept.read(_BLOCK):
            out.write(block)
    new.replace(target)
    archive.sync(target.parent)


def _verify(settings: Settings, manifest: Manifest) -> None:
    engine = make_engine(settings.database_url)
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            if manifest.database == "sqlite":
                _check_sqlite(connection)
            if schema.found(connection) != manifest.revision:
                raise BackupError("la base restaurée n'est pas à la révision de la sauvegarde.")
            rows = _rows(connection)
    finally:
        engine.dispose()
    wrong = sorted(name for name in manifest.rows.keys() | rows.keys() if manifest.rows.get(name) != rows.get(name))
    if wrong:
        raise BackupError(f"la base restaurée n'a pas les lignes de la sauvegarde : {', '.join(wrong)}.")


def _check_sqlite(connection: Connection) -> None:
    if connection.scalar(text("PRAGMA integrity_check")) != "ok":
        raise BackupError("la base est abîmée (PRAGMA integrity_check).")
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise BackupError("la base est abîmée (PRAGMA foreign_key_check).")


def _rows(connection: Connection) -> dict[str, int]:
    quote = connection.dialect.identifier_preparer.quote
    tables = inspect(connection).get_table_names()
    counted = {name: connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")) for name in tables}  # noqa: S608
    return {name: int(count or 0) for name, count in counted.items()}


def _is_empty(settings: Settings) -> bool:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return True
    engine: Engine = make_engine(settings.database_url)
    try:
        with engine.connect().execution_options(read_only=True) as connection:
            return not inspect(connection).get_table_names()
    except SQLAlchemyError as error:
        raise BackupError(f"DATABASE_URL : la base ne répond pas ({type(error).__name__}).") from None
    finally:
        engine.dispose()


def _manifest(tar: tarfile.TarFile) -> Manifest:
    try:
        member = tar.extractfile(MANIFEST)
        told: dict[str, Any] = json.loads(member.read()) if member is not None else {}
        manifest = Manifest(**told)
    except (KeyError, ValueError, TypeError):
        raise BackupError("la sauvegarde n'a pas de manifeste lisible.") from None
    if manifest.format != FORMAT:
        raise BackupError(f"la sauvegarde est d'un autre format ({manifest.format}).")
    return manifest


def _kind(settings: Settings) -> str:
    return make_url(settings.database_url).get_backend_name()


def _key(settings: Settings) -> str:
    return keyed_digest("backup", "key", secret=settings.secret_key)[:16]
