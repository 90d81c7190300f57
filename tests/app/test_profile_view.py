"""One profile: each value with who said it and when, and who says otherwise."""

import datetime as dt

import pyarrow as pa
import pytest

from tests.app.terminal import answer, run
from tests.storage import Clock
from vitrail.app.workspace import Workspace
from vitrail.model.errors import UserError

FIRST = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def known(empty: Workspace, clock: Clock) -> Workspace:
    """A customer of whom the CRM spoke on 1 June, the till on the 11th, the CRM again on the 12th."""
    told = [("crm", 0, ["Paris"], [30]), ("till", 10, ["Lyon"], [30]), ("crm", 1, ["Paris"], [31])]
    for source, days, city, points in told:
        clock.advance(days=days)
        empty.load_profiles(pa.table({"id": ["A"], "city": city, "points": points}), key="id", source=source)
    clock.advance(days=2)
    return empty


def values(ws: Workspace, as_of: dt.datetime | None = None) -> dict[str, tuple[object, ...]]:
    """The value of each trait, who said it, and whether each other source agrees."""
    return {
        each.name: (each.value, each.provenance.source, [other.agrees for other in each.others])
        for each in ws.profile("A", as_of).traits
    }


def test_a_value_tells_its_source_and_the_words_of_the_others(known: Workspace):
    assert values(known) == {"city": ("Lyon", "till", [False]), "points": (31, "crm", [False])}


def test_a_profile_is_told_as_it_was(known: Workspace):
    early = values(known, FIRST + dt.timedelta(days=5))
    assert early == {"city": ("Paris", "crm", []), "points": (30, "crm", [])}
    assert values(known, FIRST + dt.timedelta(days=10, hours=1))["points"] == (30, "till", [True])


def test_a_value_tells_when_it_was_observed_its_load_and_its_age(known: Workspace):
    city, points = known.profile("A").traits
    (crm,) = city.others
    assert (city.provenance.load, city.provenance.age_days) == (2, 3)
    assert (points.provenance.observed_at, points.provenance.load) == (FIRST + dt.timedelta(days=11), 3)
    assert (crm.provenance.observed_at, crm.provenance.received_at, crm.provenance.age_days) == (
        None,
        FIRST,
        13,
    )


def test_the_values_shown_are_those_conditions_see(known: Workspace):
    assert known.count('city = "Lyon" and points = 31') == 1


def test_nobody_is_shown_for_a_key_nobody_has(known: Workspace):
    with pytest.raises(UserError, match='No profile has the key "B"'):
        known.profile("B")


def test_the_command_tells_the_same(known: Workspace):
    told = answer(run("profile", "A", "--json", workspace=known.store.path))
    assert [each["value"] for each in told["traits"]] == ["Lyon", 31]
    drawn = run("profile", "A", workspace=known.store.path, language="fr").stdout
    assert "mais" in drawn and "crm" in drawn and "toujours" in drawn
