"""What is kept of somebody, as rows that people and programs read: when, what, which values, from where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from vitrail.app.instants import instant
from vitrail.app.rights.holders import HOLDERS
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import Message
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.holding import Holder, People, Shown
from vitrail.warehouse.store import Store

CORE = frozenset({"profile", "at_us", "sequence", "load", "source~", "source", "id", "collection"})
FARTHEST = 9_000_000_000_000_000_000
"""Beyond this, an instant stands for “since always”."""


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is kept: `at` is when it was so, `received_at` when it was told to us and by whom."""

    what: str
    values: dict[str, object]
    at: dt.datetime | None = None
    id: str = ""
    source: str = ""
    received_at: dt.datetime | None = None


class Chapter(msgspec.Struct, frozen=True):
    """All that one holder keeps of somebody."""

    name: str
    label: Message
    rows: Iterator[Row]


class Reader:
    """Reads the rows of holders for one workspace: names for columns, dates for numbers."""

    def __init__(self, store: Store, people: People) -> None:
        self.store = store
        self._people = people
        self.catalogue: Catalogue = store.catalogue
        with store.ledger.reading() as connection:
            self._loads: dict[int, Load] = {load.id: load for load in all_loads(connection)}

    def chapters(self) -> Iterator[Chapter]:
        """One chapter for each holder, in the order of the page that lists them."""
        for holder in HOLDERS:
            yield Chapter(holder.name, holder.label, self._rows(holder))

    def _rows(self, holder: Holder) -> Iterator[Row]:
        for shown in holder.show(self.store, self._people):
            if holder.name == "traits":
                yield from self._traits(shown)
            elif "canonical" not in shown:
                yield self._row(shown)

    def _traits(self, shown: Shown) -> Iterator[Row]:
        """One row for each value; those of the snapshot say nothing that the observations do not."""
        if "at_us" not in shown:
            return
        for name, field in self.catalogue.traits.items():
            value = shown.get(field.column)
            if value is not None:
                yield self._told(name, shown, values={name: _readable(value, field)})

    def _row(self, shown: Shown) -> Row:
        name = str(shown.get("collection", ""))
        if name in self.catalogue.collections:
            fields = self.catalogue.collections[name].properties
            values = {key: _readable(shown.get(each.column), each) for key, each in fields.items()}
        else:
            values = {key: _dated(key, value) for key, value in shown.items() if key not in CORE}
        known = {key: value for key, value in values.items() if value not in (None, "") and FOLDED not in key}
        return self._told(name, shown, values=known)

    def _told(self, what: str, shown: Shown, *, values: Mapping[str, object]) -> Row:
        number = shown.get("load")
        load = self._loads.get(number) if isinstance(number, int) else None
        return Row(
            what=what,
            values=dict(values),
            at=_instant(shown.get("at_us")),
            id=str(shown.get("id") or ""),
            source=str(shown.get("source~") or shown.get("source") or ""),
            received_at=None if load is None else instant(load.received_at_us),
        )


def _readable(value: object, field: Field) -> object:
    if field.type == "instant" and isinstance(value, int):
        return _instant(value)
    return value


def _dated(name: str, value: object) -> object:
    return _instant(value) if name.endswith("_us") else value


def _instant(value: object) -> dt.datetime | None:
    if not isinstance(value, int) or abs(value) > FARTHEST:
        return None
    return instant(value)


def written(value: object) -> str:
    """A value in a table."""
    match value:
        case bool():
            return "✓" if value else "✗"
        case dt.datetime():
            return value.isoformat(timespec="seconds")
        case Decimal():
            return f"{value.normalize():f}"
        case list() | tuple():
            return ", ".join(map(written, value))
        case dict():
            return ", ".join(f"{key}: {written(each)}" for key, each in value.items())
        case None:
            return ""
        case _:
            return str(value)
