"""The type of every value of a condition, and what is wrong with those that have none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal, assert_never

from vitrail.language import messages
from vitrail.model.catalogue import Catalogue, Collection, Field, Type
from vitrail.model.errors import Problem
from vitrail.model.tree import (
    Aggregate,
    Arithmetic,
    Boolean,
    Constant,
    Date,
    DatePart,
    Distance,
    Duration,
    Instant,
    Integer,
    Number,
    Rank,
    Text,
    Value,
)

Kind = Type | Literal["duration"]

NUMBERS: frozenset[Kind] = frozenset({"integer", "decimal", "float"})
MOMENTS: frozenset[Kind] = frozenset({"date", "instant"})
ORDERED: frozenset[Kind] = NUMBERS | MOMENTS | {"text", "duration"}
RANKED: frozenset[Kind] = NUMBERS | MOMENTS | {"duration"}
EXACT_UNITS = frozenset({"minute", "hour", "day", "week"})

AT = Field(name="at", type="instant", column="at_us")
"""The record's own time, a property every event has."""


def literal_kind(literal: Constant) -> Kind:
    """The type of a literal."""
    match literal:
        case Text():
            return "text"
        case Integer():
            return "integer"
        case Number():
            return "decimal"
        case Boolean():
            return "boolean"
        case Date():
            return "date"
        case Instant():
            return "instant"
        case Duration():
            return "duration"
        case _:
            assert_never(literal)


def comparable(left: Kind, right: Kind) -> bool:
    """Whether two types compare: numbers together, dates with instants, otherwise like with like."""
    families = (NUMBERS, MOMENTS)
    same_family = any(left in family and right in family for family in families)
    return (left == right or same_family) and "texts" not in (left, right)


def properties(collection: Collection) -> dict[str, Field]:
    """The properties a condition on a record may name, its own time included for events."""
    if collection.kind == "event":
        return {**collection.properties, "at": AT}
    return collection.properties


class Scope:
    """Where a value stands: about the profile, or inside `where` about one record."""

    def __init__(self, catalogue: Catalogue, collection: Collection | None = None) -> None:
        self.catalogue = catalogue
        self.collection = collection

    @property
    def in_record(self) -> bool:
        return self.collection is not None

    def fields(self) -> dict[str, Field]:
        """The names that mean something here."""
        return properties(self.collection) if self.collection else self.catalogue.traits


class Typing:
    """Finds types and collects problems on the way; None stands for a type already complained of."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def complain(self, problem: Problem) -> None:
        self.problems.append(problem)

    def expect(self, kind: Kind | None, allowed: Iterable[Kind], *, path: str, what: str) -> bool:
        """Complain when the type is known and not among those allowed."""
        if kind is None:
            return False
        expected = sorted(allowed)
        if kind in expected:
            return True
        self.complain(messages.wrong_type(path, what=what, found=kind, expected=expected))
        return False

    def field(self, name: str, *, path: str, scope: Scope) -> Kind | None:
        """The type of a trait or a property by name."""
        field = scope.fields().get(name)
        if field is not None:
            return field.type
        kind = "property" if scope.in_record else "trait"
        self.complain(messages.unknown_name(kind, name, path=path, valid=scope.fields()))
        return None

    def arithmetic(
        self, node: Arithmetic, left: Kind | None, right: Kind | None, *, path: str
    ) -> Kind | None:
        """The type of `left operator right`."""
        if left is None or right is None:
            return None
        kind = _sum_of_moments(node, left, right) or _number(node.operator, left, right)
        if kind is None:
            self.complain(messages.bad_arithmetic(path, operator=node.operator, left=left, right=right))
        elif left == "date" and _has_hours(node.right):
            self.complain(messages.too_short_for_days(path))
        elif kind == "duration" and (_is_calendar(node.left) or _is_calendar(node.right)):
            self.complain(messages.calendar_duration(path))
        return kind

    def aggregate(self, node: Aggregate, field: Field, *, path: str) -> Kind | None:
        """The type of `sum(order.amount …)`, once its property is known."""
        allowed = _AGGREGATED[node.function]
        if not self.expect(field.type, allowed, path=path, what=node.function):
            return None
        if node.function == "distinct":
            return "integer"
        return "decimal" if node.function == "avg" and field.type == "integer" else field.type

    def age(self, kind: Kind | None, *, path: str) -> Kind | None:
        return "integer" if self.expect(kind, MOMENTS, path=path, what="age") else None

    def part(self, node: DatePart, kind: Kind | None, *, path: str) -> Kind | None:
        allowed = {"instant"} if node.part == "hour" else MOMENTS
        return "integer" if self.expect(kind, allowed, path=path, what=node.part) else None

    def rank(self, node: Rank, kind: Kind | None, *, path: str) -> Kind | None:
        if not self.expect(kind, RANKED, path=path, what=node.ranking):
            return None
        return "decimal" if node.ranking == "percentile" else "integer"

    def distance(self, node: Distance, kinds: list[Kind | None], *, path: str) -> Kind | None:
        if abs(node.to_latitude) > 90 or abs(node.to_longitude) > 180:
            self.complain(messages.bad_place(path))
        good = [self.expect(kind, NUMBERS, path=path, what="distance") for kind in kinds]
        return "float" if all(good) else None


_COUNTED: frozenset[Kind] = frozenset({"integer", "decimal", "float", "text", "boolean", "date", "instant"})
_AGGREGATED: dict[str, frozenset[Kind]] = {
    "sum": NUMBERS,
    "avg": NUMBERS,
    "min": ORDERED - {"duration"},
    "max": ORDERED - {"duration"},
    "distinct": _COUNTED,
    "first": _COUNTED,
    "last": _COUNTED,
    "mode": _COUNTED,
}


def _sum_of_moments(node: Arithmetic, left: Kind, right: Kind) -> Kind | None:
    """Types of time arithmetic: moment ± duration, moment − moment, duration ± duration."""
    match left, node.operator, right:
        case (("date" | "instant"), ("+" | "-"), "duration"):
            return left
        case "duration", "+", ("date" | "instant"):
            return right
        case (("date" | "instant"), "-", ("date" | "instant")):
            return "duration"
        case "duration", ("+" | "-"), "duration":
            return "duration"
        case _:
            return None


def _number(operator: str, left: Kind, right: Kind) -> Kind | None:
    if left not in NUMBERS or right not in NUMBERS:
        return None
    if operator == "/" or "float" in (left, right):
        return "float"
    return "decimal" if "decimal" in (left, right) else "integer"


def _is_calendar(value: Value) -> bool:
    return isinstance(value, Duration) and value.unit not in EXACT_UNITS


def _has_hours(value: Value) -> bool:
    return isinstance(value, Duration) and value.unit in ("minute", "hour")


def in_order(low: Constant, high: Constant) -> bool:
    """Whether two literals of comparable types are in order; True when nobody can tell."""
    match low, high:
        case ((Integer(a) | Number(a)), (Integer(b) | Number(b))):
            return a <= b
        case Text(first), Text(second):
            return first <= second
        case ((Date() | Instant()), (Date() | Instant())):
            return _moment(low) <= _moment(high) or type(low) is not type(high)
        case _:
            return True


def _moment(literal: Date | Instant) -> dt.datetime:
    if isinstance(literal, Instant):
        return literal.value
    return dt.datetime.combine(literal.value, dt.time(), dt.UTC)
