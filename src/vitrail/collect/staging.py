"""The rows of an input, typed and checked cell by cell, written to files that wait to be settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitrail.collect.ahead import ahead
from vitrail.collect.cells import Target, parse
from vitrail.collect.day_order import DayOrder, check_days, look_at_days
from vitrail.collect.files.rows import Part, gathered
from vitrail.collect.habits import rewritten
from vitrail.collect.parsed import Parsed
from vitrail.collect.pile import Pile
from vitrail.collect.plan import Column, Plan
from vitrail.collect.reading import Input
from vitrail.collect.refusals import Refusals, reject
from vitrail.collect.rising import Rising
from vitrail.collect.words import changed_once, folded_once, parsed_once, repeats
from vitrail.model.catalogue import Type
from vitrail.model.reports import Reject
from vitrail.warehouse.columns import FOLDED, arrow_type

LINE = "line~"
STAGED = "staged"
AT_ONCE, BYTES_AT_ONCE = 1 << 17, 32 << 20
"""How much is typed at once: the more, the more often a text comes again."""

Progress = Callable[[int, int | None], None]
Mask = NDArray[np.bool_]


class Staged(msgspec.Struct, frozen=True):
    """The typed rows of an input in piles: how many are fit to be settled, out of how many.

    `rounded`, `local` and `emptied` say by column how many decimals were rounded, how many times came
    without a zone and how many cells nobody could read were left empty, as was said; `days` in which
    order the times of rows are written. `rising` are those of the columns that name something whose texts
    rise from row to row.
    """

    piles: tuple[Path, ...]
    rows: int
    lines: int
    rounded: dict[str, int]
    local: dict[str, int]
    days: dict[str, DayOrder] = {}
    emptied: dict[str, int] = {}
    rising: frozenset[str] = frozenset()


class Place(msgspec.Struct, frozen=True):
    """Where rows are staged, the zone of times that tell none, and who wants to know how far it is.

    `folds` says that texts are wanted in their folded form as well.
    """

    path: Path
    zone: ZoneInfo
    progress: Progress
    folds: bool = True


class _Seen(msgspec.Struct, frozen=True):
    """What the cells showed, by column."""

    rounded: dict[str, int]
    local: dict[str, int]
    days: dict[str, DayOrder]
    emptied: dict[str, int]


class _Typing(msgspec.Struct, frozen=True):
    """What rows are typed with, and where what is refused or seen is noted."""

    plan: Plan
    place: Place
    pile: Pile
    refusals: Refusals
    seen: _Seen


def stage(opened: Input, plan: Plan, *, place: Place, refusals: Refusals) -> Staged:
    """Type every row; those with a cell that does not fit are refused, the others wait in piles.

    While some rows are piled up, the next ones are typed and those after them read.
    """
    rows = lines = 0
    seen = _Seen({}, {}, {}, {})
    rising = {column.column: Rising() for column in plan.columns if column.column in _NAMING}
    with Pile(place.path, _schema(plan, folds=place.folds)) as pile:
        chunks = gathered(opened.chunks, rows=AT_ONCE, bytes_=BYTES_AT_ONCE)
        typing = _Typing(plan, place, pile, refusals, seen)
        with ahead(chunks) as read, ahead(_typed(typing, read)) as typed:
            for read_lines, table in typed:
                lines += read_lines
                rows += table.num_rows
                for name, texts in rising.items():
                    texts.see(table[name].combine_chunks())
                pile.add(table)
                place.progress(lines, opened.total)
    for name, order in seen.days.items():
        check_days(name, order)
    moments = {column.name for column in plan.columns if column.target == "moment"}
    doubtful = {name: order for name, order in seen.days.items() if name in moments}
    rise = frozenset(name for name, texts in rising.items() if texts.holds)
    return Staged(pile.paths, rows, lines, seen.rounded, seen.local, doubtful, seen.emptied, rise)


def _typed(typing: _Typing, chunks: Iterable[Part]) -> Iterator[tuple[int, pa.Table]]:
    """Rows with typed cells, and of how many lines they are those that fit."""
    plan, seen = typing.plan, typing.seen
    for chunk in chunks:
        cells = {column.column: _cells(chunk, column, plain=typing.pile.plain) for column in plan.columns}
        parsed = [_parsed(cells[column.column], column, zone=typing.place.zone) for column in plan.columns]
        _count(plan, parsed, rounded=seen.rounded, local=seen.local)
        parsed = _emptied(plan, parsed, seen=seen.emptied)
        _look_at_days(plan, cells, days=seen.days)
        table = _fit_rows(chunk, typing, parsed=parsed)
        yield len(chunk.lines) + len(chunk.broken), table


def _cells(chunk: Part, column: Column, *, plain: frozenset[str]) -> pa.Array:
    """The cells of a column; texts that come again and again as places in a list of them."""
    cells = chunk.columns[column.place]
    if cells.type != pa.string() or column.target not in _READ_ONCE or column.column in plain:
        return cells
    coded = pc.dictionary_encode(cells)
    return coded if column.target == "text" or repeats(coded) else cells


def _parsed(cells: pa.Array, column: Column, *, zone: ZoneInfo) -> Parsed:
    def parsed(texts: pa.Array) -> Parsed:
        return parse(rewritten(texts, column.habit), column.target, zone=zone)

    if not pa.types.is_dictionary(cells.type):
        return parsed(cells)
    if column.target == "text":
        return Parsed(changed_once(cells, lambda texts: parsed(texts).values))
    return parsed_once(cells, parsed)


def _look_at_days(plan: Plan, cells: dict[str, pa.Array], *, days: dict[str, DayOrder]) -> None:
    for column in plan.columns:
        if column.target in ("moment", "date", "instant") and not (column.habit and column.habit.days):
            found = cells[column.column]
            texts = found.dictionary if pa.types.is_dictionary(found.type) else found
            days[column.name] = look_at_days(days.get(column.name, DayOrder()), texts)


def _schema(plan: Plan, *, folds: bool) -> pa.Schema:
    columns: list[tuple[str, pa.DataType]] = [(LINE, pa.int64())]
    for column in plan.columns:
        columns.append((column.column, arrow_type(_stored_type(column.target))))
        if folds and column.target == "text":
            columns.append((column.column + FOLDED, pa.string()))
    return pa.schema(columns)


def _stored_type(target: Target) -> Type:
    match target:
        case "identifier":
            return "text"
        case "moment":
            return "instant"
        case _:
            return target


def _count(plan: Plan, parsed: list[Parsed], *, rounded: dict[str, int], local: dict[str, int]) -> None:
    for column, cells in zip(plan.columns, parsed, strict=True):
        if cells.rounded:
            rounded[column.name] = rounded.get(column.name, 0) + cells.rounded
        if cells.local:
            local[column.name] = local.get(column.name, 0) + cells.local


def _emptied(plan: Plan, parsed: list[Parsed], *, seen: dict[str, int]) -> list[Parsed]:
    """The cells once those nobody can read are left empty, in the columns of which that was said."""
    found = []
    for column, cells in zip(plan.columns, parsed, strict=True):
        if cells.refused is not None and column.habit and column.habit.unreadable == "empty":
            seen[column.name] = seen.get(column.name, 0) + int(pc.sum(cells.refused).as_py() or 0)
            found.append(msgspec.structs.replace(cells, refused=None))
        else:
            found.append(cells)
    return found


def _fit_rows(chunk: Part, typing: _Typing, *, parsed: list[Parsed]) -> pa.Table:
    """The rows whose cells all fit; the others are noted."""
    plan, folds = typing.plan, typing.place.folds
    refused = _refused_rows(plan, parsed, rows=len(chunk.lines))
    count = int(refused.sum())
    if count or chunk.broken:
        typing.refusals.add(list(_explain(chunk, plan, parsed=parsed)), rows=count + len(chunk.broken))
    arrays: list[pa.Array] = [pa.array(chunk.lines)]
    for column, cells in zip(plan.columns, parsed, strict=True):
        arrays.append(cells.values)
        if folds and column.target == "text":
            arrays.append(folded_once(cells.values))
    table = pa.Table.from_arrays(arrays, names=_schema(plan, folds=folds).names)
    return table.filter(pa.array(~refused)) if count else table


def _refused_rows(plan: Plan, parsed: list[Parsed], *, rows: int) -> Mask:
    refused = np.zeros(rows, dtype=np.bool_)
    for column, cells in zip(plan.columns, parsed, strict=True):
        if cells.refused is not None:
            refused |= cells.refused.to_numpy(zero_copy_only=False)
        if column.required and cells.values.null_count:
            refused |= pc.is_null(cells.values).to_numpy(zero_copy_only=False)
    return refused


def _explain(chunk: Part, plan: Plan, *, parsed: list[Parsed]) -> Iterator[Reject]:
    for broken in chunk.broken:
        yield reject(broken.fault, line=broken.line, column="", found=broken.found, expected=broken.expected)
    for column, cells in zip(plan.columns, parsed, strict=True):
        yield from _explain_column(chunk, column, cells=cells)


def _explain_column(chunk: Part, column: Column, *, cells: Parsed) -> Iterator[Reject]:
    wrong = np.zeros(len(chunk.lines), dtype=np.bool_)
    if cells.refused is not None:
        wrong = cells.refused.to_numpy(zero_copy_only=False)
        found = chunk.columns[column.place].filter(cells.refused).to_pylist()
        for line, value in zip(chunk.lines[wrong], found, strict=True):
            yield reject("type", line=int(line), column=column.name, found=str(value), expected=column.target)
    if column.required and cells.values.null_count:
        empty = pc.is_null(cells.values).to_numpy(zero_copy_only=False) & ~wrong
        for line in chunk.lines[empty]:
            yield reject("empty", line=int(line), column=column.name, found="", expected=column.target)


_NAMING = frozenset({"id", "key"})
_READ_ONCE = frozenset({"text", "boolean", "date", "texts"})
"""What comes again and again as the same few texts, most often."""
