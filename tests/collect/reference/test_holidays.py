import datetime as dt

import pyarrow as pa

from tests.storage import Clock, clock, store
from vitrail.app.workspace import Workspace
from vitrail.collect.reference.holidays import Holidays, holiday_segments, holidays
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

DAY = dt.date.fromisoformat
WINTER = [
    ("C", "2026-02-21", "2026-03-09"),
    ("B", "2026-02-14", "2026-03-02"),
    ("A", "2026-02-07", "2026-02-23"),
]


def test_the_dates_are_those_of_the_ministry():
    """Arrêté of 7 December 2022 and its followers: winter 2026, from Saturday to the Monday of return."""
    found = [each for each in holidays(DAY("2026-01-10")) if each.first < DAY("2026-03-01")]
    name = "Vacances d'hiver"
    assert found == sorted(Holidays(DAY(a), DAY(b), name, (zone,)) for zone, a, b in WINTER)


def test_who_is_on_holiday_changes_with_the_day_alone(store: Store, clock: Clock):
    ws = Workspace(store)
    people = pa.table({"id": ["bordeaux", "rennes", "ajaccio"], "postcode": ["33000", "35000", "20000"]})
    ws.catalogue.declare(
        traits={"postcode": {"name": "postcode", "type": "text", "column": "", "geography": "postcode"}}
    )
    ws.load_profiles(people, key="id")
    for segment in holiday_segments("holiday_zone", since=DAY("2025-06-01")):
        ws.define(segment)
    found = {}
    for day in ("2026-01-31", "2026-02-07", "2026-02-14", "2026-02-23", "2026-03-02"):
        clock.now = dt.datetime.fromisoformat(f"{day}T12:00:00+01:00")
        ws.refresh()
        found[day] = [
            ws.segment(key).members()["profile"].to_pylist()
            for key in ("on_school_holiday", "school_holiday_soon")
        ]
    assert found == {
        "2026-01-31": [[], ["bordeaux"]],
        "2026-02-07": [["bordeaux"], ["bordeaux", "rennes"]],
        "2026-02-14": [["bordeaux", "rennes"], ["rennes"]],
        "2026-02-23": [["rennes"], []],
        "2026-03-02": [[], []],
    }


def test_the_segments_say_whose_dates_they_do_not_know():
    for segment in holiday_segments("holiday_zone", since=DAY("2026-01-10")):
        assert "Corsica and overseas" in segment.description["en"]
        assert "La Corse et l’outre-mer" in segment.description["fr"]
