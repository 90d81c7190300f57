"""Probable duplicates of a workspace: finding them, looking at them, deciding."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.instants import instant
from vitrail.collect.duplicates import merging, queue
from vitrail.collect.duplicates.parts import scale
from vitrail.collect.duplicates.queue import Search
from vitrail.ledger.duplicates import Pair, Reason, Said, State
from vitrail.model.catalogue import Label
from vitrail.model.identities import Regrouping
from vitrail.warehouse.store import Store

BESIDE = {
    queue.RARITY: Label("rareté des noms", "rarity of the names"),
    queue.CHANCE: Label("ce que deux inconnus ne partagent guère", "what strangers hardly share"),
}
"""Reasons that are no comparison of one part."""


class Told(msgspec.Struct, frozen=True):
    """Why two profiles may be one person: what was compared, how alike it is, what that weighs, in bits."""

    part: str
    label: Label
    level: Label
    bits: float


class Duplicate(msgspec.Struct, frozen=True):
    """Two profiles that are probably one person, by their keys, and what became of them."""

    keys: tuple[str, str]
    state: State
    probability: float
    reasons: tuple[Told, ...]
    proposed: dt.datetime


class Beside(msgspec.Struct, frozen=True):
    """A pair side by side: each compared trait with both values, and the verdicts so far."""

    pair: Duplicate
    values: dict[str, tuple[str | None, str | None]]
    verdicts: tuple[Said, ...]


class Duplicates:
    """The queue of pairs that look like one person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, *, least: float = queue.LEAST) -> Search:
        """Look for pairs at least so probable, and let them wait; what was decided is not asked again."""
        return queue.find_duplicates(self._store, least=least)

    def list(self, state: State | None = "proposed") -> tuple[Duplicate, ...]:
        """The pairs that wait (`proposed`), that were `merged` or kept `apart`; the most probable first."""
        pairs = queue.pairs_of(self._store, state=state)
        keys = queue.keys_of(self._store, {profile for each in pairs for profile in (each.a, each.b)})
        return tuple(_worded(each, keys) for each in pairs)

    def show(self, one: str, other: str) -> Beside:
        """Two profiles side by side. Raises `UserError` when they are no pair."""
        pair = queue.pair_of(self._store, (one, other))
        return Beside(
            pair=_worded(pair, queue.keys_of(self._store, {pair.a, pair.b})),
            values=queue.values_of(self._store, pair),
            verdicts=merging.said_by(self._store, (one, other)),
        )

    def merge(self, one: str, other: str, *, by: str = "", why: str = "") -> Regrouping:
        """Say that a pair is one person."""
        return merging.merge(self._store, (one, other), by=by, why=why)

    def merge_probable(self, above: float) -> tuple[tuple[str, str], ...]:
        """Merge every waiting pair that is at least so probable, save chains of several profiles."""
        return merging.merge_probable(self._store, above=above)

    def keep_apart(self, one: str, other: str, *, by: str = "", why: str = "") -> Said:
        """Say that a pair are two people: not asked again while their data stay what they are."""
        return queue.keep_apart(self._store, (one, other), by=by, why=why)


def _worded(pair: Pair, keys: dict[int, str]) -> Duplicate:
    return Duplicate(
        keys=(keys[pair.a], keys[pair.b]),
        state=pair.state,
        probability=pair.probability,
        reasons=tuple(_told(each) for each in pair.reasons),
        proposed=instant(pair.proposed_at_us),
    )


def _told(reason: Reason) -> Told:
    if reason.part in BESIDE:
        return Told(reason.part, BESIDE[reason.part], Label("", ""), reason.bits)
    degrees = scale(reason.part)
    level = degrees.levels[reason.level - 1]
    return Told(reason.part, degrees.label, Label(level.fr, level.en), reason.bits)
