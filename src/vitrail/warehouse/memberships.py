"""Who is in which segment, now and before: bitmaps at some runs, the log of who entered and left at each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.engine.kept import Kept, unpacked
from vitrail.ledger import runs
from vitrail.ledger.runs import Log, Membership, Ranks, Run
from vitrail.model.errors import refuse
from vitrail.warehouse import folder
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.store import Store

LOG = pa.schema(
    [("segment", pa.string()), ("profile", pa.int32()), ("at_us", pa.int64()), ("entered", pa.bool_())]
)
LOGS_PER_BITMAP = 16
"""A segment's bitmap is stored again after so many runs, so that few logs are ever folded."""


class Evaluation(msgspec.Struct, frozen=True):
    """What a refresh found: the members of each segment it evaluated, as of an instant, on a snapshot.

    `ranks` is the text of the cut points a full evaluation froze, `standing_cuts` the run of those that
    stood when it began; `answers` are the bytes of the answers to elementary tests, for the next refresh.
    """

    as_of_us: int
    definitions: int
    full: bool
    source_version: int
    source_token: str
    evaluated: int
    members: Mapping[str, BitMap]
    ranks: bytes | None = None
    standing_cuts: int | None = None
    answers: bytes | None = None
    seconds: float = 0.0


class Change(msgspec.Struct, frozen=True):
    """Who entered and who left one segment."""

    entered: BitMap
    left: BitMap


def save(store: Store, evaluation: Evaluation) -> Run:
    """Keep an evaluation in one step: the run, who entered, who left, and the bitmaps that are due.

    A segment that is no longer defined is emptied by giving it an empty bitmap; one that is not
    given stays as it is.
    """
    started = time.monotonic()
    with store.writing() as writer:
        with store.ledger.reading() as connection:
            last, number = runs.last_run(connection), runs.next_run(connection)
        _check_order(last, evaluation)
        before = current_members(store)
        changes = {key: _change(before.get(key), now) for key, now in evaluation.members.items()}
        log = _write_log(store.path, number, changes=changes, at_us=evaluation.as_of_us)
        stored = _write_bitmaps(store, evaluation, number=number)
        if evaluation.ranks is not None or _cuts_stand(store, evaluation):
            _write_answers(store.path, evaluation, number=number)
        ranks = _write_ranks(store.path, evaluation, number=number)
        run = _run(evaluation, changes, number=number, finished_at_us=writer.now_us)
        run = msgspec.structs.replace(run, seconds=evaluation.seconds + time.monotonic() - started)
        with store.ledger.writing() as connection:
            runs.save_run(connection, run, memberships=stored, log=log, ranks=ranks)
        forget_answers(store, but=number)
    return run


def current(store: Store, segment: str) -> BitMap:
    """The members of a segment at the last run; nobody for a segment never evaluated."""
    return as_of(store, segment, at_us=2**63 - 1)


def current_members(store: Store) -> dict[str, BitMap]:
    """The members of every segment at the last run."""
    with store.ledger.reading() as connection:
        bases = runs.newest_memberships(connection)
        logs = runs.logs_after(connection, min((base.run for base in bases), default=0))
    members = {base.segment: bitmap_of(store.path, base) for base in bases}
    since = {base.segment: base.run for base in bases}
    for log in logs:
        for segment, change in _changes(store.path / log.path).items():
            if log.run > since[segment]:
                members[segment] = (members[segment] | change.entered) - change.left
    return members


def as_of(store: Store, segment: str, *, at_us: int) -> BitMap:
    """The members of a segment at an instant: those of the last run as of then or before."""
    with store.ledger.reading() as connection:
        ended = [run.id for run in runs.all_runs(connection) if run.as_of_us <= at_us]
        bases = [base for base in runs.memberships_of(connection, segment) if base.run in ended]
        logs = runs.logs_after(connection, bases[-1].run) if bases else ()
    if not bases:
        return BitMap()
    members = bitmap_of(store.path, bases[-1])
    for log in logs:
        if log.run in ended:
            change = _changes(store.path / log.path, segment).get(segment, _NOBODY)
            members = (members | change.entered) - change.left
    return members


