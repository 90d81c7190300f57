"""Random conditions over the shop: every node of the language, well typed, of modest size."""

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from vitrail.model import tree as t

CODES = ("FR", "BE", "wine", "tea", "l'été", "œuf « x »", "a\nb")
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")

texts = st.sampled_from(CODES).map(t.Text)
integers = st.integers(2, 5).map(t.Integer)
numbers = integers | st.sampled_from(["12.5", "1234.56", "-2.50"]).map(Decimal).map(t.Number)
dates = st.dates(dt.date(2020, 1, 1), dt.date(2026, 12, 31)).map(t.Date)
instants = st.builds(
    dt.datetime,
    st.integers(2020, 2026),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(0, 23),
    tzinfo=st.just(dt.UTC),
).map(t.Instant)
durations = st.builds(
    t.Duration, st.integers(2, 6), st.sampled_from(["minute", "hour", "day", "week", "month", "year"])
)
bounds = dates | instants
past = (
    st.builds(t.Last, durations)
    | st.builds(
        t.Period, st.sampled_from(["day", "week", "month", "quarter", "year"]), st.sampled_from([-1, 0])
    )
    | st.builds(t.Between, bounds, bounds)
    | st.builds(t.Since, bounds)
    | st.builds(t.Before, bounds)
)
windows = past | st.builds(t.Next, durations)

on_orders = {"number": ("amount", "quantity"), "text": ("category",), "date": ("delivered_on",)}
on_profiles = {
    "number": ("children", "basket", "loyalty_points"),
    "text": ("country", "city", "email"),
    "date": ("signup_date", "renewal_date", "birth_date"),
}


def tests(names: dict[str, tuple[str, ...]], node: type, figures: st.SearchStrategy) -> st.SearchStrategy:
    """Elementary conditions over some fields: the traits of profiles, or the properties of records."""
    number = st.sampled_from(names["number"]).map(node) | figures
    text = st.sampled_from(names["text"]).map(node)
    date = st.sampled_from(names["date"]).map(node)
    operators = st.sampled_from(COMPARISONS)
    flags = st.booleans()
    part = st.builds(t.DatePart, st.sampled_from(["hour", "weekday", "month", "year"]), date)
    sums = st.builds(t.Arithmetic, number, st.sampled_from("+-*/"), numbers)
    return st.one_of(
        st.builds(t.Compare, number | sums, operators, numbers),
        st.builds(t.Compare, number, operators, number),
        st.builds(t.Compare, text, operators, texts),
        st.builds(t.Compare, date, operators, bounds),
        st.builds(
            t.Compare, st.builds(t.Arithmetic, st.just(t.Now()), st.just("-"), date), operators, durations
        ),
        st.builds(t.Compare, part | st.builds(t.Age, date), operators, integers),
        st.builds(t.Range, number, numbers, numbers, flags),
        st.builds(t.OneOf, text, st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple), flags),
        st.builds(
            t.Like,
            text,
            st.sampled_from(["contains", "starts with", "ends with", "matches"]),
            st.sampled_from(CODES),
            flags,
        ),
        st.builds(t.Within, date, windows, flags),
        st.builds(t.Within, st.builds(t.Anniversary, date), st.builds(t.Next, durations), flags),
        st.builds(t.Known, number | text | date, flags),
        st.builds(t.Truth, flags),
    )


def joined(leaves: st.SearchStrategy, most: int) -> st.SearchStrategy:
    def larger(inner: st.SearchStrategy) -> st.SearchStrategy:
        parts = st.lists(inner, min_size=2, max_size=4).map(tuple)
        return parts.map(t.All) | parts.map(t.AnyOf) | inner.map(t.Not)

    return st.recursive(leaves, larger, max_leaves=most)


inside = joined(tests(on_orders, t.Property, st.nothing()), 4)
orders = st.builds(t.Selection, st.just("order"), st.none() | inside, st.none() | past)
steps = st.builds(
    t.Step, st.sampled_from(["order", "add_to_cart", "raw_event"]), st.none(), st.none() | durations
)
absences = st.builds(t.Step, st.just("page_view"), st.none(), st.none() | durations, st.just(True))
functions = st.sampled_from(["sum", "avg", "min", "max", "distinct", "first", "last", "mode"])
figures = st.one_of(
    st.builds(t.Count, orders),
    st.builds(t.Aggregate, functions, st.just("amount"), orders),
    st.builds(t.Score, st.sampled_from(["lead", "churn"])),
    st.builds(
        t.Distance,
        st.just(t.Trait("latitude")),
        st.just(t.Trait("longitude")),
        st.just(Decimal("1.5")),
        st.just(Decimal(2)),
    ),
    st.builds(
        t.Rank,
        st.sampled_from(["percentile", "quintile", "decile", "rank"]),
        st.just(t.Trait("basket")) | st.builds(t.Count, orders),
        st.none() | tests(on_profiles, t.Trait, st.nothing()),
    ),
)
moments = st.builds(t.Moment, st.sampled_from(["first_time", "last_time"]), orders)
people = st.one_of(
    st.builds(t.Did, orders),
    st.builds(t.Compare, moments, st.sampled_from(COMPARISONS), bounds),
    st.builds(t.Within, moments, past, st.booleans()),
    st.builds(t.Sequence, st.tuples(steps, steps | absences), st.none() | past),
    st.builds(
        t.Regularly, orders, st.sampled_from(["day", "month", "year"]), st.integers(1, 3), st.integers(3, 5)
    ),
    st.builds(t.Member, st.sampled_from(["vip", "other"])),
    st.builds(t.Consented, st.just("marketing"), st.none() | st.just("email")),
    st.builds(t.Sample, st.sampled_from(["0.1", "0.125"]).map(Decimal), st.sampled_from(["", "A"])),
    st.builds(
        t.Has,
        st.just(t.Trait("interests")),
        st.sampled_from(["any", "all"]),
        st.lists(texts, min_size=2, max_size=3, unique=True).map(tuple),
        st.booleans(),
    ),
)
single = people | tests(on_profiles, t.Trait, figures)
conditions = joined(single, 8)
