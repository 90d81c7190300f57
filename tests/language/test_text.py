"""Text as people write it, and the canonical text of the same tree."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.language.rules import RULES
from tests.language.shop import CATALOGUE
from vitrail.language.check import check
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.model.tree import (
    AnyOf,
    Boolean,
    Compare,
    Did,
    Instant,
    Not,
    Now,
    Number,
    Period,
    Property,
    Selection,
    Trait,
    Truth,
    Within,
)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('country="FR"', 'country = "FR"'),
        ("count(order,last 90 day)>=2", "count(order, last 90 days) >= 2"),
        ("did( order , last 1 days )", "did(order, last 1 day)"),
        ("((a = 1))", "a = 1"),
        ("(a = 1 and b = 2) and c = 3", "(a = 1 and b = 2) and c = 3"),
        ("a = 1 and (b = 2 or c = 3)", "a = 1 and (b = 2 or c = 3)"),
        ("(a = 1 and b = 2) or c = 3", "a = 1 and b = 2 or c = 3"),
        ("not (not a = 1)", "not not a = 1"),
        ("not (a = 1 and b = 2)", "not (a = 1 and b = 2)"),
        ("a + (b + c) * 2 - (d - e) > 1", "a + (b + c) * 2 - (d - e) > 1"),
        ("(a + b) + c > 1", "a + b + c > 1"),
        ("a / (b / c) = -1", "a / (b / c) = -1"),
        ("a = 10%", "a = 0.1"),
        ("a = -2.50", "a = -2.5"),
        ("a = 1.0", "a = 1.0"),
        ("sample(0.5%)", "sample(0.5%)"),
        ('interests has ("trail")', 'interests has "trail"'),
        ('interests has ("trail", "velo")', 'interests has any of ("trail", "velo")'),
        ('interests has all of "trail"', 'interests has all of ("trail")'),
        ("a in last day", "a in yesterday"),
        ("a in this day", "a in today"),
        ("a in next day", "a in next day"),
        ("`country` = `Code postal`", "country = `Code postal`"),
        ("`last` = `a``b`", "`last` = `a``b`"),
        ('a = "\\u00e9\\/"', 'a = "é/"'),
        ("a < 2025-03-31T10:00:00+02:00", "a < 2025-03-31T08:00:00Z"),
        ("a < 2025-03-31T08:00:00.5Z", "a < 2025-03-31T08:00:00.500000Z"),
        ("a < 2025-03-31T08:00Z", "a < 2025-03-31T08:00:00Z"),
        ("regularly(a,every month,at least 3 of last 4 )", "regularly(a, every month, at least 3 of last 4)"),
        (
            "regularly(order, last 1 year, every month, at least 3 of last 4)",
            "regularly(order, last 1 year, every month, at least 3 of last 4)",
        ),
        ("sequence(a, b within 2 day,\n last 3 day)", "sequence(a, b within 2 days, last 3 days)"),
    ],
)
def test_canonical_text(written: str, canonical: str) -> None:
    tree = parse(written)
    assert format(tree) == canonical
    assert parse(canonical) == tree


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_already_canonical(rule: str) -> None:
    assert format(parse(rule)) == rule


@pytest.mark.parametrize("rule", RULES)
def test_rules_are_right_in_the_shop(rule: str) -> None:
    shop = CATALOGUE.with_segments({"vip": parse("count(order) > 5")})
    assert [each.text() for each in check(rule, shop) if each.severity == "error"] == []


def test_and_binds_tighter_than_or() -> None:
    assert isinstance(parse("a = 1 or b = 2 and c = 3"), AnyOf)


def test_not_binds_to_one_test() -> None:
    assert isinstance(parse("not a = 1 or b = 2"), AnyOf)


def test_names_inside_where_are_properties() -> None:
    tree = parse("did(order where amount = 1)")
    assert tree == Did(Selection("order", Compare(Property("amount"), "=", parse("a = 1").right)))  # type: ignore[union-attr]


def test_true_alone_is_a_condition_and_beside_a_sign_a_value() -> None:
    assert parse("true") == Truth(True)
    assert parse("gift = true") == Compare(Trait("gift"), "=", Boolean(True))


def test_numbers_keep_all_their_digits() -> None:
    tree = parse("a = 123456789012345678.123456789012345678")
    assert tree == Compare(Trait("a"), "=", Number(Decimal("123456789012345678.123456789012345678")))


def test_percents_keep_all_their_digits() -> None:
    tree = parse("a = 12345678901234567.8901234567890123%")
    assert tree == Compare(Trait("a"), "=", Number(Decimal("123456789012345.678901234567890123")))


def test_instants_are_kept_in_utc() -> None:
    moment = Instant(dt.datetime(2025, 3, 31, 8, tzinfo=dt.UTC))
    assert parse("now > 2025-03-31T10:00:00+02:00") == Compare(Now(), ">", moment)


def test_texts_and_names_are_composed() -> None:
    assert parse('`e\u0301` = "e\u0301"') == parse('`é` = "é"')


def test_words_of_one_place_are_names_in_another() -> None:
    assert parse("every = days") == Compare(Trait("every"), "=", Trait("days"))


def test_not_in_a_window_is_one_test() -> None:
    assert parse("a not in today") == Within(Trait("a"), Period("day"), negated=True)
    assert parse("not a in today") == Not(Within(Trait("a"), Period("day")))
