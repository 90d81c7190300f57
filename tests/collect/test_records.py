import pyarrow as pa

from tests.collect.contents import ALWAYS, keys, named, us
from tests.storage import Clock
from vitrail.collect.load import load_profiles, load_records, load_scores
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store


def load(store: Store, **columns: object) -> LoadReport:
    at = "when" if "when" in columns else None
    return load_records(store, "deal", data=pa.table(columns), profile="who", key="deal", at=at)


def versions(store: Store, *columns: str) -> list[tuple[object, ...]]:
    found = named(store, store.source().records["deal"])
    ordered = sorted(found, key=lambda row: (row["id"], row["at_us"], row["sequence"]))
    return [tuple(row[column] for column in columns) for row in ordered]


def test_a_first_version_holds_since_always_and_a_changed_one_since_the_load(store: Store, clock: Clock):
    load(store, who=["a"], deal=[1], stage=["open"])
    clock.advance(days=1)
    report = load(store, who=["a"], deal=[1], stage=["won"])
    assert report.updated == 1
    assert versions(store, "at_us", "stage") == [(ALWAYS, "open"), (us("2025-06-02T12:00:00Z"), "won")]


def test_the_same_load_twice_changes_nothing(store: Store):
    load(store, who=["a"], deal=[1], stage=["open"])
    before = store.source()
    assert load(store, who=["a"], deal=[1], stage=["open"]).unchanged == 1
    assert store.source() == before


def test_an_absent_column_keeps_its_value_and_an_empty_cell_forgets_it(store: Store, clock: Clock):
    load(store, who=["a"], deal=[1], stage=["open"], amount=[5])
    clock.advance(days=1)
    load(store, who=["a"], deal=[1], stage=pa.array([None], pa.string()))
    assert versions(store, "stage", "amount") == [("open", 5), (None, 5)]


def test_dated_versions_hold_since_their_instant_and_load_twice_the_same(store: Store):
    columns = {
        "who": ["a", "a"],
        "deal": [1, 1],
        "stage": ["open", "won"],
        "when": ["2024-01-01", "2024-02-01"],
    }
    load(store, **columns)
    assert load(store, **columns).unchanged == 2
    assert versions(store, "at_us", "stage") == [
        (us("2023-12-31T23:00:00Z"), "open"),
        (us("2024-01-31T23:00:00Z"), "won"),
    ]


def test_contradictory_rows_of_one_record_are_refused(store: Store):
    report = load(store, who=["a", "a", "b"], deal=[1, 1, 2], stage=["open", "won", "open"])
    assert (report.rejected, report.created) == (2, 1)
    assert versions(store, "id") == [("2",)]


def test_properties_may_be_called_anything(store: Store):
    names = ["first", "new", "same", "line", "order", "select", "number", "refused", "profile", "KEY", "at"]
    columns = {name: [1] for name in names}
    assert load(store, who=["a"], deal=[1], **columns).created == 1
    assert load(store, who=["a"], deal=[1], **columns | {"new": [2]}).updated == 1
    assert load(store, who=["a"], deal=[1], **columns | {"new": [2]}).unchanged == 1


def test_records_make_profiles_known(store: Store):
    load(store, who=["a", "b"], deal=[1, 2])
    assert keys(store) == {0: "a", 1: "b"}


def test_a_record_that_moves_touches_both_profiles(store: Store, clock: Clock):
    load(store, who=["a", "b"], deal=[1, 2], stage=["x", "y"])
    version = store.version.number
    clock.advance(days=1)
    load(store, who=["b"], deal=[1], stage=["x"])
    assert list(store.touched_since(version)) == [0, 1]


def test_a_score_holds_since_it_was_computed(store: Store, clock: Clock):
    load_profiles(store, pa.table({"id": ["a"]}), key="id")
    for value in (10.0, 10.0, 20.0):
        load_scores(
            store, "lead", data=pa.table({"who": ["a"], "score": [value]}), profile="who", value="score"
        )
        clock.advance(days=1)
    found = [(row["at_us"], row["value"]) for row in named(store, store.source().scores["lead"])]
    assert found == [(us("2025-06-01T12:00:00Z"), 10.0), (us("2025-06-03T12:00:00Z"), 20.0)]


def test_a_score_of_nobody_is_refused(store: Store):
    load_profiles(store, pa.table({"id": ["a"]}), key="id")
    table = pa.table({"who": ["a", "z"], "score": [1, 2]})
    report = load_scores(store, "lead", data=table, profile="who", value="score")
    assert (report.created, report.rejected, report.rejects[0].found) == (1, 1, "z")
    assert store.source().profiles == 1


def test_a_score_that_is_no_number_is_refused(store: Store):
    load_profiles(store, pa.table({"id": ["a", "b"]}), key="id")
    table = pa.table({"who": ["a", "b"], "score": ["12,5", "high"]})
    report = load_scores(store, "lead", data=table, profile="who", value="score")
    assert (report.created, report.rejects[0].found) == (1, "high")
