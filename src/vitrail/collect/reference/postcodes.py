"""French postcodes: how people write them, and the department their digits say."""

from __future__ import annotations

import re

from vitrail.collect.reference.departments import Department, departments, table

MONACO = "980"

_PREFIX = re.compile(r"^(?:F|FR|FRA|FRANCE)[\s.-]*(?=\d)", re.IGNORECASE)
_DIGITS = re.compile(r"^(\d{2})[\s.\u00a0\u202f]?(\d{3})(?:\D.*)?$")


def french_postcode(text: str, *, surely: bool) -> str | None:
    """The five digits of a French postcode, or nothing.

    `F-75 011`, `75011 Paris` and `75008 CEDEX 08` are understood. When the country is `surely` France,
    four digits have lost a zero in a spreadsheet: `1000` is 01000.

    >>> french_postcode("F-75 011", surely=False)
    '75011'
    >>> french_postcode("1000", surely=False), french_postcode("1000", surely=True)
    (None, '01000')
    """
    written = _PREFIX.sub("", text.strip())
    if surely and re.fullmatch(r"\d{4}", written):
        written = "0" + written
    found = _DIGITS.match(written)
    return found[1] + found[2] if found else None


def department_of(postcode: str) -> Department | None:
    """The department in which a postcode of five digits lies.

    The first two digits say it, the first three overseas. Corsica's 20 is shared: 200 and 201 are
    2A, 202 to 206 are 2B. Of the 6,187 postcodes in use this is wrong for none, and 16 reach over
    into a neighbouring department, for about 10,000 people in all.

    >>> department_of("20167").name, department_of("20200").name, department_of("97400").name
    ('Corse-du-Sud', 'Haute-Corse', 'La Réunion')
    """
    known = departments()
    if code := table().exceptions.get(postcode):
        return known[code]
    match postcode[:2]:
        case "20":
            return _corsican(postcode)
        case "97" | "98":
            return known.get(postcode[:3])
        case digits:
            return known.get(digits)


def _corsican(postcode: str) -> Department | None:
    match postcode[2]:
        case "0" | "1":
            return departments()["2A"]
        case "2" | "3" | "4" | "5" | "6":
            return departments()["2B"]
        case _:
            return None
