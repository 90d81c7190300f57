"""What was known at an earlier instant: the logs as far as they had been loaded by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vitrail.engine.source import File, Source
from vitrail.engine.sql.files import FileRelations, merged, read_files
from vitrail.engine.sql.sources import Column, below
from vitrail.engine.sql.statistics import known_by
from vitrail.engine.sql.write import E

ARRIVAL = (Column("load", "INTEGER"), Column("sequence", "BIGINT"))


class KnownThen(FileRelations):
    """The facts as they were known at an instant, when `load` was the last one that had come.

    A value that holds since always counts only if it had been loaded.
    """

    def __init__(self, source: Source, at_us: int, *, load: int) -> None:
        super().__init__(source, at_us)
        self.load = load

    def log(self, files: Sequence[File], columns: Iterable[Column], *, name: str) -> E:
        """The rows of a log that had come by then."""
        wanted = list(dict.fromkeys([*columns, *ARRIVAL]))
        known = known_by(below(read_files(files, wanted), "all_rows"), self.load)
        return below(merged(known, wanted, canon=self.source.canon), name)

    def traits(self, columns: Iterable[Column]) -> E:
        """One row per profile, from the log: the snapshots hold what came later."""
        return below(self._folded(self.source.traits.observations, list(columns)), "traits")
