"""A segment whose inputs are stale or broken says so: scenarios over time."""

import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.app.terminal import answer, run
from tests.storage import Clock
from vitrail.app.health import recent_health
from vitrail.app.report.exports import Layout, export_segment
from vitrail.app.workspace import Workspace
from vitrail.collect.declare import Declaration
from vitrail.ledger.respect import Due, save_retention_due
from vitrail.model.catalogue import Choice, Collection, Field
from vitrail.model.definitions import Segment
from vitrail.model.expectations import CollectionExpectation, FieldExpectation

DAY = dt.timedelta(days=1)


def orders(day: dt.datetime, count: int, *, with_amount: bool = True) -> pa.Table:
    """The orders of one day, in the morning."""
    start = day.replace(hour=8, minute=0)
    amounts = [10 if with_amount else None] * count
    return pa.table(
        {
            "who": [str(n % 50) for n in range(count)],
            "at": [start + n * dt.timedelta(seconds=30) for n in range(count)],
            "amount": pa.array(amounts, pa.int64()),
        }
    )


def trade(ws: Workspace, clock: Clock, *, days: int, count: int = 100, with_amount: bool = True) -> None:
    """So many days pass; each morning the orders of the day before are loaded."""
    for _ in range(days):
        table = orders(clock.now, count, with_amount=with_amount)
        clock.advance(days=1)
        ws.load_events("order", table, profile="who", at="at", source="shop")


@pytest.fixture
def steady(empty: Workspace, clock: Clock) -> Workspace:
    """A shop with a hundred orders a day for six weeks, and three segments: two read orders."""
    many = pa.concat_tables([orders(clock.now - n * DAY, 100) for n in range(1, 45)])
    empty.load_events("order", many, profile="who", at="at", source="shop")
    trade(empty, clock, days=3)
    empty.define(Segment("active", {"fr": "Actifs", "en": "Active"}, "did(order, last 30 days)"))
    empty.define(Segment("others", {"fr": "Autres", "en": "Others"}, 'not member("active")'))
    empty.define(Segment("all", {"fr": "Tous", "en": "All"}, "true"))
    empty.refresh()
    return empty


def codes(ws: Workspace) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in ws.health().problems]


def test_a_steady_shop_is_in_good_health(steady: Workspace):
    assert steady.health().is_good


def test_a_weekend_is_no_alarm_but_a_silence_is(steady: Workspace, clock: Clock):
    clock.advance(days=1)
    assert codes(steady) == []
    clock.advance(days=3)
    assert codes(steady) == [("stale", "events.order")]


def test_a_stale_input_is_told_of_every_segment_that_reads_it(steady: Workspace, clock: Clock):
    clock.advance(days=10)
    assert list(steady.health().segments) == ["active", "others"]
    (problem,) = steady.health().segments["active"]
    assert problem.message.en == (
        "“order”: the latest is 11 days old; usually never more than 3 days. "
        "The segment “Active” may be missing people, or holding some wrongly."
    )
    assert problem.message.fr == (
        "«\u202forder\u202f»\u00a0: la dernière donnée date de 11 jours\u202f; d’habitude, jamais plus de "
        "3 jours. Le segment «\u202fActifs\u202f» peut donc oublier des clients ou en garder à tort."
    )


def test_a_stale_input_changes_no_membership(steady: Workspace, clock: Clock):
    before = steady.segment("active").size()
    clock.advance(days=10)
    steady.refresh()
    assert steady.segment("active").size() == before == 50


def test_a_day_with_few_orders_is_told_and_forgotten(steady: Workspace, clock: Clock):
    trade(steady, clock, days=1, count=12)
    (problem,) = steady.health().problems
    assert problem.message.en == ("“order”: 12 on 4 June 2025, while a Wednesday usually brings 64 to 144.")
    trade(steady, clock, days=8)
    assert codes(steady) == []


def test_a_property_that_is_no_longer_sent_is_told(steady: Workspace, clock: Clock):
    trade(steady, clock, days=5, with_amount=False)
    assert codes(steady) == [("emptied", "events.order.amount")]
    assert steady.health().segments == {}
    steady.define(Segment("big", {"en": "Big"}, "sum(order.amount) > 10"))
    assert list(steady.health().segments) == ["big"]


def test_health_is_told_as_it_was(steady: Workspace, clock: Clock):
    then = clock.now
    clock.advance(days=10)
    assert steady.health(as_of=then).is_good


def test_what_is_past_its_period_is_told_from_recent_signs_too(steady: Workspace, clock: Clock):
    with steady.store.ledger.writing() as connection:
        save_retention_due(connection, Due(steady.store.now_us(), {"orders": 3}))
    found = recent_health(steady.store, steady.catalogue.current(), database=steady.database)
    assert [each.code for each in found.problems] == ["retention_due"]


