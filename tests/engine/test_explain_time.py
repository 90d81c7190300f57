"""Since when, and the next change by time alone, against a scan of every instant that can matter."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.engine.people import at, catalogue, context, deal, instant, orders, person
from vitrail.engine.explain import next_change, since
from vitrail.engine.profile import Context, Event, Observation, belongs
from vitrail.language.parse import parse

DAY = dt.date.fromisoformat
HOUR = 3_600_000_000


def changes(rule, someone, when="2025-03-31T08:00:00", **asked):
    found = next_change(parse(rule), someone, context=context(when, **asked))
    return None if found is None else str(dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=found))  # noqa: DTZ001


def began(rule, someone, when="2025-03-31T08:00:00", **asked):
    found = since(parse(rule), someone, context=context(when, **asked))
    return None if found is None else str(dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=found))  # noqa: DTZ001


def test_an_event_leaves_a_window_just_after_its_last_instant():
    """[T − 7 days, T) holds the event while T − 7 days is at most its time."""
    assert (
        changes("did(order, last 7 days)", person(events=orders("2025-03-30")))
        == "2025-04-06 00:00:00.000001"
    )


def test_longer_than_changes_just_after_the_length():
    rule = "now - last_time(order) {} 180 days"
    bought = person(events=orders("2025-03-01"))
    assert changes(rule.format(">="), bought) == "2025-08-28 00:00:00"
    assert changes(rule.format(">"), bought) == "2025-08-28 00:00:00.000001"


def test_a_future_event_counts_just_after_it_happens():
    assert changes("did(order)", person(events=orders("2025-05-01"))) == "2025-05-01 00:00:00.000001"


def test_a_period_ends_at_the_midnight_of_the_workspace():
    assert changes("did(order, this month)", person(events=orders("2025-03-30"))) == "2025-03-31 22:00:00"


def test_an_absence_is_complete_at_its_end():
    rule = "sequence(order, not order within 24 hours)"
    assert changes(rule, person(events=orders("2025-03-31T07:00:00"))) == "2025-04-01 07:00:00"


def test_a_birthday_years_away_is_found():
    assert changes("age(born) >= 65", person(born=DAY("2000-02-29"))) == "2065-02-28 23:00:00"


def test_a_renewal_enters_a_coming_window():
    assert changes("due in next 30 days", person(due=DAY("2031-01-31"))) == "2031-01-01 23:00:00"
    assert changes("due in next 30 days", person(due=instant("2031-01-31"))) == "2031-01-01 00:00:00.000001"


def test_an_event_may_come_back_into_a_calendar_window():
    """On 29 March `last 1 month` starts on 28 February again, at an earlier hour than the evening before."""
    bought = person(events=orders("2025-02-28T11:00:00"))
    assert changes("did(order, last 1 month)", bought, "2025-03-28T20:00:00") == "2025-03-28 23:00:00"


def test_what_does_not_depend_on_time_never_changes():
    assert changes('country = "FR"', person(country="FR")) is None


def test_since_an_order():
    assert (
        began("did(order)", person(events=orders("2025-02-01", "2025-03-01"))) == "2025-02-01 00:00:00.000001"
    )


def test_since_the_last_change_only():
    assert (
        began("did(order, last 7 days)", person(events=orders("2025-02-01", "2025-03-30")))
        == "2025-03-30 00:00:00.000001"
    )
    assert (
        began("did(order, last 7 days)", person(events=orders("2025-02-01"))) == "2025-02-08 00:00:00.000001"
    )


def test_since_first_seen():
    assert began("true", person(seen="2025-01-01")) == "2025-01-01 00:00:00.000001"
    assert began("true", person()) is None


def test_since_a_trait_was_observed():
    moved = person(country=[("2024-01-01", "BE"), ("2024-06-01", "FR"), ("2025-01-01", "FR")])
    assert began('country = "FR"', moved) == "2024-06-01 00:00:00.000001"


# --- against a scan ---------------------------------------------------------------------------

WINDOWS = [
    "last 5 days",
    "last 36 hours",
    "last 1 month",
    "last 2 weeks",
    "today",
    "yesterday",
    "this week",
    "last week",
    "this month",
    "last month",
    "since 2025-03-20",
    "between 2025-03-01 and 2025-04-10T12:00:00Z",
]
DATED = [*WINDOWS, "next 5 days", "next 1 month", "next week", "before 2025-04-05"]
LEAVES = [
    *(f"count(order, {window}) >= 2" for window in WINDOWS),
    *(f"did(order, {window})" for window in WINDOWS),
    *(
        f"{trait} {word} {window}"
        for trait in ("moment", "anniversary(day)")
        for word in ("in", "not in")
        for window in DATED
        if trait == "moment" or ("since" not in window and "before" not in window and "hours" not in window)
    ),
    *(f"day in {window}" for window in DATED if "hours" not in window),
    *(f"now - last_time(order) {sign} 3 days" for sign in ("<", "<=", ">", ">=", "=")),
    "last_time(order) < now - 1 month",
    "first_time(order) + 1 month >= now",
    "now - moment > 2 days",
    "moment - now < 30 hours",
    "age(day) >= 1",
    "age(moment) = 0",
    "weekday(now) = 6",
    "hour(now) >= 20",
    "month(now + 12 hours) = 4",
    "level >= 2",
    "sequence(visit, order within 2 days)",
    "sequence(visit, not order within 36 hours)",
    "sequence(visit, not order within 2 days, last 5 days)",
    "sequence(order, visit, not order)",
    "regularly(order, every week, at least 2 of last 3)",
    "regularly(order, every day, at least 1 of last 2)",
    "count(deal where renewal in next 7 days) >= 1",
    "count(deal where age(renewal) = 0) >= 1",
    "did(deal where anniversary(renewal + 1 day) in next 3 days)",
    "max(order.due) in next 5 days",
    "max(order.due) in last 1 month",
    "did(order where due in this week)",
    "age(day + 1 month) = 1",
    "now - 1 month - 2 hours > last_time(order)",
    "did(order where amount >= 1, last 5 days)",
    "count(visit where amount < 3, this month) >= 2",
    'member("rich") and did(order where amount >= 1, last 36 hours)',
    "did(order where at > now - 3 days)",
    'score("lead") > 0.5',
    "first(order.amount, last 5 days) > 1",
    "sum(order.amount, last 5 days) > 3",
    'member("recent")',
    "consented(news)",
    "now - last_time(order) > last_time(order) - first_time(order)",
]
HOURS = st.integers(-45 * 24, 45 * 24)
START = at("2025-03-31T00:00:00")


def hour(number):
    return START + number * HOUR


def moment(number):
    return instant("2025-03-31") + dt.timedelta(hours=number)


observed = st.lists(HOURS, max_size=2, unique=True)


def happened(name, hours):
    return tuple(
        Event(hour(each), f"{name}{n}", {"amount": n, "due": moment(each + 60 * n)})
        for n, each in enumerate(hours)
    )


def told(hours):
    return tuple(Observation(hour(each), n, n + 1) for n, each in enumerate(hours))


@st.composite
def anybody(draw):
    renewal = DAY("2025-04-01") + dt.timedelta(days=draw(st.integers(-40, 40)))
    first = draw(st.none() | HOURS)
    someone = person(
        day=DAY("2024-03-01") + dt.timedelta(days=draw(st.integers(0, 450))),
        moment=moment(draw(HOURS)),
        events={name: happened(name, draw(st.lists(HOURS, max_size=5))) for name in ("order", "visit")},
        records={"deal": [deal("d", renewal=renewal)]},
        consents=[("news", None, True, "2025-04-10")] * draw(st.integers(0, 1)),
    )
    return replace(
        someone,
        traits=someone.traits | {"level": told(draw(observed))},
        scores={"lead": told(draw(observed))},
        first_seen_us=None if first is None else hour(first),
    )


RULES = st.one_of(
    st.sampled_from(LEAVES),
    st.lists(st.sampled_from(LEAVES), min_size=2, max_size=3).map(" and ".join),
    st.lists(st.sampled_from(LEAVES), min_size=2, max_size=3).map(
        lambda leaves: "not (" + " or ".join(leaves) + ")"
    ),
)
ASKED = catalogue(recent="did(order, last 3 days)", rich="did(order where amount >= 2, last 10 days)")


def scan(rule, someone, instants):
    """The truth at each instant; everything in these people happens on the hour."""
    return [belongs(rule, someone, context=Context(each, ASKED)) for each in instants]


@settings(max_examples=60, deadline=None)
@given(RULES, anybody(), st.integers(0, 24 * 7), st.integers(0, 1))
def test_the_next_change_is_the_first_of_a_scan(rule, someone, start, odd):
    condition, now = parse(rule), hour(start) + odd
    later = [each for n in range(start, start + 24 * 50) for each in (hour(n), hour(n) + 1) if each >= now]
    truths = scan(condition, someone, later)
    expected = next((us for us, truth in zip(later, truths, strict=True) if truth is not truths[0]), None)
    found = next_change(condition, someone, context=Context(now, ASKED))
    assert expected == (found if found is None or found <= later[-1] else None)


@settings(max_examples=60, deadline=None)
@given(RULES, anybody(), st.integers(0, 24 * 7), st.integers(0, 1))
def test_since_is_the_start_of_a_scan_backwards(rule, someone, start, odd):
    condition, now = parse(rule), hour(start) + odd
    earlier = [
        each for n in range(start, start - 24 * 50, -1) for each in (hour(n) + 1, hour(n)) if each <= now
    ]
    truths = scan(condition, someone, earlier)
    same = next((n for n, truth in enumerate(truths) if truth is not truths[0]), None)
    found = since(condition, someone, context=Context(now, ASKED))
    if same is None:
        assert found is None or found <= earlier[-1]
    else:
        assert found == earlier[same - 1]
