"""How every segment stands after the last refresh: its size, and who came and went in it."""

from __future__ import annotations

import msgspec
import pyarrow.parquet as pq

from vitrail.ledger import runs
from vitrail.ledger.runs import Run
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.store import Store


class Standing(msgspec.Struct, frozen=True):
    """One segment: its size, who entered and left at the last refresh, whether that was its first."""

    size: int
    entered: int = 0
    left: int = 0
    is_new: bool = False


class Standings(msgspec.Struct, frozen=True):
    """Every segment that was evaluated, by key, and the last refresh; None when there was none."""

    run: Run | None
    segments: dict[str, Standing]


def standings(store: Store) -> Standings:
    """How every segment stands after the last refresh."""
    with store.ledger.reading() as connection:
        run = runs.last_run(connection)
        logs = () if run is None else runs.logs_after(connection, run.id - 1)
    if run is None:
        return Standings(None, {})
    members = current_members(store)
    moves = _moves(str(store.path / logs[0].path)) if logs else {}
    new = _first_runs(store, tuple(members))
    found = {
        key: Standing(
            size=len(each),
            entered=moves.get((key, True), 0),
            left=moves.get((key, False), 0),
            is_new=new[key] == run.id,
        )
        for key, each in members.items()
    }
    return Standings(run, found)


def _moves(path: str) -> dict[tuple[str, bool], int]:
    """How many profiles entered (true) and left (false) each segment, in one log."""
    table = pq.read_table(path, columns=["segment", "entered"])
    counted = table.group_by(["segment", "entered"]).aggregate([([], "count_all")])
    return {(row["segment"], row["entered"]): row["count_all"] for row in counted.to_pylist()}


def _first_runs(store: Store, keys: tuple[str, ...]) -> dict[str, int]:
    with store.ledger.reading() as connection:
        return {key: runs.memberships_of(connection, key)[0].run for key in keys}
