"""The rows of a batch, gathered by collection until they are written, and the fields they make known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa

from vitrail.collect.filing.context import CIRCUMSTANCES
from vitrail.collect.filing.faults import Fault
from vitrail.collect.filing.flat import UNFILED, Flat, Given, as_json, composed
from vitrail.collect.filing.values import (
    UNFIT,
    Kept,
    fitted,
    is_number,
    is_rounded,
    shown,
    type_at_first_sight,
)
from vitrail.collect.numbers import decimals_of_ten_thousandths
from vitrail.collect.text import folded
from vitrail.ledger.write_keys import Unplanned
from vitrail.model.catalogue import Collection, Field, Type
from vitrail.warehouse.columns import FOLDED, arrow_type, column_name

MOST_FIELDS = 500
"""Fields that messages may make known in one place; further ones go to `unfiled`."""

UNASKED = frozenset(CIRCUMSTANCES) | {"name", "search", UNFILED, "group", "group_id"}
"""What the protocol itself says of every message: it needs no plan."""


class Row(msgspec.Struct, frozen=True):
    """One row: whose, when, of which message, from which source, and its values by column."""

    key: str
    at_us: int
    id: str
    sequence: int
    source: str
    values: dict[str, Kept]


class Fit(msgspec.Struct, frozen=True):
    """Values that fit their columns, the fields nobody knew before, and what is worth a warning."""

    values: dict[str, Kept]
    new: tuple[Field, ...]
    notes: tuple[tuple[str, str], ...]


class Sheet:
    """One collection, or the traits of profiles, during a batch: its fields so far, and its rows."""

    def __init__(self, collection: Collection, *, zone: ZoneInfo, is_known: bool) -> None:
        self.collection = collection
        self.fields = dict(collection.properties)
        self.is_known = is_known
        self.rows: list[Row] = []
        self._zone = zone
        self._taken = {field.column for field in self.fields.values()}
        self._inferred = sum(field.inferred for field in self.fields.values())

    @property
    def is_planned(self) -> bool:
        """Whether somebody declared or loaded it, rather than a message made it known."""
        return self.is_known and not self.collection.inferred

    def fit(
        self, flat: Flat, *, given: Mapping[str, Given], unplanned: Unplanned, new: dict[str, Field]
    ) -> Fit | Fault:
        """Bring values to the types of their fields.

        `given` is what every message says, without any plan; `new`, to which this adds, the fields that
        the same message makes known elsewhere on this sheet.
        """
        values: dict[str, Kept] = {}
        notes: list[tuple[str, str]] = []
        left = dict(flat.left)
        said = {**given, **flat.values}
        for name in sorted(said):
            value = said[name]
            if unplanned != "allow" and self._is_unplanned(name):
                if unplanned == "refuse":
                    return Fault("unplanned_property", name, shown(value))
                notes.append(("unplanned_property", name))
            field = self.fields.get(name) or self._field(name, value, new=new)
            if isinstance(field, Fault):
                return field
            if field is None or field.computed is not None:
                left[name] = value
                continue
            if field.type == "text" and value.__class__ is str:
                values[field.column] = composed(value)
                continue
            kept = fitted(value, field.type, zone=self._zone)
            if kept == UNFIT:
                return Fault("type", name, shown(value), field.type)
            values[field.column] = kept[0]
            if note := _note(value, field.type):
                notes.append((note, name))
        if left:
            field = self.fields.get(UNFILED) or self._new(UNFILED, "text", new=new)
            if field.type != "text":
                return Fault("type", UNFILED, as_json(left)[:200], field.type)
            values[field.column] = as_json(left)
            notes.extend(("unfiled", name) for name in left)
        return Fit(values, tuple(new.values()), tuple(notes))

    def _is_unplanned(self, name: str) -> bool:
        field = self.fields.get(name)
        return name not in UNASKED and (field is None or field.inferred)

    def _field(self, name: str, value: Given, *, new: dict[str, Field]) -> Field | Fault | None:
        """The new field a value goes to; None where there is no room for it."""
        field = new.get(name)
        if field is not None:
            return field
        if self._inferred + len(new) >= MOST_FIELDS:
            return None
        kind = type_at_first_sight(value)
        if kind is None:
            return Fault("number_too_large", name, shown(value))
        return self._new(name, kind, new=new)

    def keep(self, row: Row, fit: Fit) -> None:
        """Take a row, and know its fields from now on."""
        for field in fit.new:
            if field.name not in self.fields:
                self.fields[field.name] = field
                self._taken.add(field.column)
                self._inferred += field.inferred
        self.is_known = True
        self.rows.append(row)

    def known(self) -> Collection:
        """The collection as the catalogue has it after the batch."""
        return msgspec.structs.replace(self.collection, properties=self.fields)

    def columns(self) -> Iterator[tuple[str, pa.Array]]:
        """The values of the rows, column by column; columns that no row fills are left out."""
        used = {column for row in self.rows for column in row.values}
        for field in self.fields.values():
            if field.column in used:
                array = _array([row.values.get(field.column) for row in self.rows], field.type)
                yield field.column, array
                if field.type == "text":
                    yield field.column + FOLDED, folded(array)

    def _new(self, name: str, kind: Type, *, new: dict[str, Field]) -> Field:
        if name not in new:
            taken = self._taken | {field.column for field in new.values()}
            new[name] = Field(name=name, type=kind, column=column_name(name, taken), inferred=True)
        return new[name]


def _note(value: Given, kind: Type) -> str:
    """What is worth a warning of a value that is no text; most often nothing."""
    match kind:
        case "text" if is_number(value):
            return "number_as_text"
        case "decimal" if is_rounded(value):
            return "decimals_rounded"
        case _:
            return ""


def _array(values: list[Kept | None], kind: Type) -> pa.Array:
    if kind == "decimal":
        return decimals_of_ten_thousandths(pa.array(values, pa.int64()))
    return pa.array(values, arrow_type(kind))
