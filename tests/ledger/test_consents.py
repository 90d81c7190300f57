"""The ledger of consents: entries are added, sealed, and only ever erased with their person."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.ledger.databases import behind_its_back
from vitrail.ledger.consents import append, entries, erase, head, noted_head, verify
from vitrail.ledger.database import Ledger
from vitrail.model.consents import Consent


def said(profile: int, state: str = "granted", at_us: int = 1, **details: str) -> Consent:
    return Consent(profile, "marketing", state, at_us, channel="email", **details)  # type: ignore[arg-type]


@pytest.fixture
def ledger(new_ledger: Ledger) -> Ledger:
    with new_ledger.writing() as connection:
        append(connection, [said(1, wording="2026-01", proof="form 12"), said(2, "refused")], at_us=10)
        append(connection, [said(1, "withdrawn", at_us=5)], at_us=20)
    return new_ledger


def meddle(ledger: Ledger, statement: str) -> None:
    behind_its_back(ledger, "consents", statement=statement)


def test_what_was_said_is_kept_in_order(ledger: Ledger):
    with ledger.reading() as connection:
        found = [(each.position, each.consent) for each in entries(connection, profiles=[1])]
    assert found == [
        (1, said(1, wording="2026-01", proof="form 12")),
        (3, said(1, "withdrawn", at_us=5)),
    ]


def test_a_chain_nobody_touched_is_whole(ledger: Ledger):
    with ledger.reading() as connection:
        assert verify(connection) is None


@pytest.mark.parametrize(
    "statement", ["DELETE FROM consents", "UPDATE consents SET state = 'granted' WHERE position = 2"]
)
def test_the_database_refuses_to_change_an_entry(ledger: Ledger, statement: str):
    with pytest.raises(IntegrityError, match="never"), ledger.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "position", "reason"),
    [
        ("UPDATE consents SET state = 'granted' WHERE position = 2", 2, "changed"),
        ("UPDATE consents SET at_us = 0 WHERE position = 1", 1, "changed"),
        ("UPDATE consents SET recorded_at_us = 0 WHERE position = 3", 3, "changed"),
        ("DELETE FROM consents WHERE position = 2", 2, "missing"),
        ("UPDATE consents SET content = zeroblob(32), profile = NULL WHERE position = 2", 2, "out_of_chain"),
    ],
)
def test_a_change_behind_its_back_is_found(ledger: Ledger, statement: str, position: int, reason: str):
    meddle(ledger, statement)
    with ledger.reading() as connection:
        found = verify(connection)
    assert found is not None
    assert (found.position, found.reason) == (position, reason)


def test_erasing_a_person_leaves_the_chain_whole(ledger: Ledger):
    with ledger.writing() as connection:
        assert erase(connection, [1]) == 2
    with ledger.reading() as connection:
        assert verify(connection) is None
        assert [each.consent for each in entries(connection)] == [None, said(2, "refused"), None]


def test_cutting_the_last_entries_off_is_seen(ledger: Ledger):
    meddle(ledger, "DELETE FROM consents WHERE position > 2")
    with ledger.reading() as connection:
        found = verify(connection)
    assert found is not None and (found.position, found.reason) == (3, "cut")


def test_emptying_the_ledger_is_seen(ledger: Ledger):
    meddle(ledger, "DELETE FROM consents")
    with ledger.reading() as connection:
        found = verify(connection)
    assert found is not None and (found.position, found.reason) == (1, "cut")


def test_the_end_of_the_chain_is_noted_outside_the_table(ledger: Ledger):
    with ledger.reading() as connection:
        assert noted_head(connection) == head(connection)
        assert head(connection).entries == 3


def test_a_ledger_from_before_its_end_was_noted_is_whole(ledger: Ledger):
    with ledger.writing() as connection:
        connection.execute(text("DELETE FROM settings WHERE name = 'consents_head'"))
    with ledger.reading() as connection:
        assert verify(connection) is None


def test_entries_may_come_one_by_one(ledger: Ledger, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vitrail.ledger.consents.AT_ONCE", 2)
    with ledger.writing() as connection:
        append(connection, (said(number) for number in range(5)), at_us=30)
    with ledger.reading() as connection:
        assert (head(connection).entries, verify(connection)) == (8, None)
