"""A portion of what a source holds: small enough for memory, loaded in one step with its bookmark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from vitrail.collect.sources.secrets import Secrets
from vitrail.ledger.sources import SeenFile
from vitrail.model.catalogue import Type

ROWS = 250_000
BYTES = 64 * 2**20

Bookmark = dict[str, Any]
"""How far a source was read, in the words of its kind; JSON can hold it."""

Progress = Callable[[int, int | None], None]


class Portion(msgspec.Struct, frozen=True):
    """Rows to load, or the file that holds them, and the bookmark that holds once they are loaded.

    `name` tells which events they are where the source itself does not; `file` is noted as read.
    """

    data: pa.Table | Path
    bookmark: Bookmark | None = None
    name: str = ""
    file: SeenFile | None = None
    origin: str = ""


class Reading(msgspec.Struct, frozen=True):
    """What a source is read with: its bookmark, secrets, a folder for temporary files, the instant.

    `seen` are the files that were read before, `types` those of the columns that are known.
    """

    bookmark: Bookmark
    secrets: Secrets
    scratch: Path
    now_us: int
    progress: Progress
    seen: dict[str, SeenFile] = {}
    types: dict[str, Type] = {}
    rows: int = ROWS
    bytes: int = BYTES
