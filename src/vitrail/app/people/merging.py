"""Which profiles make one customer, why each is there, what a split would give back, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from vitrail.app.masking import HIDDEN
from vitrail.app.people.sight import Sight
from vitrail.app.people.viewer import Viewer
from vitrail.app.workspace import Workspace
from vitrail.model.errors import refuse
from vitrail.model.identities import Decision, KnownIdentity, Link, Regrouping
from vitrail.warehouse.leaving import count_rows
from vitrail.warehouse.people import keys_of

RECENT = 200


class Part(msgspec.Struct, frozen=True):
    """One profile of a customer: what it is called, its identities, how many rows are its own."""

    number: int
    name: str
    address: str
    is_first: bool
    identities: tuple[KnownIdentity, ...]
    events: int
    traits: int
    records: int


class Merged(msgspec.Struct, frozen=True):
    """A customer of one or several profiles: why they are one, and what was decided of them."""

    parts: tuple[Part, ...]
    links: tuple[Link, ...]
    decisions: tuple[Decision, ...]


class Split(msgspec.Struct, frozen=True):
    """What setting a profile apart would change: groups before and after, and what each profile keeps."""

    part: Part
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]
    parts: tuple[Part, ...]
    changes: bool


def merged(seen: Sight) -> Merged:
    """The profiles of a customer as the viewer may read them."""
    person = seen.ws.identities(seen.key)
    names = _names(seen.viewer, seen)
    return Merged(
        parts=_parts(seen, person.identities),
        links=tuple(_link(each, seen, names=names) for each in person.links),
        decisions=_decisions(seen, person.identities),
    )


def preview_split(seen: Sight, number: int) -> Split:
    """What would change if one profile were set apart; nothing is decided.

    Raises `UserError` for a profile that is not one of the customer's.
    """
    key = _own_key(seen, number)
    found = seen.ws.split(key, preview=True)
    parts = _parts(seen, seen.ws.identities(seen.key).identities)
    part = next(each for each in parts if each.number == number)
    names = _names(seen.viewer, seen)
    before, after = (_called(groups, names) for groups in (found.before, found.after))
    return Split(part, before, after, parts, bool(found.before or found.after))


def split_off(seen: Sight, number: int, *, who: str, why: str) -> Regrouping:
    """Set one profile apart: what it shares with the others does not count for it any more."""
    return seen.ws.split(_own_key(seen, number), who=who, why=why)


def decided(ws: Workspace, number: int) -> Decision | None:
    """One decision that may still be taken back."""
    every = ws.merges(RECENT).decisions
    undone = {each.undoes for each in every}
    return next((each for each in every if each.id == number and each.id not in undone), None)


def _own_key(seen: Sight, number: int) -> str:
    if number not in seen.parts:
        raise refuse(
            "not_their_profile",
            path=str(number),
            fr="Ce profil n’est pas un de ceux de ce client : rien n’a été changé.",
            en="This profile is not one of this customer’s: nothing was changed.",
        )
    return keys_of(seen.source, np.array([number]))[0]


def _parts(seen: Sight, identities: Sequence[KnownIdentity]) -> tuple[Part, ...]:
    numbers = (seen.profile, *(each for each in seen.parts if each != seen.profile))
    keys = keys_of(seen.source, np.array(numbers))
    names, addresses = seen.viewer.names(numbers, seen.source), seen.viewer.addresses(numbers, seen.source)
    store = seen.ws.store
    return tuple(
        Part(
            number=number,
            name=name,
            address=address,
            is_first=number == seen.profile,
            identities=tuple(
                _identity(each, seen.viewer, name=name) for each in identities if each.profile == key
            ),
            events=count_rows(store, ("event",), profiles=(number,)),
            traits=count_rows(store, ("observation",), profiles=(number,)),
            records=count_rows(store, ("record",), profiles=(number,)),
        )
        for number, key, name, address in zip(numbers, keys, names, addresses, strict=True)
    )


def _identity(found: KnownIdentity, viewer: Viewer, *, name: str) -> KnownIdentity:
    if not viewer.is_masked:
        return found
    return msgspec.structs.replace(found, profile=name, value=HIDDEN)


def _names(viewer: Viewer, seen: Sight) -> dict[str, str]:
    """What the profiles of the customer are called for the viewer, by key."""
    keys = keys_of(seen.source, np.array(seen.parts))
    return dict(zip(keys, viewer.names(seen.parts, seen.source), strict=True))


def _called(groups: Sequence[Sequence[str]], names: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(names.get(key, HIDDEN) for key in group) for group in groups)


def _link(link: Link, seen: Sight, *, names: dict[str, str]) -> Link:
    profiles = tuple(names.get(key, HIDDEN) for key in link.profiles)
    value = HIDDEN if seen.viewer.is_masked else link.value
    return msgspec.structs.replace(link, value=value, profiles=profiles)


def _decisions(seen: Sight, identities: Sequence[KnownIdentity]) -> tuple[Decision, ...]:
    """What was decided of these profiles, or of an identity of theirs, and holds; the newest first."""
    own = {(each.kind, each.value) for each in identities}
    every = seen.ws.merges(RECENT).decisions
    undone, parts = {each.undoes for each in every}, set(seen.parts)
    found = [
        each
        for each in every
        if each.undoes is None
        and each.id not in undone
        and any(ruling.profile in parts or (ruling.kind, ruling.value) in own for ruling in each.rulings)
    ]
    if seen.viewer.is_masked:
        found = [msgspec.structs.replace(each, why=seen.viewer.secret(each.why)) for each in found]
    return tuple(reversed(found))