def test_what_is_declared_comes_before_what_is_usual(steady: Workspace, clock: Clock):
    expects = CollectionExpectation(age=30, rows_per_day=150)
    declare(steady, expects)
    clock.advance(days=10)
    (problem,) = steady.health().problems
    assert (problem.code, problem.severity) == ("few_rows", "error")
    clock.advance(days=30)
    assert ("stale", "events.order") in codes(steady)


def declare(ws: Workspace, expects: CollectionExpectation) -> None:
    """What is expected of orders."""
    ws.catalogue.declare(Declaration(collections=(Collection("order", "event", "", expects=expects),)))


@pytest.mark.parametrize(
    ("expects", "code"),
    [
        (FieldExpectation(fill=0.9), "low_fill"),
        (FieldExpectation(fill=0.7), None),
        (FieldExpectation(choices=True), "other_values"),
        (FieldExpectation(unique=True), "repeated"),
        (FieldExpectation(age=5), "stale"),
        (FieldExpectation(age=20), None),
    ],
)
def test_a_promise_about_a_trait_is_kept_or_told(
    empty: Workspace, clock: Clock, expects: FieldExpectation, code: str | None
):
    field = Field("country", "text", "", choices=(Choice("FR"),), expects=expects)
    empty.catalogue.declare(traits={"country": field})
    countries = ["FR", "FR", "BE", None]
    empty.load_profiles(pa.table({"id": ["a", "b", "c", "d"], "country": countries}), key="id")
    clock.advance(days=10)
    assert codes(empty) == ([] if code is None else [(code, "traits.country")])


def test_a_source_that_came_daily_and_falls_silent_touches_its_traits(empty: Workspace, clock: Clock):
    for number in range(5):
        empty.load_profiles(pa.table({"id": ["a"], "points": [number]}), key="id", source="crm")
        clock.advance(days=1)
    empty.load_profiles(pa.table({"id": ["a"], "city": ["Paris"]}), key="id", source="form")
    empty.define(Segment("rich", {"en": "Rich"}, "points > 3"))
    empty.define(Segment("paris", {"en": "Paris"}, 'city = "Paris"'))
    assert empty.health().is_good
    clock.advance(days=4)
    assert codes(empty) == [("silent_source", "sources.crm")]
    assert list(empty.health().segments) == ["rich"]


def test_expectations_are_declared_in_a_file(steady: Workspace, tmp_path):
    order = "{expects: {rows_per_day: 150}, properties: {amount: {expects: {fill: 1}}}}"
    (tmp_path / "expects.yaml").write_text(f"edition: 2026\nevents: {{order: {order}}}\n")
    assert run("declare", str(tmp_path / "expects.yaml"), workspace=steady.store.path).exit_code == 0
    known = steady.catalogue.collections["order"]
    assert known.expects == CollectionExpectation(rows_per_day=150)
    assert known.properties["amount"].expects == FieldExpectation(fill=1)
    assert codes(steady) == [("few_rows", "events.order")]


def test_the_commands_tell(steady: Workspace, clock: Clock):
    path = steady.store.path
    steady.close()
    told = run("health", "--json", workspace=path)
    assert (told.exit_code, [each["code"] for each in answer(told)["problems"]]) == (1, ["stale"])
    rows = {
        row["key"]: row["problems"] for row in answer(run("segments", "--json", workspace=path))["segments"]
    }
    assert [bool(rows[key]) for key in ("active", "others", "all")] == [True, True, False]
    assert "may be missing people" in run("segment", "active", workspace=path).stdout
    assert "! active" in run("segments", workspace=path).stdout
    assert answer(run("refresh", "--json", workspace=path))["problems"]["segments"]["active"]
    assert answer(run("catalogue", "--json", workspace=path))["problems"]


def test_exports_carry_the_warning(steady: Workspace, clock: Clock, tmp_path):
    clock.advance(days=10)
    for name in ("active.xlsx", "active.parquet"):
        export_segment(steady, "active", path=tmp_path / name, layout=Layout(language="en"))
    notes = openpyxl.load_workbook(tmp_path / "active.xlsx")["To know"]
    assert "11 days old" in notes["A1"].value
    kept = pq.read_schema(tmp_path / "active.parquet").metadata[b"vitrail.warnings"]
    assert b"11 days old" in kept
    told = answer(
        run("export", "active", "--to", str(tmp_path / "a.csv"), "--json", workspace=steady.store.path)
    )
    assert told["problems"]
