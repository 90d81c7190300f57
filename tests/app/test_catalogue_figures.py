"""What the catalogue tells of each field, against counting by hand."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from tests.app.terminal import run
from tests.storage import Clock
from vitrail.app.known import KnownField, what_is_known
from vitrail.app.workspace import Workspace
from vitrail.model.catalogue import Field

DAY = dt.timedelta(days=1)


def people(french: int, belgian: int, first: int = 0) -> pa.Table:
    """Customers of two countries."""
    count = french + belgian
    return pa.table(
        {"id": [str(first + n) for n in range(count)], "country": ["FR"] * french + ["BE"] * belgian}
    )


@pytest.fixture
def moved(empty: Workspace, clock: Clock) -> Workspace:
    """400 customers on the first day, of whom 320 French; 20 days later 200 of these say they are Belgian."""
    empty.load_profiles(people(320, 80), key="id", source="crm")
    clock.advance(days=20)
    empty.load_profiles(people(0, 200), key="id", source="crm")
    clock.advance(days=10)
    return empty


def trait(ws: Workspace, name: str, days_ago: int | None = None) -> KnownField:
    since = (
        None
        if days_ago is None
        else dt.datetime.fromtimestamp(ws.store.now_us() / 1e6, dt.UTC) - days_ago * DAY
    )
    return next(each for each in what_is_known(ws, since=since).traits if each.name == name)


def test_the_main_values_come_with_their_shares(moved: Workspace):
    found = trait(moved, "country")
    assert [(each.value, each.count, each.share) for each in found.values] == [
        ("BE", 280, 0.7),
        ("FR", 120, 0.3),
    ]
    assert (found.distinct, found.distinct_is_exact) == (2, True)


def test_drift_compares_with_what_was_known_then(moved: Workspace):
    drift = trait(moved, "country", days_ago=15).drift
    assert drift is not None
    assert drift.verdict == "changed"
    assert [(each.value, each.before, each.after) for each in drift.shifts] == [
        ("BE", 0.2, 0.7),
        ("FR", 0.8, 0.3),
    ]


def test_nothing_drifts_since_yesterday(moved: Workspace):
    drift = trait(moved, "country", days_ago=1).drift
    assert drift is not None
    assert (drift.verdict, drift.index) == ("stable", 0.0)


def test_what_was_loaded_later_was_not_known_before(moved: Workspace):
    late = pa.table({"id": [str(n) for n in range(400)], "plan": ["gold"] * 400})
    moved.load_profiles(late, key="id")
    drift = trait(moved, "plan", days_ago=1).drift
    assert drift is not None
    assert (drift.fill_before, drift.fill_after, drift.verdict) == (0.0, 1.0, "changed")


def test_freshness_is_that_of_observations(moved: Workspace, clock: Clock):
    found = trait(moved, "country")
    assert found.latest is not None and found.median is not None
    assert (clock.now - found.latest, clock.now - found.median) == (10 * DAY + clock_of_day(clock), 30 * DAY)


def clock_of_day(clock: Clock) -> dt.timedelta:
    """Dated observations are told by their day."""
    return clock.now - clock.now.replace(hour=0)


def test_numbers_tell_their_bounds_and_quantiles(empty: Workspace):
    amounts = pa.array([Decimal(n) for n in range(1, 102)], pa.decimal128(18, 4))
    empty.load_profiles(pa.table({"id": [str(n) for n in range(101)], "spent": amounts}), key="id")
    found = trait(empty, "spent").range
    assert found is not None
    assert [getattr(found, name) for name in found.__struct_fields__] == [1, 6, 26, 51, 76, 96, 101]


def test_numbers_drift_by_bands(empty: Workspace, clock: Clock):
    for add in (0, 500):
        columns = {"id": [str(n) for n in range(1000)], "points": [n + add for n in range(1000)]}
        empty.load_profiles(pa.table(columns), key="id")
        clock.advance(days=10)
    drift = trait(empty, "points", days_ago=15).drift
    assert drift is not None and drift.index is not None
    assert (drift.verdict, drift.shifts[0].value) == ("changed", "> 899")
    assert (drift.shifts[0].before, drift.shifts[0].after) == (0.1, 0.6)


def test_events_are_compared_with_as_long_a_time_before(empty: Workspace, clock: Clock):
    days = [5] * 300 + [15] * 300 + [25] * 300
    table = {
        "who": ["a"] * 900,
        "at": [clock.now - n * DAY for n in days],
        "channel": ["web"] * 300 + ["store"] * 300 + ["app"] * 300,
    }
    empty.load_events("order", pa.table(table), profile="who", at="at")
    (order,) = what_is_known(empty, since=clock.now - 10 * DAY).collections
    (channel,) = order.properties
    assert order.rows == 900
    assert [each.count for each in channel.values] == [300, 300, 300]
    assert channel.drift is not None
    assert {(each.value, each.before, each.after) for each in channel.drift.shifts} >= {
        ("web", 0.0, 1.0),
        ("store", 1.0, 0.0),
    }


def test_sensitive_values_are_not_shown(empty: Workspace):
    empty.catalogue.declare(traits={"religion": Field("religion", "text", "", sensitive=True)})
    empty.load_profiles(pa.table({"id": ["a", "b"], "religion": ["x", "x"]}), key="id")
    found = trait(empty, "religion")
    assert (found.known, found.distinct, found.values) == (2, 1, ())


def test_what_tells_one_customer_from_another_is_not_shown(empty: Workspace):
    keys = [str(n) for n in range(50)]
    empty.load_profiles(pa.table({"id": keys, "email": [f"{key}@x.fr" for key in keys]}), key="id")
    assert trait(empty, "email").values == ()


def test_customers_who_are_one_count_once(empty: Workspace, clock: Clock):
    empty.catalogue.declare(traits={"email": Field("email", "text", "", identity="email")})
    empty.load_profiles(pa.table({"id": ["a", "b", "c"], "email": ["anne@maison.fr"] * 2 + [None]}), key="id")
    clock.advance(days=2)
    empty.load_profiles(pa.table({"id": ["a", "c"], "plan": ["gold", "free"]}), key="id")
    known = what_is_known(empty, since=clock.now - DAY)
    email, plan = known.traits
    assert (known.profiles, email.known, email.share, plan.share) == (2, 1, 0.5, 1.0)
    assert email.drift is not None and plan.drift is not None
    assert (email.drift.fill_before, plan.drift.fill_before) == (0.5, 0.0)


def test_the_command_draws_drift(moved: Workspace):
    since = f"{moved.store.now_us() // 86_400_000_000 - 14:d}"
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int(since))
    drawn = run("catalogue", "--since", str(day), workspace=moved.store.path).stdout
    assert "BE 70.0%" in drawn and "has changed" in drawn and "20.0%" in drawn
