"""A small shop, open, with a clock that obeys."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.copies import Mould
from tests.storage import Clock
from vitrail.app.workspace import Workspace, create

NOW = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

PEOPLE = pa.table({"id": ["C", "A", "B"], "country": [None, "FR", "BE"]})
ORDERS = pa.table(
    {
        "number": ["4", "1", "3", "2"],
        "who": ["D", "A", "B", "A"],
        "at": [NOW - 400 * DAY, NOW - 40 * DAY, NOW - 3 * DAY, NOW - 5 * DAY],
        "amount": pa.array([Decimal("7.25"), Decimal(20), None, Decimal("10.5")], pa.decimal128(10, 2)),
    }
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    with create(tmp_path / "shop", clock=clock) as ws:
        yield ws


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    def make(root: Path) -> None:
        with create(root, clock=Clock()) as ws:
            ws.load_profiles(PEOPLE, key="id")
            ws.load_events("order", ORDERS, profile="who", at="at", key="number")

    return Mould(tmp_path_factory.mktemp("shops"), make)


@pytest.fixture
def shop(shops: Mould, tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    """Four customers: A ordered 40 and 5 days ago, B 3, D 400; C never did, and has no country."""
    with vitrail.open(shops.cast(tmp_path / "shop"), clock=clock) as ws:
        yield ws
