"""The record of processing as tables of texts, in French or English, for every form it is written in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec

from vitrail.app.instants import instant
from vitrail.app.record.gathering import Activity, Item, ProcessingRecord
from vitrail.app.record.words import HEADINGS, RecordWords
from vitrail.language.sentences.figures import day
from vitrail.model.purposes import Body

PARTS = tuple(HEADINGS)
"""The columns of the table of activities, in order."""


class RecordTable(msgspec.Struct, frozen=True):
    """A table with its title and the heads of its columns."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def record_tables(record: ProcessingRecord, words: RecordWords, *, zone: ZoneInfo) -> tuple[RecordTable, ...]:
    """Who answers for it, each activity, every item with its purposes, and those without any."""
    fr = words.language == "fr"
    items = ("Sorte", "Clé", "Nom", "Finalités") if fr else ("Kind", "Key", "Name", "Purposes")
    return (
        RecordTable(
            "Responsable (30(1)(a))" if fr else "Controller (30(1)(a))",
            ("", ""),
            tuple(_controller(record, words, zone=zone)),
        ),
        RecordTable(
            "Activités de traitement" if fr else "Processing activities",
            tuple(words.heading(part) for part in PARTS),
            tuple(activity_row(each, words) for each in record.activities),
        ),
        RecordTable(
            "Sources, attributs, segments" if fr else "Sources, traits, segments",
            items,
            tuple(_item(each, words) for each in record.items),
        ),
        RecordTable(
            "Sans finalité" if fr else "Without a purpose",
            items,
            tuple(_item(each, words) for each in record.without_purpose),
        ),
    )


def activity_row(activity: Activity, words: RecordWords) -> tuple[str, ...]:
    """One activity, part by part; what is not declared is said to be so, never left blank."""
    told = dict(words.told(activity.purpose))
    told |= {
        "sources": ", ".join(activity.sources),
        "traits": ", ".join(activity.traits),
        "segments": ", ".join(activity.segments),
    }
    return tuple(told[part] or words.nothing for part in PARTS)


def _controller(record: ProcessingRecord, words: RecordWords, *, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    fr, controller = words.language == "fr", record.controller
    missing = "à compléter" if fr else "to be completed"
    yield ("Responsable du traitement" if fr else "Controller"), controller.name if controller else missing
    yield ("Coordonnées" if fr else "Contact details"), (controller and controller.contact) or missing
    representative = controller.representative if controller else None
    officer = controller.data_protection_officer if controller else None
    yield ("Représentant" if fr else "Representative"), _body(representative) or words.nothing
    yield (
        ("Délégué à la protection des données" if fr else "Data protection officer"),
        _body(officer) or words.nothing,
    )
    joint = " ; ".join(map(_body, controller.joint)) if controller else ""
    yield ("Responsables conjoints" if fr else "Joint controllers"), joint or words.nothing
    yield ("Version du registre" if fr else "Version of the register"), str(record.version)
    yield ("Établi le" if fr else "Written on"), _moment(record.written_at_us, zone, language=words.language)


def _item(item: Item, words: RecordWords) -> tuple[str, ...]:
    kinds = {
        "source": ("source", "source"),
        "trait": ("attribut", "trait"),
        "segment": ("segment", "segment"),
    }
    fr, en = kinds[item.kind]
    kind = fr if words.language == "fr" else en
    return kind, item.key, words.text(item.name), ", ".join(item.purposes) or words.nothing


def _body(body: Body | None) -> str:
    return "" if body is None else " – ".join(filter(None, (body.name, body.contact)))


def _moment(at_us: int, zone: ZoneInfo, *, language: str) -> str:
    at: dt.datetime = instant(at_us).astimezone(zone)
    return f"{day(at.date(), language=language)}, {at:%H:%M}"
