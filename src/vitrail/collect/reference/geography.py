"""Where a customer lives, in words that conditions use: what is told by a postcode, a country and a town."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec

from vitrail.collect.reference.communes import Communes, middle
from vitrail.collect.reference.countries import CONTINENTS, continent_of, country_names, country_of
from vitrail.collect.reference.departments import OWN, Department, by_country, departments, english
from vitrail.collect.reference.postcodes import MONACO, department_of, french_postcode
from vitrail.model.catalogue import Choice, Computed, Field, Gender, Label, Type

EDITION = "2026-11"
"""Changes whenever the same address may get another answer: what was computed before is computed again."""

ABROAD, UNKNOWN = "abroad", "unknown"
"""What French geography says of an address outside France, and of one that it cannot read."""

NOWHERE = 999.0
"""A latitude or longitude that is none: distance takes it as unknown."""


class Address(msgspec.Struct, frozen=True):
    """What is known of an address, as it was written."""

    postcode: str | None = None
    country: str | None = None
    city: str | None = None


class Place(msgspec.Struct, frozen=True):
    """What an address tells. The names of the fields are those of the computed traits."""

    country_code: str = UNKNOWN
    continent: str = UNKNOWN
    territory: str = UNKNOWN
    department: str = UNKNOWN
    region: str = UNKNOWN
    holiday_zone: str = UNKNOWN
    commune: str = UNKNOWN
    commune_code: str = UNKNOWN
    latitude: float | None = None
    longitude: float | None = None


def locate(address: Address, communes: Communes | None = None) -> Place:
    """What an address tells; a postcode without a country is read as a French one.

    >>> locate(Address(postcode="35000")).region, locate(Address(country="Belgique")).region
    ('Bretagne', 'abroad')
    """
    written = address.country.strip() if address.country else ""
    country = country_of(written) if written else "FR"
    if country is None:
        return Place()
    if country != "FR" and country not in by_country():
        return _abroad(country)
    postcode = french_postcode(address.postcode or "", surely=bool(written))
    if postcode is not None and postcode.startswith(MONACO):
        return _abroad("MC")
    found = department_of(postcode) if postcode is not None else by_country().get(country)
    if found is None:
        return _somewhere_in_france() if written else Place()
    place = _in_department(found)
    return (
        _in_commune(place, postcode, city=address.city, communes=communes) if communes and postcode else place
    )


def computed_fields(inputs: Mapping[str, str], *, communes: bool) -> tuple[Field, ...]:
    """The traits that geography computes from some inputs (`{"postcode": "zip"}`: each kind and its trait).

    Their names are those of `Place`; their columns are still to be given.
    """
    names = ["country_code", "continent"]
    if "postcode" in inputs:
        names += ["territory", "department", "region", "holiday_zone"]
    if "postcode" in inputs and communes:
        names += ["commune", "commune_code", "latitude", "longitude"]
    return tuple(_field(name, tuple(inputs.values())) for name in names)


def _abroad(country: str) -> Place:
    continent = continent_of(country) or UNKNOWN
    return Place(country, continent, ABROAD, ABROAD, ABROAD, ABROAD, ABROAD, ABROAD)


def _somewhere_in_france() -> Place:
    return Place(country_code="FR", continent="EU")


def _in_department(found: Department) -> Place:
    return Place(
        country_code="FR",
        continent=continent_of(found.country) or UNKNOWN,
        territory="overseas" if found.overseas else "mainland",
        department=found.code,
        region=found.region,
        holiday_zone=found.zone,
    )


def _in_commune(place: Place, postcode: str, *, city: str | None, communes: Communes) -> Place:
    """The place with its commune; where that is in doubt, the middle of those that share the postcode."""
    commune = communes.find(postcode, city)
    latitude, longitude = middle([commune] if commune else communes.by_postcode.get(postcode, ()))
    placed = msgspec.structs.replace(place, latitude=latitude, longitude=longitude)
    if commune is None:
        return placed
    return msgspec.structs.replace(placed, commune=commune.name, commune_code=commune.code)


def _field(name: str, inputs: tuple[str, ...]) -> Field:
    kind: Type = "float" if name in ("latitude", "longitude") else "text"
    return Field(
        name=name,
        type=kind,
        column="",
        label=_LABELS[name],
        choices=_choices().get(name, ()),
        unit="°" if kind == "float" else "",
        computed=Computed(by="reference", what=name, inputs=inputs),
    )


@cache
def _choices() -> dict[str, tuple[Choice, ...]]:
    """The values of each computed trait, with the words people use."""
    nations = {code: words for code, words in country_names().items() if code not in by_country()}
    regions = {each.region: (each.region, english(each.region)) for each in departments().values()}
    departments_ = {
        each.code: (f"{each.name} ({each.code})", f"{english(each.name)} ({each.code})")
        for each in departments().values()
    }
    return {
        "country_code": tuple(_worded(nations | _UNREADABLE)),
        "continent": tuple(_worded(CONTINENTS | _UNREADABLE)),
        "territory": tuple(_worded(_TERRITORIES | _ELSEWHERE)),
        "department": tuple(_worded(departments_ | _ELSEWHERE)),
        "region": tuple(_worded(regions | _ELSEWHERE)),
        "holiday_zone": tuple(_worded(_ZONES | _ELSEWHERE)),
    }


def _worded(words: Mapping[str, tuple[str, str]]) -> Iterator[Choice]:
    for value, (french, foreign) in words.items():
        yield Choice(value, Label(fr=french, en=foreign))


def _label(fr: str, en: str, *, gender: Gender = "m") -> Label:
    return Label(fr=fr, en=en, gender=gender)


_UNREADABLE = {UNKNOWN: ("adresse non reconnue", "address not recognised")}
_ELSEWHERE = {ABROAD: ("hors de France", "outside France")} | _UNREADABLE
_TERRITORIES = {"mainland": ("métropole", "mainland France"), "overseas": ("outre-mer", "overseas France")}
_ZONES = {
    "A": ("zone A", "zone A"),
    "B": ("zone B", "zone B"),
    "C": ("zone C", "zone C"),
    OWN: ("calendrier propre (Corse, outre-mer)", "own calendar (Corsica, overseas)"),
}
_LABELS = {
    "country_code": _label("pays", "country"),
    "continent": _label("continent", "continent"),
    "territory": _label("territoire", "territory"),
    "department": _label("département", "department"),
    "region": _label("région", "region", gender="f"),
    "holiday_zone": _label("zone de vacances scolaires", "school holiday zone", gender="f"),
    "commune": _label("commune", "commune", gender="f"),
    "commune_code": _label("code Insee de la commune", "Insee code of the commune"),
    "latitude": _label("latitude", "latitude", gender="f"),
    "longitude": _label("longitude", "longitude", gender="f"),
}
