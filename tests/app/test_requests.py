"""Requests of people: the legal deadline, extended once and in time, refused with a reason."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

import vitrail
from tests.app.accounts.people import CLI
from vitrail.app.rights.requests import NewRequest, close, extend, list_requests, receive
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.audit import Asked, acts
from vitrail.model.errors import UserError

PARIS = dt.timezone(dt.timedelta(hours=1))


class Clock:
    """A clock a test turns."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ws(tmp_path, clock):
    with vitrail.create(tmp_path / "shop", clock=clock) as opened:
        opened.catalogue.declare(traits={"email": "text"})
        opened.load_profiles(pa.table({"id": ["ann"], "email": ["ann@example.org"]}), key="id")
        yield opened


def note(ws, right="access", person="ann", **more):
    return receive(ws.store, NewRequest(right, person, **more), by=CLI)


def test_it_is_to_be_answered_within_a_month_of_the_calendar(ws):
    note(ws)
    (found,) = list_requests(ws.store)
    assert found.due.astimezone(PARIS).date() == dt.date(2026, 2, 28)
    assert (found.key, found.urgency) == ("ann", "calm")


@pytest.mark.parametrize(("days", "urgency"), [(20, "calm"), (21, "soon"), (28, "soon"), (29, "late")])
def test_it_is_told_when_the_deadline_is_near_and_past(ws, clock, days, urgency):
    note(ws)
    clock.now += dt.timedelta(days=days)
    assert list_requests(ws.store)[0].urgency == urgency


def test_an_extension_gives_two_months_once_with_a_reason(ws):
    number = note(ws).number
    with pytest.raises(UserError, match="why"):
        extend(ws.store, number, why="  ", by=CLI)
    extend(ws.store, number, why="three shops keep data", by=CLI)
    (found,) = list_requests(ws.store)
    assert found.due.astimezone(PARIS).date() == dt.date(2026, 4, 30)
    with pytest.raises(UserError) as error:
        extend(ws.store, number, why="again", by=CLI)
    assert error.value.problems[0].code == "extended_already"


def test_it_cannot_be_extended_once_the_month_has_passed(ws, clock):
    number = note(ws).number
    clock.now += dt.timedelta(days=40)
    with pytest.raises(UserError) as error:
        extend(ws.store, number, why="complex", by=CLI)
    assert error.value.problems[0].code == "extended_too_late"


def test_a_refusal_says_why(ws):
    number = note(ws).number
    with pytest.raises(UserError):
        close(ws.store, number, refused=True, why="", by=CLI)
    close(ws.store, number, refused=True, why="excessive", by=CLI)
    (found,) = list_requests(ws.store)
    assert (found.request.state, found.request.why) == ("refused", "excessive")


def test_it_is_closed_once(ws):
    number = note(ws).number
    close(ws.store, number, by=CLI)
    with pytest.raises(UserError) as error:
        close(ws.store, number, by=CLI)
    assert error.value.problems[0].code == "request_closed"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (NewRequest("access", "nobody"), "unknown_profile"),
        (NewRequest("tea", "ann"), "unknown_right"),
        (NewRequest("access", "ann", received=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)), "received_later"),
    ],
)
def test_what_makes_no_sense_is_not_noted(ws, asked, code):
    with pytest.raises(UserError) as error:
        receive(ws.store, asked, by=CLI)
    assert error.value.problems[0].code == code
    assert list_requests(ws.store) == ()


def test_somebody_unknown_may_ask(ws):
    note(ws, person="", how="letter")
    assert list_requests(ws.store)[0].key == ""


def test_those_that_wait_come_first_by_deadline(ws, clock):
    first, second = note(ws).number, note(ws, "erasure").number
    clock.now += dt.timedelta(days=1)
    third = note(ws, "objection").number
    close(ws.store, first, by=CLI)
    assert [each.request.number for each in list_requests(ws.store)] == [second, third, first]


def test_every_step_is_in_the_trail(ws):
    number = note(ws).number
    extend(ws.store, number, why="complex", by=CLI)
    close(ws.store, number, by=CLI)
    with ws.store.ledger.reading() as connection:
        found = acts(connection, Asked(act="request."), limit=9)
    assert [each.act.name for each in found] == ["request.answer", "request.extend", "request.receive"]


def test_an_erasure_answers_them_and_leaves_no_word_of_the_person(ws):
    number = note(ws, "erasure", how="mail of ann@example.org").number
    ws.privacy.erase("ann", by="test", patience=Patience(seconds=0))
    (found,) = list_requests(ws.store)
    assert found.request.number == number
    assert (found.request.state, found.request.profile, found.request.how) == ("answered", None, "")
