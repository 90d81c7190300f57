"""JSON lines: one object per line, whose names become columns; nested ones are joined by a dot."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Literal

import msgspec
import pyarrow as pa

from vitrail.collect.files.encodings import Search
from vitrail.collect.files.limits import MB, Limits
from vitrail.collect.files.rows import Broken, Look, Part, numbered, texts_part
from vitrail.collect.files.separated import Transcoded, too_wide
from vitrail.collect.files.unpacking import Content
from vitrail.model.errors import UserError, refuse

ROWS = 20_000
LINE = 8 * MB
WHOLE = 128 * MB
DEPTH = 32

Row = dict[str, str]


class Wrong(ValueError):
    """A line that is no row, with the reason and the words it is about."""

    def __init__(self, fault: Literal["json", "key_twice"], found: str) -> None:
        super().__init__(found)
        self.fault = fault
        self.found = found


class JsonLines(msgspec.Struct, frozen=True):
    """A file of JSON objects; its rows can be read several times."""

    content: Content
    limits: Limits
    look: Look
    encoding: str

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Everything is text: numbers keep the digits they are written with."""
        return (pa.string(),) * len(self.look.names)

    def parts(self) -> Iterator[Part]:
        """The rows, in order; empty lines are no rows."""
        rows: list[tuple[str | None, ...]] = []
        lines: list[int] = []
        broken: list[Broken] = []
        for line, found in self.rows():
            if isinstance(found, Broken):
                broken.append(found)
            else:
                rows.append(tuple(found.get(name) or None for name in self.look.names))
                lines.append(line)
            if len(rows) + len(broken) >= ROWS:
                yield self._part(rows, lines, broken=broken)
                rows, lines, broken = [], [], []
        if rows or broken:
            yield self._part(rows, lines, broken=broken)

    def _part(self, rows: list[tuple[str | None, ...]], lines: list[int], *, broken: list[Broken]) -> Part:
        return Part(texts_part(rows, width=len(self.look.names)), numbered(lines), tuple(broken))

    def rows(self) -> Iterator[tuple[int, Row | Broken]]:
        """Each object with the number of its line, flattened; or what is wrong with the line."""
        for line, text in self._texts():
            try:
                yield line, flat(text)
            except Wrong as wrong:
                shown = text.strip()
                yield line, Broken(line, wrong.fault, wrong.found, "", (_clean(shown[:LINE]),))

    def _texts(self) -> Iterator[tuple[int, str]]:
        raw = Transcoded(self.content.open(self.limits), self.encoding)
        with io.TextIOWrapper(io.BufferedReader(raw, MB), "utf-8", newline="\n") as file:
            start = file.read(64).lstrip("\ufeff \t\r\n")
        raw = Transcoded(self.content.open(self.limits), self.encoding)
        with io.TextIOWrapper(io.BufferedReader(raw, MB), "utf-8", newline="\n") as file:
            if start.startswith("["):
                yield from self._of_list(file.read(WHOLE + 1))
                return
            number = 0
            while text := file.readline(LINE + 1):
                number += 1
                if len(text) > LINE:
                    raise _too_long(self.content.path.name, number)
                if text.strip(" \t\r\n\ufeff\x00"):
                    yield number, text.strip("\ufeff")

    def _of_list(self, text: str) -> Iterator[tuple[int, str]]:
        """The objects of one JSON list, each counted as a line."""
        if len(text) > WHOLE:
            raise _too_long(self.content.path.name, 1)
        decoder = json.JSONDecoder(strict=False)
        place, number = text.index("[") + 1, 1
        while True:
            while place < len(text) and text[place] in " \t\r\n,":
                place += 1
            if place >= len(text) or text[place] == "]":
                return
            try:
                _, end = decoder.raw_decode(text, place)
            except (ValueError, RecursionError):
                yield number, text[place:]
                return
            yield number, text[place:end]
            place, number = end, number + 1


def look_at_json(content: Content, *, limits: Limits) -> JsonLines:
    """Find the names of the columns, which any line may bring."""
    search = Search()
    with content.open(limits) as file:
        while block := file.read(MB):
            search.feed(block)
    draft = JsonLines(content, limits, Look("json", ()), search.verdict().encoding)
    names: dict[str, None] = {}
    for _, row in draft.rows():
        if isinstance(row, dict):
            names.update(dict.fromkeys(row))
            if len(names) > limits.columns:
                raise too_wide(content.path.name, len(names))
    if not names:
        raise _nothing(content.path.name)
    return msgspec.structs.replace(draft, look=Look("json", tuple(names)))


def flat(text: str) -> Row:
    """One object as cells: numbers as they are written, lists as JSON, nested objects joined by a dot."""
    try:
        found = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_number,
        )
    except Wrong:
        raise
    except (ValueError, RecursionError) as error:
        raise Wrong("json", f"{type(error).__name__}: {error}"[:200]) from None
    if not isinstance(found, dict):
        raise Wrong("json", "…" if isinstance(found, list) else str(found)[:100])
    row: Row = {}
    _flatten(found, "", row=row, depth=0)
    return row


def _flatten(found: dict[str, object], before: str, *, row: Row, depth: int) -> None:
    if depth > DEPTH:
        raise Wrong("json", "…")
    for key, value in found.items():
        name = _sound(f"{before}{key}") or "-"
        match value:
            case dict():
                _flatten(value, f"{name}.", row=row, depth=depth + 1)
            case None:
                row.setdefault(name, "")
            case bool():
                row[name] = "true" if value else "false"
            case _Number():
                row[name] = str(value)
            case str():
                row[name] = _sound(value)
            case _:
                row[name] = _sound(json.dumps(value, ensure_ascii=False))


class _Number(str):
    """A number, by the digits it is written with."""

    __slots__ = ()


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Wrong("key_twice", next(name for name in names if names.count(name) > 1))
    return found


def _no_number(word: str) -> object:
    raise Wrong("json", word)


def _sound(text: str) -> str:
    """The text, unless it holds half a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Wrong("json", text.encode("utf-8", "backslashreplace").decode()[:100]) from None
    return text


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _too_long(name: str, line: int) -> UserError:
    return refuse(
        "line_too_long",
        fr=f"« {name} » : la ligne {line} est démesurée. Écrivez un objet par ligne. Rien n’a été chargé.",
        en=f"“{name}”: line {line} is huge. Write one object per line. Nothing was loaded.",
    )


def _nothing(name: str) -> UserError:
    return refuse(
        "no_objects",
        fr=f"« {name} » ne contient aucun objet JSON. Rien n’a été chargé.",
        en=f"“{name}” holds no JSON object. Nothing was loaded.",
    )
