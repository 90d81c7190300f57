"""What is wrong with a condition, given the types of what lies directly below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import re2

from vitrail.language import messages
from vitrail.language.kinds import (
    MOMENTS,
    TEXT,
    TEXTS,
    Kind,
    comparable,
    in_order,
    is_calendar,
    is_short,
)
from vitrail.language.place import Place
from vitrail.language.selections import check_sequence, require_time
from vitrail.language.values import Kinds
from vitrail.model.tree import (
    All,
    AnyOf,
    Between,
    Compare,
    Condition,
    Consented,
    Did,
    Has,
    Known,
    Last,
    Like,
    Member,
    Next,
    Not,
    OneOf,
    Period,
    Range,
    Regularly,
    Sample,
    Sequence,
    Truth,
    Within,
)


def check_condition(condition: Condition, kinds: Kinds, *, place: Place) -> None:
    """Complain of all that is wrong at this very node."""
    match condition:
        case All() | AnyOf() | Not() | Truth() | Did() | Known():
            pass
        case Compare(left, operator, right):
            _comparison(operator, (kinds["left"], kinds["right"]), place=place)
            _exact_duration(kinds["left"], left, right, place=place)
        case Range(value, low, high):
            for bound in ("low", "high"):
                _comparison("between", (kinds["value"], kinds[bound]), place=place)
            _exact_duration(kinds["value"], value, low, high, place=place)
            if not in_order(low, high):
                place.complain(messages.impossible_range())
        case OneOf(value, choices):
            for step in range(len(choices)):
                _comparison("in", (kinds["value"], kinds[f"choices[{step}]"]), place=place)
            _exact_duration(kinds["value"], value, *choices, place=place)
        case Like():
            place.expect(kinds["value"], TEXT, what=condition.operator)
            _pattern(condition, place)
        case Within():
            _within(condition, kinds["value"], place=place)
        case Has(_, _, choices):
            place.expect(kinds["value"], TEXTS, what="has")
            for step in range(len(choices)):
                place.expect(kinds[f"choices[{step}]"], TEXT, what="has")
        case _:
            _about_profile(condition, place)


def _about_profile(condition: Sequence | Regularly | Member | Consented | Sample, place: Place) -> None:
    match condition:
        case Sequence():
            check_sequence(condition, place)
        case Regularly(selection, _, at_least, of_last):
            require_time(selection.collection, "regularly", place=place)
            if not 1 <= at_least <= of_last <= 120:
                place.complain(messages.bad_regularity())
        case Member(segment):
            _named("segment", segment, place=place, valid=place.catalogue.segments)
        case Consented(purpose, channel):
            _named("purpose", purpose, place=place, valid=place.catalogue.purposes)
            if channel is not None:
                _named("channel", channel, place=place, valid=place.catalogue.channels)
        case Sample(share):
            if share > 1:
                place.complain(messages.bad_share())
        case _:
            assert_never(condition)


def _named(kind: str, name: str, *, place: Place, valid: Mapping[str, object]) -> None:
    if name not in valid:
        place.complain(messages.unknown_name(kind, name, valid=valid))


def _comparison(operator: str, kinds: tuple[Kind | None, Kind | None], *, place: Place) -> None:
    left, right = kinds
    if left is None or right is None:
        return
    if not comparable(left, right):
        place.complain(messages.not_comparable(operator=operator, left=left, right=right))
    elif left == "boolean" and operator not in ("=", "!=", "in"):
        place.complain(messages.not_ordered(operator=operator))


def _exact_duration(kind: Kind | None, *values: object, place: Place) -> None:
    if kind == "duration" and any(is_calendar(each) for each in values):
        place.complain(messages.calendar_duration())


def _within(condition: Within, kind: Kind | None, *, place: Place) -> None:
    window = condition.window
    if kind == "anniversary":
        if not isinstance(window, Last | Next | Period | Between):
            place.complain(messages.bad_anniversary_window())
    elif not place.expect(kind, MOMENTS, what="in"):
        return
    if kind in ("date", "anniversary") and isinstance(window, Last | Next) and is_short(window.duration):
        place.complain(messages.too_short_for_days())


def _pattern(condition: Like, place: Place) -> None:
    if condition.operator != "matches":
        return
    try:
        re2.compile(condition.pattern, _quiet())
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        place.complain(messages.bad_pattern(reason=text))


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options
