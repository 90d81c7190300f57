"""Access (GDPR, article 15): one ZIP with all that is kept of somebody, for them to read and for programs.

`dossier-fr.html` and `dossier-en.html` stand by themselves and can be printed; `dossier.json` holds the same,
complete. Rows are written as they are read, so that a long history needs no memory.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import IO

import msgspec
import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from vitrail.app.answering import Facts, answer
from vitrail.app.instants import instant
from vitrail.app.rights.aloud import Aloud
from vitrail.app.rights.reading import Chapter, Reader, Row
from vitrail.consent.exports.register import exports_of
from vitrail.consent.purposes import register_of
from vitrail.consent.rights.standing import Someone, standing_of
from vitrail.consent.rights.words import gather
from vitrail.consent.why import WhySeen, why_seen
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.plan import Asked
from vitrail.ledger.exports import Export
from vitrail.ledger.purposes import Register
from vitrail.model.standing import Act
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import keys_of
from vitrail.warehouse.refresh import catalogue_in_force

LANGUAGES = ("fr", "en")
_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


class Segment(msgspec.Struct, frozen=True):
    """A segment somebody is in: its key, its name, and why, in both languages."""

    key: str
    name: dict[str, str]
    why: dict[str, WhySeen]


class Disclosed(msgspec.Struct, frozen=True):
    """A file somebody was in: when it was taken away, what was told of them, for what, and to whom it went.

    `recipient` is empty where it stayed in the company.
    """

    at: dt.datetime
    columns: tuple[str, ...]
    purpose: str
    recipient: str
    masked: bool


class Dossier(msgspec.Struct, frozen=True):
    """What is told of somebody beside the rows that are kept of them."""

    key: str
    at: dt.datetime
    profiles: tuple[str, ...]
    segments: tuple[Segment, ...]
    standing: tuple[Act, ...]
    register: Register
    exports: tuple[Disclosed, ...]
    counts: dict[str, int]


def write_access(person: Someone, to: Path, *, database: DuckDB) -> Dossier:
    """Write the ZIP; the file is there whole or not at all."""
    people = gather(person.store, person.parts)
    reader = Reader(person.store, people)
    counts: dict[str, int] = {}
    dossier = _dossier(person, database=database)
    temporary = to.with_name(f".{to.name}.part")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("dossier.json", "w", force_zip64=True) as file:
                counts |= _write_json(file, dossier, reader=reader)
            dossier = msgspec.structs.replace(dossier, counts=counts)
            for language in LANGUAGES:
                with archive.open(f"dossier-{language}.html", "w", force_zip64=True) as file:
                    _write_page(file, dossier, reader=reader, language=language)
        temporary.replace(to)
    finally:
        temporary.unlink(missing_ok=True)
    return dossier


def _dossier(person: Someone, *, database: DuckDB) -> Dossier:
    store, source = person.store, person.source
    numbers = [person.profile, *(part for part in person.parts if part != person.profile)]
    keys = keys_of(source, np.array(numbers))
    return Dossier(
        key=keys[0],
        at=instant(store.now_us()),
        profiles=tuple(keys),
        segments=tuple(_segments(person, keys[0], database=database)),
        standing=standing_of(person),
        register=register_of(store),
        exports=tuple(_disclosed(each) for each in exports_of(store, person.parts)),
        counts={},
    )


def _disclosed(each: Export) -> Disclosed:
    return Disclosed(instant(each.at_us), each.columns[1:], each.purpose, each.recipient, each.masked)


def _segments(person: Someone, key: str, *, database: DuckDB) -> Iterator[Segment]:
    """Each segment they are in, with the rule in plain words and the values of theirs that met it."""
    store = person.store
    catalogue = catalogue_in_force(store)
    asked, facts = Asked(catalogue, store.now_us()), Facts(person.source, database)
    for name, members in current_members(store).items():
        if person.profile in members and name in catalogue.segments:
            found = answer(catalogue.segments[name], key, asked=asked, facts=facts)
            label = catalogue.segment_labels.get(name)
            words = {"fr": label.fr, "en": label.en} if label else dict.fromkeys(LANGUAGES, name)
            why = {each: why_seen(found, None, catalogue=catalogue, language=each) for each in LANGUAGES}
            yield Segment(name, words, why)


def _write_json(file: IO[bytes], dossier: Dossier, *, reader: Reader) -> dict[str, int]:
    """The dossier, then each chapter row by row; answers how many rows each has."""
    counts = {}
    head = msgspec.to_builtins(dossier, enc_hook=str)
    del head["counts"]
    file.write(b'{"about": ' + _ENCODER.encode(head) + b',\n"kept": {')
    for number, chapter in enumerate(reader.chapters()):
        file.write((b",\n" if number else b"\n") + _ENCODER.encode(chapter.name) + b": [")
        counts[chapter.name] = 0
        for row in chapter.rows:
            file.write((b",\n" if counts[chapter.name] else b"\n") + _ENCODER.encode(row))
            counts[chapter.name] += 1
        file.write(b"]")
    file.write(b'},\n"messages_sent": []}\n')
    return counts


def _write_page(file: IO[bytes], dossier: Dossier, *, reader: Reader, language: str) -> None:
    aloud = Aloud(catalogue_in_force(reader.store), language)
    page = (
        _templates()
        .get_template("dossier.html")
        .stream(
            language=language,
            pick=_french if language == "fr" else _english,
            dossier=dossier,
            chapters=_shown(reader, dossier),
            aloud=aloud,
            written=aloud.written,
            register=dossier.register.document,
            words=partial(_words, language=language),
        )
    )
    page.enable_buffering(200)
    for piece in page:
        file.write(piece.encode())


def _shown(reader: Reader, dossier: Dossier) -> Iterator[tuple[Chapter, Iterator[Row]]]:
    for chapter in reader.chapters():
        if dossier.counts.get(chapter.name) and chapter.name != "exports":  # told in words above
            yield chapter, chapter.rows


def _french(fr: str, _en: str) -> str:
    return fr


def _english(_fr: str, en: str) -> str:
    return en


def _words(said: dict[str, str], *, language: str) -> str:
    return said.get(language) or next(iter(said.values()), "")


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("vitrail.app.rights", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
