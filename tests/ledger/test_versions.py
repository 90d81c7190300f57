"""Versions that nobody asks for any more are forgotten: of the hours before, the last one stays."""

import pytest

from vitrail.ledger import manifest
from vitrail.ledger.database import Ledger
from vitrail.ledger.manifest import HOUR_US, Commit, Load, Version


@pytest.fixture
def ledger(new_ledger: Ledger) -> Ledger:
    return new_ledger


def commit(ledger: Ledger, number: int, *, minute: int, load: int | None = None) -> None:
    at_us = 500_000 * HOUR_US + minute * 60_000_000
    made = None if load is None else Load(load, "event", "order", "till", at_us)
    with ledger.writing() as connection:
        version = Version(number, at_us, load, profiles=number)
        manifest.commit(connection, Commit(version, made))


def in_force(ledger: Ledger, *, minute: int) -> int:
    with ledger.reading() as connection:
        return manifest.version_at(connection, 500_000 * HOUR_US + minute * 60_000_000).number


def test_of_an_hour_before_the_last_version_and_those_of_loads_stay(ledger: Ledger):
    commit(ledger, 1, minute=1)
    commit(ledger, 2, minute=2, load=1)
    commit(ledger, 3, minute=3)
    commit(ledger, 4, minute=59)
    commit(ledger, 5, minute=61)
    assert [in_force(ledger, minute=minute) for minute in (1, 2, 3, 58, 59, 60, 61)] == [0, 2, 2, 2, 4, 4, 5]


def test_within_an_hour_every_version_stays(ledger: Ledger):
    for number in (1, 2, 3):
        commit(ledger, number, minute=number)
    assert [in_force(ledger, minute=minute) for minute in (1, 2, 3)] == [1, 2, 3]
