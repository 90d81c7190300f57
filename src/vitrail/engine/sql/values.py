"""Values of conditions in SQL."""

from __future__ import annotations

import datetime as dt
import math
from typing import assert_never

from sqlglot import exp

from vitrail.engine.sql import calendar
from vitrail.engine.sql.calendar import DAY, END_US, FIRST_US
from vitrail.engine.sql.operand import Operand, Scope, day, decimal, integer, moment
from vitrail.engine.sql.write import (
    WIDE,
    E,
    attempt,
    between,
    bigint,
    both,
    brackets,
    case,
    compared,
    double,
    exact,
    known,
    minus,
    plus,
    times,
    unknown,
    whole,
)
from vitrail.language import windows
from vitrail.language.kinds import MOMENTS, NUMBERS, Kind
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Arithmetic,
    Boolean,
    Constant,
    Count,
    Date,
    DatePart,
    Distance,
    Duration,
    Instant,
    Integer,
    Moment,
    Now,
    Number,
    Property,
    Rank,
    Score,
    Text,
    Trait,
    Unit,
    Value,
)

EARTH_RADIUS_KM = 6371.0088
RECORD_DIGITS = 12
"""A profile has fewer records, and a workspace fewer profiles, than a number of so many digits."""

_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def value(node: Value, scope: Scope) -> Operand:
    """A value as an operand, unknown written as NULL."""
    match node:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration():
            return literal(node, scope)
        case Now():
            return moment(scope.at_us)
        case Arithmetic():
            return _arithmetic(node, scope)
        case Age(of):
            return _age(local_day(value(of, scope), scope), scope)
        case DatePart(part, of):
            return _part(part, value(of, scope), scope=scope)
        case Distance():
            return _distance(node, scope)
        case Trait() | Property() | Count() | Aggregate() | Moment() | Score() | Rank():
            return scope.leaf(node)
        case Anniversary():
            raise Bug("an anniversary is asked with `in` alone")
        case _:
            assert_never(node)


