from pathlib import Path

import pytest

from tests.collect.tracked import did, filed, track
from tests.storage import Clock
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.filing import batch, quarantine
from vitrail.collect.filing.batch import event_of
from vitrail.collect.filing.quarantine import groups, samples
from vitrail.collect.filing.replay import Replayed, discard, replay
from vitrail.ledger import manifest, write_keys
from vitrail.ledger.filing import plan_warnings
from vitrail.ledger.write_keys import TrackingSource, Unplanned
from vitrail.model.catalogue import Collection, Field
from vitrail.model.tracking import Tracked
from vitrail.warehouse import compaction
from vitrail.warehouse.store import Store


def let(store: Store, unplanned: Unplanned, name: str = "site") -> None:
    """Let a source send what the plan holds, or more."""
    with store.ledger.writing() as connection:
        source = TrackingSource(name, "web", f"key of {name}", unplanned, 0)
        write_keys.add_source(connection, source)


def plan(store: Store, event: str, **types: str) -> None:
    """Declare an event and its properties."""
    fields = {name: Field(name, kind, "") for name, kind in types.items()}
    declare(store, Declaration(collections=(Collection(event, "event", "", properties=fields),)))


def waiting(store: Store) -> list[tuple[str, str, int]]:
    return [(group.code, group.path, group.messages) for group in groups(store)]


def test_what_waits_is_told_by_the_correction_it_needs(store: Store):
    filed(store, track("visit", {"value": 1}))
    filed(store, track("visit", {"value": "a"}), track("visit", {"value": "b"}), track("", {}))
    assert waiting(store) == [("type", "value", 2), ("event_name", "", 1)]
    group = groups(store)[0]
    assert group.reason.en.startswith("“value” of “visit” must be a number; the source sends “a”.")
    assert [each.found for each in samples(store, group.id)] == ["a", "b"]


def test_a_source_that_must_keep_to_the_plan_waits_until_it_is_declared(store: Store):
    let(store, "refuse")
    filed(store, track("visit", {"value": 1}))
    assert waiting(store) == [("unplanned_event", "visit", 1)]
    plan(store, "visit")
    assert replay(store) == Replayed(waiting=1)
    assert waiting(store) == [("unplanned_property", "value", 1)]
    plan(store, "visit", value="decimal")
    assert replay(store) == Replayed(filed=1)
    assert (waiting(store), len(did(store, "visit"))) == ([], 1)


def test_the_circumstances_need_no_plan(store: Store):
    let(store, "refuse")
    plan(store, "visit")
    assert filed(store, track("visit", context={"locale": "fr"})).filed == 1


def test_what_a_message_made_known_is_not_planned(store: Store):
    let(store, "refuse", name="app")
    filed(store, track("visit", {"value": 1}), source="site")
    assert filed(store, track("visit", {"value": 2}), source="app").set_aside == 1


def test_a_replay_counts_a_message_once(store: Store):
    let(store, "refuse")
    order = track("order", {})
    filed(store, order, order)
    filed(store, order)
    assert waiting(store) == [("unplanned_event", "order", 3)]
    plan(store, "order")
    assert filed(store, order).filed == 1
    assert replay(store) == Replayed(known=3)
    assert (len(did(store, "order")), waiting(store)) == (1, [])


def test_one_group_is_replayed_and_the_others_wait(store: Store):
    let(store, "refuse")
    filed(store, track("order"), track("visit"))
    plan(store, "order")
    plan(store, "visit")
    (order,) = (group.id for group in groups(store) if group.event == "order")
    assert replay(store, frozenset({order})) == Replayed(filed=1)
    assert waiting(store) == [("unplanned_event", "visit", 1)]


def test_an_event_of_the_future_can_be_replayed_once_its_time_has_come(store: Store, clock: Clock):
    filed(store, track("visit", timestamp="2025-06-05T00:00:00Z"))
    assert replay(store) == Replayed(waiting=1)
    clock.advance(days=4)
    assert replay(store) == Replayed(filed=1)


def test_what_is_discarded_is_gone(store: Store):
    filed(store, track("", {}), track("", {"a": 1}))
    (group,) = groups(store)
    assert discard(store, frozenset({"another"})) == 0
    assert discard(store, frozenset({group.id})) == 2
    assert (groups(store), replay(store)) == ((), Replayed())


def test_the_quarantine_is_bounded_and_says_so(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quarantine, "MOST_MESSAGES", 2)
    filed(store, *(track("", {"number": number}) for number in range(5)))
    (group,) = groups(store)
    assert (group.messages, group.lost) == (5, 3)
    assert replay(store) == Replayed(waiting=2, lost=3)
    assert groups(store) == (group,)


def test_the_files_of_the_quarantine_stay_few(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(compaction, "CROWD", 2)
    for number in range(4):
        filed(store, track("", {"number": number}))
    with store.ledger.reading() as connection:
        files = manifest.files_in_force(connection, kind="quarantine")
    assert len(files) <= 2
    assert waiting(store) == [("event_name", "", 4)]
    assert all((store.path / Path(file.path)).exists() for file in files)


def test_a_message_the_program_fails_on_does_not_stop_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    def stumble(message: Tracked) -> str:
        if message.event == "visit":
            raise ZeroDivisionError("on purpose")
        return event_of(message)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "event_of", stumble)
        assert filed(store, track("visit"), track("order")).filed == 1
    assert waiting(store) == [("failed", "", 1)]
    assert replay(store) == Replayed(filed=1)


def test_a_clock_before_1970_is_wrong(store: Store):
    filed(store, track("visit", timestamp="0001-01-01T00:00:00Z", sentAt="9999-01-01T00:00:00Z"))
    assert waiting(store) == [("past", "", 1)]


def test_a_warning_counts_messages(store: Store):
    let(store, "warn")
    filed(store, track("order", {"products": [{"sku": "A"}, {"sku": "B"}]}))
    with store.ledger.reading() as connection:
        found = plan_warnings(connection)
    assert {(each.event, each.code, each.path): each.messages for each in found} == {
        ("order", "unplanned_event", ""): 1,
        ("order.products", "unplanned_event", ""): 1,
        ("order.products", "unplanned_property", "sku"): 1,
    }
