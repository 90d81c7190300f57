"""The elementary tests: an order, a text, a stable draw, a consent, a distance."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from functools import lru_cache
from typing import assert_never

import re2

from vitrail.engine.profile.history import Consent
from vitrail.engine.profile.quantities import Answer, as_double, is_number
from vitrail.model.tree import Operator, TextOperator

EARTH_RADIUS_KM = 6371.0088

Place = tuple[float, float]
"""Latitude and longitude in radians."""


def compares(operator: Operator, order: int) -> bool:
    """The operator accepts two values in that order (negative, zero, positive)."""
    match operator:
        case "=":
            return order == 0
        case "!=":
            return order != 0
        case "<":
            return order < 0
        case "<=":
            return order <= 0
        case ">":
            return order > 0
        case ">=":
            return order >= 0
        case _:
            assert_never(operator)


def looks_like(text: str, operator: TextOperator, *, pattern: str) -> bool:
    """One of the text operators; all but `matches` ignore case."""
    match operator:
        case "contains":
            return pattern.casefold() in text.casefold()
        case "starts with":
            return text.casefold().startswith(pattern.casefold())
        case "ends with":
            return text.casefold().endswith(pattern.casefold())
        case "matches":
            return _expression(pattern).search(text) is not None
        case _:
            assert_never(operator)


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re2._Regexp:
    return re2.compile(pattern)


def draw(salt: str, key: str) -> int:
    """A stable random integer below 2^53 for a profile."""
    digest = hashlib.sha256(f"{salt}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 11


def consented(consents: Iterable[Consent], *, channel: str | None) -> bool:
    """Whether the words about one purpose amount to a yes, on a channel or on any.

    For each profile the last word counts, one without a channel being for all; at one instant, a no
    counts. A customer of several profiles has agreed where one of them says yes and none says no; the no
    of a device counts until the person says yes under a name.
    """
    said = list(consents)
    channels = {each.channel for each in said} | {None} if channel is None else {channel}
    return any(_agreed([each for each in said if each.channel in (on, None)]) for on in channels)


def _agreed(said: list[Consent]) -> bool:
    """Whether the last word of everybody who spoke is a yes, but for devices the person spoke after."""
    last: dict[int, Consent] = {}
    for each in sorted(said, key=lambda word: (word.at_us, not word.granted)):
        last[each.who] = each
    words = list(last.values())
    named_yes_us = max((word.at_us for word in words if word.granted and not word.anonymous), default=None)
    outweighed = [word.anonymous and named_yes_us is not None and word.at_us < named_yes_us for word in words]
    spoken = any(word.granted for word in words)
    return spoken and all(word.granted or over for word, over in zip(words, outweighed, strict=True))


def place(latitude: Answer | None, longitude: Answer | None) -> Place | None:
    """A place on the globe; None when it is elsewhere."""
    if latitude is None or longitude is None or not is_number(latitude) or not is_number(longitude):
        return None
    north, east = as_double(latitude), as_double(longitude)
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None
    return math.radians(north), math.radians(east)


def distance_km(here: Place, there: Place) -> float:
    """The length of the great circle between two places (haversine)."""
    (latitude, longitude), (to_latitude, to_longitude) = here, there
    half_chord = (
        math.sin((to_latitude - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(to_latitude) * math.sin((to_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half_chord)))
