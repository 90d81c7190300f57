"""Random trees for hypothesis: any tree at all, and well-typed conditions over a catalogue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from vitrail.model import tree as t
from vitrail.model.catalogue import Catalogue, Collection

Strategy = st.SearchStrategy

COMPARISONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
UNITS = st.sampled_from(["minute", "hour", "day", "week", "month", "quarter", "year"])
EXACT_UNITS = st.sampled_from(["minute", "hour", "day", "week"])
CALENDAR_UNITS = st.sampled_from(["day", "week", "month", "quarter", "year"])
FUNCTIONS = st.sampled_from(["sum", "avg", "min", "max", "distinct", "first", "last", "mode"])
RANKINGS = st.sampled_from(["percentile", "quintile", "decile", "rank"])
PARTS = st.sampled_from(["hour", "weekday", "month", "year"])
LIKENESSES = st.sampled_from(["contains", "starts with", "ends with", "matches"])
FLAGS = st.booleans()

# --- any tree at all --------------------------------------------------------------------------

characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=8)
words = st.sampled_from(
    [
        "country",
        "order",
        "Code postal",
        "a`b",
        "é",
        "e\u0301",
        "and",
        "last",
        "at",
        "every",
        "days",
        "month",
        "1",
    ]
)
names = words | st.text(characters, min_size=1, max_size=6)
decimals = st.builds(
    lambda digits, places: Decimal(digits).scaleb(-places),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.integers(0, 18),
) | st.sampled_from([Decimal("0"), Decimal("-0.0"), Decimal("1E+5"), Decimal("0.10"), Decimal("1E-18")])
dates = st.dates().map(t.Date)
instants = st.datetimes(timezones=st.just(dt.UTC)).map(t.Instant)
durations = st.builds(t.Duration, st.integers(0, 2**31 - 1) | st.integers(0, 3), UNITS)
constants = st.one_of(
    texts.map(t.Text),
    st.integers(-(2**63), 2**63 - 1).map(t.Integer),
    decimals.map(t.Number),
    FLAGS.map(t.Boolean),
    dates,
    instants,
    durations,
)
bounds = dates | instants
windows = st.one_of(
    durations.map(t.Last),
    durations.map(t.Next),
    st.builds(t.Period, CALENDAR_UNITS, st.sampled_from([-1, 0, 1])),
    st.builds(t.Between, bounds, bounds),
    bounds.map(t.Since),
    bounds.map(t.Before),
)


def any_condition(*, in_record: bool = False) -> Strategy[t.Condition]:
    """Any condition that text can write, right or wrong: properties stand inside `where` alone."""
    return _IN_RECORD if in_record else _ABOUT_PROFILE


def any_value(*, in_record: bool = False) -> Strategy[t.Value]:
    """Any value that text can write."""
    fields = names.map(t.Property if in_record else t.Trait)
    leaves = constants | fields | st.just(t.Now()) | names.map(t.Score)
    return st.recursive(
        leaves, lambda inner: _values(inner, any_condition(in_record=in_record)), max_leaves=6
    )


def _values(inner: Strategy[t.Value], conditions: Strategy[t.Condition]) -> Strategy[t.Value]:
    return st.one_of(
        st.builds(t.Arithmetic, inner, st.sampled_from("+-*/"), inner),
        selections().map(t.Count),
        st.builds(t.Aggregate, FUNCTIONS, names, selections()),
        st.builds(t.Moment, st.sampled_from(["first_time", "last_time"]), selections()),
        inner.map(t.Age),
        st.builds(t.DatePart, PARTS, inner),
        st.builds(t.Rank, RANKINGS, inner, st.none() | conditions),
        st.builds(t.Distance, inner, inner, decimals, decimals),
        inner.map(t.Anniversary),
    )


def selections() -> Strategy[t.Selection]:
    """Any selection, its `where` about a record."""
    where = st.none() | st.deferred(lambda: any_condition(in_record=True))
    return st.builds(t.Selection, names, where, st.none() | windows)


def _steps() -> Strategy[t.Step]:
    where = st.none() | st.deferred(lambda: any_condition(in_record=True))
    return st.builds(t.Step, names, where, st.none() | durations, FLAGS)


def _tests(*, in_record: bool) -> Strategy[t.Condition]:
    values = st.deferred(lambda: any_value(in_record=in_record))
    several = st.lists(constants, min_size=1, max_size=3).map(tuple)
    one = constants.map(lambda each: (each,))
    return st.one_of(
        FLAGS.map(t.Truth),
        st.builds(t.Compare, values, COMPARISONS, values),
        st.builds(t.Range, values, values, values, FLAGS),
        st.builds(t.OneOf, values, several, FLAGS),
        st.builds(t.Like, values, LIKENESSES, texts, FLAGS),
        st.builds(t.Within, values, windows, FLAGS),
        st.builds(t.Known, values, FLAGS),
        st.builds(t.Has, values, st.just("one"), one, FLAGS),
        st.builds(t.Has, values, st.sampled_from(["any", "all"]), several, FLAGS),
        selections().map(t.Did),
        st.builds(t.Sequence, st.lists(_steps(), min_size=1, max_size=3).map(tuple), st.none() | windows),
        st.builds(t.Regularly, selections(), CALENDAR_UNITS, st.integers(0, 200), st.integers(0, 200)),
        names.map(t.Member),
        st.builds(t.Consented, names, st.none() | names),
        st.builds(t.Sample, decimals.map(abs), texts),
    )


def _joined(inner: Strategy[t.Condition]) -> Strategy[t.Condition]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return several.map(t.All) | several.map(t.AnyOf) | inner.map(t.Not)


_ABOUT_PROFILE: Strategy[t.Condition] = st.recursive(_tests(in_record=False), _joined, max_leaves=5)
_IN_RECORD: Strategy[t.Condition] = st.recursive(_tests(in_record=True), _joined, max_leaves=3)

# --- well-typed conditions --------------------------------------------------------------------


def conditions(catalogue: Catalogue) -> Strategy[t.Condition]:
    """Conditions over a catalogue that `check` finds no error in."""
    return st.recursive(_Typed(catalogue).tests(), _joined, max_leaves=4)


class _Typed:
    """Conditions about profiles or, given a collection, about its records."""

    def __init__(self, catalogue: Catalogue, record: Collection | None = None) -> None:
        self.catalogue = catalogue
        self.record = record

    def tests(self) -> Strategy[t.Condition]:
        options = [self._about_fields(), FLAGS.map(t.Truth)]
        if self.record is None:
            options += [self._figures(), *self._elsewhere()]
        return st.one_of(*options)

    def _fields(self, *kinds: str) -> list[t.Value]:
        fields = self.record.properties if self.record else self.catalogue.traits
        make: Callable[[str], t.Value] = t.Property if self.record else t.Trait
        return [make(each.name) for each in fields.values() if each.type in kinds]

    def _values(self, *kinds: str) -> Strategy[t.Value]:
        fields = self._fields(*kinds)
        return st.sampled_from(fields) if fields else st.nothing()

    def _moments(self) -> Strategy[t.Value]:
        own = [t.Property("at")] if self.record and self.record.kind == "event" else []
        return self._values("instant") | (st.sampled_from(own) if own else st.nothing())

    def _numbers(self) -> Strategy[t.Value]:
        plain = self._values("integer", "decimal", "float")
        ages = self._values("date").map(t.Age)
        hours = self._moments().map(lambda moment: t.DatePart("hour", moment))
        sums = st.builds(t.Arithmetic, plain, st.sampled_from("+-*/"), _numbers)
        return plain | ages | hours | sums

    def _about_fields(self) -> Strategy[t.Condition]:
        words, numbers = self._values("text"), self._numbers()
        choices = st.lists(_texts, min_size=1, max_size=3).map(tuple)
        exact = st.builds(t.Duration, st.integers(1, 400), EXACT_UNITS)
        since = self._moments().map(lambda moment: t.Arithmetic(t.Now(), "-", moment))
        return st.one_of(
            st.builds(t.Compare, numbers, COMPARISONS, numbers | _numbers),
            st.builds(t.Range, numbers, st.just(t.Integer(1)), st.just(t.Integer(9)), FLAGS),
            st.builds(t.Compare, words, COMPARISONS, _texts),
            st.builds(t.OneOf, words, choices, FLAGS),
            st.builds(t.Like, words, st.sampled_from(["contains", "starts with", "ends with"]), texts, FLAGS),
            st.builds(t.Like, words, st.just("matches"), st.sampled_from(["^a", "x|y", "\\d"]), FLAGS),
            st.builds(t.Has, self._values("texts"), st.sampled_from(["any", "all"]), choices, FLAGS),
            st.builds(t.Compare, self._values("boolean"), st.just("="), FLAGS.map(t.Boolean)),
            st.builds(t.Within, self._moments(), _past | _ahead, FLAGS),
            st.builds(t.Within, self._values("date"), _days, FLAGS),
            st.builds(t.Within, self._values("date").map(t.Anniversary), _days, FLAGS),
            st.builds(t.Compare, since, COMPARISONS, exact),
            st.builds(t.Known, numbers | words | self._moments(), FLAGS),
        )

    def _selections(self, kind: str | None = None) -> Strategy[t.Selection]:
        options = [each for each in self.catalogue.collections.values() if kind in (None, each.kind)]
        return st.sampled_from(options).flatmap(self._selected) if options else st.nothing()

    def _selected(self, collection: Collection) -> Strategy[t.Selection]:
        where = st.none() | _Typed(self.catalogue, collection).tests()
        window = st.none() | _past if collection.kind == "event" else st.none()
        return st.builds(t.Selection, st.just(collection.name), where, window)

    def _aggregates(self) -> Strategy[t.Value]:
        pairs = [
            (collection, field.name)
            for collection in self.catalogue.collections.values()
            for field in collection.properties.values()
            if field.type in ("integer", "decimal", "float")
        ]
        if not pairs:
            return st.nothing()
        return st.sampled_from(pairs).flatmap(
            lambda pair: st.builds(
                t.Aggregate,
                st.sampled_from(["sum", "avg", "min", "max", "distinct", "mode"]),
                st.just(pair[1]),
                self._selected(pair[0]),
            )
        )

    def _figures(self) -> Strategy[t.Condition]:
        figures = self._selections().map(t.Count) | self._aggregates()
        ranks = st.builds(t.Rank, RANKINGS, figures, st.none() | self._about_fields())
        times = st.builds(t.Moment, st.sampled_from(["first_time", "last_time"]), self._selections("event"))
        shifted = st.builds(t.Arithmetic, st.just(t.Now()), st.just("-"), durations.filter(lambda d: d.count))
        return st.one_of(
            st.builds(t.Compare, figures | ranks, COMPARISONS, _numbers),
            st.builds(t.Compare, times, COMPARISONS, shifted | instants),
            st.builds(t.Within, times, _past, FLAGS),
            self._selections().map(t.Did),
            st.builds(
                t.Regularly, self._selections("event"), CALENDAR_UNITS, st.integers(1, 3), st.integers(3, 120)
            ),
            self._sequences(),
        )

    def _sequences(self) -> Strategy[t.Condition]:
        exact = st.builds(t.Duration, st.integers(1, 400), EXACT_UNITS)
        selected = self._selections("event")
        first = selected.map(lambda each: t.Step(each.collection, each.where))
        later = st.builds(
            lambda each, within, absent: t.Step(each.collection, each.where, within, absent),
            selected,
            st.none() | exact,
            FLAGS,
        )
        steps = st.builds(lambda one, others: (one, *others), first, st.lists(later, max_size=2))
        return st.builds(t.Sequence, steps, st.none() | _past)

    def _elsewhere(self) -> list[Strategy[t.Condition]]:
        known = self.catalogue
        places = self._values("float")
        near = st.builds(t.Distance, places, places, st.just(Decimal("48.85")), st.just(Decimal("2.35")))
        options = [st.builds(t.Sample, st.sampled_from([Decimal("0.1"), Decimal(1)]), texts)]
        options.append(st.builds(t.Compare, near, COMPARISONS, _numbers))
        if known.segments:
            options.append(st.sampled_from(sorted(known.segments)).map(t.Member))
        if known.scores:
            scores = st.sampled_from(sorted(known.scores)).map(t.Score)
            options.append(st.builds(t.Compare, scores, COMPARISONS, _numbers))
        if known.purposes:
            channels = st.none() | st.sampled_from(sorted(known.channels)) if known.channels else st.none()
            options.append(st.builds(t.Consented, st.sampled_from(sorted(known.purposes)), channels))
        return options


_texts = st.sampled_from(["FR", "DE", "wine", "", "é"]).map(t.Text)
_numbers = st.integers(-3, 100).map(t.Integer) | st.sampled_from(["12.5", "0.0001"]).map(Decimal).map(
    t.Number
)
_some = st.integers(1, 400)
_past = st.one_of(
    st.builds(t.Last, st.builds(t.Duration, _some, UNITS)),
    st.builds(t.Period, CALENDAR_UNITS, st.sampled_from([-1, 0])),
    bounds.map(t.Since),
    bounds.map(t.Before),
)
_ahead = st.builds(t.Next, st.builds(t.Duration, _some, UNITS)) | st.builds(
    t.Period, CALENDAR_UNITS, st.just(1)
)
_days = st.builds(t.Last, st.builds(t.Duration, _some, CALENDAR_UNITS)) | st.builds(
    t.Next, st.builds(t.Duration, _some, CALENDAR_UNITS)
)
