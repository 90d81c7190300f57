"""The same questions asked of a few profiles: their histories are cut out once, then read many times."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlglot import exp

from vitrail.engine.source import Source
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.sources import Column, below, select
from vitrail.engine.sql.write import E, column

SLICE = "~slice"
"""The registered table of the profiles asked about: one column `profile`."""


class Cut(msgspec.Struct, frozen=True):
    """One table of the events of the slice: its name, and what is read for it."""

    name: str
    collection: str
    columns: tuple[Column, ...]
    start: int


class SlicedRelations(FileRelations):
    """The profiles of the registered slice; events come from tables of theirs, registered beforehand."""

    def __init__(self, source: Source, at_us: int) -> None:
        super().__init__(source, at_us)
        self._columns: dict[str, dict[Column, None]] = {}
        self._starts: dict[str, int] = {}

    def events(self, collection: str, columns: Iterable[Column], *, bounds: tuple[int, int]) -> E:
        self._columns.setdefault(collection, {}).update(dict.fromkeys(columns))
        self._starts[collection] = min(bounds[0], self._starts.get(collection, bounds[0]))
        return _table(self._name(collection))

    def cuts(self) -> list[Cut]:
        """The tables that every `events` call so far reads."""
        return [
            Cut(
                self._name(name),
                name,
                tuple(dict.fromkeys([*columns, PROFILE, Column("at_us", "BIGINT")])),
                self._starts[name],
            )
            for name, columns in self._columns.items()
        ]

    def _name(self, collection: str) -> str:
        """A number and no name: names of tables that differ by their capitals alone are the same."""
        return f"~cut {list(self._columns).index(collection)}"

    def records(self, collection: str, columns: Iterable[Column]) -> E:
        return _only(super().records(collection, columns), "records")

    def scores(self, name: str) -> E:
        return _only(super().scores(name), "scores")

    def consents(self) -> E:
        return _only(super().consents(), "consents")

    def traits(self, columns: Iterable[Column]) -> E:
        return _only(super().traits(columns), "traits")

    def keys(self) -> E:
        return _only(super().keys(), "keys")

    def everyone(self) -> E:
        return below(select([column("profile")], _table(SLICE)), "everyone")


def _table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _in_slice() -> E:
    chosen = select([column("profile")], _table(SLICE))
    return exp.In(this=column("profile"), query=exp.Subquery(this=chosen))


def _only(rows: E, name: str) -> E:
    return below(select([exp.Star()], rows, where=_in_slice()), name)
