import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.contents import events, first_seen, keys, us
from vitrail.collect.load import load_events, load_profiles, load_records
from vitrail.model.errors import UserError
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

NOON = "2025-01-01T12:00:00Z"


def orders(**columns: object) -> pa.Table:
    return pa.table(columns)


def load(store: Store, table: pa.Table, name: str = "order") -> LoadReport:
    return load_events(store, name, data=table, profile="who", at="when", key="id")


def test_an_event_has_its_profile_its_time_its_id_and_its_properties(store: Store):
    load(store, orders(who=["a"], when=[NOON], id=["1"], amount=[12.5]))
    (event,) = events(store, "order")
    assert (event["profile"], event["at_us"], event["id"], str(event["amount"])) == (
        "a",
        us(NOON),
        "1",
        "12.5000",
    )


def test_the_same_load_twice_changes_nothing(store: Store):
    table = orders(who=["a", "b"], when=[NOON, NOON], id=[1, 2], amount=[1.0, None])
    load(store, table)
    before = store.source()
    report = load(store, table)
    assert (report.created, report.unchanged) == (0, 2)
    assert store.source() == before


@pytest.mark.parametrize("change", [{"amount": [9]}, {"who": ["z"]}, {"when": ["2025-01-02T12:00:00Z"]}])
def test_an_event_never_changes(store: Store, change: dict[str, list[object]]):
    columns = {"who": ["a"], "when": [NOON], "id": ["1"], "amount": [1]}
    load(store, orders(**columns))
    before = store.source()
    report = load(store, orders(**columns | change))
    assert (report.accepted, report.rejected) == (0, 1)
    assert (report.rejects[0].column, report.rejects[0].found) == ("id", "1")
    assert store.source() == before


def test_a_column_the_load_lacks_does_not_contradict(store: Store):
    load(store, orders(who=["a"], when=[NOON], id=["1"], amount=[1]))
    assert load(store, orders(who=["a"], when=[NOON], id=["1"])).unchanged == 1


def test_contradictory_rows_are_refused_whatever_their_order(store: Store):
    columns = {"who": ["a", "b", "c", "c"], "when": [NOON] * 4, "id": ["1", "1", "2", "2"]}
    report = load(store, orders(**columns))
    assert [reject.line for reject in report.rejects] == [1, 2]
    assert (report.created, report.unchanged) == (1, 1)
    assert list(keys(store).values()) == ["c"]


def test_without_a_key_equal_events_of_one_load_are_counted_apart(store: Store):
    table = orders(who=["a", "a", "b"], when=[NOON] * 3, page=["/", "/", "/"])
    report = load_events(store, "view", data=table, profile="who", at="when")
    assert report.created == 3
    again = load_events(store, "view", data=table.take([2, 1, 0]), profile="who", at="when")
    assert (again.created, again.unchanged) == (0, 3)
    assert len({event["id"] for event in events(store, "view")}) == 3


def test_without_a_key_an_empty_new_column_changes_nothing(store: Store):
    table = orders(who=["a"], when=[NOON], page=["/"])
    load_events(store, "view", data=table, profile="who", at="when")
    wider = table.append_column("campaign", pa.array([None], pa.string()))
    assert load_events(store, "view", data=wider, profile="who", at="when").unchanged == 1


def test_a_property_that_appears_later_is_unknown_before(store: Store):
    load(store, orders(who=["a"], when=[NOON], id=["1"]))
    load(store, orders(who=["a"], when=[NOON], id=["2"], shop=["Lille"]))
    assert store.catalogue.collections["order"].properties["shop"].type == "text"
    assert [event.get("shop") for event in events(store, "order")] == [None, "Lille"]


def test_rows_without_profile_or_time_are_refused(store: Store):
    table = orders(who=["a", None, "", "b"], when=[NOON, NOON, NOON, None], id=["1", "2", "3", "4"])
    report = load(store, table)
    assert [(reject.line, reject.column) for reject in report.rejects] == [
        (2, "who"),
        (3, "who"),
        (4, "when"),
    ]
    assert (report.accepted, report.rejected) == (1, 3)


