"""A workspace storage for a test, with a clock that obeys."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2025, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: int) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with stores.create(
        tmp_path / "shop", timezone="Europe/Paris", currency="EUR", languages=("fr", "en"), clock=clock
    ) as made:
        yield made
