"""The search at the end of an erasure: every file of the workspace, unpacked, for every form of every word.

The forms: as it is, in small and capital letters, decomposed (NFD), in Latin-1 and UTF-16, escaped as JSON
does, in base 64 at any place, in hexadecimal, as in an address (`%40`), and as a SHA-256 without a key.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote, quote_plus

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.consent.rights.needles import ByteStrings
from vitrail.ledger.dumping import every_row

CHUNK = 4_000_000
SHORTEST = 4
"""Bytes of a form: one that is shorter (a word whose letters Latin-1 lacks) would be found everywhere."""

HEXADECIMAL = b"0123456789abcdefABCDEF"
HASH = 32
"""Digits of the shortest hash, in hexadecimal: a key such as C007119 turns up inside one by chance."""

ELSEWHERE = "ledger"
"""Where a word is, when it is in a ledger that lies in a database of its own."""

Row = tuple[str, tuple[object, ...]]
"""The name of a table, and the cells of one of its rows."""

DEEPEST = 5
"""Archives in archives that are unpacked."""


class Trace(msgspec.Struct, frozen=True):
    """A word that was found, and where: the file, and what in it (a column, a table, a member)."""

    word: str
    path: str
    place: str = ""


class Needles:
    """Words in all their forms, ready to be looked for in bytes."""

    def __init__(self, words: Sequence[str]) -> None:
        self.numbers = {int(word): word for word in words if word.lstrip("-").isdigit() and len(word) < 19}
        self._forms = {form: word for word in words for form in forms(word) if len(form) >= SHORTEST}
        self._strings = ByteStrings(self._forms)
        self.longest = max(map(len, self._forms), default=0)

    def find(self, data: bytes) -> set[str]:
        """The words some bytes hold; letters in the middle of a hash are there by chance, and no word."""
        return {
            self._forms[form]
            for form in self._strings.found_in(data)
            if not _like_a_hash(form, self._forms[form]) or _outside_of_hashes(form, data)
        }


def forms(word: str) -> Iterator[bytes]:
    """Every way a word may be written in a file, as bytes."""
    for text in {word, word.lower(), word.upper(), word.casefold()}:
        plain = text.encode()
        yield plain
        yield unicodedata.normalize("NFD", text).encode()
        yield text.encode("latin-1", "ignore")
        yield text.encode("utf-16-le")
        yield json.dumps(text)[1:-1].encode()
        yield plain.hex().encode()
        yield plain.hex().upper().encode()
        yield quote(text, safe="").encode()
        yield quote_plus(text).encode()
        yield hashlib.sha256(plain).hexdigest().encode()
        yield from _in_base_64(plain)


def search(root: Path, words: Sequence[str], *, passing: Iterable[Path] = ()) -> tuple[Trace, ...]:
    """Every trace of some words in the files of a folder, but for the files that are passed over."""
    if not words:
        return ()
    needles, passed = Needles(words), frozenset(passing)
    found: dict[Trace, None] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path not in passed:
            name = path.relative_to(root).as_posix()
            for place, word in _in_file(path, needles):
                found[Trace(word, name, place)] = None
    return tuple(found)


def search_rows(rows: Iterable[Row], words: Sequence[str]) -> tuple[Trace, ...]:
    """Every trace of some words in the rows of a database that lies in no file of the workspace."""
    if not words:
        return ()
    found = {Trace(word, ELSEWHERE, table): None for table, word in _in_rows(rows, Needles(words))}
    return tuple(found)


def _in_file(path: Path, needles: Needles) -> Iterator[tuple[str, str]]:
    try:
        with path.open("rb") as file:
            head = file.read(16)
            file.seek(0)
            for word in _in_stream(file, needles):
                yield "", word
        if head.startswith(b"SQLite format 3"):
            yield from _in_rows(every_row(path), needles)
        else:
            with path.open("rb") as file:
                yield from _unpacked(file, head, needles=needles, depth=0)
    except FileNotFoundError:
        return


def _in_stream(stream: IO[bytes], needles: Needles) -> Iterator[str]:
    """The words in bytes that are read piece by piece; none is lost between two pieces."""
    kept = b""
    while piece := stream.read(CHUNK):
        yield from needles.find(kept + piece)
        kept = piece[-needles.longest :]


def _unpacked(file: IO[bytes], head: bytes, *, needles: Needles, depth: int) -> Iterator[tuple[str, str]]:
    """What is packed in a file: the values of Parquet, the content of gzip, zstd and zip."""
    if depth > DEEPEST:
        return
    if head.startswith(b"PAR1"):
        yield from _in_parquet(file, needles)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as inner:
            yield from _inside("gzip", cast(IO[bytes], inner), needles=needles, depth=depth)
    elif head.startswith(b"\x28\xb5\x2f\xfd"):
        with pa.CompressedInputStream(pa.PythonFile(file), "zstd") as inner:
            yield from _inside("zstd", inner, needles=needles, depth=depth)
    elif head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                for word in needles.find(name.encode()):
                    yield name, word
                with archive.open(name) as member:
                    yield from _inside(name, member, needles=needles, depth=depth)


def _inside(name: str, inner: IO[bytes], *, needles: Needles, depth: int) -> Iterator[tuple[str, str]]:
    content = pa.BufferReader(inner.read())
    for word in _in_stream(content, needles):
        yield name, word
    content.seek(0)
    head = content.read(16)
    content.seek(0)
    for place, word in _unpacked(content, head, needles=needles, depth=depth + 1):
        yield f"{name}/{place}", word


def _in_parquet(file: IO[bytes], needles: Needles) -> Iterator[tuple[str, str]]:
    with pq.ParquetFile(file) as parquet:
        for batch in parquet.iter_batches(batch_size=100_000):
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                for word in _in_column(column, needles):
                    yield name, word


def _in_column(column: pa.Array, needles: Needles) -> Iterator[str]:
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = column.flatten()
    if pa.types.is_integer(column.type):
        wanted = pa.array(list(needles.numbers), pa.int64())
        held = column.cast(pa.int64(), safe=False)
        yield from (
            needles.numbers[each] for each in pc.unique(held.filter(pc.is_in(held, wanted))).to_pylist()
        )
    elif pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        distinct = pc.unique(column).drop_null().cast(pa.large_binary())
        content = b"\0".join(distinct.to_pylist())
        yield from _in_stream(pa.BufferReader(content), needles)


def _in_rows(every: Iterable[Row], needles: Needles) -> Iterator[tuple[str, str]]:
    """What the tables of a database hold, long values of several pages among it."""
    for table, rows in groupby(every, key=itemgetter(0)):
        kept: list[bytes] = []
        size = 0
        for _, row in rows:
            kept.append(b"\0".join(map(_as_bytes, row)))
            size += len(kept[-1])
            if size >= CHUNK:
                yield from ((table, word) for word in needles.find(b"\0".join(kept)))
                kept, size = [], 0
        if kept:
            yield from ((table, word) for word in needles.find(b"\0".join(kept)))


def _as_bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _like_a_hash(form: bytes, word: str) -> bool:
    """Whether a word, as it is, has nothing but hexadecimal digits."""
    return len(form) < HASH and form.lower() == word.lower().encode() and not form.strip(HEXADECIMAL)


def _outside_of_hashes(form: bytes, data: bytes) -> bool:
    """Whether a form stands anywhere but strictly inside as many hexadecimal digits as a hash has."""
    place = data.find(form)
    while place >= 0:
        before, after = data[max(place - HASH, 0) : place], data[place + len(form) : place + len(form) + HASH]
        left = len(before) - len(before.rstrip(HEXADECIMAL))
        right = len(after) - len(after.lstrip(HEXADECIMAL))
        if not (left and right and left + len(form) + right >= HASH):
            return True
        place = data.find(form, place + 1)
    return False


def _in_base_64(plain: bytes) -> Iterator[bytes]:
    """The letters that stand for some bytes in base 64, wherever they begin; those of neighbours left out."""
    for before in range(3):
        letters = base64.b64encode(b"\0" * before + plain)
        first, last = (0, 2, 3)[before], len(letters) - (0, 3, 2)[(before + len(plain)) % 3]
        yield letters[first:last]
        yield letters[first:last].translate(bytes.maketrans(b"+/", b"-_"))
