"""The audit trail: acts are added, sealed, and never changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.ledger.databases import behind_its_back
from vitrail.ledger.audit import Act, Asked, Broken, Subject, acts, last_seal, record, verify_audit
from vitrail.ledger.database import Ledger
from vitrail.model.access import SYSTEM, Actor

ALL = Asked()
ANNE = Actor("user", "anne")
TRAIL = (
    Act("user.add", Actor("cli", "root"), Subject("user", "anne"), details={"role": "owner"}),
    Act("profile.view", ANNE, Subject("profile", "42"), origin="203.0.113.7"),
    Act("segment.export", ANNE, Subject("segment", "vip"), details={"rows": 12, "masked": False}),
    Act("backup.make", SYSTEM),
)


@pytest.fixture
def ledger(new_ledger: Ledger) -> Ledger:
    with new_ledger.writing() as connection:
        assert [record(connection, act, at_us=10 * n) for n, act in enumerate(TRAIL)] == [1, 2, 3, 4]
    return new_ledger


def found(ledger: Ledger, asked: Asked = ALL, *, limit: int = 100) -> list[Act]:
    with ledger.reading() as connection:
        return [each.act for each in acts(connection, asked, limit=limit)]


def broken(ledger: Ledger) -> Broken | None:
    with ledger.reading() as connection:
        return verify_audit(connection)


def test_acts_come_back_as_they_were_written_the_newest_first(ledger: Ledger):
    assert found(ledger) == list(reversed(TRAIL))


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (Asked(actor=ANNE), ["segment.export", "profile.view"]),
        (Asked(subject=Subject("profile", "42")), ["profile.view"]),
        (Asked(subject=Subject("segment")), ["segment.export"]),
        (Asked(act="profile."), ["profile.view"]),
        (Asked(act="%"), []),
        (Asked(since_us=10, until_us=30), ["segment.export", "profile.view"]),
        (Asked(before=3), ["profile.view", "user.add"]),
    ],
)
def test_acts_are_found(ledger: Ledger, asked: Asked, names: list[str]):
    assert [act.name for act in found(ledger, asked)] == names


def test_a_list_has_a_limit(ledger: Ledger):
    assert found(ledger, limit=1) == [TRAIL[-1]]


def test_a_trail_nobody_touched_is_whole(ledger: Ledger):
    assert broken(ledger) is None


@pytest.mark.parametrize("statement", ["DELETE FROM audit", "UPDATE audit SET actor = 'bob'"])
def test_the_database_refuses_to_change_it(ledger: Ledger, statement: str):
    with pytest.raises(IntegrityError, match="never"), ledger.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit SET actor = 'bob' WHERE position = 2", Broken(2, "changed")),
        ("UPDATE audit SET at_us = 1 WHERE position = 3", Broken(3, "changed")),
        ("UPDATE audit SET details = '{}' WHERE position = 1", Broken(1, "changed")),
        ("DELETE FROM audit WHERE position = 2", Broken(2, "missing")),
        ("UPDATE audit SET chain = zeroblob(32) WHERE position = 4", Broken(4, "changed")),
    ],
)
def test_a_change_behind_its_back_is_found(ledger: Ledger, statement: str, expected: Broken):
    behind_its_back(ledger, "audit", statement=statement)
    assert broken(ledger) == expected


def test_the_last_seal_tells_that_the_end_was_cut_off(ledger: Ledger):
    with ledger.reading() as connection:
        before = last_seal(connection)
    behind_its_back(ledger, "audit", statement="DELETE FROM audit WHERE position = 4")
    with ledger.reading() as connection:
        assert verify_audit(connection) is None
        assert last_seal(connection) != before


def test_an_act_is_kept_with_what_it_is_about_or_not_at_all(ledger: Ledger):
    with pytest.raises(ZeroDivisionError), ledger.writing() as connection:
        record(connection, TRAIL[0], at_us=50)
        raise ZeroDivisionError
    assert len(found(ledger)) == 4
