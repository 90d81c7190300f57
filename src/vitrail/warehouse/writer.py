"""What the only writer of a workspace holds: the snapshot it starts from and the one it will make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger import identities, manifest, settings
from vitrail.ledger.database import Change, Ledger, Transaction
from vitrail.ledger.manifest import ALWAYS, ENDLESS, Commit, FileKind, Load, NewFile, StoredFile, Version
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse import folder
from vitrail.warehouse.scratch import Scratch

GRACE_US = 3_600_000_000
"""How long a file that left the snapshots stays on disk for the readers who hold it."""

FOLDERS: dict[FileKind, str] = {
    "keys": "profiles",
    "first_seen": "profiles",
    "identity": "profiles",
    "canon": "profiles",
    "snapshot": "profiles",
    "observation": "observations",
    "event": "events",
    "record": "records",
    "score": "scores",
    "consent": "consents",
    "touched": "touched",
    "message": "messages",
    "quarantine": "quarantine",
}


Found = TypeVar("Found")
Alongside = Callable[[Transaction, Load], None]
"""What the ledger notes in the same step as a load: how far a source was read, for instance."""


class Shelf(msgspec.Struct, frozen=True):
    """Where files of one sort go: their kind, the collection or score they belong to, and its column."""

    kind: FileKind
    name: str = ""
    column: str = ""

    @property
    def folder(self) -> str:
        """The folder, relative to the workspace."""
        return f"{FOLDERS[self.kind]}/{self.column}" if self.column else FOLDERS[self.kind]


class Bounds(msgspec.Struct, frozen=True):
    """The first and last instant a file holds."""

    first_us: int = ALWAYS
    last_us: int = ENDLESS


EVER = Bounds()


class Writer:
    """The sole writer's hold on a workspace, from the snapshot it found to the one it commits.

    Files are written one by one with `add`, and nothing is seen before `commit`. The instant of the
    writer never goes back behind the last commit's, even when the clock does.
    """

    def __init__(
        self, root: Path, ledger: Ledger, *, now_us: int, alongside: Alongside | None = None
    ) -> None:
        self.root = root
        self.staging = root / folder.STAGING
        self._ledger = ledger
        self._alongside = alongside
        with ledger.reading() as connection:
            self.version = manifest.newest_version(connection)
            self.catalogue = settings.current_catalogue(connection)
            self.load = manifest.next_load(connection)
            self.files = manifest.files_in_force(connection)
            self.decisions = identities.all_decisions(connection)
        self.now_us = max(now_us, self.version.committed_at_us)
        self.next_version = msgspec.structs.replace(
            self.version, number=self.version.number + 1, committed_at_us=self.now_us, load=None
        )
        self._added: list[NewFile] = []
        self._removed: list[int] = []
        self._also: list[Change] = []

    def scratch(self) -> Scratch:
        """A working database that spills into the staging folder."""
        return Scratch(self.staging / "spill")

    def stored(self, shelf: Shelf) -> tuple[StoredFile, ...]:
        """The files of a shelf in the snapshot the writer found."""
        return tuple(file for file in self.files if file.kind == shelf.kind and file.name == shelf.name)

    def paths(self, shelf: Shelf) -> tuple[Path, ...]:
        """Where those files are."""
        return tuple(self.root / file.path for file in self.stored(shelf))

    def standing(self, shelf: Shelf) -> tuple[Path, ...]:
        """Where the files of a shelf are in the snapshot in the making, oldest first."""
        kept = (file.path for file in self.stored(shelf) if file.id not in self._removed)
        added = (file.path for file in self._added if (file.kind, file.name) == (shelf.kind, shelf.name))
        return tuple(self.root / path for path in (*kept, *added))

    def standing_of(self, kinds: Sequence[FileKind]) -> tuple[Path, ...]:
        """Where the files of some kinds are in the snapshot in the making."""
        kept = (file.path for file in self.files if file.kind in kinds and file.id not in self._removed)
        added = (file.path for file in self._added if file.kind in kinds)
        return tuple(self.root / path for path in (*kept, *added))

    def staged(self, name: str) -> Path:
        """A place for a file in the making."""
        return self.staging / name

    def add(self, shelf: Shelf, temporary: Path, *, rows: int, bounds: Bounds = EVER) -> None:
        """Publish a finished file and let it be part of the next snapshot; an empty one is dropped."""
        if rows == 0:
            temporary.unlink(missing_ok=True)
            return
        number = f"{self.next_version.number:08d}-{len(self._added):04d}"
        path = f"{shelf.folder}/{shelf.kind}-{number}{temporary.suffix}"
        folder.publish(temporary, self.root / path)
        first_us, last_us = bounds.first_us, bounds.last_us
        self._added.append(NewFile(shelf.kind, shelf.name, path, rows, first_us, last_us))

    def touch(self, profiles: BitMap) -> None:
        """Say which profiles this load created or changed; it may be said several times."""
        if not profiles:
            return
        path = f"touched/{self.next_version.number:08d}-{len(self._added):04d}.roaring"
        folder.write_bytes(profiles.serialize(), self.root / path, staging=self.staging)
        self._added.append(NewFile(kind="touched", name="", path=path, rows=len(profiles)))

    def note(self, change: Change) -> None:
        """Say what else the ledger must note in the step of the next commit."""
        self._also.append(change)

    def look(self, question: Callable[[Transaction], Found]) -> Found:
        """Ask the ledger something."""
        with self._ledger.reading() as connection:
            return question(connection)

    def remove(self, files: Sequence[StoredFile]) -> None:
        """Leave files out of the next snapshot."""
        self._removed.extend(file.id for file in files)

    def again(self) -> Writer:
        """A hold on the snapshot that is in force now, for one more commit."""
        return Writer(self.root, self._ledger, now_us=self.now_us)

    def describe(self, **changes: int) -> Self:
        """Change what the next version says of itself (`profiles`, `traits_from_us`, `traits_until_us`)."""
        self.next_version = msgspec.structs.replace(self.next_version, **changes)
        return self

    def commit(
        self,
        catalogue: Catalogue,
        *,
        load: Load | None = None,
        brought_by: int | None = None,
        also: Sequence[Change] = (),
    ) -> Version:
        """Make the next snapshot, in one step, and delete what no reader can hold any more.

        When nothing was added or removed the snapshot stays the one it was. `brought_by` is
        the load that the files belong to when it goes on; `also`, what else the ledger must note in
        the same step.
        """
        changed = bool(self._added or self._removed) or catalogue != self.catalogue
        number = None if load is None else load.id
        version = msgspec.structs.replace(self.next_version, load=number) if changed else self.version
        change = Commit(version, load, tuple(self._added), tuple(self._removed), brought_by or number)
        with self._ledger.writing() as connection:
            settings.save_catalogue(connection, catalogue, at_us=self.now_us)
            manifest.commit(connection, change)
            if load is not None and self._alongside is not None:
                self._alongside(connection, load)
            for note in (*self._also, *also):
                note(connection)
        self._delete_expired()
        return version

    def _delete_expired(self) -> None:
        with self._ledger.reading() as connection:
            expired = manifest.expired_files(connection, before_us=self.now_us - GRACE_US)
        if not expired:
            return
        with self._ledger.writing() as connection:
            manifest.forget_files(connection, [file.id for file in expired])
        for file in expired:
            folder.delete(self.root, file.path)


def bounds_of(path: Path) -> Bounds:
    """The first and last instant in a Parquet file, from its own statistics."""
    metadata = pq.read_metadata(path)
    names = metadata.schema.to_arrow_schema().names
    if "at_us" not in names or metadata.num_rows == 0:
        return EVER
    place = names.index("at_us")
    groups = (
        metadata.row_group(number).column(place).statistics for number in range(metadata.num_row_groups)
    )
    found = [group for group in groups if group is not None and group.has_min_max]
    if len(found) < metadata.num_row_groups:
        return EVER
    return Bounds(min(group.min for group in found), max(group.max for group in found))
