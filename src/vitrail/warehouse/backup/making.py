"""Making a backup while others load, file and ask: one instant of the workspace in one file."""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import msgspec
import pyarrow as pa

from vitrail.ledger import manifest, settings
from vitrail.ledger.backups import Backup, save_backup
from vitrail.ledger.copying import copy_ledger, write_out
from vitrail.ledger.database import current_migration, open_ledger
from vitrail.ledger.filing import keep_one_inbox
from vitrail.ledger.inbox import INBOX, ONLY, inbox_name
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse import folder
from vitrail.warehouse.backup.contents import ABOUT, CHECKSUMS, EDITION, About, Checksum, Hashing
from vitrail.warehouse.backup.sealed import Sealing
from vitrail.warehouse.store import Store

PLACE = "backing"
"""The folder of a workspace where what is being backed up is held."""

ATTEMPTS = 5
Progress = Callable[[int, int | None], None]


class Lent(io.RawIOBase):
    """A file that is written to through another stream, whose end is not its own."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, content: Any, /) -> int:
        """Pass on what is written."""
        return self._file.write(content)


class Made(msgspec.Struct, frozen=True):
    """A backup that was made: of what, how large the file is, and whether it is under a passphrase."""

    about: About
    size: int
    sealed: bool


def back_up(store: Store, target: Path, *, passphrase: str = "", progress: Progress | None = None) -> Made:
    """Write a backup of the workspace to a new file, which is there whole or not at all.

    Loads, filing and questions go on meanwhile. What was acknowledged before it began is in it.
    """
    _check_target(target, store.path)
    with _held(store) as (place, about):
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                _write(place, file, about=about, passphrase=passphrase, progress=progress or _silent)
                size = file.tell()
            folder.publish(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    made = Made(about, size, bool(passphrase))
    with store.ledger.writing() as connection:
        save_backup(connection, Backup(about.made_at_us, size, made.sealed))
    return made


def clear_leftovers(root: Path) -> bool:
    """Take away what a killed backup was holding; False while one is running."""
    place = root / PLACE
    if not place.is_dir():
        return True
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(place)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


@contextmanager
def _held(store: Store) -> Iterator[tuple[Path, About]]:
    """One instant of the workspace, held in a folder for as long as the block lasts."""
    place = store.path / PLACE
    place.mkdir(exist_ok=True, mode=0o700)
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise _busy() from None
    try:
        yield place, _hold(store, place)
    finally:
        _empty(place)
        os.close(handle)


def _hold(store: Store, place: Path) -> About:
    """Copy the inbox, then the ledger, then link the files that it names.

    In this order nothing is lost: what the inbox no longer holds at its copy was filed before that of
    the ledger. Files leave the disk an hour after they left the snapshots; should one be gone all the
    same, all begins anew.
    """
    made_at_us = store.now_us()
    for attempt in range(1, ATTEMPTS + 1):
        _empty(place)
        try:
            if (store.inbox / INBOX).is_file():
                copy_ledger(store.inbox / INBOX, place / INBOX)
            write_out(store.ledger, place / folder.LEDGER)
            return _about(store, place, made_at_us=made_at_us)
        except FileNotFoundError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt answers or raises")


def _about(store: Store, place: Path, *, made_at_us: int) -> About:
    ledger = open_ledger(place / folder.LEDGER)
    try:
        if (name := inbox_name(store.inbox)) != ONLY:
            with ledger.writing() as connection:
                keep_one_inbox(connection, name)
        with ledger.reading() as connection:
            paths = manifest.known_paths(connection) - {""}
            needed = {file.path for file in manifest.files_in_force(connection)}
            workspace = settings.workspace_id(connection)
            snapshot = manifest.newest_version(connection).number
        migration = current_migration(ledger)
        ledger.checkpoint()
    finally:
        ledger.close()
    for path in sorted(paths):
        _link(store.path / path, place / path, needed=path in needed)
    files = _files(place)
    size = sum(path.stat().st_size for path in files)
    return About(EDITION, workspace, made_at_us, migration or "", snapshot, len(files), size)


def _link(source: Path, target: Path, *, needed: bool) -> None:
    """Another name for a file, which never changes; files that left the snapshots may be gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        if needed:
            raise
    except OSError:
        shutil.copyfile(source, target)


def _write(place: Path, file: IO[bytes], *, about: About, passphrase: str, progress: Progress) -> None:
    """The archive: what it is of, the files, and at the end their checksums."""
    sealing = Sealing(file, passphrase) if passphrase else None
    inner = pa.PythonFile(sealing if sealing else Lent(file), mode="w")
    checksums: dict[str, Checksum] = {}
    done = 0
    with (
        pa.CompressedOutputStream(inner, "zstd") as stream,
        tarfile.open(fileobj=cast(IO[bytes], stream), mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        _add_document(archive, ABOUT, document=about)
        for path in _files(place):
            name = path.relative_to(place).as_posix()
            checksums[name] = _add_file(archive, path, name=name)
            done += checksums[name].size
            progress(done, about.bytes)
        _add_document(archive, CHECKSUMS, document=checksums)
    if sealing:
        sealing.finish()
    file.flush()


def _add_file(archive: tarfile.TarFile, path: Path, *, name: str) -> Checksum:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = path.stat().st_size, 0o600
    with path.open("rb") as file:
        hashing = Hashing(file)
        archive.addfile(entry, cast(IO[bytes], hashing))
    return hashing.checksum()


def _add_document(archive: tarfile.TarFile, name: str, *, document: object) -> None:
    content = msgspec.json.encode(document)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, pa.BufferReader(content))


def _files(place: Path) -> list[Path]:
    """The files that are held: the ledgers first, for those who look at the beginning."""
    found = [
        path
        for path in place.rglob("*")
        if path.is_file() and path.suffix not in (".sqlite-wal", ".sqlite-shm")
    ]
    return sorted(found, key=lambda path: (len(path.relative_to(place).parts) > 1, path.as_posix()))


def _empty(place: Path) -> None:
    for entry in place.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _check_target(target: Path, root: Path) -> None:
    if target.exists():
        raise refuse(
            "file_exists",
            path=str(target),
            fr=f"« {target} » existe déjà et reste tel quel. Donnez un autre nom.",
            en=f"“{target}” is already there and stays as it is. Give another name.",
        )
    if not target.absolute().parent.is_dir():
        raise refuse(
            "folder_not_found",
            path=str(target),
            fr=f"Le dossier « {target.parent} » n’existe pas ; rien n’a été écrit.",
            en=f"There is no folder “{target.parent}”; nothing was written.",
        )
    if target.absolute().resolve().is_relative_to(root.resolve()):
        raise refuse(
            "backup_inside",
            path=str(target),
            fr="Une sauvegarde dans l’espace de travail disparaîtrait avec lui. Donnez un autre dossier.",
            en="A backup inside the workspace would be lost with it. Give another folder.",
        )


def _busy() -> UserError:
    return refuse(
        "backup_running",
        fr="Une autre sauvegarde de cet espace de travail est en cours. Attendez qu’elle finisse.",
        en="Another backup of this workspace is running. Wait until it ends.",
    )


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody how far the backup is."""
