"""Large loads of events: their files hold every row once, in the order of their shelf."""

import unicodedata
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.collect import ordering, pile
from vitrail.collect.load import load_events
from vitrail.warehouse import slices
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

DAY_US = 86_400_000_000
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "Évry", "d"]),
        st.integers(0, 60).map(lambda day: day * DAY_US // 2),
        st.sampled_from(["Lille", "ÉVRY", None, "e\u0301te\u0301"]),
    ),
    min_size=1,
    max_size=40,
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch):
    """A few rows are many: several piles, slices, and passes over each."""
    monkeypatch.setattr(pile, "ROWS", 8)
    monkeypatch.setattr(pile, "GROUP", 3)
    monkeypatch.setattr(pile, "STRETCHES", 2)
    monkeypatch.setattr(slices, "TARGET_ROWS", 12)
    monkeypatch.setattr(ordering, "AT_ONCE", 1)
    monkeypatch.setattr(ordering, "ROWS_PER_GROUP", 5)
    monkeypatch.setattr(ordering, "FEW_WORDS", 2)


def table(rows: list[tuple[str, int, str | None]]) -> pa.Table:
    who, when, city = zip(*rows, strict=True)
    ids = [f"{number * 7 % len(rows)}-{number}" for number in range(len(rows))]
    return pa.table(
        {
            "who": who,
            "when": pa.array(when, pa.timestamp("us", "UTC")),
            "id": ids,
            "city": pa.array(city, pa.string()),
            "tags": pa.array([[each] for each in who], pa.list_(pa.string())),
        }
    )


def files(store: Store) -> list[list[dict[str, object]]]:
    paths = [store.path / each.path for each in store.source().events.get("order", ())]
    return [pq.read_table(path).to_pylist() for path in paths]


def shop(folder: pytest.TempPathFactory) -> Store:
    root = folder.mktemp("shop") / "shop"
    return stores.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr",))


def composed(city: str | None) -> str | None:
    return None if city is None else unicodedata.normalize("NFC", city)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_every_row_is_written_once_and_in_order(tmp_path_factory: pytest.TempPathFactory, rows):
    told = table(rows)
    with shop(tmp_path_factory) as store:
        report = load_events(
            store, "order", data=pa.concat_tables([told, told]), profile="who", at="when", key="id"
        )
        written = files(store)
    assert (report.created, report.unchanged) == (len(rows), len(rows))
    for each in written:
        order = [(row["profile"], row["at_us"], row["id"]) for row in each]
        assert order == sorted(order)
    numbers = {who: number for number, who in enumerate(dict.fromkeys(who for who, _, _ in rows))}
    named = zip(told["id"].to_pylist(), rows, strict=True)
    found = {row["id"]: tuple(row[name] for name in SHOWN) for each in written for row in each}
    assert found == {
        name: (numbers[who], when, composed(city), folded(city), [who]) for name, (who, when, city) in named
    }


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_rows_without_a_key_are_all_written_each_under_its_own(
    tmp_path_factory: pytest.TempPathFactory, rows
):
    with shop(tmp_path_factory) as store:
        load_events(store, "order", data=table(rows).drop_columns(["id"]), profile="who", at="when")
        written = [row for each in files(store) for row in each]
    assert len({row["id"] for row in written}) == len(rows)
    found = Counter((row["at_us"], row["city"], row["tags"][0]) for row in written)
    assert found == Counter((when, composed(city), who) for who, when, city in rows)


def folded(city: str | None) -> str | None:
    text = composed(city)
    return None if text is None or text.casefold() == text else text.casefold()


SHOWN = ("profile", "at_us", "city", "city~folded", "tags")
