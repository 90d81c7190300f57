"""Each value knows where it comes from, when it was observed and which load brought it."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.contents import ALWAYS, events, named, observations, rows, snapshot, us
from tests.storage import Clock
from vitrail.collect.load import load_events, load_profiles, load_records, load_scores
from vitrail.engine.source import File
from vitrail.ledger.manifest import all_loads
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

LATER = us("2025-06-02T12:00:00Z")


def tell(store: Store, source: str | None, **columns: object) -> int:
    return load_profiles(store, pa.table({"id": ["a"], **columns}), key="id", source=source).updated


def said(store: Store) -> list[tuple[object, ...]]:
    """Who said which city, since when, brought by which load."""
    return [
        (row["source~"], row.get("city"), row["at_us"], row["load"])
        for row in observations(store)
        if "city" in row
    ]


def origins(store: Store, files: Iterable[File]) -> set[tuple[object, object]]:
    return {(row["source~"], row["load"]) for row in named(store, files)}


def test_a_value_knows_its_source_its_time_and_its_load(store: Store, clock: Clock):
    tell(store, "crm", city=["Paris"])
    clock.advance(days=1)
    tell(store, "till", city=["Lyon"])
    assert said(store) == [("crm", "Paris", ALWAYS, 1), ("till", "Lyon", LATER, 2)]


def test_a_second_source_is_on_record_even_when_it_agrees(store: Store, clock: Clock):
    tell(store, "crm", city=["Paris"])
    clock.advance(days=1)
    assert tell(store, "till", city=["Paris"]) == 1
    assert said(store) == [("crm", "Paris", ALWAYS, 1), ("till", "Paris", LATER, 2)]


def test_a_source_that_repeats_itself_says_nothing(store: Store, clock: Clock):
    for source, city in [("crm", "Paris"), ("till", "Lyon"), ("crm", "Paris"), ("till", "Lyon")]:
        tell(store, source, city=[city])
        clock.advance(days=1)
    assert [entry[:2] for entry in said(store)] == [("crm", "Paris"), ("till", "Lyon")]
    assert snapshot(store)["a"]["city"] == "Lyon"


def test_the_snapshot_keeps_what_a_source_only_repeats_beside_something_new(store: Store, clock: Clock):
    for source, city, age in [("crm", "Paris", 30), ("till", "Lyon", 30), ("crm", "Paris", 31)]:
        tell(store, source, city=[city], age=[age])
        clock.advance(days=1)
    held = snapshot(store)["a"]
    assert (held["age"], held["city"]) == (31, "Lyon")


def test_loads_without_a_name_follow_each_other(store: Store, clock: Clock):
    for city in ("Paris", "Paris", "Lyon", "Paris"):
        tell(store, None, city=[city])
        clock.advance(days=1)
    assert [entry[:2] for entry in said(store)] == [("python", city) for city in ("Paris", "Lyon", "Paris")]


def test_two_sources_may_say_the_same_of_one_instant(store: Store):
    row = {"city": ["Paris"], "seen": ["2025-01-01T00:00:00Z"]}
    for source in ("crm", "till", "crm"):
        load_profiles(store, pa.table({"id": ["a"], **row}), key="id", at="seen", source=source)
    assert [entry[:2] for entry in said(store)] == [("crm", "Paris"), ("till", "Paris")]


def test_a_file_without_a_name_is_its_own_source(store: Store, tmp_path: Path):
    path = tmp_path / "customers.csv"
    path.write_text("id,city\na,Paris\n")
    load_profiles(store, path, key="id")
    load_profiles(store, path, key="id", source="crm")
    with store.ledger.reading() as connection:
        loads = all_loads(connection)
    assert [(load.source, load.origin) for load in loads] == [
        ("customers.csv", str(path)),
        ("crm", str(path)),
    ]
    assert {entry[0] for entry in said(store)} == {"customers.csv", "crm"}


def test_events_records_and_scores_know_their_origin(store: Store):
    row = pa.table({"who": ["a"], "key": ["1"], "when": ["2025-01-01T00:00:00Z"], "n": [1.0]})
    load_events(store, "order", data=row, profile="who", at="when", key="key", source="shop")
    load_records(store, "deal", data=row.select(["who", "key", "n"]), profile="who", key="key", source="crm")
    load_scores(store, "lead", data=row.select(["who", "n"]), profile="who", value="n", source="model")
    source = store.source()
    assert origins(store, source.events["order"]) == {("shop", 1)}
    assert origins(store, source.records["deal"]) == {("crm", 2)}
    assert origins(store, source.scores["lead"]) == {("model", 3)}


def test_a_file_from_before_is_read_as_unknown(store: Store, clock: Clock):
    tell(store, None, city=["Paris"])
    (file,) = store.source().traits.observations
    old = pq.read_table(file.path).drop_columns(["load", "source~"])
    pq.write_table(old, file.path)
    clock.advance(days=1)
    tell(store, "crm", city=["Paris"])
    assert [row.get("source~") for row in rows(store.source().traits.observations)] == [None, "crm"]


def test_merged_files_keep_every_origin(store: Store):
    for number in range(25):
        row = pa.table({"who": ["a"], "when": [f"2025-01-{number + 1:02d}"], "n": [number]})
        load_events(store, "visit", data=row, profile="who", at="when", source=f"s{number}")
    assert len(store.source().events["visit"]) < 25
    assert [row["source~"] for row in events(store, "visit")] == [f"s{number}" for number in range(25)]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_source_has_a_name_of_one_line(store: Store, name: str):
    with pytest.raises(UserError, match="source"):
        tell(store, name, city=["Paris"])
