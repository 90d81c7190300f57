"""What people said of a purpose before: under their own key, and near it.

Near a person are the other profiles found to be theirs, and the device that a message names beside them: what
a browser repeats after somebody signed in, it may have heard before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

import pyarrow as pa

from vitrail.collect.settling import Intake
from vitrail.consent.signals.outweighing import Word, word_of
from vitrail.ledger.consents import entries
from vitrail.ledger.database import Transaction
from vitrail.model.consents import Entry
from vitrail.model.identities import ANONYMOUS
from vitrail.warehouse.writer import Shelf

CANON = Shelf("canon")
AT_ONCE = 1_000
"""People whose answers are looked up in one question."""

About = tuple[int, str, str]
"""Whose answer to which purpose on which channel."""

Near = Mapping[int, tuple[int, ...]]
"""The profiles near each one."""


class Spoken(Protocol):
    """What is said under a key, on a device or on none."""

    @property
    def key(self) -> str: ...

    @property
    def device(self) -> str: ...


def near_of(words: Iterable[Spoken], intake: Intake, *, numbers: Mapping[str, int]) -> Near:
    """Who is near those who speak; it stays in the working database as `near`."""
    scratch = intake.scratch
    met = sorted({
        (numbers[each.key], ANONYMOUS + each.device)
        for each in words
        if each.device and not each.key.startswith(ANONYMOUS)
    })  # fmt: skip
    speakers = pa.array(sorted({numbers[each.key] for each in words}), pa.int32())
    scratch.register("speakers", pa.table({"profile": speakers}))
    pairs = {"profile": pa.array([who for who, _ in met], pa.int32()), "key": [key for _, key in met]}
    scratch.register(
        "met", pa.table(pairs, schema=pa.schema([("profile", pa.int32()), ("key", pa.string())]))
    )
    scratch.view(
        "canon~near", intake.writer.standing(CANON), columns={"profile": "INTEGER", "canonical": "INTEGER"}
    )
    scratch.run(_NEAR)
    near: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for row in scratch.table("SELECT profile, other FROM near ORDER BY profile, other").to_pylist():
        near[row["profile"]] += (row["other"],)
    return near


class Memory:
    """What the ledger has of some people and of who is near them, and what was filed since."""

    def __init__(self, intake: Intake, near: Near) -> None:
        self.intake = intake
        self._near = near
        self._looked: set[int] = set()
        self._words: dict[About, list[Word]] = defaultdict(list)

    def look_up(self, profiles: Iterable[int]) -> None:
        """Read what the ledger has of some people, unless it was read."""
        wanted = {each for one in profiles for each in (one, *self._near.get(one, ()))} - self._looked
        self._looked |= wanted
        ordered = sorted(wanted)
        for start in range(0, len(ordered), AT_ONCE):
            asked = partial(_entries, profiles=ordered[start : start + AT_ONCE])
            for entry in self.intake.writer.look(asked):
                if (each := entry.consent) is not None:
                    self.add((each.profile, each.purpose, each.channel), word_of(each))

    def of(self, about: About) -> list[Word]:
        """All that was said of it under the key of somebody, and near it."""
        profile, purpose, channel = about
        whose = (profile, *self._near.get(profile, ()))
        return [word for each in whose for word in self._words.get((each, purpose, channel), ())]

    def add(self, about: About, word: Word) -> None:
        """Remember one more answer."""
        self._words[about].append(word)


def _entries(connection: Transaction, *, profiles: Sequence[int]) -> tuple[Entry, ...]:
    return tuple(entries(connection, profiles=profiles))


_NEAR = """
CREATE OR REPLACE TABLE near AS
WITH of AS (
    SELECT s.profile, coalesce(c.canonical, s.profile) AS canonical
    FROM speakers s LEFT JOIN "canon~near" c USING (profile)
), beside AS (
    SELECT m.profile, e.profile AS device FROM met m JOIN everyone e USING (key)
), pairs AS (
    SELECT of.profile, c.profile AS other FROM of JOIN "canon~near" c USING (canonical)
    UNION ALL SELECT profile, canonical FROM of
    UNION ALL SELECT profile, device FROM beside
    UNION ALL SELECT device, profile FROM beside
)
SELECT DISTINCT CAST(profile AS INTEGER) AS profile, CAST(other AS INTEGER) AS other
FROM pairs WHERE profile <> other
"""
