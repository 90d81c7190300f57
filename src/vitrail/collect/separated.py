"""Files of separated values (CSV): their encoding and separator, and their rows as texts."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import IO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from vitrail.collect.parsed import plain
from vitrail.model.errors import refuse

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
SEPARATORS = (";", ",", "\t", "|")
BLOCK = 8 << 20


class Broken(msgspec.Struct, frozen=True):
    """A line that is not a row: it has another number of cells than the header."""

    line: int
    text: str
    cells: int
    expected: int


class Part(msgspec.Struct, frozen=True):
    """Some rows of a file, all texts, with the numbers of their lines."""

    columns: tuple[pa.Array, ...]
    lines: NDArray[np.int64]
    broken: tuple[Broken, ...]


class Separated(msgspec.Struct, frozen=True):
    """A file of separated values whose writing habits are known; its rows can be read several times.

    `skipped` is the number of lines before the first row.
    """

    path: Path
    names: tuple[str, ...]
    encoding: str
    separator: str
    skipped: int = 1

    def parts(self) -> Iterator[Part]:
        """The rows, in order; lines without any content are no rows."""
        broken: list[Broken] = []
        shown = 0
        place = self.skipped + 1
        last = ""
        for columns in self._batches(broken):
            numbers = _numbers(place, len(columns[0]), broken=broken)
            place = int(numbers[-1]) + 1 if len(numbers) else place
            filled = _filled(columns)
            kept = tuple(column.filter(filled) for column in columns)
            last = (columns[-1][-1].as_py() or "") if len(numbers) else last
            yield Part(kept, numbers[filled.to_numpy(zero_copy_only=False)], tuple(broken[shown:]))
            shown = len(broken)
        self._check_quotes(last)
        if broken[shown:]:
            yield Part(
                (pa.array([], pa.string()),) * len(self.names),
                _numbers(0, 0, broken=[]),
                tuple(broken[shown:]),
            )

    def _check_quotes(self, last: str) -> None:
        """A last cell of several lines that no quote ends has swallowed the end of the file."""
        if not re.search(r"[\r\n]", last):
            return
        with open_bytes(self.path) as file:
            end = b""
            while block := file.read(BLOCK):
                end = (end + block)[-64:]
        if end.decode(self.encoding, "replace").rstrip().endswith('"'):
            return
        raise refuse(
            "quote_not_closed",
            fr=f"« {self.path.name} » : un guillemet ouvert n'est jamais fermé, près de « {last[:40]} ». "
            "Rien n'a été chargé.",
            en=f"“{self.path.name}”: a quote is opened and never closed, near “{last[:40]}”. "
            "Nothing was loaded.",
        )

    def _batches(self, broken: list[Broken]) -> Iterator[tuple[pa.Array, ...]]:
        def note(row: pacsv.InvalidRow) -> str:
            broken.append(Broken(row.number, row.text or "", row.actual_columns, row.expected_columns))
            return "skip"

        columns = [str(number) for number in range(len(self.names))]
        reading = pacsv.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            encoding=self.encoding,
            column_names=columns,
            skip_rows=self.skipped,
        )
        parsing = pacsv.ParseOptions(
            delimiter=self.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        )
        with open_bytes(self.path) as file, _refusing(self.path):
            try:
                reader = pacsv.open_csv(
                    file, read_options=reading, parse_options=parsing, convert_options=_all_texts(columns)
                )
            except pa.ArrowInvalid as error:
                if "Empty CSV" in str(error):
                    return
                raise
            for batch in reader:
                yield tuple(plain(column) for column in batch.columns)


def open_separated(path: Path) -> Separated:
    """Find out how a file is written; refuses what is no text at all, whatever its name says."""
    _check_kind(path)
    with _refusing(path):
        encoding = _encoding(path)
        sample = _sample(path, encoding)
    declared = re.match(r'"?sep=(.)"?\r?\n?$', sample[0]) if sample else None
    body = sample[1:] if declared else sample
    separator = declared.group(1) if declared else _separator(body)
    rows = csv.reader(body, delimiter=separator)
    names = tuple(unicodedata.normalize("NFC", name.strip()) for name in next(rows, []))
    return Separated(path, names, encoding, separator, skipped=rows.line_num + (1 if declared else 0))


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The content of a file, decompressed where its name says so."""
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
        yield file  # type: ignore[misc]


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise refuse(
            "not_text",
            fr=f"« {path.name} » n'est pas un fichier de texte, ou son encodage n'est pas connu "
            "(UTF-8, UTF-16 et Windows-1252 le sont). Rien n'a été chargé.",
            en=f"“{path.name}” is not a text file, or its encoding is not known "
            "(UTF-8, UTF-16 and Windows-1252 are). Nothing was loaded.",
        ) from error
    except (pa.ArrowInvalid, gzip.BadGzipFile, EOFError, zlib.error, csv.Error) as error:
        raise refuse(
            "unreadable_file",
            fr=f"« {path.name} » ne se lit pas jusqu'au bout ({error}). Rien n'a été chargé.",
            en=f"“{path.name}” cannot be read to its end ({error}). Nothing was loaded.",
        ) from error


