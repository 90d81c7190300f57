from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from tests.collect.contents import events, first_seen, folded, keys, snapshot, us
from tests.storage import Clock
from vitrail.collect.load import load_events, load_profiles
from vitrail.ledger.manifest import StoredFile
from vitrail.warehouse import compaction, slices
from vitrail.warehouse.compaction import crowd
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf


@pytest.fixture(autouse=True)
def low_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "CROWD", 3)


def load_many(store: Store, clock: Clock, loads: int) -> None:
    for number in range(loads):
        clock.advance(days=1)
        load_profiles(store, pa.table({"id": ["p0", f"q{number}"], "age": [number, 1]}), key="id")
        load_order(store, who=f"p{number}", number=number)


def load_order(store: Store, *, who: str, number: int) -> None:
    day = f"2024-{number % 12 + 1:02d}-01T00:00:00Z"
    table = pa.table({"who": [who, who], "when": [day, day], "id": [f"{number}-a", f"{number}-b"]})
    load_events(store, "order", data=table, profile="who", at="when", key="id")


def test_files_stay_few_and_tell_the_same(store: Store, clock: Clock):
    load_many(store, clock, 9)
    source = store.source()
    shelves = [source.keys, source.first_seen, source.traits.observations, source.events["order"]]
    assert max(len(files) for files in shelves) <= 3
    assert len(events(store, "order")) == 18
    assert sorted(keys(store)) == list(range(17 + 1))
    assert snapshot(store) == folded(store, source.traits.valid_until_us)
    assert first_seen(store)["p8"] == us("2024-09-01T00:00:00Z")


def test_many_events_are_merged_by_time(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slices, "TARGET_ROWS", 4)
    load_many(store, clock, 4)
    spans = sorted((file.first_us, file.last_us) for file in store.source().events["order"])
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert len(events(store, "order")) == 8


def test_a_reader_keeps_its_files_for_an_hour(store: Store, clock: Clock):
    load_many(store, clock, 3)
    held = {Path(file.path) for file in store.source().events["order"]}
    load_order(store, who="x", number=4)
    gone = held - {Path(file.path) for file in store.source().events["order"]}
    assert len(gone) == 3
    assert all(path.exists() for path in gone)
    clock.advance(hours=2)
    load_order(store, who="y", number=5)
    assert not any(path.exists() for path in gone)


def stored(*rows: int) -> list[StoredFile]:
    return [StoredFile(n, "event", "order", f"{n}", count, 0, 0) for n, count in enumerate(rows)]


def test_large_files_are_left_alone():
    files = stored(5_000_000, 10, 20, 30, 40, 5_000_000)
    assert [file.rows for file in crowd(Shelf("event", "order"), files)] == [10, 20, 30]


def test_snapshots_are_merged_from_the_end_without_a_gap():
    files = stored(1_000_000, 5, 10, 10, 5)
    assert [file.id for file in crowd(Shelf("snapshot"), files)] == [1, 2, 3, 4]
