"""Tree to text: the one canonical way to write a condition."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import assert_never

from vitrail.language.words import KEYWORDS
from vitrail.model.tree import (
    Age,
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Arithmetic,
    Before,
    Between,
    Boolean,
    Compare,
    Condition,
    Consented,
    Constant,
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
    Last,
    Like,
    Member,
    Moment,
    Next,
    Not,
    Now,
    Number,
    OneOf,
    Period,
    Property,
    Range,
    Rank,
    Regularly,
    Sample,
    Score,
    Selection,
    Sequence,
    Since,
    Step,
    Text,
    Trait,
    Truth,
    Value,
    Window,
    Within,
)


def format(condition: Condition) -> str:
    """Write a condition as text; `parse` reads the same tree back.

    >>> from vitrail.language.parse import parse
    >>> format(parse('country="FR"   and count( order ,last 90 day)>=2'))
    'country = "FR" and count(order, last 90 days) >= 2'
    """
    match condition:
        case All(conditions):
            return " and ".join(_grouped(each, (All, AnyOf)) for each in conditions)
        case AnyOf(conditions):
            return " or ".join(_grouped(each, (AnyOf,)) for each in conditions)
        case Not(negated):
            return f"not {_grouped(negated, (All, AnyOf))}"
        case Truth(value):
            return _boolean(value)
        case Compare(left, operator, right):
            return f"{format_value(left)} {operator} {format_value(right)}"
        case Range(value, low, high, negated):
            bounds = f"{format_value(low)} and {format_value(high)}"
            return f"{format_value(value)} {_not(negated)}between {bounds}"
        case OneOf(value, choices, negated):
            return f"{format_value(value)} {_not(negated)}in ({_choices(choices)})"
        case Like(value, operator, pattern, negated):
            return f"{format_value(value)} {_not(negated)}{operator} {_quoted(pattern)}"
        case Within(value, window, negated):
            return f"{format_value(value)} {_not(negated)}in {format_window(window)}"
        case Known(value, negated):
            return f"{format_value(value)} is {'unknown' if negated else 'known'}"
        case Has():
            return _has(condition)
        case _:
            return _call(condition)


def _call(
    condition: Did | Sequence | Regularly | Member | Consented | Sample,
) -> str:
    match condition:
        case Did(selection):
            return f"did({format_selection(selection)})"
        case Sequence(steps, window):
            parts = [_step(step) for step in steps]
            return f"sequence({', '.join([*parts, *_window(window)])})"
        case Regularly(selection, every, at_least, of_last):
            regularity = f"every {every}, at least {at_least} of last {of_last}"
            return f"regularly({format_selection(selection)}, {regularity})"
        case Member(segment):
            return f"member({_quoted(segment)})"
        case Consented(purpose, None):
            return f"consented({format_name(purpose)})"
        case Consented(purpose, str(channel)):
            return f"consented({format_name(purpose)}, {format_name(channel)})"
        case Sample(share, salt):
            return f"sample({', '.join([_percent(share), *([_quoted(salt)] if salt else [])])})"
        case Consented():
            raise AssertionError
        case _:
            assert_never(condition)


def format_value(value: Value) -> str:
    """Write a value as text."""
    match value:
        case Arithmetic(left, operator, right):
            first = _operand(left, operator, is_right=False)
            return f"{first} {operator} {_operand(right, operator, is_right=True)}"
        case Trait(name) | Property(name):
            return format_name(name)
        case Now():
            return "now"
        case Count() | Aggregate() | Moment():
            return _figure(value)
        case Score(name):
            return f"score({_quoted(name)})"
        case Age(of):
            return f"age({format_value(of)})"
        case DatePart(part, of):
            return f"{part}({format_value(of)})"
        case Rank(ranking, of, among):
            reference = f" among {format(among)}" if among is not None else ""
            return f"{ranking}({format_value(of)}{reference})"
        case Distance(latitude, longitude, to_latitude, to_longitude):
            place = f"{format_value(latitude)}, {format_value(longitude)}"
            return f"distance({place}, {_plain(to_latitude)}, {_plain(to_longitude)})"
        case Anniversary(of):
            return f"anniversary({format_value(of)})"
        case _:
            return format_literal(value)


def _figure(value: Count | Aggregate | Moment) -> str:
    match value:
        case Count(selection):
            return f"count({format_selection(selection)})"
        case Aggregate(function, name, selection):
            head = f"{format_name(selection.collection)}.{format_name(name)}"
            return f"{function}({_selected(head, selection)})"
        case Moment(which, selection):
            return f"{which}({format_selection(selection)})"
        case _:
            assert_never(value)


def format_literal(literal: Constant) -> str:
    """Write a literal as text."""
    match literal:
        case Text(value):
            return _quoted(value)
        case Integer(value):
            return str(value)
        case Number(value):
            plain = _plain(value)
            return plain if "." in plain else f"{plain}.0"
        case Boolean(value):
            return _boolean(value)
        case Date(value):
            return value.isoformat()
        case Instant(value):
            return _instant(value)
        case Duration(count, unit):
            return f"{count} {unit}{'' if count == 1 else 's'}"
        case _:
            assert_never(literal)


def format_window(window: Window) -> str:
    """Write a window as text."""
    match window:
        case Last(duration):
            return f"last {format_literal(duration)}"
        case Next(duration):
            return f"next {format_literal(duration)}"
        case Period("day", 0):
            return "today"
        case Period("day", -1):
            return "yesterday"
        case Period(unit, offset):
            return f"{({-1: 'last', 0: 'this', 1: 'next'})[offset]} {unit}"
        case Between(start, end):
            return f"between {format_literal(start)} and {format_literal(end)}"
        case Since(start):
            return f"since {format_literal(start)}"
        case Before(end):
            return f"before {format_literal(end)}"
        case _:
            assert_never(window)


def format_selection(selection: Selection) -> str:
    """Write what stands between the brackets of `count(…)`."""
    return _selected(format_name(selection.collection), selection)


def format_name(name: str) -> str:
    """Write a name, in backticks where it is not a plain identifier or is a word of the language."""
    if re.fullmatch("[a-z_][a-z0-9_]*", name) and name not in KEYWORDS:
        return name
    return f"`{name.replace('`', '``')}`"


def _selected(head: str, selection: Selection) -> str:
    where = f" where {format(selection.where)}" if selection.where is not None else ""
    return ", ".join([f"{head}{where}", *_window(selection.window)])


def _window(window: Window | None) -> list[str]:
    return [format_window(window)] if window is not None else []


def _step(step: Step) -> str:
    where = f" where {format(step.where)}" if step.where is not None else ""
    within = f" within {format_literal(step.within)}" if step.within is not None else ""
    return f"{_not(step.absent)}{format_name(step.collection)}{where}{within}"


def _has(condition: Has) -> str:
    left = f"{format_value(condition.value)} {_not(condition.negated)}has"
    match condition.quantifier:
        case "one":
            return f"{left} {format_literal(condition.choices[0])}"
        case "any" | "all":
            return f"{left} {condition.quantifier} of ({_choices(condition.choices)})"
        case _:
            assert_never(condition.quantifier)


def _grouped(condition: Condition, in_brackets: tuple[type, ...]) -> str:
    text = format(condition)
    return f"({text})" if isinstance(condition, in_brackets) else text


def _operand(value: Value, operator: str, *, is_right: bool) -> str:
    text = format_value(value)
    if not isinstance(value, Arithmetic):
        return text
    looser = operator in "*/" and value.operator in "+-"
    return f"({text})" if looser or (is_right and _same_level(operator, value.operator)) else text


def _same_level(first: str, second: str) -> bool:
    return (first in "*/") == (second in "*/")


def _choices(choices: tuple[Constant, ...]) -> str:
    return ", ".join(format_literal(choice) for choice in choices)


def _not(negated: bool) -> str:
    return "not " if negated else ""


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(share: Decimal) -> str:
    return f"{_plain(share * 100)}%"


def _instant(value: dt.datetime) -> str:
    return value.isoformat().removesuffix("+00:00") + "Z"
