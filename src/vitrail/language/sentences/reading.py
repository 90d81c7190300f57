"""From a condition to facts: each negation pushed down to the test it is about, where that is exact.

Logic here has two values, so `not (a or b)` is `not a and not b` whatever is unknown. A negated test
keeps its unknowns: `not x = 1` holds when x is unknown, `x != 1` does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, assert_never

from vitrail.language.sentences.facts import (
    Arrangement,
    Elapsed,
    Elapsing,
    Equal,
    Fact,
    Group,
    Near,
    Ordered,
    Ordering,
    Quantity,
    QuantityChoice,
    QuantitySpan,
    Share,
    Span,
    Test,
    Top,
)
from vitrail.model.tree import (
    Age,
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Arithmetic,
    Boolean,
    Compare,
    Condition,
    Consented,
    Count,
    Date,
    DatePart,
    Did,
    Distance,
    Duration,
    Has,
    Instant,
    Integer,
    Known,
    Like,
    Member,
    Moment,
    Not,
    Now,
    Number,
    OneOf,
    Operator,
    Property,
    Range,
    Rank,
    Regularly,
    Sample,
    Score,
    Sequence,
    Text,
    Trait,
    Truth,
    Value,
    Within,
)

_OPPOSITE: dict[Operator, Operator] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_CONTRARY: dict[Ordering, Ordering] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRROR: dict[Operator, Operator] = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_SINCE: dict[Elapsing, Elapsing] = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_DATE_PARTS = {"weekday": range(1, 8), "month": range(1, 13)}


def arrange(condition: Condition, *, negated: bool = False) -> Arrangement:
    """The facts of a condition, or of its contrary, and how they hold together."""
    match condition:
        case Not(inner):
            return arrange(inner, negated=not negated)
        case All(conditions):
            return _joined(conditions, "all", negated=negated)
        case AnyOf(conditions):
            return _joined(conditions, "any", negated=negated)
        case _:
            return read(condition, negated=negated)


def _joined(conditions: tuple[Condition, ...], kind: Literal["all", "any"], *, negated: bool) -> Group:
    """A group; the contrary of a short one of tests alone is the group of their contraries."""
    if negated and all(map(_is_test, conditions)) and len(conditions) <= (2 if kind == "all" else 3):
        contraries = tuple(arrange(each, negated=True) for each in conditions)
        return Group("any" if kind == "all" else "all", contraries)
    parts = _flat(conditions, kind)
    if negated:
        return Group("not_all" if kind == "all" else "none", parts)
    return Group(kind, parts)


def _is_test(condition: Condition) -> bool:
    match condition:
        case Not(inner):
            return _is_test(inner)
        case All() | AnyOf():
            return False
        case _:
            return True


def _flat(conditions: tuple[Condition, ...], kind: Literal["all", "any"]) -> tuple[Arrangement, ...]:
    """The parts of a group, those of an inner group of the same kind among them."""
    parts: list[Arrangement] = []
    for condition in conditions:
        part = arrange(condition)
        parts.extend(part.parts if isinstance(part, Group) and part.kind == kind else [part])
    return tuple(parts)


def read(
    condition: Compare
    | Range
    | OneOf
    | Like
    | Within
    | Known
    | Has
    | Did
    | Truth
    | Sequence
    | Regularly
    | Member
    | Consented
    | Sample,
    *,
    negated: bool = False,
) -> Fact:
    """What one test, or its contrary, says."""
    match condition:
        case Compare(left, operator, right):
            if _is_fixed(left) and not _is_fixed(right):
                return _compared(right, left, operator=_MIRROR[operator], negated=negated)
            return _compared(left, right, operator=operator, negated=negated)
        case Range(value, low, high, own):
            return _fact(_span(value, low, high=high), (value, low, high), own=own, outer=negated)
        case OneOf(value, choices, own):
            return _fact(_choice(value, choices), (value,), own=own, outer=negated)
        case Like(value, operator, pattern, own):
            return _fact(Like(value, operator, pattern), (value,), own=own, outer=negated)
        case Within(value, window, own):
            return _fact(Within(value, window), (value,), own=own, outer=negated)
        case Has(value, quantifier, choices, own):
            return _fact(Has(value, quantifier, choices), (value,), own=own, outer=negated)
        case Known(Moment(_, selection), own):
            return _existing(Quantity(selection, ">=", 1), negated=own != negated)
        case Known(value, own):
            return Fact(Known(value), positive=own == negated)
        case Did(selection):
            return _existing(Quantity(selection, ">=", 1), negated=negated)
        case Truth(value):
            return Fact(Truth(value != negated))
        case Sequence() | Regularly() | Member() | Consented() | Sample():
            return Fact(condition, positive=not negated)
        case _:
            assert_never(condition)


def _existing(quantity: Quantity, *, negated: bool) -> Fact:
    return Fact(Quantity(quantity.selection, "=", 0) if negated else quantity)


def _fact(test: Test, values: tuple[Value, ...], *, own: bool, outer: bool) -> Fact:
    """The fact of a test with its own negation (`!=`, `not in`) under an outer `not`."""
    doubtful = tuple(value for value in values if may_be_unknown(value))
    if not doubtful:
        return Fact(test, positive=own == outer)
    if outer:
        return Fact(test, positive=own, unknown="included", doubtful=doubtful)
    if own:
        return Fact(test, positive=False, unknown="excluded", doubtful=doubtful)
    return Fact(test, doubtful=doubtful)


def _span(value: Value, low: Value, *, high: Value) -> Test:
    match value, low, high:
        case Count(selection), Integer(least), Integer(most) if 0 <= least < most:
            return QuantitySpan(selection, least, most)
        case DatePart(part, _), Integer(least), Integer(most) if part in _DATE_PARTS:
            wanted = [each for each in _DATE_PARTS[part] if least <= each <= most]
            return _numbers(value, wanted) if wanted else Span(value, low, high)
        case _:
            return Span(value, low, high)


def _choice(value: Value, choices: tuple[Value, ...]) -> Test:
    counts = tuple(each.value for each in choices if isinstance(each, Integer) and each.value >= 0)
    if isinstance(value, Count) and len(counts) == len(choices):
        return QuantityChoice(value.of, counts)
    return Equal(value, choices)


def _numbers(value: Value, numbers: Iterable[int]) -> Equal:
    return Equal(value, tuple(Integer(number) for number in numbers))


# --- comparisons --------------------------------------------------------------------------------


def _is_fixed(value: Value) -> bool:
    match value:
        case Arithmetic(left, _, right):
            return _is_fixed(left) and _is_fixed(right)
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration() | Now():
            return True
        case _:
            return False


def _compared(left: Value, right: Value, *, operator: Operator, negated: bool) -> Fact:
    if isinstance(left, Count) and isinstance(right, Integer) and right.value >= 0:
        return Fact(Quantity(left.of, _OPPOSITE[operator] if negated else operator, right.value))
    if operator == "=" or operator == "!=":
        test = _elapsed(left, right, operator="=") or Equal(left, (right,))
        return _fact(test, _asked(test, left, right), own=operator == "!=", outer=negated)
    said = _CONTRARY[operator] if negated else operator
    test = _elapsed(left, right, operator=said) or _ordered(left, right, operator=said)
    doubtful = tuple(value for value in _asked(test, left, right) if may_be_unknown(value))
    return Fact(test, unknown="included" if negated and doubtful else "silent", doubtful=doubtful)


def _asked(test: Test, *sides: Value) -> tuple[Value, ...]:
    """The values that the test is about."""
    return (test.value,) if isinstance(test, Elapsed) else sides


def _elapsed(left: Value, right: Value, *, operator: Elapsing) -> Test | None:
    match left, right:
        case Arithmetic(Now(), "-", value), Duration() if not _is_fixed(value):
            return Elapsed(value, operator, right, ahead=False)
        case Arithmetic(value, "-", Now()), Duration() if not _is_fixed(value):
            return Elapsed(value, operator, right, ahead=True)
        case _, Arithmetic(Now(), "-", Duration() as duration) if not _is_fixed(left):
            return Elapsed(left, _SINCE[operator], duration, ahead=False)
        case _, Arithmetic(Now(), "+", Duration() as duration) if not _is_fixed(left):
            return Elapsed(left, operator, duration, ahead=True)
        case _:
            return None


def _ordered(left: Value, right: Value, *, operator: Ordering) -> Test:
    match left, right:
        case Rank("percentile"), Integer(value) | Number(value) if 0 < value < 100:
            return Share(left, operator, Decimal(value))
        case Rank("rank"), Integer(value) if operator in ("<", "<=") and value > 1:
            return Top(left, value if operator == "<=" else value - 1)
        case Distance(), Integer(value) | Number(value):
            return Near(left, operator, Decimal(value))
        case DatePart(part), Integer(value) if part in _DATE_PARTS:
            wanted = [each for each in _DATE_PARTS[part] if _holds(each, value, operator=operator)]
            some = 0 < len(wanted) < len(_DATE_PARTS[part])
            return _numbers(left, wanted) if some else Ordered(left, operator, right)
        case DatePart("hour"), Integer(value) if operator == ">" and value < 23:
            return Ordered(left, ">=", Integer(value + 1))
        case DatePart("hour"), Integer(value) if operator == "<=" and value < 23:
            return Ordered(left, "<", Integer(value + 1))
        case _:
            return Ordered(left, operator, right)


def _holds(number: int, bound: int, *, operator: Ordering) -> bool:
    match operator:
        case "<":
            return number < bound
        case "<=":
            return number <= bound
        case ">":
            return number > bound
        case ">=":
            return number >= bound
        case _:
            assert_never(operator)


def may_be_unknown(value: Value) -> bool:
    """Whether a value can be absent; counts and sums over nothing are 0."""
    match value:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration() | Now() | Count():
            return False
        case Aggregate("sum" | "distinct") | Property("at"):
            return False
        case Aggregate() | Trait() | Property() | Moment() | Score() | Age() | Rank() | Distance():
            return True
        case Arithmetic(left, operator, right):
            return operator in "*/" or may_be_unknown(left) or may_be_unknown(right)
        case DatePart(_, of) | Anniversary(of):
            return may_be_unknown(of)
        case _:
            assert_never(value)
