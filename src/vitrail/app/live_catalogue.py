"""The catalogue of an open workspace: always the newest, and able to learn what is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from vitrail.collect.declare import Declaration, declare
from vitrail.model.catalogue import Catalogue, Collection, Field, Named, Type
from vitrail.warehouse.store import Store

Fields = Mapping[str, Type | Field]
"""Fields by name: a type (`"decimal"`), or a whole field with its words and choices."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What `declare` takes, each part optional."""

    traits: Fields = {}
    events: Mapping[str, Fields] = {}
    records: Mapping[str, Fields] = {}
    scores: Iterable[str] = ()
    purposes: Iterable[str] = ()
    channels: Iterable[str] = ()
    created: str | None = None


class LiveCatalogue:
    """What the workspace knows: `traits`, `collections`, `scores`, `segments`, with their types."""

    def __init__(self, store: Store, current: Callable[[], Catalogue]) -> None:
        self._store = store
        self.current = current

    @property
    def traits(self) -> dict[str, Field]:
        """The facts about profiles, by name."""
        return self.current().traits

    @property
    def collections(self) -> dict[str, Collection]:
        """Events and records, by name, with their properties."""
        return self.current().collections

    @property
    def scores(self) -> dict[str, Named]:
        """The scores that were loaded."""
        return self.current().scores

    @property
    def segments(self) -> tuple[str, ...]:
        """The keys of the defined segments and classes."""
        return tuple(self.current().segments)

    def declare(self, declaration: Declaration | None = None, **parts: object) -> Catalogue:
        """Say what traits, events, records, purposes or channels there are, before or beside any load.

        Give a whole `Declaration`, or parts of one by name: `traits={"loyal": "boolean"}`,
        `events={"order": {"amount": "decimal"}}`, `records`, `scores`, `purposes=["marketing"]`,
        `channels=["email"]`, `created="created_at"`. Raises `UserError` with all problems; a type
        that has data cannot change, but for whole numbers that become decimals.
        """
        if declaration is None:
            declaration = _declaration(msgspec.convert(parts, Declared, strict=False))
        return declare(self._store, declaration)


def _declaration(declared: Declared) -> Declaration:
    events = [_collection(name, fields, kind="event") for name, fields in declared.events.items()]
    records = [_collection(name, fields, kind="record") for name, fields in declared.records.items()]
    return Declaration(
        traits=tuple(_fields(declared.traits).values()),
        collections=(*events, *records),
        scores=tuple(Named(key) for key in declared.scores),
        purposes=tuple(Named(key) for key in declared.purposes),
        channels=tuple(Named(key) for key in declared.channels),
        created=declared.created,
    )


def _collection(name: str, fields: Fields, *, kind: str) -> Collection:
    known = {"event": "event", "record": "record"}
    return Collection(name, known[kind], "", properties=_fields(fields))  # type: ignore[arg-type]


def _fields(fields: Fields) -> dict[str, Field]:
    return {
        name: each if isinstance(each, Field) else Field(name=name, type=each, column="")
        for name, each in fields.items()
    }
