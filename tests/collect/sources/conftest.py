from collections.abc import Iterator

import pytest

from tests.collect.sources import postgres
from tests.storage import clock, store

__all__ = ["address", "clock", "store"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture
def address(server: str) -> str:
    """An empty PostgreSQL."""
    postgres.execute(server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return server


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers of the tests answer at this machine."""
    monkeypatch.setenv("VITRAIL_EGRESS_ALLOW", "127.0.0.0/8")
