"""From a message to a membership: what it costs to file new messages and bring segments up to date.

`python -m benchmarks.freshness --profiles 1000000 --events 10000000`
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Figure, Report, show
from benchmarks.files import Size, prepared
from benchmarks.measure import Cost, cost, medians
from benchmarks.segments import texts
from benchmarks.world import AT_US, CATALOGUE
from vitrail.app.workspace import Workspace, create
from vitrail.collect.filing.drain import drain
from vitrail.engine.source import File, Source
from vitrail.ledger.inbox import NewRequest, open_inbox
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.warehouse.writer import Bounds, Shelf, Writer

SEGMENTS = 50
BATCH = 10
SECOND = dt.timedelta(seconds=1)
NOW = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=AT_US)
WATCHED = "watched"
"""The segment of those who did what the messages say: it must hold them all in the end."""


class Clock:
    """A clock that goes on by a second each time somebody was told of a change."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def freshness(folder: Path, size: Size, *, messages: int, rounds: int = 5) -> Report:
    """Measure filing and refreshing, one after the other, a few times; every membership must be right."""
    clock = Clock()
    drawn = prepared(folder, size)
    with (
        tempfile.TemporaryDirectory(dir=folder) as place,
        create(Path(place) / "shop", clock=clock) as ws,
    ):
        fill(ws, drawn)
        ws.define(_definitions())
        full = cost(ws.refresh)
        costs = list(_rounds(ws, clock, size=size, messages=messages, rounds=rounds))
    filing, refreshing = (medians(each[place] for each in costs) for place in (0, 1))
    return Report(size.profiles, size.events, SEGMENTS, tuple(_figures(full, filing, refreshing, messages)))


def fill(ws: Workspace, source: Source) -> None:
    """Make the drawn files the first snapshot of a workspace."""
    with ws.store.writing() as writer:
        for shelf, files in _shelves(source):
            for file in files:
                _take(writer, shelf, file)
        (traits,) = source.traits.snapshots
        _observe(writer, Path(traits.path))
        version = source.traits
        writer.describe(
            profiles=source.profiles,
            traits_from_us=version.valid_from_us,
            traits_until_us=version.valid_until_us,
        )
        writer.commit(CATALOGUE)


def _shelves(source: Source) -> Iterator[tuple[Shelf, tuple[File, ...]]]:
    yield Shelf("keys"), source.keys
    yield Shelf("first_seen"), source.first_seen
    yield Shelf("snapshot"), source.traits.snapshots
    for name, files in source.events.items():
        yield Shelf("event", name, CATALOGUE.collections[name].column), files
    for name, files in source.records.items():
        yield Shelf("record", name, CATALOGUE.collections[name].column), files
    for name, files in source.scores.items():
        yield Shelf("score", name, name), files


def _take(writer: Writer, shelf: Shelf, file: File) -> None:
    copy = writer.staged("copy.parquet")
    shutil.copyfile(file.path, copy)
    writer.add(shelf, copy, rows=file.rows, bounds=Bounds(file.first_us, file.last_us))


def _observe(writer: Writer, traits: Path) -> None:
    """The traits as what was observed of each profile when it was created."""
    table = pq.read_table(traits)
    rows = table.num_rows
    table = table.append_column("at_us", table["created_at"]).append_column(
        "sequence", pa.repeat(pa.scalar(0, pa.int64()), rows)
    )
    path = writer.staged("observation.parquet")
    pq.write_table(table, path, compression="zstd")
    writer.add(Shelf("observation"), path, rows=rows)


def _definitions() -> DefinitionFile:
    rules = {**texts(SEGMENTS), WATCHED: 'did(order where status = "watched", last 1 day)'}
    segments = tuple(Segment(key=key, name={"en": key}, rule=rule) for key, rule in rules.items())
    return DefinitionFile(edition=2026, segments=segments)


def _rounds(
    ws: Workspace, clock: Clock, *, size: Size, messages: int, rounds: int
) -> Iterator[tuple[Cost, Cost]]:
    """New messages, filed, then the refresh of everybody they touched."""
    chance, told = random.Random(3), set[int]()
    with open_inbox(ws.store.path) as inbox:
        for number in range(rounds):
            clock.now += 2 * SECOND
            people = [chance.randrange(size.profiles) for _ in range(messages)]
            inbox.append(list(_requests(people, clock.now - SECOND, number)))
            told.update(person for place, person in enumerate(people) if not is_told(place))
            filing = cost(lambda: drain(ws.store, inbox, limit=messages))
            refreshing = cost(ws.refresh)
            members = ws.segment(WATCHED).members()
            assert len(members) == len(told), (len(members), len(told))
            yield filing, refreshing


def _requests(people: list[int], at: dt.datetime, number: int) -> Iterator[NewRequest]:
    """Orders, and one message in ten that says where somebody lives."""
    for start in range(0, len(people), BATCH):
        batch = [
            {"messageId": f"{number}-{start + place}", "userId": f"C{person}", "timestamp": at.isoformat()}
            | (LIVES if is_told(start + place) else ORDERS)
            for place, person in enumerate(people[start : start + BATCH])
        ]
        yield NewRequest(AT_US + number * 1_000_000, "site", msgspec.json.encode({"batch": batch}))


def is_told(place: int) -> bool:
    """Whether the message at a place tells a trait."""
    return place % 10 == 9


ORDERS = {
    "type": "track",
    "event": "order",
    "properties": {"amount": 12.5, "items": 2, "status": "watched"},
}
LIVES = {"type": "identify", "traits": {"country": "country 2"}}


def _figures(full: Cost, filing: Cost, refreshing: Cost, messages: int) -> Iterator[Figure]:
    both = filing.seconds + refreshing.seconds
    yield Figure("full refresh", full.seconds, "s")
    yield Figure("full refresh, processor", full.cpu, "s")
    yield Figure(f"filing {messages} messages", filing.seconds, "s")
    yield Figure(f"filing {messages} messages, processor", filing.cpu, "s")
    yield Figure("refresh of those they touch", refreshing.seconds, "s")
    yield Figure("refresh of those they touch, processor", refreshing.cpu, "s")
    yield Figure("from message to membership", both, "s", most=5.0)
    yield Figure("processor, to that of a full refresh", (filing.cpu + refreshing.cpu) / full.cpu, "")


def main() -> None:
    """Measure how long it takes from a message to a membership."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.freshness", description=main.__doc__)
    parser.add_argument("--profiles", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--messages", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "vitrail-benchmarks")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    show(freshness(given.folder, Size(given.profiles, given.events), messages=given.messages))


if __name__ == "__main__":
    main()
