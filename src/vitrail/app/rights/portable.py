"""Portability (GDPR, article 20): what somebody provided or what was observed of them, to take elsewhere.

A ZIP with JSON lines, which `vitrail import` reads as they are, and the same as CSV. What was computed,
concluded or written by others about them (scores, segments, computed traits) is not part of it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np

from vitrail.app.instants import instant
from vitrail.app.rights.reading import FARTHEST, written
from vitrail.consent.rights.standing import Someone
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.warehouse.leaving import rows_of
from vitrail.warehouse.people import keys_of

KEY, AT, ID = "vitrail_key", "vitrail_at", "vitrail_id"
"""Columns beside the values: whose the row is, when it was so, its own key."""

_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
Line = dict[str, object]


class Sheet(msgspec.Struct, frozen=True):
    """One file of the ZIP: what it holds, and how to load it again."""

    file: str
    kind: str
    name: str = ""
    key: str = KEY
    at: str | None = None
    id: str | None = None
    types: dict[str, str] = {}
    rows: int = 0


class Portable(msgspec.Struct, frozen=True):
    """What was handed over: the key it is under, and the files."""

    key: str
    sheets: tuple[Sheet, ...]


def write_portable(person: Someone, to: Path) -> Portable:
    """Write the ZIP; the file is there whole or not at all."""
    keys = keys_of(person.source, np.array([person.profile]))
    catalogue = person.store.catalogue
    sheets: list[Sheet] = []
    temporary = to.with_name(f".{to.name}.part")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for sheet, fields, lines in _sheets(person, catalogue, key=keys[0]):
                kept = [line for line in lines if len(line) > 1 + (AT in line)]
                present = {name for line in kept for name in line}
                shown = tuple(field for field in fields if field.name in present)
                if kept:
                    _write(archive, sheet, fields=shown, lines=kept)
                    sheets.append(msgspec.structs.replace(sheet, types=_types(shown), rows=len(kept)))
            portable = Portable(keys[0], tuple(sheets))
            archive.writestr("contents.json", msgspec.json.format(_ENCODER.encode(portable)))
        temporary.replace(to)
    finally:
        temporary.unlink(missing_ok=True)
    return portable


def _sheets(
    person: Someone, catalogue: Catalogue, *, key: str
) -> Iterator[tuple[Sheet, tuple[Field, ...], list[Line]]]:
    traits = tuple(field for field in catalogue.traits.values() if field.computed is None)
    said = [row for _, row in _rows(person, "observation")]
    always = [_line(row, traits, key=key) for row in said if abs(_at(row)) > FARTHEST]
    dated = [
        _line(row, traits, key=key) | {AT: instant(_at(row))} for row in said if abs(_at(row)) <= FARTHEST
    ]
    yield Sheet("traits", "profiles"), traits, always
    yield Sheet("traits-dated", "profiles", at=AT), traits, dated
    for kind in ("event", "record"):
        found: dict[str, list[Line]] = {}
        for name, row in _rows(person, kind):
            found.setdefault(name, []).append(row)
        for name, rows in found.items():
            yield _collected(catalogue.collections[name], rows, key=key)


def _collected(
    collection: Collection, rows: Sequence[Line], *, key: str
) -> tuple[Sheet, tuple[Field, ...], list[Line]]:
    fields = tuple(field for field in collection.properties.values() if field.computed is None)
    dated = collection.kind == "event"
    if not dated:
        rows = sorted(rows, key=lambda row: (_at(row), str(row["sequence"])))
        rows = list({str(row["id"]): row for row in rows}.values())
    lines = [
        _line(row, fields, key=key) | {ID: row["id"]} | ({AT: instant(_at(row))} if dated else {})
        for row in rows
    ]
    file = f"{collection.kind}s/{collection.column}"
    at = AT if dated else None
    return Sheet(file, collection.kind, collection.name, at=at, id=ID), fields, lines


def _rows(person: Someone, kind: str) -> Iterator[tuple[str, Line]]:
    for name, table in rows_of(person.store, (kind,), profiles=person.parts):  # type: ignore[arg-type]
        for row in table.to_pylist():
            yield name, row


def _line(row: Mapping[str, object], fields: Iterable[Field], *, key: str) -> Line:
    line: Line = {KEY: key}
    for field in fields:
        value = row.get(field.column)
        if value is not None:
            line[field.name] = _plain(value, field)
    return line


def _plain(value: object, field: Field) -> object:
    if field.type == "instant" and isinstance(value, int):
        return instant(value)
    return value.normalize() if isinstance(value, Decimal) else value


def _write(
    archive: zipfile.ZipFile, sheet: Sheet, *, fields: tuple[Field, ...], lines: Sequence[Line]
) -> None:
    archive.writestr(f"{sheet.file}.jsonl", b"".join(_ENCODER.encode(line) + b"\n" for line in lines))
    text = io.StringIO()
    names = [KEY, *filter(None, (sheet.id, sheet.at)), *(field.name for field in fields)]
    sheet_writer = csv.DictWriter(text, names)
    sheet_writer.writeheader()
    sheet_writer.writerows({name: _cell(line.get(name)) for name in names} for line in lines)
    archive.writestr(f"{sheet.file}.csv", text.getvalue())


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = written(value)
    harmful = text[:1] in ("=", "+", "-", "@", "\t", "\r") and not isinstance(value, (int, float, Decimal))
    return f"'{text}" if harmful else text


def _types(fields: Iterable[Field]) -> dict[str, str]:
    return {field.name: field.type for field in fields}


def _at(row: Mapping[str, object]) -> int:
    at_us = row["at_us"]
    assert isinstance(at_us, int)
    return at_us
