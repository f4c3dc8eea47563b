"""The files of a backup: what lies in the folders of mails and letters, and how anything is written so that its owner
alone reads it."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from offre_bailleurs.mail.delivery import mail_folder
from offre_bailleurs.settings import Settings


def folders(settings: Settings) -> dict[str, Path]:
    """The folders to be kept, by their name in the backup."""
    mail = mail_folder(settings)
    return {**({"mail": mail} if mail is not None else {}), "letters": settings.letters_dir}


def written(settings: Settings) -> dict[str, Path]:
    """Mails and letters, by their name in the backup."""
    return {
        f"{name}/{path.name}": path
        for name, folder in folders(settings).items()
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if path.is_file() and not path.name.startswith(".")
    }


def put_back(settings: Settings, work: Path, members: Iterable[str]) -> int:
    """Mails and letters; one that is there already is the same one: it is named by the message's key."""
    put = 0
    for name, folder in folders(settings).items():
        for member in members:
            if member.partition("/")[0] != name or (folder / Path(member).name).exists():
                continue
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with private(folder / Path(member).name) as out:
                out.write((work / member).read_bytes())
            put += 1
    return put


def sha256(path: Path) -> str:
    """A file's digest, 64 hexadecimal characters."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without this machine's users, for its owner alone."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member


def add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a member that stands in no file."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


@contextmanager
def private(path: Path) -> Iterator[IO[bytes]]:
    """A new file that its owner alone reads, on the disk when the block ends."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(descriptor, 0o600)
        yield out
        out.flush()
        os.fsync(descriptor)


def sync(folder: Path) -> None:
    """Have the disk know a folder's new names."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
