"""Objections, restrictions and tombstones in the ledger: added, never changed, erased with their person."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from vitrail.ledger import standing
from vitrail.ledger.database import Ledger
from vitrail.model.standing import Act, Tombstone

OPPOSED = Act(1, "objection", "raised", 5, proof="letter 12", by="ana")


@pytest.fixture
def ledger(new_ledger: Ledger) -> Ledger:
    with new_ledger.writing() as connection:
        standing.add_acts(connection, [OPPOSED, Act(2, "restriction", "raised", 3)], at_us=10)
        standing.add_tombstones(connection, [Tombstone("aa", "email", 5, 1), Tombstone("bb", "key", 5, 1)])
    return new_ledger


def test_acts_come_in_the_order_they_count(ledger: Ledger):
    with ledger.reading() as connection:
        found = [each.act for each in standing.all_acts(connection)]
    assert found == [Act(2, "restriction", "raised", 3), OPPOSED]


def test_acts_of_later_do_not_count_yet(ledger: Ledger):
    with ledger.reading() as connection:
        assert [each.number for each in standing.all_acts(connection, until_us=4)] == [2]


@pytest.mark.parametrize("table", ["standing_acts", "tombstones"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET at_us = 0"])
def test_the_database_refuses_to_change_them(ledger: Ledger, table: str, change: str):
    with pytest.raises(IntegrityError, match="never"), ledger.writing() as connection:
        connection.execute(text(change.format(table)))


def test_erasing_a_person_leaves_the_number_alone(ledger: Ledger):
    with ledger.writing() as connection:
        assert standing.erase_acts(connection, [1]) == 1
    with ledger.reading() as connection:
        assert {each.number: each.act is None for each in standing.all_acts(connection)} == {
            1: True,
            2: False,
        }


def test_a_tombstone_stands_until_it_is_lifted(ledger: Ledger):
    with ledger.writing() as connection:
        standing.add_tombstones(connection, [Tombstone("aa", "email", 9, 1, lifted=True)])
    with ledger.reading() as connection:
        assert standing.erased_prints(connection) == {"bb"}


def test_a_hash_depends_on_the_key_the_kind_and_the_value():
    asked = [
        ("00", "email", "a@b.fr"),
        ("01", "email", "a@b.fr"),
        ("00", "key", "a@b.fr"),
        ("00", "email", "A"),
    ]
    assert len({standing.print_of(kind, value, key=key) for key, kind, value in asked}) == 4
