"""What a sentence says, before any language: facts, and groups of facts."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import msgspec

from vitrail.model.tree import (
    Consented,
    Distance,
    Duration,
    Has,
    Known,
    Like,
    Member,
    Operator,
    Rank,
    Regularly,
    Sample,
    Selection,
    Sequence,
    Truth,
    Value,
    Within,
)

Ordering = Literal["<", "<=", ">", ">="]
Elapsing = Literal["=", "<", "<=", ">", ">="]


class Equal(msgspec.Struct, frozen=True):
    """A value is one of some others."""

    value: Value
    options: tuple[Value, ...]


class Ordered(msgspec.Struct, frozen=True):
    """A value lies on one side of a bound."""

    value: Value
    operator: Ordering
    bound: Value


class Span(msgspec.Struct, frozen=True):
    """A value lies between two others, which count."""

    value: Value
    low: Value
    high: Value


class Elapsed(msgspec.Struct, frozen=True):
    """How long ago a moment was or, `ahead`, how far off it is."""

    value: Value
    operator: Elapsing
    duration: Duration
    ahead: bool


class Quantity(msgspec.Struct, frozen=True):
    """How many records there are."""

    selection: Selection
    operator: Operator
    count: int


class QuantitySpan(msgspec.Struct, frozen=True):
    """How many records there are, between two numbers that count."""

    selection: Selection
    low: int
    high: int


class QuantityChoice(msgspec.Struct, frozen=True):
    """How many records there are, among some numbers."""

    selection: Selection
    counts: tuple[int, ...]


class Share(msgspec.Struct, frozen=True):
    """Where a percentile stands: on one side of a share of the profiles, in per cent."""

    rank: Rank
    operator: Ordering
    percent: Decimal


class Top(msgspec.Struct, frozen=True):
    """Being among the first so many."""

    rank: Rank
    most: int


class Near(msgspec.Struct, frozen=True):
    """How far from a place, in kilometres."""

    distance: Distance
    operator: Ordering
    kilometres: Decimal


Asked = Equal | Ordered | Span | Elapsed | Share | Top | Like | Within | Known | Has
"""The tests whose subject is a value: `the age is…`, `the last order was…`."""

Test = (
    Asked
    | Quantity
    | QuantitySpan
    | QuantityChoice
    | Near
    | Sequence
    | Regularly
    | Member
    | Consented
    | Sample
    | Truth
)


class Fact(msgspec.Struct, frozen=True):
    """A test that holds (`positive`) or not, and what becomes of unknown values.

    `unknown` is `excluded` where the sentence must say that the value is known, `included` where it
    must say that an unknown value fits too. `doubtful` are the values that may be unknown.
    """

    test: Test
    positive: bool = True
    unknown: Literal["silent", "excluded", "included"] = "silent"
    doubtful: tuple[Value, ...] = ()


class Group(msgspec.Struct, frozen=True):
    """Facts and groups that hold together, in part, or not."""

    kind: Literal["all", "any", "none", "not_all"]
    parts: tuple[Fact | Group, ...]


Arrangement = Fact | Group
