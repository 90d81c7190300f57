"""The same questions asked of a few profiles: their histories are cut out once, then read many times."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from vitrail.engine.source import Source
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.footers import says_something
from vitrail.engine.sql.sources import FOLDED, Column, below, select
from vitrail.engine.sql.write import E, both, column, compared, named, whole

SLICE = "~slice"
"""The registered table of the profiles asked about: one column `profile`."""


class SlicedRelations(FileRelations):
    """The profiles of the registered slice; events come from tables that `cuts` makes beforehand."""

    def __init__(self, source: Source, at_us: int) -> None:
        super().__init__(source, at_us)
        self._columns: dict[str, dict[Column, None]] = {}
        self._starts: dict[str, int] = {}

    def events(self, collection: str, columns: Iterable[Column], *, bounds: tuple[int, int]) -> E:
        wanted = list(columns)
        doubles = [each for each in wanted if self._is_double(collection, each)]
        texts = [Column(_text(each), each.type) for each in doubles]
        stored = [*(each for each in wanted if each not in doubles), *texts]
        self._columns.setdefault(collection, {}).update(dict.fromkeys(stored))
        self._starts[collection] = min(bounds[0], self._starts.get(collection, bounds[0]))
        table = _table(self._name(collection))
        if not doubles:
            return table
        copies = [named(column(_text(each)), each.name) for each in doubles]
        return below(select([exp.Star(), *copies], table), "events")

    def _is_double(self, collection: str, wanted: Column) -> bool:
        """Whether a column of folded texts would say the same as the texts: it is not written again."""
        files = self.source.events.get(collection, ())
        return wanted.name.endswith(FOLDED) and not any(
            says_something(file.path, wanted.name) for file in files
        )

    def cuts(self) -> list[exp.Expr]:
        """The statements that make the tables every `events` call so far reads."""
        return [
            exp.Create(
                this=_table(self._name(name)),
                kind="TABLE",
                replace=True,
                properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
                expression=self._cut(name, list(columns)),
            )
            for name, columns in self._columns.items()
        ]

    def _cut(self, collection: str, columns: list[Column]) -> exp.Query:
        start = self._starts[collection]
        wanted = list(dict.fromkeys([*columns, PROFILE, Column("at_us", "BIGINT")]))
        files = [
            file
            for file in self.source.events.get(collection, ())
            if file.last_us >= start and file.first_us < self.at_us
        ]
        inside = [_in_slice()]
        if files:
            inside += [
                compared(column("at_us"), whole(start), operator=">="),
                compared(column("at_us"), whole(self.at_us), operator="<"),
            ]
        return select([exp.Star()], below(self._read(files, wanted), "events"), where=both(inside))

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


def _text(folded: Column) -> str:
    return folded.name.removesuffix(FOLDED)


def _table(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _in_slice() -> E:
    chosen = select([column("profile")], _table(SLICE))
    return exp.In(this=column("profile"), query=exp.Subquery(this=chosen))


def _only(rows: E, name: str) -> E:
    return below(select([exp.Star()], rows, where=_in_slice()), name)
