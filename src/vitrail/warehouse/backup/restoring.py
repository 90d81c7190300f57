"""Making a workspace from a backup: everything is looked at before anything has its name."""

from __future__ import annotations

import fcntl
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

import msgspec
import pyarrow as pa

from vitrail.ledger.upgrade import NEWEST
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse import folder
from vitrail.warehouse import store as stores
from vitrail.warehouse.backup.contents import ABOUT, CHECKSUMS, EDITION, About, Checksum, Hashing, belongs
from vitrail.warehouse.backup.making import Progress
from vitrail.warehouse.backup.sealed import MAGIC, Unsealing, broken
from vitrail.warehouse.store import Store
from vitrail.warehouse.whereabouts import drop_elsewhere, move_where_wanted

PIECE = 1 << 20
MOST_NAMES = 64 << 20
Finish = Callable[[Store], None]
"""What is done to a restored workspace before it has its name: erasing again who was erased since."""


class Restored(msgspec.Struct, frozen=True):
    """A backup that was read through and found whole."""

    about: About
    sealed: bool


def restore(
    backup: Path,
    root: Path,
    *,
    passphrase: str = "",
    finish: Finish | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Make the workspace `root`, which is missing or empty, from a backup.

    Checksums are verified and the ledger is brought to the shape of this program beside the folder,
    which takes its name at the very end: killed before, there is no workspace; after, all of it. Where
    ledgers are to lie in a database, it goes there last of all: who was erased since never comes there.
    """
    root = root.absolute()
    _check_root(root)
    with _beside(root) as place:
        found = _read(backup, place, passphrase=passphrase, progress=progress or _silent)
        for name in (*folder.FACTS, folder.STAGING):
            (place / name).mkdir(exist_ok=True)
        with stores.open(place) as store:
            if finish is not None:
                finish(store)
            store.ledger.checkpoint()
        move_where_wanted(place)
        _sync(place)
        os.replace(place, root)
        folder.sync_directory(root.parent)
    return found


def verify(backup: Path, *, passphrase: str = "", progress: Progress | None = None) -> Restored:
    """Read a backup through and compare every checksum; raises `UserError` where it is damaged."""
    return _read(backup, None, passphrase=passphrase, progress=progress or _silent)


def _read(backup: Path, place: Path | None, *, passphrase: str, progress: Progress) -> Restored:
    try:
        with backup.open("rb") as file:
            sealed = file.read(len(MAGIC)) == MAGIC
            if not sealed:
                file.seek(0)
            stream = _unpacked(file, sealed=sealed, passphrase=passphrase)
            return Restored(_members(stream, place, progress=progress), sealed)
    except FileNotFoundError:
        raise _no_backup(backup) from None
    except (tarfile.TarError, pa.ArrowException, msgspec.MsgspecError, EOFError, ValueError) as error:
        raise broken(type(error).__name__) from None
    except OSError as error:
        if error.errno is None:  # what Arrow says of a stream that is no zstd, or is cut
            raise broken("zstd") from None
        raise


def _unpacked(file: IO[bytes], *, sealed: bool, passphrase: str) -> IO[bytes]:
    if sealed and not passphrase:
        raise _no_passphrase()
    inner = pa.PythonFile(Unsealing(file, passphrase) if sealed else file, mode="r")
    return cast(IO[bytes], pa.CompressedInputStream(inner, "zstd"))


def _members(stream: IO[bytes], place: Path | None, *, progress: Progress) -> About:
    """Take out the files one after the other, and compare them with the checksums at the end."""
    about: About | None = None
    told: dict[str, Checksum] | None = None
    found: dict[str, Checksum] = {}
    done = 0
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            content = archive.extractfile(entry) if entry.isreg() else None
            if content is None or told is not None:
                raise broken(entry.name[:100])
            if entry.name == ABOUT:
                about = _checked(msgspec.json.decode(content.read(PIECE), type=About))
            elif entry.name == CHECKSUMS:
                told = msgspec.json.decode(content.read(MOST_NAMES), type=dict[str, Checksum])
            elif about is None or not belongs(entry.name) or entry.name in found:
                raise broken(entry.name[:100])
            else:
                found[entry.name] = _take_out(content, None if place is None else place / entry.name)
                done += entry.size
                progress(done, about.bytes)
    if about is None or told is None or told != found or len(found) != about.files:
        raise broken(next((name for name in sorted(told or {}) if (told or {})[name] != found.get(name)), ""))
    return about


def _take_out(content: IO[bytes], target: Path | None) -> Checksum:
    hashing = Hashing(content)
    if target is None:
        while hashing.read(PIECE):
            pass
        return hashing.checksum()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as file:
        while piece := hashing.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return hashing.checksum()


def _checked(about: About) -> About:
    if about.edition > EDITION or about.migration > NEWEST:
        raise refuse(
            "backup_newer",
            fr="Cette sauvegarde vient d’une version plus récente de Vitrail : mettez Vitrail à jour.",
            en="This backup comes from a newer Vitrail: update Vitrail.",
        )
    return about


@contextmanager
def _beside(root: Path) -> Iterator[Path]:
    """A folder beside the workspace to be, for one restoration at a time; taken away when it fails."""
    root.parent.mkdir(parents=True, exist_ok=True)
    place = root.with_name(f".{root.name}.restoring")
    place.mkdir(exist_ok=True, mode=0o700)
    handle = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise _busy(root) from None
    try:
        drop_elsewhere(place)
        for entry in place.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        yield place
    except BaseException:
        with suppress(UserError):
            drop_elsewhere(place)
        shutil.rmtree(place, ignore_errors=True)
        raise
    finally:
        os.close(handle)


def _sync(place: Path) -> None:
    """Folders and what was changed in them are on disk."""
    for path in [place, *place.rglob("*")]:
        if path.is_dir():
            folder.sync_directory(path)


def _check_root(root: Path) -> None:
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse(
            "workspace_not_empty",
            path=str(root),
            fr=f"« {root} » existe et n’est pas un dossier vide : rien n’a été restauré. "
            "Donnez un autre nom.",
            en=f"“{root}” already exists and is not an empty folder: nothing was restored. "
            "Give another name.",
        )


def _no_backup(backup: Path) -> UserError:
    return refuse(
        "no_backup",
        path=str(backup),
        fr=f"Il n’y a pas de sauvegarde « {backup} ».",
        en=f"There is no backup “{backup}”.",
    )


def _no_passphrase() -> UserError:
    return refuse(
        "passphrase_missing",
        fr="Cette sauvegarde est sous une phrase secrète : donnez-la par --passphrase-file, ou dans "
        "VITRAIL_BACKUP_PASSPHRASE. Rien n’a été restauré.",
        en="This backup is under a passphrase: give it with --passphrase-file, or in "
        "VITRAIL_BACKUP_PASSPHRASE. Nothing was restored.",
    )


def _busy(root: Path) -> UserError:
    return refuse(
        "restore_running",
        path=str(root),
        fr="Une autre restauration vers ce dossier est en cours. Attendez qu’elle finisse.",
        en="Another restoration to this folder is running. Wait until it ends.",
    )


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody how far the restoration is."""
