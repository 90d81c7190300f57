"""Who opposed what and whose data are frozen, for the gate and for one person."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.storage import Clock
from vitrail.app.report.exports import members_with_traits
from vitrail.consent.rights.standing import Standing, standing_at
from vitrail.ledger.audit import Asked, acts
from vitrail.model.access import Actor
from vitrail.model.errors import UserError
from vitrail.warehouse.people import number_of

pytestmark = pytest.mark.both_ledgers

PEOPLE = {"id": ["A", "B", "C"], "email": ["a@x.fr", "b@x.fr", "c@x.fr"]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ws(tmp_path: Path, clock: Clock) -> Iterator[vitrail.Workspace]:
    with vitrail.create(tmp_path / "shop", clock=clock) as made:
        made.catalogue.declare(purposes=["newsletter"])
        made.load_profiles(pa.table(PEOPLE), key="id")
        yield made


def now(ws: vitrail.Workspace, at: dt.datetime | None = None) -> Standing:
    at_us = None if at is None else int(at.timestamp() * 1_000_000)
    return standing_at(ws.store, ws.store.source(), at_us=at_us)


def numbers(ws: vitrail.Workspace, *keys: str) -> set[int | None]:
    return {number_of(ws.store.source(), key) for key in keys}


def test_an_objection_to_marketing_is_in_force_at_once(ws: vitrail.Workspace):
    ws.privacy.object("B", by="ana", proof="letter")
    assert set(now(ws).objects_to_marketing) == numbers(ws, "B")


def test_an_objection_to_one_purpose_is_to_no_other(ws: vitrail.Workspace):
    ws.privacy.object("B", "newsletter")
    found = now(ws)
    assert (set(found.objects_to_marketing), set(found.objects_to["newsletter"])) == (set(), numbers(ws, "B"))


def test_a_restriction_holds_until_it_is_lifted(ws: vitrail.Workspace, clock: Clock):
    ws.privacy.restrict("A")
    before = clock.now
    clock.advance(days=3)
    ws.privacy.lift("A", "restriction")
    assert set(now(ws).restricted) == set()
    assert set(now(ws, before).restricted) == numbers(ws, "A")


def test_what_is_lifted_and_raised_again_holds(ws: vitrail.Workspace):
    ws.privacy.object("A")
    ws.privacy.lift("A", "objection")
    ws.privacy.object("A")
    assert [act.profile for act in ws.privacy.standing("A")] == list(numbers(ws, "A"))


def test_the_strictest_of_merged_profiles_counts(ws: vitrail.Workspace):
    ws.privacy.object("C")
    ws.confirm("A", "C")
    assert set(now(ws).objects_to_marketing) == numbers(ws, "A") == numbers(ws, "C")


def test_a_split_leaves_the_objection_on_both(ws: vitrail.Workspace):
    merged = ws.confirm("A", "C")
    ws.privacy.object("A")
    ws.undo(merged.decision)
    assert set(now(ws).objects_to_marketing) == numbers(ws, "A", "C")


def test_what_is_not_in_force_cannot_be_lifted(ws: vitrail.Workspace):
    with pytest.raises(UserError, match="no objection in force"):
        ws.privacy.lift("A", "objection")


def test_a_purpose_nobody_declared_is_refused_with_the_nearest(ws: vitrail.Workspace):
    with pytest.raises(UserError) as refused:
        ws.privacy.object("A", "newsleter")
    assert refused.value.problems[0].hint == ("newsletter",)


def test_what_is_noted_is_in_the_audit_trail_without_the_key(ws: vitrail.Workspace):
    ws.privacy.object("B", "newsletter", actor=Actor("cli", "ana"))
    with ws.store.ledger.reading() as connection:
        told = acts(connection, Asked(act="objection"), limit=9)[0].act
    assert told.name == "objection.raised"
    assert (told.actor.id, told.details, "B" in told.subject.id) == ("ana", {"about": "newsletter"}, False)


def test_a_list_that_is_taken_away_is_without_those_whose_data_are_frozen(ws: vitrail.Workspace):
    ws.define(vitrail.Segment(key="all", name={"en": "All"}, rule="email is known"))
    ws.refresh()
    ws.privacy.restrict("B")
    assert members_with_traits(ws, "all")["profile"].to_pylist() == ["A", "C"]
    ws.privacy.lift("B", "restriction")
    assert members_with_traits(ws, "all")["profile"].to_pylist() == ["A", "B", "C"]
