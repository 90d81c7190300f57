"""From the manifest to what an engine is handed."""

from __future__ import annotations

from pathlib import Path

from vitrail.engine.source import File, ProfileFiles, Source
from vitrail.ledger.manifest import FileKind, Snapshot, StoredFile
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse.folder import columns_of


def open_source(snapshot: Snapshot, root: Path, *, catalogue: Catalogue) -> Source:
    """A snapshot as an engine wants it: the absolute paths of its files, with their bounds."""
    version = snapshot.version
    return Source(
        profiles=version.profiles,
        token=f"{snapshot.workspace}:{version.number}",
        keys=_of_kind(snapshot, root, kind="keys"),
        first_seen=_of_kind(snapshot, root, kind="first_seen"),
        canon=_of_kind(snapshot, root, kind="canon"),
        traits=_profile_files(snapshot, root, catalogue=catalogue),
        events=_by_name(snapshot, root, kind="event"),
        records=_by_name(snapshot, root, kind="record"),
        scores=_by_name(snapshot, root, kind="score"),
        consents=_of_kind(snapshot, root, kind="consent"),
        erased=version.erased,
    )


def _profile_files(snapshot: Snapshot, root: Path, *, catalogue: Catalogue) -> ProfileFiles:
    version = snapshot.version
    policies = {field.column: field.policy for field in catalogue.traits.values() if field.policy}
    return ProfileFiles(
        snapshots=_of_kind(snapshot, root, kind="snapshot"),
        observations=_of_kind(snapshot, root, kind="observation"),
        valid_from_us=version.traits_from_us,
        valid_until_us=version.traits_until_us,
        policies=policies,
    )


def _of_kind(snapshot: Snapshot, root: Path, *, kind: FileKind) -> tuple[File, ...]:
    return tuple(_file(file, root) for file in snapshot.files if file.kind == kind)


def _by_name(snapshot: Snapshot, root: Path, *, kind: FileKind) -> dict[str, tuple[File, ...]]:
    named: dict[str, tuple[File, ...]] = {}
    for file in snapshot.files:
        if file.kind == kind:
            named[file.name] = (*named.get(file.name, ()), _file(file, root))
    return named


def _file(file: StoredFile, root: Path) -> File:
    return File(
        path=str(root / file.path),
        rows=file.rows,
        first_us=file.first_us,
        last_us=file.last_us,
        columns=str(root / columns_of(file.path)),
    )
