"""One segment: who it is, in words and figures, its course, its versions, and what uses it."""

from __future__ import annotations

import datetime as dt
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from vitrail.app.definition_history import Maker, Part, history_of
from vitrail.app.instants import instant
from vitrail.app.record.words import RecordWords
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import Figures, all_figures
from vitrail.app.web.segments.listing import said
from vitrail.consent.gate import purposes_of
from vitrail.consent.lint.rules import Remark
from vitrail.consent.purposes import register_of
from vitrail.language.describe import describe
from vitrail.language.format import format
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segment
from vitrail.model.errors import UserError
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.memberships import history
from vitrail.warehouse.refresh import defined

RUNS = 12
VERSIONS = 20
Mark = Literal["same", "gone", "new"]


class Move(msgspec.Struct, frozen=True):
    """One refresh: who came in and who went out."""

    at: dt.datetime
    entered: int
    left: int
    members: int


class Piece(msgspec.Struct, frozen=True):
    """A piece of a rule beside the one before it."""

    mark: Mark
    text: str


class Version(msgspec.Struct, frozen=True):
    """One version of the rule, with what changed against the one before it."""

    number: int
    at: dt.datetime
    note: str
    rule: str
    pieces: tuple[Piece, ...]
    by: Maker


class Ground(msgspec.Struct, frozen=True):
    """What a segment may be used for, and the legal basis of it."""

    purpose: str
    basis: str


class One(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a segment shows. `can_be_edited` is false for what has no rule of its own."""

    key: str
    name: str
    description: str
    tags: tuple[str, ...]
    owner: str
    sentence: str
    rule: str
    figures: Figures
    at: dt.datetime | None
    customers: int
    moves: tuple[Move, ...]
    versions: tuple[Version, ...]
    can_be_edited: bool
    archived: bool = False
    grounds: tuple[Ground, ...] = ()
    remarks: tuple[Remark, ...] = ()


def one_segment(desk: Desk, key: str, *, language: str) -> One:
    """The segment of a key, or the class of a segmentation. Raises `UserError` when there is none.

    What is remarked on it also follows settings of the workspace: it is read anew.
    """
    found = desk.keep(("segment", desk.state(), key, language), lambda: _one(desk, key, language=language))
    return msgspec.structs.replace(found, remarks=desk.ws.lint(key)[0].remarks)


def _one(desk: Desk, key: str, *, language: str) -> One:
    compiled = defined(desk.ws.store)[1]
    condition = compiled.conditions.get(key)
    if condition is None:
        raise UserError((unknown_segment(key, compiled.conditions),))
    catalogue = desk.ws.catalogue.current()
    every, label = all_figures(desk), compiled.labels[key]
    segment = next((each for each in compiled.document.segments if each.key == key), None)
    return One(
        key=key,
        name=label.fr if language == "fr" else label.en,
        description=_description(compiled.document, key, language=language),
        tags=segment.tags if segment else (),
        owner=segment.owner if segment else "",
        sentence=describe(condition, catalogue, language=language),
        rule=segment.rule if segment else format(condition),
        figures=every.segments[key],
        at=every.at,
        customers=every.customers,
        moves=_moves(desk, key),
        versions=_versions(desk, key) if segment else (),
        can_be_edited=segment is not None or _is_class(compiled.document, key),
        archived=segment is not None and segment.archived,
        grounds=_grounds(desk, purposes_of(compiled.document, key), language=language),
    )


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """Two rules word by word: what is the same, what is gone, what is new."""
    if not before:
        return (Piece("same", after),)
    old, new = before.split(" "), after.split(" ")
    found: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece("same", " ".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("gone", " ".join(old[a:b])))
        if d > c:
            found.append(Piece("new", " ".join(new[c:d])))
    return tuple(found)


def _description(document: DefinitionFile, key: str, *, language: str) -> str:
    base, _, inner = key.partition(".")
    for segment in document.segments:
        if segment.key == key:
            return said(segment.description, language)
    for each in document.segmentations:
        parts: tuple[Class | Remainder, ...] = (*each.classes, each.otherwise)
        for part in parts:
            if each.key == base and part.key == inner:
                return said(part.description, language)
    return ""


def _grounds(desk: Desk, purposes: tuple[str, ...], *, language: str) -> tuple[Ground, ...]:
    """The purposes a segment names, with their legal bases; one that is no longer declared by its key."""
    register, words = register_of(desk.ws.store).document, RecordWords("fr" if language == "fr" else "en")
    found = []
    for key in purposes:
        purpose = register.find(key)
        name = words.text(purpose.name) if purpose else key
        found.append(Ground(name, words.basis(purpose.basis) if purpose else ""))
    return tuple(found)


def _moves(desk: Desk, key: str) -> tuple[Move, ...]:
    """The last refreshes that changed something, the newest first."""
    rows = history(desk.ws.store, key).to_pylist()
    changed = [row for row in rows if row["entered"] or row["left"]]
    return tuple(
        Move(instant(row["at_us"]), row["entered"], row["left"], row["members"])
        for row in reversed(changed[-RUNS:])
    )


def _versions(desk: Desk, key: str) -> tuple[Version, ...]:
    """The versions of a rule, the newest first."""
    found: list[Version] = []
    for each in reversed(history_of(desk.ws.store, key)):
        before, rule = _rule(each.before), _rule(each.now)
        if rule != before:
            pieces = compared(before, rule)
            found.append(Version(each.number, each.at, each.note, rule, pieces, each.by))
    return tuple(reversed(found[-VERSIONS:]))


def _rule(part: Part | None) -> str:
    return part.rule if isinstance(part, Segment) else ""


def _is_class(document: DefinitionFile, key: str) -> bool:
    """Whether a key is that of a class with a rule of its own."""
    return any(f"{each.key}.{part.key}" == key for each in document.segmentations for part in each.classes)
