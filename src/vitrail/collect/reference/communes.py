"""French communes by their postcodes: their official names and codes, where they lie."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import msgspec

_SMALL = {"st": "saint", "ste": "sainte", "sts": "saints"}
_SPARE = re.compile(r"\b(?:cedex.*|\d+.*)$")
_ARTICLES = frozenset({"l", "la", "le", "les"})


class Commune(msgspec.Struct, frozen=True):
    """A commune (or an arrondissement of Paris, Lyon or Marseille) under one of its postcodes."""

    postcode: str
    code: str
    name: str
    latitude: float | None = None
    longitude: float | None = None


class Communes(msgspec.Struct, frozen=True, dict=True):
    """A reference of communes, with the words that say where it comes from."""

    edition: str
    communes: tuple[Commune, ...]

    @cached_property
    def by_postcode(self) -> dict[str, tuple[Commune, ...]]:
        """The communes of each postcode."""
        ordered = sorted(self.communes, key=attrgetter("postcode", "code"))
        return {code: tuple(some) for code, some in groupby(ordered, key=attrgetter("postcode"))}

    def find(self, postcode: str, city: str | None) -> Commune | None:
        """The commune of a postcode that bears the town's name, or the only one there is.

        Without the name of a town, a postcode that several communes share tells none of them.
        """
        found = self.by_postcode.get(postcode, ())
        if len(found) == 1:
            return found[0]
        if not city:
            return None
        wanted = simple(city)
        return next((each for each in found if simple(each.name) == wanted), None)


def simple(name: str) -> str:
    """The name of a town without what people write in many ways: case, accents, hyphens, articles, `St`.

    >>> simple("ST-ETIENNE CEDEX 2"), simple("L'Haÿ-les-Roses")
    ('saint etienne', 'hay roses')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    words = _SPARE.sub("", re.sub(r"[^a-z0-9]+", " ", letters)).split()
    return " ".join(_SMALL.get(word, word) for word in words if word not in _ARTICLES)


def middle(communes: Sequence[Commune]) -> tuple[float | None, float | None]:
    """The latitude and longitude between some communes."""
    points = [(each.latitude, each.longitude) for each in communes if each.latitude is not None]
    if not points:
        return None, None
    latitudes, longitudes = zip(*points, strict=True)
    return sum(latitudes) / len(points), sum(longitudes) / len(points)


def unique(communes: Iterable[Commune]) -> tuple[Commune, ...]:
    """Each commune of each postcode once."""
    return tuple({(each.postcode, each.code): each for each in communes}.values())
