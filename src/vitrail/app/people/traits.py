"""What is known of one customer: the traits in groups, each with where it comes from and why it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import msgspec

from vitrail.app.masking import HIDDEN, is_personal
from vitrail.app.people.searching import words_of
from vitrail.app.people.sight import Sight
from vitrail.app.profile_view import Provenance, Value, view_profile
from vitrail.model.catalogue import RECTIFIED, Field

Group = Literal["identity", "place", "facts", "computed"]
GROUPS: tuple[Group, ...] = ("identity", "place", "facts", "computed")
PLACES = frozenset({"city", "ville", "town", "commune", "postcode", "zip", "postal", "department",
                    "departement",
                    "region", "country", "pays", "latitude", "longitude", "street", "address", "adresse",
                    "rue"})  # fmt: skip
Why = Literal["only", "agreed", "latest", "priority", "most_frequent", "rectified"]
OLD_DAYS = 730
"""From how many days on a value without a promise of its own is told to be old."""


class Origin(msgspec.Struct, frozen=True):
    """Who said a value, when, in which load, and how old it is."""

    source: str | None
    observed_at: dt.datetime | None
    received_at: dt.datetime | None
    load: int | None
    age_days: float | None


class Other(msgspec.Struct, frozen=True):
    """What another source last said."""

    value: Value
    agrees: bool
    origin: Origin


class Known(msgspec.Struct, frozen=True):
    """One trait: its value as the viewer may see it, where it comes from, and why it holds.

    `is_stale` says that it is older than was promised or, without a promise, than two years. `first` are the
    sources in the order they count, where one does.
    """

    field: Field
    value: Value
    hidden: bool
    origin: Origin
    why: Why
    others: tuple[Other, ...]
    is_stale: bool
    first: tuple[str, ...] = ()


class Traits(msgspec.Struct, frozen=True):
    """The traits in groups, and those that are declared and not known."""

    groups: dict[Group, tuple[Known, ...]]
    unknown: tuple[Field, ...]


def traits_of(seen: Sight) -> Traits:
    """What is known of a customer as of the instant."""
    view = view_profile(seen.ws.store, seen.key, at_us=seen.at_us, database=seen.ws.database)
    found: dict[Group, list[Known]] = {group: [] for group in GROUPS}
    for each in view.traits:
        field = seen.catalogue.traits[each.name]
        hidden = seen.viewer.hides(field, of_trait=True)
        others = tuple(
            Other(_seen(seen, other.value, hidden=hidden), other.agrees, _origin(other.provenance))
            for other in each.others
        )
        known = Known(
            field=field,
            value=_seen(seen, each.value, hidden=hidden),
            hidden=hidden,
            origin=_origin(each.provenance),
            why=_why(field, each.provenance.source, others=others),
            others=() if hidden else others,
            is_stale=_is_stale(field, each.provenance.age_days),
            first=() if field.policy is None else field.policy.sources,
        )
        found[_group(field)].append(known)
    names = {each.name for each in view.traits}
    return Traits(
        {group: tuple(some) for group, some in found.items() if some},
        tuple(field for name, field in seen.catalogue.traits.items() if name not in names),
    )


def _origin(said: Provenance) -> Origin:
    return Origin(said.source, said.observed_at, said.received_at, said.load, said.age_days)


def _seen(seen: Sight, value: Value, *, hidden: bool) -> Value:
    if hidden:
        return HIDDEN
    if isinstance(value, str):
        return seen.viewer.text(value)
    return tuple(map(seen.viewer.text, value)) if isinstance(value, tuple) else value


def _why(field: Field, source: str | None, *, others: Sequence[Other]) -> Why:
    """Why this value holds and not that of another source."""
    if source == RECTIFIED:
        return "rectified"
    if not others:
        return "only"
    if all(other.agrees for other in others):
        return "agreed"
    return "latest" if field.policy is None else field.policy.by


def _is_stale(field: Field, age_days: float | None) -> bool:
    if age_days is None or field.computed is not None:
        return False
    promised = None if field.expects is None else field.expects.age
    return age_days > (OLD_DAYS if promised is None else promised)


def _group(field: Field) -> Group:
    if field.computed is not None:
        return "computed"
    if field.geography is not None or not PLACES.isdisjoint(words_of(field.name)):
        return "place"
    if is_personal(msgspec.structs.replace(field, sensitive=None), of_trait=True):
        return "identity"
    return "facts"