def history(store: Store, segment: str) -> pa.Table:
    """The run by run account of a segment: `run`, `at_us`, `entered`, `left`, `members`."""
    with store.ledger.reading() as connection:
        every, logs = runs.all_runs(connection), {log.run: log for log in runs.logs_after(connection, 0)}
        first = min((base.run for base in runs.memberships_of(connection, segment)), default=None)
    rows, size = [], 0
    for run in every if first is not None else ():
        if run.id < (first or 0):
            continue
        log = logs.get(run.id)
        change = _changes(store.path / log.path, segment).get(segment, _NOBODY) if log else _NOBODY
        size += len(change.entered) - len(change.left)
        rows.append((run.id, run.as_of_us, len(change.entered), len(change.left), size))
    return pa.Table.from_pylist(
        [dict(zip(_HISTORY.names, row, strict=True)) for row in rows], schema=_HISTORY
    )


def entered(store: Store, segment: str, *, since_us: int) -> pa.Table:
    """Who entered a segment from an instant on: `profile`, `at_us`, in order."""
    return _moves(store, segment, since_us=since_us, entered=True)


def left(store: Store, segment: str, *, since_us: int) -> pa.Table:
    """Who left a segment from an instant on: `profile`, `at_us`, in order."""
    return _moves(store, segment, since_us=since_us, entered=False)


def frozen_ranks(store: Store) -> tuple[Ranks, bytes] | None:
    """The cut points in force with their text; None before the first full run."""
    with store.ledger.reading() as connection:
        ranks = runs.last_ranks(connection)
    return None if ranks is None else (ranks, (store.path / ranks.path).read_bytes())


def kept_answers(store: Store, run: Run) -> Kept | None:
    """The answers to elementary tests that a run kept; None when they are gone, which costs time alone."""
    try:
        return unpacked((store.path / runs.answers_path(run.id)).read_bytes())
    except FileNotFoundError:
        return None


def forget_answers(store: Store, *, but: int | None = None) -> None:
    """Delete the answers to elementary tests, but those of one run; without them the next asks everybody."""
    kept = None if but is None else store.path / runs.answers_path(but)
    for path in (store.path / "memberships").glob("answers-*"):
        if path != kept:
            path.unlink(missing_ok=True)


_NOBODY = Change(BitMap(), BitMap())
_HISTORY = pa.schema([(name, pa.int64()) for name in ("run", "at_us", "entered", "left", "members")])


def _check_order(last: Run | None, evaluation: Evaluation) -> None:
    if last is not None and evaluation.as_of_us < last.as_of_us:
        raise refuse(
            "refresh_in_the_past",
            fr="Les segments ont déjà été calculés à une date plus récente : rien n'a été changé. "
            "Pour une date passée, posez la question sans rafraîchir.",
            en="The segments were already evaluated as of a later instant: nothing was changed. "
            "For an instant in the past, ask without refreshing.",
        )


def _change(before: BitMap | None, now: BitMap) -> Change:
    return Change(now, BitMap()) if before is None else Change(now - before, before - now)


def _run(evaluation: Evaluation, changes: Mapping[str, Change], *, number: int, finished_at_us: int) -> Run:
    return Run(
        id=number,
        as_of_us=evaluation.as_of_us,
        finished_at_us=finished_at_us,
        definitions=evaluation.definitions,
        full=evaluation.full,
        source_version=evaluation.source_version,
        source_token=evaluation.source_token,
        evaluated=evaluation.evaluated,
        entered=sum(len(change.entered) for change in changes.values()),
        left=sum(len(change.left) for change in changes.values()),
    )


def _write_log(root: Path, number: int, *, changes: Mapping[str, Change], at_us: int) -> Log | None:
    if not any(change.entered or change.left for change in changes.values()):
        return None
    path = f"memberships/log-{number:08d}.parquet"
    temporary = root / folder.STAGING / "log.parquet"
    rows = 0
    with pq.ParquetWriter(temporary, LOG, **PACKED) as file:
        for segment, change in sorted(changes.items()):
            for profiles, way in ((change.entered, True), (change.left, False)):
                rows += len(profiles)
                if profiles:
                    file.write_table(_moved(segment, profiles, at_us=at_us, entered=way))
    folder.publish(temporary, root / path)
    return Log(run=number, path=path, rows=rows)


