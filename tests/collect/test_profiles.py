import random
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from tests.collect.contents import ALWAYS, first_seen, folded, keys, observations, rows, snapshot, us
from tests.storage import Clock
from vitrail.collect.load import load_profiles
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store


def people(**columns: object) -> pa.Table:
    return pa.table(columns)


def test_profiles_are_numbered_in_order_of_appearance(store: Store):
    load_profiles(store, people(id=["b", "a"]), key="id")
    load_profiles(store, people(id=["c", "a"]), key="id")
    assert keys(store) == {0: "b", 1: "a", 2: "c"}
    assert store.source().profiles == 3


def test_a_first_value_without_a_date_holds_since_always(store: Store):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    assert [row["at_us"] for row in observations(store)] == [ALWAYS]


def test_a_changed_value_holds_since_the_load(store: Store, clock: Clock):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    clock.advance(days=1)
    report = load_profiles(store, people(id=["a"], city=["Lyon"]), key="id")
    assert report.updated == 1
    assert [(row["at_us"], row["city"]) for row in observations(store)] == [
        (ALWAYS, "Paris"),
        (us("2025-06-02T12:00:00Z"), "Lyon"),
    ]


def test_the_same_load_twice_changes_nothing(store: Store):
    table = people(id=["a", "b"], city=["Paris", None], age=[3, 4])
    load_profiles(store, table, key="id")
    before = store.source()
    report = load_profiles(store, table, key="id")
    assert (report.created, report.updated, report.unchanged) == (0, 0, 2)
    assert store.source() == before


def test_an_empty_cell_says_nothing(store: Store, clock: Clock):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    clock.advance(days=1)
    assert load_profiles(store, people(id=["a"], city=pa.array([None], pa.string())), key="id").unchanged == 1
    assert snapshot(store)["a"]["city"] == "Paris"


def test_a_new_trait_holds_since_always_for_a_known_profile(store: Store, clock: Clock):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    clock.advance(days=1)
    load_profiles(store, people(id=["a"], city=["Lyon"], age=[40]), key="id")
    assert [(row["at_us"], row.get("age")) for row in observations(store)] == [
        (ALWAYS, None),
        (ALWAYS, 40),
        (us("2025-06-02T12:00:00Z"), None),
    ]


def test_equal_rows_of_one_key_stand_for_one(store: Store):
    report = load_profiles(store, people(id=["a", "a"], city=["Paris", "Paris"]), key="id")
    assert (report.accepted, report.rejected, report.created, report.unchanged) == (2, 0, 1, 1)


def test_different_rows_of_one_key_are_all_refused(store: Store):
    report = load_profiles(store, people(id=["a", "b", "a"], city=["Paris", "Nice", "Lyon"]), key="id")
    assert [(reject.line, reject.column, reject.found) for reject in report.rejects] == [
        (1, "id", "a"),
        (3, "id", "a"),
    ]
    assert keys(store) == {0: "b"}


def test_dated_values_hold_since_their_instant(store: Store):
    when = pa.array(["2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"])
    load_profiles(store, people(id=["a", "a"], when=when, city=["Paris", "Lyon"]), key="id", at="when")
    assert [(row["at_us"], row["city"]) for row in observations(store)] == [
        (us("2024-01-01T00:00:00Z"), "Paris"),
        (us("2025-01-01T00:00:00Z"), "Lyon"),
    ]
    assert snapshot(store)["a"]["city"] == "Lyon"
    assert first_seen(store) == {"a": us("2024-01-01T00:00:00Z")}


def test_dated_values_loaded_twice_change_nothing(store: Store):
    table = people(id=["a"], when=["2024-01-01T00:00:00Z"], city=["Paris"])
    load_profiles(store, table, key="id", at="when")
    before = store.source()
    assert load_profiles(store, table, key="id", at="when").unchanged == 1
    assert store.source() == before


def test_a_value_of_the_past_leaves_the_present_alone(store: Store):
    load_profiles(store, people(id=["a"], city=["Lyon"], when=["2025-01-01"]), key="id", at="when")
    load_profiles(store, people(id=["a"], city=["Paris"], when=["2024-01-01"]), key="id", at="when")
    assert snapshot(store)["a"]["city"] == "Lyon"


def test_a_value_of_the_future_is_not_in_the_snapshot(store: Store, clock: Clock):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    load_profiles(store, people(id=["a"], city=["Lyon"], when=["2025-07-01T00:00:00Z"]), key="id", at="when")
    assert snapshot(store)["a"]["city"] == "Paris"
    assert store.source().traits.valid_until_us == us("2025-07-01T00:00:00Z")
    clock.advance(days=60)
    load_profiles(store, people(id=["b"], city=["Nice"]), key="id")
    assert snapshot(store)["a"]["city"] == "Lyon"


def test_the_declared_creation_dates_the_profile(store: Store):
    table = people(id=["a", "b"], born=pa.array([date(2020, 1, 1), None]))
    load_profiles(store, table, key="id", created="born")
    assert first_seen(store) == {"a": us("2019-12-31T23:00:00Z")}
    assert store.catalogue.created == "born"


def test_the_creation_must_be_a_date(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, people(id=["a"], born=["yesterday"]), key="id", created="born")
    assert refusal.value.problems[0].code == "created_not_a_date"
    assert store.version.number == 0


def test_touched_profiles_are_those_that_changed(store: Store, clock: Clock):
    load_profiles(store, people(id=["a", "b", "c"], city=["x", "y", "z"]), key="id")
    version = store.version.number
    clock.advance(days=1)
    load_profiles(store, people(id=["a", "b", "d"], city=["x", "Y", "w"]), key="id")
    assert list(store.touched_since(version)) == [1, 3]


def test_the_clock_going_back_does_not_hide_a_change(store: Store, clock: Clock):
    load_profiles(store, people(id=["a"], city=["Paris"]), key="id")
    load_profiles(store, people(id=["a"], city=["Lyon"]), key="id")
    clock.advance(days=-3)
    load_profiles(store, people(id=["a"], city=["Nice"]), key="id")
    assert snapshot(store)["a"]["city"] == "Nice"


@pytest.mark.parametrize("seed", range(5))
def test_the_snapshot_is_the_fold_of_the_observations(store: Store, clock: Clock, seed: int):
    chance = random.Random(seed)
    for _ in range(8):
        clock.advance(days=chance.randint(0, 40))
        _random_load(store, chance)
        traits = store.source().traits
        told = {key: traits for key, traits in folded(store, traits.valid_until_us).items() if traits}
        assert _plain(snapshot(store)) == told
        assert store.now_us() < traits.valid_until_us
        instants = {row["at_us"] for row in rows(traits.observations)}
        assert not any(traits.valid_from_us < at < traits.valid_until_us for at in instants)


def _random_load(store: Store, chance: random.Random) -> None:
    count = chance.randint(1, 5)
    columns = {
        "id": chance.sample("abcdefg", count),
        "city": pa.array([chance.choice(["Paris", "Évry", "LYON", None]) for _ in range(count)], pa.string()),
        "age": pa.array([chance.choice([1, 2, 3, None]) for _ in range(count)], pa.int64()),
    }
    if chance.random() < 0.5:
        load_profiles(store, people(**columns), key="id")
        return
    days = [datetime(2025, chance.randint(1, 12), chance.randint(1, 28), tzinfo=UTC) for _ in range(count)]
    load_profiles(store, people(**columns, when=days), key="id", at="when")


def _plain(found: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    return {
        key: {name: value for name, value in row.items() if "~" not in name}
        for key, row in found.items()
        if set(row)
    }
