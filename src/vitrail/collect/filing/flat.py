"""What a message says, laid flat: `{"address": {"city": "Lille"}}` says that `address.city` is Lille."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

Given = str | int | Decimal | bool | list[str]
"""A value that can be kept in a column."""

LONGEST_NAME = 200
UNFILED = "unfiled"
"""The property that holds, as JSON, what has no column of its own."""

SPOKEN_FOR = {"at": "properties.at", UNFILED: f"properties.{UNFILED}"}
"""Names that mean something else here, and what becomes of them."""

_JSON = msgspec.json.Encoder(decimal_format="number", order="sorted")


class Flat(msgspec.Struct, frozen=True):
    """Values by name; lists of objects, which are events of their own; and what cannot be laid flat."""

    values: dict[str, Given]
    lists: dict[str, list[Mapping[str, Any]]]
    left: dict[str, Any]


def lay_flat(given: Mapping[str, Any], *, lists: bool) -> Flat:
    """Lay a JSON object flat. What is null or empty says nothing.

    `lists` keeps lists of objects apart; otherwise they are left over, as are lists of anything but
    texts and names that no condition could be written with.
    """
    flat = Flat({}, {}, {})
    _lay(flat, given, before="", lists=lists)
    return flat


def as_json(left: Mapping[str, Any]) -> str:
    """What is left over, as a text."""
    return _JSON.encode(left).decode()


def composed(text: str) -> str:
    """The text in the one form in which texts are kept."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def usable_name(name: str) -> bool:
    """Whether a condition can name it."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable()


def _lay(flat: Flat, given: Mapping[str, Any], *, before: str, lists: bool) -> None:
    for key, value in given.items():
        if isinstance(value, dict):
            _lay(flat, value, before=before + _trimmed(key) + ".", lists=lists)
        elif value is not None and value != "":
            name, is_usable = _placed(before + _trimmed(key))
            if not is_usable or name in flat.values or name in flat.lists:
                flat.left[name] = value
            elif isinstance(value, list):
                _put(flat, name, value=value, lists=lists)
            else:
                flat.values[name] = value


@lru_cache(maxsize=20_000)
def _trimmed(name: str) -> str:
    return composed(name).strip()


@lru_cache(maxsize=20_000)
def _placed(name: str) -> tuple[str, bool]:
    """What a name becomes, and whether a condition can name it."""
    name = SPOKEN_FOR.get(name, name)
    return name, usable_name(name)


def _put(flat: Flat, name: str, *, value: list[Any], lists: bool) -> None:
    if all(isinstance(each, str) for each in value):
        flat.values[name] = sorted({composed(each) for each in value})
    elif lists and all(isinstance(each, dict) for each in value):
        flat.lists[name] = value
    else:
        flat.left[name] = value
