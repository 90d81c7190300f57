"""Numbers, durations and their order: exact where the language is exact, doubles where it says so."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from decimal import Context as Precision
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from typing import TYPE_CHECKING, Literal, TypeGuard
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.profile.history import Fact
from vitrail.engine.profile.local_time import (
    add_months,
    add_months_to_day,
    as_us,
    exact_us,
    instant_at,
    months_in,
)
from vitrail.model.errors import Bug
from vitrail.model.tree import Duration

if TYPE_CHECKING:
    from _typeshed import SupportsAllComparisons

DIGITS = 38
"""Exact results with more digits than this, all scales included, are unknown."""

_EXACT = Precision(prec=400)
_CENTS = Decimal("0.0001")
_MICROSECOND = dt.timedelta(microseconds=1)


class Ratio(msgspec.Struct, frozen=True):
    """An average or a percentile: compared exactly, a double inside arithmetic."""

    numerator: int | Decimal
    denominator: int

    def exactly(self) -> Fraction:
        """The ratio as a fraction of integers."""
        return Fraction(self.numerator) / self.denominator

    def as_double(self) -> float:
        """The double of the numerator divided by the double of the denominator."""
        return float(self.numerator) / float(self.denominator)


Operation = Literal["+", "-", "*", "/"]
Quantity = int | Decimal | float | Ratio
Answer = Fact | Ratio | dt.timedelta | Duration
"""What a value of a condition can be; a `Duration` is a calendar one, exact ones are `timedelta`."""


def is_number(value: Answer) -> TypeGuard[Quantity]:
    """The value is a number (a boolean is not)."""
    return isinstance(value, int | Decimal | float | Ratio) and not isinstance(value, bool)


def duration_value(duration: Duration) -> dt.timedelta | Duration:
    """An exact duration as a length, a calendar one as it is."""
    length = exact_us(duration)
    if length is None:
        return duration
    return min(length, dt.timedelta.max // _MICROSECOND) * _MICROSECOND


# --- order ------------------------------------------------------------------------------------


def compare(left: Answer, right: Answer, *, zone: ZoneInfo) -> int:
    """Negative, zero or positive, as the left is smaller than, equal to or greater than the right."""
    if is_number(left) and is_number(right):
        return _compare_numbers(left, right)
    if isinstance(left, dt.date) and isinstance(right, dt.date):
        return _sign(as_us(left, zone) - as_us(right, zone))
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, bool) and isinstance(right, bool):
        return left - right
    if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta):
        return (left > right) - (left < right)
    raise Bug(f"{type(left).__name__} with {type(right).__name__} should have been refused")


def ordering(zone: ZoneInfo) -> Callable[[Answer], SupportsAllComparisons]:
    """A key to sort values of one type by."""

    def order(left: Answer, right: Answer) -> int:
        return compare(left, right, zone=zone)

    return cmp_to_key(order)


def _compare_numbers(left: Quantity, right: Quantity) -> int:
    if isinstance(left, float) or isinstance(right, float):
        one, other = as_double(left), as_double(right)
        return (one > other) - (one < other)
    return _sign(_exactly(left) - _exactly(right))


def _sign(difference: int | Fraction) -> int:
    return (difference > 0) - (difference < 0)


def _exactly(number: int | Decimal | Ratio) -> Fraction:
    return number.exactly() if isinstance(number, Ratio) else Fraction(number)


def as_double(number: Quantity) -> float:
    """The nearest double."""
    return number.as_double() if isinstance(number, Ratio) else float(number)


# --- arithmetic -------------------------------------------------------------------------------


def calculate(operator: Operation, *, left: Answer, right: Answer, zone: ZoneInfo) -> Answer | None:
    """`left + right`, and so on, on numbers, times and durations."""
    if is_number(left) and is_number(right):
        return _calculate_numbers(operator, left=left, right=right)
    if isinstance(left, dt.date) and isinstance(right, dt.date) and operator == "-":
        return _elapsed(right, left, zone=zone)
    signed = operator in ("+", "-")
    if isinstance(left, dt.date) and isinstance(right, dt.timedelta | Duration) and signed:
        return _move(left, right, sign=1 if operator == "+" else -1, zone=zone)
    if isinstance(left, dt.timedelta | Duration) and isinstance(right, dt.date) and operator == "+":
        return _move(right, left, sign=1, zone=zone)
    if isinstance(left, dt.timedelta) and isinstance(right, dt.timedelta) and signed:
        return left + right if operator == "+" else left - right
    raise Bug(f"{type(left).__name__} {operator} {type(right).__name__} should have been refused")


def _calculate_numbers(operator: Operation, *, left: Quantity, right: Quantity) -> Quantity | None:
    if operator == "/" or isinstance(left, float | Ratio) or isinstance(right, float | Ratio):
        return _calculate_doubles(operator, left=as_double(left), right=as_double(right))
    if isinstance(left, int) and isinstance(right, int):
        whole = {"+": left + right, "-": left - right, "*": left * right}[operator]
        return whole if len(str(abs(whole))) <= DIGITS else None
    return _calculate_decimals(operator, left=_scaled(left), right=_scaled(right))


def _calculate_doubles(operator: Operation, *, left: float, right: float) -> float | None:
    match operator:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case _:
            result = left / right if right else math.nan
    return None if math.isnan(result) else result + 0.0


def _calculate_decimals(operator: Operation, *, left: Decimal, right: Decimal) -> Decimal | None:
    if operator == "*":
        return _fitting(_EXACT.multiply(left, right))
    places = min(_exponent(left), _exponent(right))
    sides = [_fitting(_EXACT.quantize(each, Decimal(1).scaleb(places))) for each in (left, right)]
    if sides[0] is None or sides[1] is None:
        return None
    add = _EXACT.add if operator == "+" else _EXACT.subtract
    return _fitting(add(sides[0], sides[1]))


def _fitting(number: Decimal) -> Decimal | None:
    """The number, if it has no more digits than allowed before and after the point."""
    fits = len(number.as_tuple().digits) <= DIGITS and _exponent(number) >= -DIGITS
    return number if fits else None


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def total(numbers: Iterable[Answer], *, nothing: int | Decimal | float) -> int | Decimal | float:
    """The sum, exact without doubles; `nothing` is the sum of none."""
    result: int | Decimal | float = nothing
    for number in numbers:
        if not is_number(number) or isinstance(number, Ratio):
            raise Bug("a sum of what is not a number should have been refused")
        result = _add(result, number)
    return result


def _add(one: int | Decimal | float, other: int | Decimal | float) -> int | Decimal | float:
    if isinstance(one, float) or isinstance(other, float):
        return float(one) + float(other)
    return one + other if isinstance(one, int) and isinstance(other, int) else _EXACT.add(one, other)


def _scaled(number: int | Decimal) -> Decimal:
    """A decimal counts at least the four digits after the point of its type; an integer none."""
    if isinstance(number, int):
        return Decimal(number)
    return number.quantize(_CENTS, context=_EXACT) if _exponent(number) > -4 else number


def _elapsed(start: dt.date, end: dt.date, *, zone: ZoneInfo) -> dt.timedelta:
    if isinstance(start, dt.datetime) or isinstance(end, dt.datetime):
        return (as_us(end, zone) - as_us(start, zone)) * _MICROSECOND
    return end - start


def _move(
    time: dt.date, by: dt.timedelta | Duration, *, sign: int, zone: ZoneInfo
) -> dt.date | dt.datetime | None:
    if isinstance(time, dt.datetime):
        return _move_instant(as_us(time, zone), by, sign=sign, zone=zone)
    if isinstance(by, Duration):
        return add_months_to_day(time, sign * months_in(by))
    if by % dt.timedelta(days=1):
        raise Bug("a date and hours or minutes should have been refused")
    try:
        return time + sign * by
    except OverflowError:
        return None


def _move_instant(us: int, by: dt.timedelta | Duration, *, sign: int, zone: ZoneInfo) -> dt.datetime | None:
    if isinstance(by, Duration):
        moved = add_months(us, sign * months_in(by), zone=zone)
        return None if moved is None else instant_at(moved)
    return instant_at(us + sign * (by // _MICROSECOND))