def test_every_row_is_accounted_for(store: Store):
    chance = random.Random(1)
    count = 400
    table = orders(
        who=[chance.choice(["a", "b", "c", None]) for _ in range(count)],
        when=[chance.choice([NOON, "2025-02-30", None, "2025-01-01"]) for _ in range(count)],
        id=[str(chance.randint(1, 200)) for _ in range(count)],
        size=[chance.choice([1, 2]) for _ in range(count)],
    )
    for _ in range(2):
        report = load(store, table)
        assert report.accepted + report.rejected == count
        assert report.accepted == report.created + report.updated + report.unchanged
        refused = pq.read_table(report.rejects_path)
        assert len(set(refused["line"].to_pylist())) == report.rejected


def test_the_order_of_rows_changes_nothing(store: Store):
    chance = random.Random(2)
    count = 300
    table = orders(
        who=[chance.choice("abcdef") for _ in range(count)],
        when=[f"2025-01-{chance.randint(1, 9):02d}" for _ in range(count)],
        id=[str(chance.randint(1, 250)) for _ in range(count)],
    )
    first = load(store, table, name="one")
    mixed = list(range(count))
    chance.shuffle(mixed)
    second = load(store, table.take(mixed), name="two")
    one, two = ([{**row, "load": 0} for row in events(store, name)] for name in ("one", "two"))
    assert one == two
    assert (first.created, first.rejected) == (second.created, second.rejected)


def test_texts_are_composed_and_have_their_folded_companion(store: Store):
    table = orders(
        who=["Zoe\u0301"] * 3, when=[NOON] * 3, id=[1, 2, 3], city=["E\u0301vry", "lyon", "STRASSE ß"]
    )
    load(store, table)
    found = [(event["city"], event["city~folded"]) for event in events(store, "order")]
    assert found == [("Évry", "évry"), ("lyon", None), ("STRASSE ß", "strasse ss")]
    assert keys(store) == {0: "Zoé"}


def test_events_make_profiles_known_and_say_since_when(store: Store):
    load_profiles(store, pa.table({"id": ["a"]}), key="id")
    load(store, orders(who=["a", "b", "b"], when=[NOON, NOON, "2024-01-01T00:00:00Z"], id=[1, 2, 3]))
    assert first_seen(store) == {"a": us(NOON), "b": us("2024-01-01T00:00:00Z")}
    load(store, orders(who=["b"], when=["2023-01-01T00:00:00Z"], id=[4]))
    assert first_seen(store)["b"] == us("2023-01-01T00:00:00Z")


def test_each_file_is_sorted_and_bounded(store: Store):
    table = orders(
        who=["b", "a", "a"], when=[NOON, "2025-03-01T00:00:00Z", "2025-02-01T00:00:00Z"], id=[1, 2, 3]
    )
    load(store, table)
    (file,) = store.source().events["order"]
    found = pq.read_table(file.path).to_pylist()
    assert found == sorted(found, key=lambda row: (row["profile"], row["at_us"], row["id"]))
    assert (file.rows, file.first_us, file.last_us) == (3, us(NOON), us("2025-03-01T00:00:00Z"))


def test_times_without_a_zone_are_those_of_the_workspace_and_said_so(store: Store):
    report = load(store, orders(who=["a"], when=["2025-07-01 10:00:00"], id=["1"]))
    assert events(store, "order")[0]["at_us"] == us("2025-07-01T08:00:00Z")
    assert [warning.code for warning in report.warnings] == ["times_without_zone"]


def test_a_property_called_at_is_refused(store: Store):
    with pytest.raises(UserError) as refusal:
        load(store, orders(who=["a"], when=[NOON], id=["1"], at=[NOON]))
    assert refusal.value.problems[0].code == "reserved_name"


def test_a_collection_keeps_its_kind(store: Store):
    load(store, orders(who=["a"], when=[NOON], id=["1"]))
    with pytest.raises(UserError) as refusal:
        load_records(store, "order", data=orders(who=["a"], id=["1"]), profile="who", key="id")
    assert refusal.value.problems[0].code == "collection_of_another_kind"


def test_progress_is_told(store: Store):
    told: list[tuple[int, int | None]] = []
    table = orders(who=["a"] * 3, when=[NOON] * 3, id=[1, 2, 3])
    load_events(
        store,
        "order",
        data=table,
        profile="who",
        at="when",
        key="id",
        progress=lambda *step: told.append(step),
    )
    assert told == [(3, 3)]