def _numbers(first: int, count: int, *, broken: list[Broken]) -> NDArray[np.int64]:
    """The numbers of the next lines that are rows."""
    taken = np.array([entry.line for entry in broken if entry.line >= first], dtype=np.int64)
    candidates = np.arange(first, first + count + len(taken), dtype=np.int64)
    return candidates[~np.isin(candidates, taken)][:count]


def _filled(columns: tuple[pa.Array, ...]) -> pa.BooleanArray:
    """Which rows have at least one cell that is not empty."""
    return reduce(pc.or_, (pc.is_valid(column) for column in columns))


def _all_texts(columns: list[str]) -> pacsv.ConvertOptions:
    return pacsv.ConvertOptions(
        column_types={name: pa.string() for name in columns},
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=True,
    )


def _check_kind(path: Path) -> None:
    """Refuse files whose first bytes say something else than their name."""
    start = path.open("rb").read(512)
    compressed = path.name.lower().endswith(".gz")
    if not start:
        raise refuse(
            "empty_input",
            fr=f"« {path.name} » est vide. Rien n'a été chargé.",
            en=f"“{path.name}” is empty. Nothing was loaded.",
        )
    found = next(
        (name for magic, name in _MAGIC if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(magic)),
        None,
    )
    if (found == "gzip") == compressed and (found in (None, "gzip")):
        return
    french, found = ("texte", "text") if found is None else (found, found)
    raise refuse(
        "not_what_it_says",
        fr=f"« {path.name} » n'est pas ce que dit son nom : le contenu est {french}. Rien n'a été chargé.",
        en=f"“{path.name}” is not what its name says: its content is {found}. Nothing was loaded.",
    )


def _encoding(path: Path) -> str:
    """UTF-16 with its mark; UTF-8 when the whole file is; else Windows-1252 when the whole file is."""
    with open_bytes(path) as file:
        if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
    try:
        _decode(path, "utf-8")
    except UnicodeDecodeError:
        _decode(path, "cp1252")
        return "cp1252"
    return "utf-8"


def _decode(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with open_bytes(path) as file:
        while block := file.read(BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)


def _sample(path: Path, encoding: str) -> list[str]:
    """The first lines, without the mark some programs put in front."""
    with open_bytes(path) as file:
        text = codecs.getincrementaldecoder(encoding)().decode(file.read(1 << 18))
    return text.removeprefix("\ufeff").splitlines(keepends=True)[:200]


def _separator(lines: list[str]) -> str:
    """The separator that gives most of the first lines as many cells as the header, and the most cells."""
    return max(SEPARATORS, key=lambda separator: _agreement(lines, separator))


def _agreement(lines: list[str], separator: str) -> tuple[bool, float]:
    rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    if not rows or len(rows[0]) < 2:
        return (False, 0.0)
    same = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return (same > 0.5, same * len(rows[0]))


_MAGIC = (
    (b"pk\x03\x04", "zip/xlsx"),
    (b"\x1f\x8b", "gzip"),
    (b"par1", "parquet"),
    (b"arrow1", "arrow"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%pdf", "pdf"),
    (b"<!doctype", "html"),
    (b"<html", "html"),
    (b"<?xml", "xml"),
    (b"<table", "html"),
    (b"{", "json"),
    (b"[{", "json"),
    (b"\x89png", "png"),
    (b"gif8", "gif"),
    (b"\xff\xd8\xff", "jpeg"),
)
