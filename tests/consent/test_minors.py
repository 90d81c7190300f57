"""Minors are left out by the date of birth that is known; an unknown age is said, and not guessed."""

import datetime as dt

import pyarrow as pa
import pytest

from vitrail.consent.minors import age_asked, ages_of, of_unknown_age, reason, too_young
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.purposes import Purpose

NOW = dt.date(2025, 6, 1)


def known(**types):
    return Catalogue(traits={name: Field(name, kind, name) for name, kind in types.items()})


@pytest.mark.parametrize("name", ["date_naissance", "birth_date", "birthday", "dob", "dateOfBirth"])
def test_a_date_of_birth_is_found_by_its_name(name):
    assert ages_of(known(**{name: "date"})).births == (name,)


@pytest.mark.parametrize("name", ["date_naissance_enfant", "child_birth_date", "dog_birthday", "signup_date"])
def test_that_of_somebody_else_is_not(name):
    assert ages_of(known(**{name: "date"})).births == ()


@pytest.mark.parametrize(
    "purpose, expected",
    [
        (Purpose("p", {}, "consent", marketing=True), 18),
        (Purpose("p", {}, "legitimate_interests", profiling=True), 18),
        (Purpose("p", {}, "consent"), 15),
        (Purpose("p", {}, "contract"), None),
    ],
)
def test_the_age_depends_on_the_purpose(purpose, expected):
    assert age_asked(purpose) == expected


@pytest.fixture
def people(empty):
    born = {
        "adult": dt.date(2007, 6, 1),
        "tomorrow": dt.date(2007, 6, 2),
        "fifteen": dt.date(2010, 6, 1),
        "child": dt.date(2010, 6, 2),
        "leap": dt.date(2008, 2, 29),
        "silent": None,
    }
    table = pa.table({"id": list(born), "birth_date": pa.array(born.values(), pa.date32())})
    empty.load_profiles(table, key="id")
    return empty


@pytest.mark.parametrize("age, expected", [(18, ["child", "fifteen", "leap", "tomorrow"]), (15, ["child"])])
def test_who_is_too_young_is_known_to_the_day(people, age, expected):
    rule = too_young(people.catalogue.current(), age)
    assert people.members(rule)["profile"].to_pylist() == expected


def test_an_unknown_age_is_told_apart(people):
    rule = of_unknown_age(people.catalogue.current())
    assert people.members(rule)["profile"].to_pylist() == ["silent"]


def test_where_no_trait_tells_the_age_everybody_is_of_unknown_age(shop):
    catalogue = shop.catalogue.current()
    assert shop.count(of_unknown_age(catalogue)) == 4
    assert shop.count(too_young(catalogue, 18)) == 0


def test_the_reason_is_said_in_words():
    assert "18 ans" in reason("minor", 18).fr and "18" in reason("age_unknown", 18).en
