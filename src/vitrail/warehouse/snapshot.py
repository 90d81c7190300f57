"""From the manifest to what an engine is handed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vitrail.engine.source import File, ProfileFiles, Source
from vitrail.ledger.manifest import FileKind, Snapshot, StoredFile, Version


def open_source(snapshot: Snapshot, root: Path) -> Source:
    """A snapshot as an engine wants it: the absolute paths of its files, with their bounds."""
    version, files = snapshot.version, snapshot.files
    return Source(
        profiles=version.profiles,
        token=f"{snapshot.workspace}:{version.number}",
        keys=_of_kind(files, "keys", root),
        first_seen=_of_kind(files, "first_seen", root),
        traits=_profile_files(files, version, root),
        events=_by_name(files, "event", root),
        records=_by_name(files, "record", root),
        scores=_by_name(files, "score", root),
    )


def _profile_files(files: Iterable[StoredFile], version: Version, root: Path) -> ProfileFiles:
    stored = tuple(files)
    return ProfileFiles(
        snapshots=_of_kind(stored, "snapshot", root),
        observations=_of_kind(stored, "observation", root),
        valid_from_us=version.traits_from_us,
        valid_until_us=version.traits_until_us,
    )


def _of_kind(files: Iterable[StoredFile], kind: FileKind, root: Path) -> tuple[File, ...]:
    return tuple(_file(file, root) for file in files if file.kind == kind)


def _by_name(files: Iterable[StoredFile], kind: FileKind, root: Path) -> dict[str, tuple[File, ...]]:
    named: dict[str, tuple[File, ...]] = {}
    for file in files:
        if file.kind == kind:
            named[file.name] = (*named.get(file.name, ()), _file(file, root))
    return named


def _file(file: StoredFile, root: Path) -> File:
    return File(path=str(root / file.path), rows=file.rows, first_us=file.first_us, last_us=file.last_us)
