"""Conditions in SQL: tests on one row, of a record or of a profile."""

from __future__ import annotations

from collections import defaultdict
from typing import assert_never

from sqlglot import exp

from vitrail.engine.sql import calendar
from vitrail.engine.sql.operand import Operand, Scope
from vitrail.engine.sql.values import comparison, literal, local_day, value
from vitrail.engine.sql.write import (
    E,
    between,
    both,
    brackets,
    compared,
    either,
    known,
    opposite,
    plus,
    settled,
    times,
    whole,
)
from vitrail.language import windows
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    All,
    Anniversary,
    AnyOf,
    Compare,
    Condition,
    Consented,
    Did,
    Has,
    Known,
    Like,
    Member,
    Not,
    OneOf,
    Range,
    Regularly,
    Sample,
    Sequence,
    Truth,
    Window,
    Within,
)

Test = Compare | Range | OneOf | Like | Within | Known | Has


def condition(node: Condition, scope: Scope, *, exactly: bool = False) -> E:
    """A condition on a record; where `exactly` is asked, false is FALSE and never NULL."""
    match node:
        case All(parts):
            return both([condition(part, scope, exactly=exactly) for part in parts])
        case AnyOf(parts):
            return either([condition(part, scope, exactly=exactly) for part in parts])
        case Not(part):
            return opposite(condition(part, scope, exactly=True))
        case Truth(truth):
            return exp.true() if truth else exp.false()
        case Compare() | Range() | OneOf() | Like() | Within() | Known() | Has():
            written = test(node, scope)
            return settled(written) if exactly else written
        case Did() | Sequence() | Regularly() | Member() | Consented() | Sample():
            raise Bug(f"{type(node).__name__} is not a test of one row")
        case _:
            assert_never(node)


def test(node: Test, scope: Scope) -> E:
    """An elementary test; NULL where an operand is unknown."""
    match node:
        case Compare(left, operator, right):
            return comparison(value(left, scope), value(right, scope), operator=operator, scope=scope)
        case Range():
            return _range(node, scope)
        case OneOf(of, choices, negated):
            operand = value(of, scope)
            equal = [comparison(operand, literal(each, scope), operator="=", scope=scope) for each in choices]
            return _signed(either(equal), negated=negated)
        case Like():
            return _like(node, scope)
        case Within():
            return _within(node, scope)
        case Known(of, negated):
            return _signed(known(_whole_value(value(of, scope))), negated=negated)
        case Has():
            return _has(node, scope)
        case _:
            assert_never(node)


def _signed(written: E, *, negated: bool) -> E:
    return opposite(written) if negated else written


def _whole_value(operand: Operand) -> E:
    return operand.sql


def _range(node: Range, scope: Scope) -> E:
    operand = value(node.value, scope)
    low = comparison(operand, value(node.low, scope), operator=">=", scope=scope)
    high = comparison(operand, value(node.high, scope), operator="<=", scope=scope)
    if not node.negated:
        return both([low, high])
    bounds = [value(each, scope).sql for each in (node.value, node.low, node.high)]
    return both([*(known(each) for each in bounds), opposite(both([low, high]))])


def _like(node: Like, scope: Scope) -> E:
    operand = value(node.value, scope)
    if node.operator == "matches":
        pattern = scope.parameters.text(node.pattern)
        written: E = exp.RegexpLike(this=operand.sql, expression=pattern)
        return _signed(written, negated=node.negated)
    folded = operand.folded if operand.folded is not None else operand.sql
    pattern = scope.parameters.text(node.pattern.casefold())
    match node.operator:
        case "contains":
            written = exp.Contains(this=folded, expression=pattern)
        case "starts with":
            written = exp.StartsWith(this=folded, expression=pattern)
        case "ends with":
            written = exp.EndsWith(this=folded, expression=pattern)
        case _:
            assert_never(node.operator)
    return _signed(written, negated=node.negated)


def _has(node: Has, scope: Scope) -> E:
    held = value(node.value, scope).sql
    each = [exp.ArrayContains(this=held, expression=literal(choice, scope).sql) for choice in node.choices]
    written = both(each) if node.quantifier == "all" else either(each)
    return _signed(written, negated=node.negated)


def _within(node: Within, scope: Scope) -> E:
    if isinstance(node.value, Anniversary):
        of = local_day(value(node.value.of, scope), scope)
        date = scope.name(of.sql)
        written = _anniversary(date, node.window, scope=scope)
        return both([known(date), _signed(written, negated=node.negated)])
    operand = value(node.value, scope)
    find = windows.day_bounds if operand.kind == "date" else windows.moment_bounds
    start, end = find(node.window, scope.at_us, zone=scope.zone)
    moment = brackets(scope.short(operand.sql))
    return _signed(both(between(moment, start=start, end=end)), negated=node.negated)


def _anniversary(date: E, window: Window, *, scope: Scope) -> E:
    """True when a later year's day of the window is an anniversary day of the date."""
    first, end = windows.anniversary_days(window, scope.at_us, zone=scope.zone)
    by_year: dict[int, list[int]] = defaultdict(list)
    for number, latest in _latest_years(first, end).items():
        by_year[latest].append(number)
    month_day = scope.name(
        plus(times(calendar.part_of(date, "month"), whole(100)), calendar.part_of(date, "day"))
    )
    born = scope.name(calendar.part_of(date, "year"))
    tests = []
    for latest, numbers in sorted(by_year.items()):
        days = [whole(each) for each in sorted(numbers)]
        falls = exp.In(this=exp.Paren(this=month_day), expressions=days)
        tests.append(both([falls, compared(born, whole(latest), operator="<")]))
    return either(tests)


def _latest_years(first: int, end: int) -> dict[int, int]:
    """For each month and day that has an anniversary in the window, the latest year it has one in."""
    latest: dict[int, int] = {}
    start = max(first, end - 8 * 366)
    for number in range(start, end):
        day = windows.day_of(number)
        latest[day.month * 100 + day.day] = day.year
        if (day.month, day.day) == (3, 1) and not _is_leap(day.year):
            latest[229] = day.year
    return latest


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
