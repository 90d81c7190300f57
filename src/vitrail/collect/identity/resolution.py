"""Which profiles are one person: a function of all claims, whatever their order. Pure.

First the identities of people (e-mail, telephone, card…): profiles that share one are one person. Then
those of devices: an anonymous profile goes to the one person its device was seen with, and to nobody when
it was seen with several. A component that grows beyond what one person is likely to have is held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Literal, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.model.identities import WEAK

MOST_PROFILES = 50
MOST_EMAILS = 5
"""A component with more of either is held for review; profiles that were reviewed do not count."""

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
KeysOf = Callable[[Whole], Sequence[str]]
Excess = Literal["profiles", "emails", "devices"]
"""Why a component is held: too many profiles, too many e-mails, or too many devices of one person."""


class Held(msgspec.Struct, frozen=True):
    """Profiles that would be one person, and are not merged until somebody confirms it."""

    profiles: tuple[int, ...]
    reason: Excess
    emails: int


class Shared(msgspec.Struct, frozen=True):
    """Identities of one device that was seen with several people: they link nobody."""

    identities: tuple[tuple[str, str], ...]
    profiles: tuple[int, ...]
    people: int


class Resolution(msgspec.Struct, frozen=True):
    """Who is who: each of `profiles` is the one of `canonicals` beside it; the others are themselves."""

    profiles: Whole
    canonicals: Whole
    held: tuple[Held, ...] = ()
    shared: tuple[Shared, ...] = ()


Told = TypeVar("Told", Held, Shared)

NOBODY = Resolution(np.zeros(0, np.int64), np.zeros(0, np.int64))


def resolve(claims: pa.Table, *, keys_of: KeysOf, reviewed: Whole | None = None) -> Resolution:
    """Resolve claims (`profile`, `kind`, `value`) in which nothing is severed any more.

    `keys_of` gives the keys of some profiles: the canonical profile is a known one before an anonymous
    one, then the one with the smallest key, so that the order of loads plays no part.
    """
    if not claims.num_rows:
        return NOBODY
    graph = _graph(claims, reviewed=np.zeros(0, np.int64) if reviewed is None else reviewed)
    people, too_large = _people(graph)
    group, too_many, shared = _with_devices(graph, people)
    profiles, canonicals = _canonicals(graph, group, keys_of=keys_of)
    return Resolution(profiles, canonicals, (*too_large, *too_many), shared)


class _Graph(msgspec.Struct, frozen=True):
    """Profiles and values as places 0, 1, 2…; one link per claim; what is known of each place."""

    profiles: Whole
    texts: pa.Table
    links: tuple[Whole, Whole]
    weak: Flags
    email: Flags
    known: Flags
    fresh: Flags

    @property
    def size(self) -> int:
        return len(self.profiles)


def _graph(claims: pa.Table, *, reviewed: Whole) -> _Graph:
    coded, texts = _values(claims)
    profiles, place = np.unique(claims["profile"].to_numpy(), return_inverse=True)
    kinds = texts["kind"]
    weak = pc.is_in(kinds, value_set=pa.array(sorted(WEAK), pa.string())).to_numpy()
    known = np.zeros(len(profiles), np.bool_)
    known[place[~weak[coded]]] = True
    return _Graph(
        profiles=profiles.astype(np.int64),
        texts=texts,
        links=(place.astype(np.int64), coded),
        weak=weak,
        email=pc.equal(kinds, "email").to_numpy(),
        known=known,
        fresh=~np.isin(profiles, reviewed),
    )


def _values(claims: pa.Table) -> tuple[Whole, pa.Table]:
    """The number of each claim's identity, and the identities by their numbers."""
    kinds = claims["kind"].combine_chunks().dictionary_encode()
    values = claims["value"].combine_chunks().dictionary_encode()
    wide = kinds.indices.to_numpy().astype(np.int64) * len(values.dictionary) + values.indices.to_numpy()
    pairs, coded = np.unique(wide, return_inverse=True)
    kind, value = np.divmod(pairs, len(values.dictionary))
    texts = pa.table(
        {"kind": kinds.dictionary.take(pa.array(kind)), "value": values.dictionary.take(pa.array(value))}
    )
    return coded.astype(np.int64), texts


def _joined(left: Whole, right: Whole, *, sizes: tuple[int, int]) -> Whole:
    """The component of each of `sizes[0]` places on the left, which links to places on the right join."""
    components = import_module("vitrail.collect.identity.components")
    component: Whole = components.joined(left, right, sizes=sizes)
    return component


# --- people -----------------------------------------------------------------------------------


def _people(graph: _Graph) -> tuple[Whole, tuple[Held, ...]]:
    """The person of each profile by the identities of people; each alone where a component is held."""
    place, value = graph.links
    strong = ~graph.weak[value]
    joined = _joined(place[strong], value[strong], sizes=(graph.size, len(graph.weak)))
    component, of_value = joined[: graph.size], joined[graph.size :]
    sizes = np.bincount(component[graph.fresh], minlength=joined.max() + 1)
    emails = _fresh_emails(graph, of_value, components=joined.max() + 1)
    held = np.flatnonzero((sizes > MOST_PROFILES) | (emails > MOST_EMAILS))
    members, addresses = _gathered(component, held), _gathered(np.where(graph.email, of_value, -1), held)
    told = tuple(
        Held(
            profiles=tuple(graph.profiles[members[each]].tolist()),
            reason="profiles" if sizes[each] > MOST_PROFILES else "emails",
            emails=len(addresses[each]),
        )
        for each in held.tolist()
    )
    return _apart(component, np.isin(component, held)), _in_order(told)


