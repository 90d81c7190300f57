"""The departments of France, with their region, their academy and their zone of school holidays."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

OWN = "own"
"""The zone of those whose academy sets its own school holidays: Corsica and overseas."""


class Department(msgspec.Struct, frozen=True):
    """A department, or a territory outside the regions, whose `region` is then its own name.

    `country` is the code it has in lists of countries: FR for all but overseas.
    """

    code: str
    name: str
    region: str
    academy: str
    zone: str
    country: str = "FR"

    @property
    def overseas(self) -> bool:
        """Whether it lies outside Europe."""
        return self.country != "FR"


class Table(msgspec.Struct, frozen=True):
    """The file, as it is written."""

    zones: dict[str, list[str]]
    academies: dict[str, list[str]]
    regions: dict[str, dict[str, str]]
    territories: dict[str, dict[str, str]]
    overseas: dict[str, str]
    english: dict[str, str]
    exceptions: dict[str, str]


@cache
def table() -> Table:
    """The file of departments."""
    return msgspec.yaml.decode(files(__package__).joinpath("departments.yaml").read_bytes(), type=Table)


@cache
def departments() -> dict[str, Department]:
    """Every department and territory, by its code."""
    written = table()
    zones = {academy: zone for zone, academies in written.zones.items() for academy in academies}
    academies = {code: academy for academy, codes in written.academies.items() for code in codes}
    found = {
        code: Department(
            code=code,
            name=name,
            region=region,
            academy=academies[code],
            zone=zones.get(academies[code], OWN),
            country=written.overseas.get(code, "FR"),
        )
        for region, names in written.regions.items()
        for code, name in names.items()
    }
    for code, said in written.territories.items():
        found[code] = Department(code, said["name"], said["name"], "", OWN, said["country"])
    return dict(sorted(found.items()))


@cache
def by_country() -> dict[str, Department]:
    """The departments and territories that are a country of their own in lists of countries."""
    return {each.country: each for each in departments().values() if each.overseas}


def english(name: str) -> str:
    """The English name of a region or territory: most have none of their own."""
    return table().english.get(name, name)
