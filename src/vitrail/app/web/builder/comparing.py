"""One value compared: the tests each type of value knows, as fields and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitrail.app.web.builder import constants
from vitrail.app.web.builder.constants import Language
from vitrail.app.web.builder.form import first
from vitrail.app.web.builder.spans import read_window, window_fields
from vitrail.language.kinds import MOMENTS, NUMBERS, Kind
from vitrail.model.tree import (
    Arithmetic,
    Boolean,
    Compare,
    Condition,
    Constant,
    Duration,
    Has,
    Known,
    Like,
    Now,
    OneOf,
    Operator,
    Range,
    TextOperator,
    Value,
    Within,
)

Fields = Mapping[str, Sequence[str]]
Drawn = dict[str, tuple[str, ...]]

COMPARED: dict[str, Operator] = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
TEXTUAL: dict[str, TextOperator] = {
    "contains": "contains",
    "starts": "starts with",
    "ends": "ends with",
    "matches": "matches",
}
HELD = {"has": "one", "has_any": "any", "has_all": "all"}
AGES: dict[str, Operator] = {"older": "<", "newer": ">"}
_SIGNS = {operator: name for name, operator in COMPARED.items()}
_WORDS = {operator: name for name, operator in TEXTUAL.items()}

SEVERAL = ("in", "nin", "has_any", "nhas_any", "has_all", "nhas_all")
"""Tests that take several values."""

_KNOWN = ("known", "unknown")
TESTS: dict[str, tuple[str, ...]] = {
    "text": (
        "eq", "ne", "in", "nin", "contains", "ncontains", "starts", "nstarts", "ends", "nends",
        "matches", "nmatches", *_KNOWN, "lt", "le", "gt", "ge",
    ),
    "number": ("ge", "gt", "le", "lt", "eq", "ne", "between", "nbetween", "in", "nin", *_KNOWN),
    "boolean": ("true", "false", *_KNOWN),
    "moment": (
        "within", "nwithin", "older", "newer", "ge", "gt", "le", "lt", "eq", "ne", "between", "nbetween",
        *_KNOWN,
    ),
    "texts": ("has", "nhas", "has_any", "nhas_any", "has_all", "nhas_all", *_KNOWN),
    "anniversary": ("within", "nwithin"),
    "duration": _KNOWN,
}  # fmt: skip
"""The tests of each family of types, the most asked first."""
RARE = {"text": ("lt", "le", "gt", "ge")}
"""Tests that are shown where a rule has them, and not offered: the order of letters divides nobody well."""


def family(kind: Kind) -> str:
    """The family of a type: types of one family know the same tests."""
    if kind in NUMBERS:
        return "number"
    return "moment" if kind in MOMENTS else kind


def test_of(fields: Fields, kind: Kind) -> str:
    """The test that fields ask for, or the first that the type knows."""
    asked = first(fields, "op")
    known = TESTS[family(kind)]
    return asked if asked in known else known[0]


# --- from the tree ----------------------------------------------------------------------------


def test_fields(condition: Condition, *, language: Language) -> tuple[Value, Drawn] | None:
    """The value that a condition tests and the fields of the test; None for what is no such test."""
    match condition:
        case Compare(left, operator, right):
            return _comparison(left, operator, right=right, language=language)
        case Range(value, low, high, negated) if isinstance(low, Constant) and isinstance(high, Constant):
            bounds = {"v": (constants.typed(low, language),), "v2": (constants.typed(high, language),)}
            return value, {"op": (_not(negated, "between"),), **bounds}
        case OneOf(value, choices, negated):
            return value, {"op": (_not(negated, "in"),), "v": _all(choices, language)}
        case Like(value, operator, pattern, negated):
            return value, {"op": (_not(negated, _WORDS[operator]),), "v": (pattern,)}
        case Within(value, window, negated):
            test = {"op": (_not(negated, "within"),)}
            return value, {**test, **window_fields(window, "t", language=language)}
        case Known(value, negated):
            return value, {"op": ("unknown" if negated else "known",)}
        case Has(value, quantifier, choices, negated):
            name = next(each for each, word in HELD.items() if word == quantifier)
            return value, {"op": (_not(negated, name),), "v": _all(choices, language)}
        case _:
            return None


def _comparison(
    left: Value, operator: Operator, *, right: Value, language: Language
) -> tuple[Value, Drawn] | None:
    match right:
        case Boolean(value) if operator == "=":
            return left, {"op": ("true" if value else "false",)}
        case Arithmetic(Now(), "-", Duration(count, unit)) if operator in AGES.values():
            name = next(each for each, sign in AGES.items() if sign == operator)
            return left, {"op": (name,), "n": (str(count),), "u": (unit,)}
        case _ if isinstance(right, Constant):
            return left, {"op": (_SIGNS[operator],), "v": (constants.typed(right, language),)}
        case _:
            return None


def _not(negated: bool, name: str) -> str:
    return f"n{name}" if negated else name


def _all(choices: tuple[Constant, ...], language: Language) -> tuple[str, ...]:
    return tuple(constants.typed(each, language) for each in choices)


# --- from the fields --------------------------------------------------------------------------


def read_test(value: Value, kind: Kind, *, fields: Fields, language: Language) -> Condition | str:
    """The condition that fields ask of a value; the name of the first field that does not fit."""
    test = test_of(fields, kind)
    match test:
        case "known" | "unknown":
            return Known(value, negated=test == "unknown")
        case "true" | "false":
            return Compare(value, "=", Boolean(test == "true"))
        case "older" | "newer":
            length = constants.duration(first(fields, "n"), first(fields, "u") or "day")
            return "n" if length is None else Compare(value, AGES[test], Arithmetic(Now(), "-", length))
        case "within" | "nwithin":
            window = read_window(fields, "t")
            if window is None or isinstance(window, str):
                return window or "tw"
            return Within(value, window, negated=test == "nwithin")
        case _:
            return _read_values(value, kind, test=test, fields=fields, language=language)


def _read_values(
    value: Value, kind: Kind, *, test: str, fields: Fields, language: Language
) -> Condition | str:
    given = _given(fields, test)
    found = [constants.constant(each, kind, language=language) for each in given]
    if not found or any(each is None for each in found):
        return "v"
    choices = tuple(each for each in found if each is not None)
    if test in COMPARED:
        return Compare(value, COMPARED[test], choices[0])
    if test in ("between", "nbetween"):
        high = constants.constant(first(fields, "v2"), kind, language=language)
        return "v2" if high is None else Range(value, choices[0], high, negated=test == "nbetween")
    negated = test.startswith("n") and test not in TEXTUAL
    name = test[1:] if negated else test
    if name == "in":
        return OneOf(value, choices, negated=negated)
    if name in TEXTUAL:
        return Like(value, TEXTUAL[name], given[0], negated=negated)
    if name == "has":
        return Has(value, "one", choices[:1], negated=negated)
    return Has(value, "any" if name == "has_any" else "all", choices, negated=negated)


def _given(fields: Fields, test: str) -> list[str]:
    """The values of a test: several of them stand one to a line, or are ticked one by one."""
    values = [each.strip() for each in fields.get("v", ()) if each.strip()]
    if test not in SEVERAL:
        return values[:1]
    lines = [line.strip() for each in values for line in each.splitlines()]
    return list(dict.fromkeys(line for line in lines if line))
