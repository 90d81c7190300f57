"""When the worker brings segments up to date, step by step, with a clock that is told the time."""

import pyarrow as pa
import pytest

import vitrail
from vitrail.app.keeping_current import CATCHING_UP_SECONDS, ERASING_SECONDS, PASSING_SECONDS, Current
from vitrail.consent.rights.erasing import READERS_WAIT

FRENCH = vitrail.Segment(key="french", name={"en": "French"}, rule='country = "FR"')


class Hands:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ws(tmp_path):
    with vitrail.create(tmp_path / "shop") as opened:
        opened.catalogue.declare(traits={"country": "text"})
        opened.define(FRENCH)
        yield opened


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def current(ws, hands) -> Current:
    found = Current(ws, hands)
    found.refresh()
    return found


def come(ws, *keys: str) -> None:
    ws.load_profiles(pa.table({"id": keys, "country": ["FR"] * len(keys)}), key="id")


def test_nothing_new_is_nothing_to_do(current):
    assert not current.is_due(more=False)


def test_something_new_is_refreshed_at_once(ws, current):
    come(ws, "Ana")
    assert current.is_due(more=False)
    current.refresh()
    assert ws.segment("french").members()["profile"].to_pylist() == ["Ana"]


def test_while_much_waits_to_be_filed_memberships_wait_a_little(ws, current, hands):
    come(ws, "Ana")
    waits = current.is_due(more=True)
    hands.now += CATCHING_UP_SECONDS
    assert (waits, current.is_due(more=True)) == (False, True)


def test_time_alone_is_looked_at_now_and_then(current, hands):
    hands.now += PASSING_SECONDS
    assert current.is_due(more=False)


def test_another_definition_is_something_new(ws, current):
    ws.define(vitrail.Segment(key="all", name={"en": "All"}, rule="true"))
    assert current.is_due(more=False)


def test_without_definitions_there_is_nothing_to_refresh(tmp_path, hands):
    with vitrail.create(tmp_path / "empty") as opened:
        current = Current(opened, hands)
        current.refresh()
        assert not current.is_due(more=False)


def test_an_erasure_that_was_begun_is_finished_without_definitions(tmp_path, hands, monkeypatch):
    monkeypatch.setenv(READERS_WAIT, "0")
    with vitrail.create(tmp_path / "bare") as opened:
        opened.load_profiles(pa.table({"id": ["Ana"]}), key="id")
        current = Current(opened, hands)
        current.refresh()
        opened.privacy.begin_erasure("Ana")
        hands.now += ERASING_SECONDS
        assert current.is_due(more=True)
        current.refresh()
        (erasure,) = opened.privacy.erasures()
        assert erasure.finished_at_us is not None
        assert not current.is_due(more=True)
