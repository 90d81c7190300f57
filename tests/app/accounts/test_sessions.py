"""Sessions: how long they live, what ends them, what is kept of them."""

import pytest

from tests.app.accounts.people import CLI, PASSWORD, first_owner, user
from tests.storage import Clock
from vitrail.app.accounts import sessions
from vitrail.app.accounts.sessions import Place
from vitrail.warehouse.store import Store

HERE = Place("192.0.2.1", "Firefox")


def begin(store: Store, who, *, is_whole: bool = True) -> str:
    return sessions.begin(store, who, place=HERE, is_whole=is_whole)


def test_the_right_password_is_recognised_and_no_other(store: Store):
    olga = first_owner(store)
    assert sessions.check_password(store, " OLGA@example.org", password=PASSWORD) == olga
    assert sessions.check_password(store, "olga@example.org", password=PASSWORD + "!") is None
    assert sessions.check_password(store, "nobody@example.org", password=PASSWORD) is None


@pytest.mark.parametrize(
    ("steps", "alive"),
    [([59], True), ([61], False), ([50] * 14, True), ([50] * 15, False)],
    ids=["used in time", "unused for an hour", "under twelve hours", "over twelve hours"],
)
def test_a_session_ends_by_age_and_by_not_being_used(
    store: Store, clock: Clock, steps: list[int], alive: bool
):
    token = begin(store, first_owner(store))
    for minutes in steps:
        clock.advance(minutes=minutes)
        found = sessions.recognise(store, token)
    assert (found is not None) is alive


def test_a_half_session_awaits_the_second_factor_for_ten_minutes(store: Store, clock: Clock):
    token = begin(store, first_owner(store), is_whole=False)
    clock.advance(minutes=9)
    found = sessions.recognise(store, token)
    assert found is not None and not found.session.is_whole
    clock.advance(minutes=1)
    assert sessions.recognise(store, token) is None


def test_a_token_is_not_kept_as_it_is(store: Store):
    token = begin(store, first_owner(store))
    assert token.encode() not in b"".join(file.read_bytes() for file in store.path.glob("ledger*"))


def test_every_sign_in_has_its_own_token(store: Store):
    olga = first_owner(store)
    assert begin(store, olga) != begin(store, olga)


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "\ud800", "a" * 100_000])
def test_other_tokens_open_nothing(store: Store, token: str):
    first_owner(store)
    assert sessions.recognise(store, token) is None


def test_somebody_ends_their_own_sessions_and_no_other(store: Store):
    olga, anne = first_owner(store), user(store, "marketer")
    mine, other, hers = begin(store, olga), begin(store, olga), begin(store, anne)
    here = sessions.recognise(store, mine)
    there = sessions.recognise(store, hers)
    assert here is not None and there is not None
    assert not sessions.end(store, here, session=there.session.id, by=CLI)
    assert len(sessions.sessions_of(store, olga)) == 2
    assert sessions.end(store, here, by=CLI)
    assert sessions.recognise(store, mine) is None
    assert sessions.recognise(store, other) is not None
    assert sessions.end_all_sessions(store, olga, by=CLI) == 1
    assert sessions.recognise(store, other) is None
    assert sessions.recognise(store, hers) is not None
