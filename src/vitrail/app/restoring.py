"""Restoring a workspace so that who was erased stays erased: the marks of erasures outlive backups."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vitrail.app.rights.holders import HOLDERS
from vitrail.collect.contacts import own_contacts
from vitrail.consent.rights import erasing
from vitrail.consent.rights.erasing import Patience
from vitrail.consent.rights.standing import Said
from vitrail.consent.rights.tombstones import Marks, adopt, found_again, marks_of
from vitrail.consent.rights.words import gather
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse import folder
from vitrail.warehouse import store as stores
from vitrail.warehouse.backup import restoring
from vitrail.warehouse.backup.making import Progress
from vitrail.warehouse.backup.restoring import Restored
from vitrail.warehouse.store import Store

WHY = "restored from a backup"
AT_ONCE = Patience(seconds=0.0)
"""Nobody reads a workspace that has no name yet."""


class Since(msgspec.Struct, frozen=True):
    """The marks of the erasures that were made since a backup: those of a workspace, or of a file."""

    key: str
    prints: tuple[str, ...]


class Returned(msgspec.Struct, frozen=True):
    """A workspace that was restored, and how many people were erased again before it had its name."""

    restored: Restored
    erased: int
    marks_known: bool


def restore_workspace(
    backup: Path, root: Path, *, erased_since: Path | None, passphrase: str, progress: Progress
) -> Returned:
    """Make a workspace from a backup, and erase again who was erased since; before it has its name."""
    marks = None if erased_since is None else read_marks(erased_since)
    erased: list[int] = []

    def finish(store: Store) -> None:
        for each in erasing.pending(store):
            erasing.finish(store, each, holders=HOLDERS, patience=AT_ONCE)
        if marks is not None:
            erased.extend(erase_again(store, marks))

    restored = restoring.restore(backup, root, passphrase=passphrase, finish=finish, progress=progress)
    return Returned(restored, len(erased), erased_since is not None)


def erase_again(store: Store, marks: Marks) -> tuple[int, ...]:
    """Erase from a workspace whom the marks tell of, and let it keep the marks; answers their profiles."""
    with store.ledger.writing() as connection:
        adopt(connection, marks, at_us=store.now_us())
    found = found_again(store, marks)
    if found:
        contacts = own_contacts(store, found)
        erasure = erasing.begin(store, gather(store, found), said=Said(why=WHY), contacts=contacts)
        erasing.finish(store, erasure, holders=HOLDERS, patience=AT_ONCE)
    return found


def write_marks(store: Store, path: Path) -> None:
    """Write the marks of all erasures to a file beside the backups, for its owner alone."""
    marks = marks_of(store)
    since = Since("", ()) if marks is None else Since(marks.key, tuple(sorted(marks.prints)))
    temporary = path.with_name(f".{path.name}.new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(msgspec.json.encode(since))
    folder.publish(temporary, path)


def read_marks(path: Path) -> Marks | None:
    """The marks of a workspace, or of a file of them; None where nobody was erased."""
    if path.is_dir():
        with stores.open(path) as store:
            return marks_of(store)
    try:
        since = msgspec.json.decode(path.read_bytes(), type=Since)
    except (OSError, msgspec.MsgspecError):
        raise _no_marks(path) from None
    return Marks(since.key, frozenset(since.prints)) if since.key else None


def _no_marks(path: Path) -> UserError:
    return refuse(
        "no_marks",
        path=str(path),
        fr=f"« {path} » n’est ni un espace de travail ni un fichier de marques d’effacement "
        "(vitrail backup --marks). Rien n’a été restauré.",
        en=f"“{path}” is neither a workspace nor a file of marks of erasures (vitrail backup --marks). "
        "Nothing was restored.",
    )
