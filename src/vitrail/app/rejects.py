"""The refused rows of a load, read again from the file that keeps them, or written out to be repaired."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import IO

import msgspec
import pyarrow.parquet as parquet

from vitrail.collect.files.dialect import REASONS
from vitrail.collect.files.formulas import harmless
from vitrail.collect.originals import NAMES

Row = dict[str, object]


def read_rejects(path: str | Path) -> Iterator[Row]:
    """Each refused cell: `line`, `column`, `found`, `expected`, `message_fr`, `message_en`.

    What came from a file also has the `cells` of its line.
    """
    for batch in parquet.ParquetFile(path).iter_batches(batch_size=10_000):
        yield from batch.to_pylist()


def original_names(path: str | Path) -> tuple[str, ...]:
    """The header of the file that the rows came from; nothing when they came from no file."""
    notes = parquet.ParquetFile(path).schema_arrow.metadata or {}
    return msgspec.json.decode(notes[NAMES], type=tuple[str, ...]) if NAMES in notes else ()


def write_refused_rows(path: str | Path, file: IO[bytes], *, language: str) -> None:
    """The refused rows as CSV: the line, the columns and the reasons in front, then the cells as they stood.

    The file can be repaired and imported with the same recipe: the columns in front are passed over, and
    the apostrophes that keep a spreadsheet from running a cell are taken away again.
    """
    names = original_names(path)
    file.write("\ufeff".encode())
    _write_row(file, [*REASONS, *names], language=language)
    for line, cells in groupby(read_rejects(path), key=lambda row: row["line"]):
        found = list(cells)
        columns = " | ".join(dict.fromkeys(str(row["column"]) for row in found if row["column"]))
        reasons = " | ".join(dict.fromkeys(str(row[f"message_{language}"]) for row in found))
        kept = found[0].get("cells") or []
        assert isinstance(kept, list)
        _write_row(file, [str(line), columns, reasons, *kept], language=language)


def _write_row(file: IO[bytes], cells: list[str], *, language: str) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";" if language == "fr" else ",").writerow(map(harmless, cells))
    file.write(_BAD.sub(_byte, text.getvalue().encode("utf-8")))


def _byte(found: re.Match[bytes]) -> bytes:
    """The byte that was no character, as it stood."""
    return bytes([found.group(2)[0] + (0x40 if found.group(1) == b"\xbf" else 0)])


_BAD = re.compile(rb"\xf4\x8f([\xbe\xbf])([\x80-\xbf])")
"""`BAD_BYTE` and what is above it, in UTF-8."""
