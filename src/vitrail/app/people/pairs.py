"""Pairs of profiles that are probably one person: side by side, with the reasons, to be decided."""

from __future__ import annotations

import msgspec

from vitrail.app.duplicates import Duplicate
from vitrail.app.workspace import Workspace
from vitrail.collect.duplicates.people import compared_traits
from vitrail.collect.duplicates.queue import Search, numbers_of
from vitrail.engine.finding import values_of
from vitrail.engine.source import Source
from vitrail.model.catalogue import Field

PAGE = 10


class Beside(msgspec.Struct, frozen=True):
    """A pair with both profiles' values of the compared traits, side by side."""

    pair: Duplicate
    numbers: tuple[int, int]
    values: tuple[tuple[Field, object, object], ...]


class Pairs(msgspec.Struct, frozen=True):
    """A page of the pairs that wait, the most probable first; `compared` are the traits that are compared."""

    lines: tuple[Beside, ...]
    waiting: int
    merged: int
    apart: int
    page: int
    pages: int
    compared: tuple[Field, ...]
    source: Source


def pairs(ws: Workspace, *, page: int = 1) -> Pairs:
    """The pairs that wait for a verdict."""
    every = ws.duplicates.list(None)
    waiting = [each for each in every if each.state == "proposed"]
    pages = max(1, -(-len(waiting) // PAGE))
    page = min(max(1, page), pages)
    shown = waiting[(page - 1) * PAGE : page * PAGE]
    catalogue, source = ws.store.catalogue, ws.store.source()
    fields = tuple(catalogue.traits[name] for name in compared_traits(catalogue))
    numbers = [numbers_of(ws.store, each.keys) for each in shown]
    wanted = sorted({number for pair in numbers for number in pair})
    values = values_of(wanted, fields, source=source, database=ws.database)
    return Pairs(
        lines=tuple(
            Beside(pair, both, _beside(fields, values, both=both))
            for pair, both in zip(shown, numbers, strict=True)
        ),
        waiting=len(waiting),
        merged=sum(each.state == "merged" for each in every),
        apart=sum(each.state == "apart" for each in every),
        page=page,
        pages=pages,
        compared=fields,
        source=source,
    )


def merge_pair(ws: Workspace, keys: tuple[str, str], *, by: str, why: str) -> tuple[int, int]:
    """Say that a pair is one person; answers their numbers. Raises `UserError` when they are no pair."""
    numbers = numbers_of(ws.store, keys)
    ws.duplicates.merge(*keys, by=by, why=why)
    return numbers


def keep_apart(ws: Workspace, keys: tuple[str, str], *, by: str, why: str) -> tuple[int, int]:
    """Say that a pair are two people; answers their numbers. Raises `UserError` when they are no pair."""
    numbers = numbers_of(ws.store, keys)
    ws.duplicates.keep_apart(*keys, by=by, why=why)
    return numbers


def searched(ws: Workspace) -> Search:
    """Look for pairs among all profiles; it may take minutes."""
    return ws.duplicates.find()


def _beside(
    fields: tuple[Field, ...], values: dict[int, dict[str, object]], *, both: tuple[int, int]
) -> tuple[tuple[Field, object, object], ...]:
    one, other = (values.get(number, {}) for number in both)
    return tuple(
        (field, one.get(field.name), other.get(field.name))
        for field in fields
        if field.name in one or field.name in other
    )
