"""A portion of what a source holds: small enough for memory, loaded in one step with its bookmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from vitrail.collect.sources.definition import Target
from vitrail.collect.sources.secrets import Secrets
from vitrail.ledger.sources import SeenFile
from vitrail.model.catalogue import Type
from vitrail.model.errors import Problem

ROWS = 250_000
BYTES = 64 * 2**20

Bookmark = dict[str, Any]
"""How far a source was read, in the words of its kind; JSON can hold it."""

Progress = Callable[[int, int | None], None]


class Portion(msgspec.Struct, frozen=True):
    """Rows to load, or the file that holds them, and the bookmark that holds once they are loaded.

    `target` tells what they become where the source itself does not. `file` is noted as read, if it is
    `still` the one that was looked at; `failed` says what was wrong with it before, `waits` names a file
    that may still be written to.
    """

    data: pa.Table | Path
    bookmark: Bookmark | None = None
    target: Target | None = None
    file: SeenFile | None = None
    still: Callable[[], bool] | None = None
    failed: tuple[Problem, ...] = ()
    waits: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What a source is read with: its bookmark, secrets, a folder for temporary files, the instant.

    `seen` are the files that were read before, `types` those of the known columns of a collection.
    """

    bookmark: Bookmark
    secrets: Secrets
    scratch: Path
    now_us: int
    progress: Progress
    seen: dict[str, SeenFile] = {}
    types: Callable[[str], Mapping[str, Type]] = lambda _name: {}
    rows: int = ROWS
    bytes: int = BYTES
