"""What of a workspace is no longer where it was put: its folder, its ledger, or files of facts."""

from __future__ import annotations

from typing import Literal

import msgspec

from vitrail.ledger import manifest
from vitrail.ledger.checking import LEDGER_ERRORS
from vitrail.warehouse.store import Store

What = Literal["folder", "ledger", "files"]


class Missing(msgspec.Struct, frozen=True):
    """What is missing; of files, their paths in the folder, oldest first."""

    what: What
    files: tuple[str, ...] = ()


def missing_of(store: Store) -> Missing | None:
    """What of a workspace is missing; None where all is there. Never raises, whatever is gone."""
    if not store.path.is_dir():
        return Missing("folder")
    if store.ledger.kind == "sqlite" and not store.ledger.file.exists():
        return Missing("ledger")
    try:
        with store.ledger.reading() as connection:
            files = tuple(each.path for each in manifest.files_in_force(connection))
            others = sorted(manifest.paths_of_memberships(connection))
    except LEDGER_ERRORS:
        return None
    gone = tuple(path for path in (*files, *others) if not (store.path / path).exists())
    return Missing("files", gone) if gone else None