def _fresh_emails(graph: _Graph, of_value: Whole, *, components: int) -> Whole:
    """How many e-mails of each component no reviewed profile has."""
    place, value = graph.links
    seen = np.zeros(len(graph.weak), np.bool_)
    seen[value[~graph.fresh[place]]] = True
    return np.bincount(of_value[graph.email & ~seen], minlength=components)


def _apart(component: Whole, alone: Flags) -> Whole:
    """The same components, but for some profiles, each of which becomes one of its own."""
    first = component.max() + 1
    return np.where(alone, first + np.arange(len(component)), component)


# --- devices ----------------------------------------------------------------------------------


def _with_devices(graph: _Graph, people: Whole) -> tuple[Whole, tuple[Held, ...], tuple[Shared, ...]]:
    """The group of each profile once anonymous ones have gone to the one person their device knows."""
    place, value = graph.links
    weak = graph.weak[value]
    anonymous = weak & ~graph.known[place]
    joined = _joined(place[anonymous], value[anonymous], sizes=(graph.size, len(graph.weak)))
    device, of_value = joined[: graph.size], joined[graph.size :]
    seen = weak & graph.known[place]
    met = np.unique(np.column_stack([of_value[value[seen]], people[place[seen]]]), axis=0)
    count = np.bincount(met[:, 0], minlength=joined.max() + 1)
    owner = np.full(joined.max() + 1, -1, np.int64)
    owner[met[:, 0]] = met[:, 1]
    group = np.where(graph.known, people, people.max() + 1 + device)
    owned = ~graph.known & (count[device] == 1)
    group[owned] = owner[device[owned]]
    lone = ~graph.known & (count[device] > 1)
    shared = _shared(graph, np.flatnonzero(count > 1), of_value=of_value, people=people)
    group = _apart(group, lone)
    sizes = np.bincount(group[graph.fresh], minlength=group.max() + 1)
    crowded = np.flatnonzero(sizes > MOST_PROFILES)
    crowd = np.isin(group, crowded) & ~graph.known
    members = _gathered(group, np.unique(group[crowd]))
    told = tuple(Held(tuple(graph.profiles[each].tolist()), "devices", 0) for each in members.values())
    return _apart(group, crowd), _in_order(told), _in_order(shared)


def _shared(graph: _Graph, devices: Whole, *, of_value: Whole, people: Whole) -> tuple[Shared, ...]:
    """What is told of devices that several people use."""
    place, value = graph.links
    values = _gathered(np.where(graph.weak, of_value, -1), devices)
    links = _gathered(np.where(graph.weak[value], of_value[value], -1), devices)
    kinds, texts = graph.texts["kind"].to_pylist(), graph.texts["value"].to_pylist()
    told = []
    for each in devices.tolist():
        users = np.unique(place[links[each]])
        identities = tuple(sorted((kinds[one], texts[one]) for one in values[each].tolist()))
        known = users[graph.known[users]]
        told.append(Shared(identities, tuple(graph.profiles[users].tolist()), len(np.unique(people[known]))))
    return tuple(told)


# --- the answer -------------------------------------------------------------------------------


def _canonicals(graph: _Graph, group: Whole, *, keys_of: KeysOf) -> tuple[Whole, Whole]:
    """Those who stand for another profile, and for whom."""
    _, of, count = np.unique(group, return_inverse=True, return_counts=True)
    several = np.flatnonzero(count[of] > 1)
    if not len(several):
        return NOBODY.profiles, NOBODY.canonicals
    keys = keys_of(graph.profiles[several])
    order = sorted(range(len(several)), key=lambda each: (not graph.known[several[each]], keys[each]))
    ranked = several[np.array(order)]
    groups, first = np.unique(of[ranked], return_index=True)
    canonical = graph.profiles[ranked[first]][np.searchsorted(groups, of[several])]
    profiles = graph.profiles[several]
    others = profiles != canonical
    return profiles[others], canonical[others]


def _gathered(labels: Whole, wanted: Whole) -> dict[int, Whole]:
    """The places that bear each of the wanted labels."""
    places = np.flatnonzero(np.isin(labels, wanted))
    ordered = places[np.argsort(labels[places], kind="stable")]
    edges = np.searchsorted(labels[ordered], wanted, side="right")
    starts = np.searchsorted(labels[ordered], wanted, side="left")
    spans = zip(wanted.tolist(), starts, edges, strict=True)
    return {label: ordered[start:end] for label, start, end in spans}


def _in_order(told: tuple[Told, ...]) -> tuple[Told, ...]:
    return tuple(sorted(told, key=lambda each: each.profiles))
