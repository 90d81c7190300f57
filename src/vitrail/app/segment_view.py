"""One defined segment: who is in, who was, who came and went."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from vitrail.app.answering import Facts, answer
from vitrail.app.instants import microseconds
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.plan import Asked
from vitrail.model.errors import refuse
from vitrail.model.explanation import Explanation
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.people import all_keys, sorted_keys
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store


class SegmentView:
    """The members of a segment, now and at any instant of its history, as of the last refresh."""

    def __init__(self, store: Store, key: str, *, database: DuckDB) -> None:
        self.key = key
        self._store = store
        self._database = database

    def members(self, as_of: dt.datetime | None = None) -> pa.Table:
        """Who is in (or was in at an instant): one column `profile`, ordered.

        Raises `UserError` when the segment had not been evaluated by then.
        """
        profiles = np.array(self._members(as_of), dtype=np.int64)
        return pa.table({"profile": sorted_keys(self._store.source(), profiles)})

    def numbers(self, as_of: dt.datetime | None = None) -> BitMap:
        """The dense numbers of who is in (or was in at an instant)."""
        return self._members(as_of)

    def size(self, as_of: dt.datetime | None = None) -> int:
        """How many are in."""
        return len(self._members(as_of))

    def history(self) -> pa.Table:
        """One row per refresh: `run`, `at` (UTC), `entered`, `left`, `members`."""
        table = memberships.history(self._store, self.key)
        return _with_instants(table, position=1)

    def entered(self, since: dt.datetime | None = None) -> pa.Table:
        """Who came in, from an instant on: `profile` and `at` (UTC), ordered by time, then key."""
        return self._moves(memberships.entered, since)

    def left(self, since: dt.datetime | None = None) -> pa.Table:
        """Who went out, from an instant on: `profile` and `at` (UTC), ordered by time, then key."""
        return self._moves(memberships.left, since)

    def explain(self, profile: str) -> Explanation:
        """Why a profile is in or out as of the last refresh, with the cut points frozen then.

        Raises `UserError` before the first refresh, and for a profile nobody has loaded.
        """
        self._members(None)
        compiled = defined(self._store)[1]
        at_us = memberships.history(self._store, self.key)["at_us"].to_pylist()[-1]
        stored = memberships.frozen_ranks(self._store)
        cuts = read_cuts(stored[1]) if stored else {}
        return answer(
            compiled.conditions[self.key],
            profile,
            asked=Asked(compiled.catalogue(self._store.catalogue), at_us),
            facts=Facts(self._store.source(), self._database, cuts),
        )

    def _moves(self, read, since: dt.datetime | None) -> pa.Table:  # type: ignore[no-untyped-def]
        since_us = -(2**62) if since is None else microseconds(since)
        moves = read(self._store, self.key, since_us=since_us)
        keys = all_keys(self._store.source()).take(moves["profile"].combine_chunks())
        named = moves.set_column(0, "profile", keys)
        ordered = named.sort_by([("at_us", "ascending"), ("profile", "ascending")])
        return _with_instants(ordered, position=1)

    def _members(self, as_of: dt.datetime | None) -> BitMap:
        at_us = 2**63 - 1 if as_of is None else microseconds(as_of)
        if not self._was_evaluated(at_us):
            raise _never_evaluated(self.key)
        return memberships.as_of(self._store, self.key, at_us=at_us)

    def _was_evaluated(self, at_us: int) -> bool:
        table = memberships.history(self._store, self.key)
        return any(moment <= at_us for moment in table["at_us"].to_pylist())


def _with_instants(table: pa.Table, *, position: int) -> pa.Table:
    instants = table["at_us"].cast(pa.timestamp("us", tz="UTC"))
    return table.set_column(position, "at", instants)


def _never_evaluated(key: str) -> Exception:
    return refuse(
        "never_evaluated",
        path=key,
        fr=f"Le segment « {key} » n’a pas encore été calculé à cette date : lancez un rafraîchissement "
        "(ws.refresh(), ou vitrail refresh).",
        en=f'The segment "{key}" had not been evaluated by then: refresh first '
        "(ws.refresh(), or vitrail refresh).",
    )
