"""School holidays as segments: who is on holiday, and whose holidays begin soon, by zone and by date.

A condition holds the dates themselves, so that it is right as of any day, past or to come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec
from vacances_scolaires_france import SchoolHolidayDates

from vitrail.model.definitions import Segment

ZONES = ("A", "B", "C")
SOON_DAYS = 14
DAY = dt.timedelta(days=1)
OWN_FR = "La Corse et l’outre-mer ont leurs propres dates, que Vitrail ne connaît pas : ils n’y sont jamais."
OWN_EN = "Corsica and overseas have dates of their own, which Vitrail does not know: they are never in it."


class Holidays(msgspec.Struct, frozen=True, order=True):
    """Days without school, from the first to the day after the last, and the zones that share them."""

    first: dt.date
    until: dt.date
    name: str
    zones: tuple[str, ...]


def holidays(since: dt.date) -> tuple[Holidays, ...]:
    """The school holidays of the three zones that are not over at a date, as far as they are published."""
    found: dict[tuple[dt.date, dt.date, str], list[str]] = {}
    for zone in ZONES:
        for period in _of_zone(zone):
            if period[1] > since:
                found.setdefault(period, []).append(zone)
    return tuple(sorted(Holidays(*period, tuple(zones)) for period, zones in found.items()))


def holiday_segments(trait: str, *, since: dt.date) -> tuple[Segment, ...]:
    """Two segments over the trait that holds the zone: on holiday, and on holiday within two weeks."""
    known = holidays(since)
    last = max(each.until for each in known) - DAY
    return (
        Segment(
            key="on_school_holiday",
            name={"fr": "En vacances scolaires", "en": "On school holiday"},
            description={
                "fr": f"Leur zone est en vacances scolaires. Dates publiées jusqu’au {last:%d/%m/%Y}. "
                + OWN_FR,
                "en": f"Their zone is on school holiday. Dates published until {last}. " + OWN_EN,
            },
            rule=_any(trait, known, when="now in between {first} and {until}"),
        ),
        Segment(
            key="school_holiday_soon",
            name={"fr": "Vacances scolaires dans deux semaines", "en": "School holiday within two weeks"},
            description={
                "fr": f"Les vacances de leur zone commencent d’ici {SOON_DAYS} jours. "
                f"Dates publiées jusqu’au {last:%d/%m/%Y}. " + OWN_FR,
                "en": f"The holidays of their zone begin within {SOON_DAYS} days. "
                f"Dates published until {last}. " + OWN_EN,
            },
            rule=_any(trait, known, when=f"{{first}} in next {SOON_DAYS} days"),
        ),
    )


def _any(trait: str, known: Iterable[Holidays], *, when: str) -> str:
    """One test per set of zones: who is in one of them, and any of its dates."""
    dates: dict[tuple[str, ...], list[str]] = {}
    for each in known:
        dates.setdefault(each.zones, []).append(when.format(first=each.first, until=each.until))
    return " or ".join(
        f"{_in_zones(trait, zones)} and ({' or '.join(tests)})" for zones, tests in dates.items()
    )


def _in_zones(trait: str, zones: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{zone}"' for zone in zones)
    return f"`{trait}` in ({listed})"


def _of_zone(zone: str) -> Iterator[tuple[dt.date, dt.date, str]]:
    """The holidays of a zone: days in a row that bear the same name."""
    published = SchoolHolidayDates().data
    days = sorted(day for day, said in published.items() if said[f"vacances_zone_{zone.lower()}"])
    starts = [0, *(place for place, (a, b) in enumerate(pairwise(days), 1) if b - a > DAY), len(days)]
    for start, end in pairwise(starts):
        yield days[start], days[end - 1] + DAY, str(published[days[start]]["nom_vacances"])
