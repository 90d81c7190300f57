"""Minors are left out by the date of birth that is known; an unknown age is said, and not guessed."""

import datetime as dt

import pyarrow as pa
import pytest

from tests.consent.shop import consents, people
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
def born(empty):
    dates = {
        "adult": dt.date(2007, 6, 1),
        "tomorrow": dt.date(2007, 6, 2),
        "fifteen": dt.date(2010, 6, 1),
        "child": dt.date(2010, 6, 2),
        "leap": dt.date(2008, 2, 29),
        "silent": None,
    }
    table = pa.table({"id": list(dates), "birth_date": pa.array(dates.values(), pa.date32())})
    empty.load_profiles(table, key="id")
    return empty


@pytest.mark.parametrize("age, expected", [(18, ["child", "fifteen", "leap", "tomorrow"]), (15, ["child"])])
def test_who_is_too_young_is_known_to_the_day(born, age, expected):
    rule = too_young(born.catalogue.current(), age)
    assert born.members(rule)["profile"].to_pylist() == expected


def test_an_unknown_age_is_told_apart(born):
    rule = of_unknown_age(born.catalogue.current())
    assert born.members(rule)["profile"].to_pylist() == ["silent"]


def test_where_no_trait_tells_the_age_everybody_is_of_unknown_age(shop):
    catalogue = shop.catalogue.current()
    assert shop.count(of_unknown_age(catalogue)) == 4
    assert shop.count(too_young(catalogue, 18)) == 0


def test_the_reason_is_said_in_words():
    assert "18 ans" in reason("minor", 18).fr and "18" in reason("age_unknown", 18).en


# --- in the gate ------------------------------------------------------------------------------


@pytest.fixture
def audience(ws):
    born = [dt.date(1980, 1, 1), dt.date(2010, 1, 1), None]
    people(ws, "adult", "child", "silent", birth_date=pa.array(born, pa.date32()))
    consents(ws, *((key, "marketing", "email", "granted", 10) for key in ("adult", "child", "silent")))
    return ws.audience("all", purpose="prospecting_email", channel="email")


def test_a_minor_who_agreed_is_not_reached(audience):
    assert audience.members()["profile"].to_pylist() == ["adult", "silent"]
    assert audience.reason("child").step == "minor" and "18" in audience.reason("child").message.en


def test_those_of_unknown_age_are_told(audience):
    assert audience.waterfall.age_unknown == 1


def test_a_message_that_the_contract_needs_reaches_minors_too(ws):
    people(ws, "child", birth_date=pa.array([dt.date(2010, 1, 1)], pa.date32()))
    found = ws.audience("all", purpose="customer_relationship", channel="service")
    assert "minor" not in {fall.step for fall in found.waterfall.falls if fall.fell}