def _moved(segment: str, profiles: BitMap, *, at_us: int, entered: bool) -> pa.Table:
    count = len(profiles)
    columns = [
        pa.repeat(segment, count),
        pa.array(np.frombuffer(profiles.to_array(), dtype=np.uint32).astype(np.int32)),
        pa.repeat(pa.scalar(at_us, pa.int64()), count),
        pa.repeat(entered, count),
    ]
    return pa.Table.from_arrays(columns, schema=LOG)


def _write_bitmaps(store: Store, evaluation: Evaluation, *, number: int) -> tuple[Membership, ...]:
    """The bitmaps due at this run, one after the other in one file."""
    with store.ledger.reading() as connection:
        bases = {base.segment: base.run for base in runs.newest_memberships(connection)}
    due = [
        key
        for key in sorted(evaluation.members)
        if evaluation.full or number - bases.get(key, -99) > LOGS_PER_BITMAP
    ]
    path = f"memberships/bitmaps-{number:08d}.roaring"
    content, rows = bytearray(), []
    for key in due:
        members = evaluation.members[key]
        data = members.serialize()
        rows.append(Membership(number, key, path, len(content), len(data), len(members), evaluation.as_of_us))
        content += data
    if rows:
        folder.write_bytes(bytes(content), store.path / path, staging=store.path / folder.STAGING)
    return tuple(rows)


def _write_ranks(root: Path, evaluation: Evaluation, *, number: int) -> Ranks | None:
    if evaluation.ranks is None:
        return None
    path = f"memberships/ranks-{number:08d}.json"
    folder.write_bytes(evaluation.ranks, root / path, staging=root / folder.STAGING)
    return Ranks(run=number, at_us=evaluation.as_of_us, definitions=evaluation.definitions, path=path)


def _cuts_stand(store: Store, evaluation: Evaluation) -> bool:
    """Whether nobody cut ranks again meanwhile: answers to older cut points are not for the next refresh."""
    with store.ledger.reading() as connection:
        present = runs.last_ranks(connection)
    return evaluation.standing_cuts == (None if present is None else present.run)


def _write_answers(root: Path, evaluation: Evaluation, *, number: int) -> None:
    """Nothing names this file but the number of the last run."""
    if evaluation.answers is not None:
        path = root / runs.answers_path(number)
        folder.write_bytes(evaluation.answers, path, staging=root / folder.STAGING)


def bitmap_of(root: Path, membership: Membership) -> BitMap:
    """The members that one stored bitmap holds."""
    with (root / membership.path).open("rb") as file:
        file.seek(membership.position)
        return BitMap.deserialize(file.read(membership.size))


def _changes(path: Path, segment: str | None = None) -> dict[str, Change]:
    """Who entered and left at one run, by segment; of one segment alone when it is named."""
    table = pq.read_table(path, filters=None if segment is None else [("segment", "=", segment)])
    found: dict[str, Change] = {}
    for key in pc.unique(table.column("segment")).to_pylist():
        rows = table.filter(pc.equal(table.column("segment"), key))
        ways = rows.column("entered")
        found[key] = Change(_profiles(rows.filter(ways)), _profiles(rows.filter(pc.invert(ways))))
    return found


def _profiles(rows: pa.Table) -> BitMap:
    return BitMap(rows.column("profile").to_numpy())


def _moves(store: Store, segment: str, *, since_us: int, entered: bool) -> pa.Table:
    with store.ledger.reading() as connection:
        recent = {run.id for run in runs.all_runs(connection) if run.as_of_us >= since_us}
        logs: Sequence[Log] = [log for log in runs.logs_after(connection, 0) if log.run in recent]
    paths: Iterable[Path] = (store.path / log.path for log in logs)
    wanted = [("segment", "=", segment), ("entered", "=", entered)]
    tables = [pq.read_table(path, filters=wanted, columns=["profile", "at_us"]) for path in paths]
    return pa.concat_tables([_NO_MOVES, *tables]).sort_by([("at_us", "ascending"), ("profile", "ascending")])


_NO_MOVES = pa.Table.from_batches([], pa.schema([("profile", pa.int32()), ("at_us", pa.int64())]))
"""Made of nothing: from an empty list pyarrow would load pandas first."""
