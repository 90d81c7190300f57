"""Our RFM is a fact about the customers: the order of rows, files and loads changes nobody's group."""

import datetime as dt
import random
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vitrail.app.ready import ready
from vitrail.app.workspace import create

NOW = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)
SCHEMA = pa.schema(
    [
        ("number", pa.string()),
        ("who", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("amount", pa.decimal128(10, 2)),
    ]
)


def made_orders():
    """Orders of 200 customers with many equals: few amounts, few dates, mostly one or two orders."""
    dice = random.Random(3)
    rows = []
    for who in range(200):
        for _ in range(dice.choice([1, 1, 1, 2, 2, 5])):
            at = NOW - dt.timedelta(days=dice.choice([3, 10, 40, 90, 200, 300]))
            rows.append(
                {
                    "number": str(len(rows)),
                    "who": f"c{who}",
                    "at": at,
                    "amount": Decimal(dice.choice([10, 20])),
                }
            )
    return rows


ORDERS = made_orders()


def groups(folder, tables):
    """The RFM group of every customer, once these tables are loaded in this order."""
    with create(folder, clock=lambda: NOW) as ws:
        for table in tables:
            ws.load_events("order", table, profile="who", at="at", key="number")
        ws.define(ready({"order": "order", "order.amount": "amount"}, ws.catalogue).definitions)
        ws.refresh()
        keys = [key for key in ws.catalogue.segments if key.startswith("rfm.")]
        return {who: key for key in keys for who in ws.segment(key).members()["profile"].to_pylist()}


def as_table(rows):
    return pa.Table.from_pylist(rows, SCHEMA)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    found = groups(tmp_path_factory.mktemp("rfm") / "shop", [as_table(ORDERS)])
    assert len(found) == 200
    assert len(set(found.values())) >= 8
    return found


def in_parts(rows, count):
    return [rows[start::count] for start in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_shuffled_rows_give_the_same_groups(expected, tmp_path, seed):
    rows = ORDERS.copy()
    random.Random(seed).shuffle(rows)
    assert groups(tmp_path / "shop", [as_table(rows)]) == expected


@pytest.mark.parametrize("seed", range(2))
def test_loads_in_any_order_give_the_same_groups(expected, tmp_path, seed):
    parts = in_parts(ORDERS, 3)
    random.Random(seed).shuffle(parts)
    assert groups(tmp_path / "shop", map(as_table, parts)) == expected


def test_other_files_give_the_same_groups(expected, tmp_path):
    paths = [tmp_path / f"{number}.parquet" for number in range(4)]
    for path, rows in zip(paths, in_parts(ORDERS[::-1], 4), strict=True):
        pq.write_table(as_table(rows), path)
    assert groups(tmp_path / "shop", paths) == expected


def test_equal_customers_are_in_one_group(expected):
    per_person = {}
    for row in ORDERS:
        per_person.setdefault(row["who"], []).append(row)
    alike = {}
    for who, rows in per_person.items():
        facts = (max(row["at"] for row in rows), len(rows), sum(row["amount"] for row in rows))
        alike.setdefault(facts, set()).add(expected[who])
    assert len(alike) < len(expected)
    assert all(len(found) == 1 for found in alike.values())
