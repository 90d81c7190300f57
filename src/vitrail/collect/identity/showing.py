"""Showing who is who, and why: the identities of a customer, all merges, what is held for review."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import pyarrow as pa

from vitrail.collect.identity.resolution import Held, Resolution, Shared
from vitrail.collect.identity.settling import CANON, CANONICAL, resolution, show_claims
from vitrail.model.identities import (
    Decision,
    HeldPeople,
    KnownIdentity,
    Link,
    Merges,
    Person,
    SharedDevice,
)
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Writer

Told = TypeVar("Told", Held, Shared)

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class _Reading(msgspec.Struct, frozen=True):
    """The claims and keys of one snapshot, laid out in a working database."""

    snapshot: Writer
    scratch: Scratch

    @property
    def decisions(self) -> dict[str, Decision]:
        """The decisions by the value that stands for them among identities."""
        return {str(each.id): each for each in self.snapshot.decisions}


def person_of(store: Store, profile: int) -> Person:
    """A customer by the number of the canonical profile: profiles, identities, and why they are one."""
    with _reading(store) as reading:
        (found,) = _people(reading, [profile])
        rows = reading.scratch.rows(_IDENTITIES)
    identities = tuple(
        KnownIdentity(str(key), kind, str(value), _instant(at_us), str(source), counts=bool(counts))  # type: ignore[arg-type]
        for key, kind, value, at_us, source, counts in rows
    )
    return msgspec.structs.replace(found, identities=identities)


def all_merges(store: Store, *, limit: int) -> Merges:
    """What is merged, held and shared, the largest first, so many of each at most."""
    with _reading(store) as reading:
        counted = reading.scratch.rows('SELECT count(DISTINCT canonical), count(*) FROM "canon~now"')[0]
        people, others = (int(str(each)) for each in counted)
        largest = [int(str(each)) for (each,) in reading.scratch.rows(_LARGEST, {"limit": limit})]
        merged = _people(reading, largest)
        found = resolution(reading.snapshot, reading.scratch)
        keys = _keys(reading, _told(found, limit=limit))
    return Merges(
        people=people,
        profiles=people + others,
        held=len(found.held),
        shared=len(found.shared),
        merged=tuple(merged),
        for_review=tuple(_held(each, keys) for each in _first(found.held, limit)),
        devices=tuple(_device(each, keys) for each in _first(found.shared, limit)),
        decisions=reading.snapshot.decisions[-limit:],
    )


@contextmanager
def _reading(store: Store) -> Iterator[_Reading]:
    """The newest snapshot; nobody waits for it."""
    snapshot = Writer(store.path, store.ledger, now_us=store.now_us())
    with tempfile.TemporaryDirectory(prefix="vitrail-identities-") as place, Scratch(Path(place)) as scratch:
        show_claims(snapshot, scratch)
        scratch.view("canon~now", snapshot.paths(CANON), columns=CANONICAL)
        yield _Reading(snapshot, scratch)


def _people(reading: _Reading, canonicals: Sequence[int]) -> list[Person]:
    """Each customer with all profiles and with what links them."""
    asked = {"profile": pa.array(canonicals, pa.int32()), "place": range(len(canonicals))}
    reading.scratch.register("who_asked", pa.table(asked))
    reading.scratch.run(_PARTS)
    links: dict[int, list[Link]] = {}
    for row in reading.scratch.rows(_SHARED):
        links.setdefault(int(str(row[0])), []).append(_link(row[1:], reading.decisions))
    return [
        Person(str(key), tuple(map(str, _list(profiles))), tuple(links.get(int(str(number)), ())))
        for number, key, profiles in reading.scratch.rows(_WHOLE)
    ]


def _link(row: Sequence[object], decisions: Mapping[str, Decision]) -> Link:
    kind, value, profiles, at_us, source = row
    decision = decisions.get(str(value)) if kind == "decision" else None
    if decision is not None:
        at_us, source = decision.at_us, decision.who
    return Link(
        kind=kind,  # type: ignore[arg-type]
        value=str(value),
        profiles=tuple(map(str, _list(profiles))),
        since=_instant(at_us),
        source=str(source or ""),
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _instant(at_us: object) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=int(str(at_us)))


def _first(told: Sequence[Told], limit: int) -> list[Told]:
    return sorted(told, key=lambda each: (-len(each.profiles), each.profiles))[:limit]


def _told(found: Resolution, *, limit: int) -> list[int]:
    shown = [each.profiles for each in _first(found.held, limit)]
    shown += [each.profiles for each in _first(found.shared, limit)]
    return sorted({profile for profiles in shown for profile in profiles})


def _keys(reading: _Reading, profiles: Sequence[int]) -> dict[int, str]:
    reading.scratch.register("who_told", pa.table({"profile": pa.array(profiles, pa.int32())}))
    rows = reading.scratch.rows('SELECT profile, key FROM "keys~standing" SEMI JOIN who_told USING (profile)')
    return {int(str(profile)): str(key) for profile, key in rows}


def _held(held: Held, keys: Mapping[int, str]) -> HeldPeople:
    return HeldPeople(tuple(sorted(keys[each] for each in held.profiles)), held.reason, held.emails)


def _device(shared: Shared, keys: Mapping[int, str]) -> SharedDevice:
    profiles = tuple(sorted(keys[each] for each in shared.profiles))
    return SharedDevice(shared.identities, profiles, shared.people)  # type: ignore[arg-type]


_LARGEST = """
SELECT canonical FROM "canon~now" GROUP BY canonical ORDER BY count(*) DESC, canonical LIMIT $limit
"""
_PARTS = """
CREATE OR REPLACE TABLE who_parts AS
SELECT part, whole, place, key FROM (
    SELECT profile AS part, profile AS whole, place FROM who_asked
    UNION ALL
    SELECT c.profile, c.canonical, a.place FROM "canon~now" c JOIN who_asked a ON a.profile = c.canonical
) JOIN "keys~standing" k ON k.profile = part
"""
_WHOLE = """
SELECT whole, any_value(key) FILTER (WHERE part = whole),
       list(key ORDER BY part <> whole, key)
FROM who_parts GROUP BY whole, place ORDER BY place
"""
_SHARED = """
SELECT p.whole, c.kind, c.value, list(p.key ORDER BY p.key),
       (list(s.at_us ORDER BY s.at_us, s.source))[2], (list(s.source ORDER BY s.at_us, s.source))[2]
FROM who_counting c
JOIN who_parts p ON p.part = c.profile
LEFT JOIN (
    SELECT profile, kind, value, min(at_us) AS at_us, arg_min(source, (at_us, source)) AS source
    FROM "claims~stored" GROUP BY profile, kind, value
) s ON s.profile = c.profile AND s.kind = c.kind AND s.value = c.value
GROUP BY p.whole, c.kind, c.value HAVING count(*) > 1
ORDER BY p.whole, c.kind, c.value
"""
_IDENTITIES = """
SELECT p.key, s.kind, s.value, min(s.at_us) AS since, arg_min(s.source, (s.at_us, s.source)),
       EXISTS (
           SELECT 1 FROM who_counting c
           WHERE c.profile = s.profile AND c.kind = s.kind AND c.value = s.value
       )
FROM "claims~stored" s JOIN who_parts p ON p.part = s.profile
GROUP BY p.key, p.part, p.whole, s.profile, s.kind, s.value
ORDER BY p.part <> p.whole, p.key, s.kind, since, s.value
"""
