"""The form that says how orders, amounts, birth dates… are called in this workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from vitrail.app.ready import read_mapping
from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech
from vitrail.model.catalogue import Catalogue

FIRST = ("order", "order.amount", "order.category", "order.channel", "birth_date", "created_at")
"""What most definitions speak of, and what the start page counts from."""

COLLECTIONS = ("search", "add_to_cart", "store_visit", "email_sent", "email_open", "email_click")
"""Roles that are events, though the definitions speak of none of their properties."""

WORDS = {
    "order": later("An order"),
    "order.amount": later("Its amount"),
    "order.category": later("Its category"),
    "order.channel": later("Its channel"),
    "birth_date": later("The birth date"),
    "created_at": later("The day somebody became known"),
}


class Role(msgspec.Struct, frozen=True):
    """One thing the definitions speak of: its word, its name here, and the names one may choose from."""

    key: str
    word: str
    name: str
    choices: tuple[str, ...]
    is_first: bool


def roles_told(catalogue: Catalogue, names: Mapping[str, str], *, speech: Speech) -> tuple[Role, ...]:
    """Every role, the most needed ones first."""
    known = read_mapping()
    ordered = (*FIRST, *(role for role in known if role not in FIRST))
    return tuple(
        Role(
            role,
            speech.say(WORDS[role]) if role in WORDS else role,
            names.get(role, ""),
            _choices(role, catalogue, names=names),
            role in FIRST,
        )
        for role in ordered
    )


def asked_roles(sent: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The names that were sent, by role."""
    return {
        name.removeprefix("role."): next(iter(values), "").strip()[:200]
        for name, values in sent.items()
        if name.startswith("role.")
    }


def _choices(role: str, catalogue: Catalogue, *, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names that fit: collections, their properties, or traits; none where any word may stand."""
    known = read_mapping()
    collection, _, rest = role.partition(".")
    if not rest:
        is_collection = any(other.startswith(f"{role}.") for other in known) or role in COLLECTIONS
        return tuple(catalogue.collections) if is_collection else tuple(catalogue.traits)
    if "." in rest or collection not in known:
        return ()
    found = catalogue.collections.get(names.get(collection, ""))
    return tuple(found.properties) if found is not None else ()