def literal(node: Constant, scope: Scope) -> Operand:
    """A literal as an operand."""
    match node:
        case Text(text):
            placeholder = scope.parameters.text(text)
            return Operand("text", placeholder, folded=scope.parameters.text(text.casefold()))
        case Integer(number):
            return integer(number)
        case Number(number):
            return decimal(number)
        case Boolean(truth):
            return Operand("boolean", exp.true() if truth else exp.false())
        case Date(date):
            return day(date.toordinal() - _EPOCH_DAY)
        case Instant(instant):
            return moment((instant - _EPOCH) // dt.timedelta(microseconds=1))
        case Duration(count, unit):
            return _duration(count, unit)
        case _:
            assert_never(node)


def _duration(count: int, unit: Unit) -> Operand:
    if unit in windows.MONTHS:
        return Operand("duration", unknown(), months=count * windows.MONTHS[unit])
    length = count * windows.EXACT[unit]
    return Operand("duration", exact(whole(length), scale=0), constant=length)


# --- comparisons ------------------------------------------------------------------------------


def comparison(left: Operand, right: Operand, *, operator: str, scope: Scope) -> E:
    """`left operator right`; NULL where one side is unknown."""
    if left.kind in NUMBERS:
        return _numbers_compared(left, right, operator=operator)
    if left.kind in MOMENTS and left.kind != right.kind:
        left, right = instant(left, scope), instant(right, scope)
    return compared(left.sql, right.sql, operator=operator)


def _numbers_compared(left: Operand, right: Operand, *, operator: str) -> E:
    """Exact numbers at as many digits after the point; one too long to be written so is beyond the other."""
    if "float" in (left.kind, right.kind):
        return compared(left.double(), right.double(), operator=operator)
    scale = max(left.scale, right.scale)
    first, first_fits = _at_scale(left, scale, factor=right.denominator)
    second, second_fits = _at_scale(right, scale, factor=left.denominator)
    beyond = []
    if not first_fits:
        beyond.append((_only_unknown(first, second), compared(left.sql, whole(0), operator=operator)))
    if not second_fits:
        beyond.append((_only_unknown(second, first), compared(whole(0), right.sql, operator=operator)))
    plain = compared(first, second, operator=operator)
    return case(beyond, plain) if beyond else plain


def _at_scale(operand: Operand, scale: int, *, factor: E | None) -> tuple[E, bool]:
    """An exact number, times the number of records of the other side; and whether it surely fits."""
    digits = operand.digits - operand.scale + scale + (RECORD_DIGITS if factor is not None else 0)
    written = operand.sql if factor is None else times(operand.exact(), exact(factor, scale=0))
    if digits <= WIDE:
        return written, True
    return attempt(exact(written, scale=scale)), False


def _only_unknown(one: E, other: E) -> E:
    return both([exp.Is(this=brackets(one), expression=exp.null()), known(other)])


def instant(operand: Operand, scope: Scope) -> Operand:
    """A date as its midnight; an instant as it is."""
    if operand.kind == "instant":
        return operand
    if operand.constant is not None:
        date = dt.date.fromordinal(operand.constant + _EPOCH_DAY)
        return moment(windows.midnight(date, scope.zone))
    return Operand("instant", scope.calendar.midnight(operand.sql))


def local_day(operand: Operand, scope: Scope) -> Operand:
    """The day of an instant in the zone; a date as it is."""
    if operand.kind == "date":
        return operand
    if operand.constant is not None:
        return day(windows.day_number(windows.local_day(operand.constant, scope.zone)))
    return Operand("date", scope.calendar.local_day(operand.sql, span=_span(operand, scope)))


def _span(operand: Operand, scope: Scope) -> tuple[int, int] | None:
    at = isinstance(operand.sql, exp.Column) and operand.sql.name == "at_us"
    return scope.span if at else None


# --- arithmetic -------------------------------------------------------------------------------


def _arithmetic(node: Arithmetic, scope: Scope) -> Operand:
    left, right = value(node.left, scope), value(node.right, scope)
    if left.kind in NUMBERS:
        return _number(left, right, operator=node.operator)
    if node.operator == "+" and right.kind in MOMENTS:
        left, right = right, left
    if left.kind in MOMENTS and right.kind in MOMENTS:
        return _difference(left, right, scope=scope)
    if left.kind == "duration":
        return _durations(node.operator, left, right=right)
    return _moved(node.operator, left, length=right, scope=scope)


def _number(left: Operand, right: Operand, *, operator: str) -> Operand:
    ratio = left.denominator is not None or right.denominator is not None
    if operator == "/" or ratio or "float" in (left.kind, right.kind):
        return Operand("float", _doubles(left.double(), right.double(), operator=operator))
    scale = left.scale + right.scale if operator == "*" else max(left.scale, right.scale)
    if scale > WIDE:
        return Operand("decimal", exact(unknown(), scale=WIDE), scale=WIDE)
    make = {"+": plus, "-": minus, "*": times}[operator]
    kind: Kind = "decimal" if "decimal" in (left.kind, right.kind) else "integer"
    return Operand(kind, attempt(make(left.exact(), right.exact())), scale=scale)


def _doubles(left: E, right: E, *, operator: str) -> E:
    if operator == "/":
        result: E = exp.Div(
            this=brackets(left), expression=exp.Nullif(this=right, expression=double(whole(0)))
        )
    else:
        result = {"+": plus, "-": minus, "*": times}[operator](left, right)
    return case([(exp.Not(this=exp.IsNan(this=exp.Paren(this=result))), result)])


def _difference(left: Operand, right: Operand, *, scope: Scope) -> Operand:
    if left.kind == right.kind == "date":
        days = minus(exact(left.sql, scale=0), exact(right.sql, scale=0))
        return Operand("duration", times(days, whole(DAY)))
    first, second = instant(left, scope), instant(right, scope)
    return Operand("duration", minus(exact(first.sql, scale=0), exact(second.sql, scale=0)))


def _durations(operator: str, left: Operand, *, right: Operand) -> Operand:
    make = plus if operator == "+" else minus
    return Operand("duration", attempt(make(exact(left.sql, scale=0), exact(right.sql, scale=0))))


def _moved(operator: str, start: Operand, *, length: Operand, scope: Scope) -> Operand:
    sign = 1 if operator == "+" else -1
    if length.months is not None:
        return _months_moved(start, sign * length.months, scope=scope)
    unit = DAY if start.kind == "date" else 1
    if start.constant is not None and length.constant is not None:
        return _constant_moved(start, start.constant + sign * (length.constant // unit))
    if start.kind == "date":
        length = Operand("duration", exp.IntDiv(this=exp.Paren(this=length.sql), expression=whole(DAY)))
    make = plus if sign > 0 else minus
    moved = attempt(make(exact(scope.short(start.sql), scale=0), exact(scope.short(length.sql), scale=0)))
    return Operand(start.kind, _within_the_calendar(moved, start.kind))


def _constant_moved(start: Operand, moved: int) -> Operand:
    first, end = _limits(start.kind)
    if not first <= moved < end:
        return Operand(start.kind, bigint(unknown()))
    return day(moved) if start.kind == "date" else moment(moved)


def _months_moved(start: Operand, months: int, *, scope: Scope) -> Operand:
    if start.constant is not None and start.kind == "instant":
        moved = windows.add_calendar(start.constant, months, unit="month", zone=scope.zone)
        return _constant_moved(start, moved)
    if abs(months) > 12 * 10_000:
        return Operand(start.kind, bigint(unknown()))
    if start.kind == "date":
        return Operand("date", scope.calendar.months_later(start.sql, months))
    return Operand("instant", scope.calendar.instant_months_later(start.sql, months))


def _limits(kind: str) -> tuple[int, int]:
    return (calendar.FIRST_DAY, calendar.END_OF_DAYS) if kind == "date" else (FIRST_US, END_US)


def _within_the_calendar(moved: E, kind: str) -> E:
    start, end = _limits(kind)
    return case([(both(between(brackets(moved), start=start, end=end)), bigint(moved))])


# --- calendar ---------------------------------------------------------------------------------


def _age(born: Operand, scope: Scope) -> Operand:
    """Completed years: those of the calendar, less one before the birthday."""
    today = windows.local_day(scope.at_us, scope.zone)
    birth = scope.name(born.sql)
    this_year = today.month * 100 + today.day
    month_day = plus(times(calendar.part_of(birth, "month"), whole(100)), calendar.part_of(birth, "day"))
    not_yet = case([(compared(month_day, whole(this_year), operator=">"), whole(1))], whole(0))
    years = minus(minus(whole(today.year), calendar.part_of(birth, "year")), not_yet)
    born_by_now = compared(birth, whole(windows.day_number(today)), operator="<=")
    return Operand("integer", scope.name(case([(born_by_now, years)])))


def _part(part: str, of: Operand, *, scope: Scope) -> Operand:
    if part == "hour":
        return Operand("integer", scope.name(scope.calendar.hour(of.sql, span=_span(of, scope))))
    local = scope.name(local_day(of, scope).sql)
    if part == "weekday":
        return Operand("integer", scope.name(calendar.weekday(local)))
    return Operand("integer", scope.name(calendar.part_of(local, part)))


def _distance(node: Distance, scope: Scope) -> Operand:
    """Haversine, in kilometres."""
    latitude = scope.name(value(node.latitude, scope).double())
    longitude = scope.name(value(node.longitude, scope).double())
    to_latitude, to_longitude = float(node.to_latitude), float(node.to_longitude)
    north = _half_sine_squared(latitude, to_latitude)
    east = _half_sine_squared(longitude, to_longitude)
    scale = times(exp.Cos(this=_radians(latitude)), _number_literal(math.cos(math.radians(to_latitude))))
    chord = plus(north, times(scale, east))
    bounded = exp.Least(this=_number_literal(1.0), expressions=[exp.Sqrt(this=chord)])
    length = times(_number_literal(2 * EARTH_RADIUS_KM), exp.Asin(this=bounded))
    on_earth = both(
        [
            compared(exp.Abs(this=latitude), whole(90), operator="<="),
            compared(exp.Abs(this=longitude), whole(180), operator="<="),
        ]
    )
    return Operand("float", scope.name(case([(on_earth, length)])))


def _half_sine_squared(angle: E, to_angle: float) -> E:
    turn = minus(_number_literal(math.radians(to_angle)), _radians(angle))
    half = exp.Sin(this=exp.Div(this=exp.Paren(this=turn), expression=_number_literal(2.0)))
    return times(half, half)


def _radians(degrees: E) -> E:
    return exp.Radians(this=degrees)


def _number_literal(number: float) -> E:
    return double(exp.Literal.string(repr(number)))
