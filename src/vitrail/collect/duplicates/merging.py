"""Merging probable duplicates: on a person's word, or alone where the probability is above what was set."""

from __future__ import annotations

from collections import Counter

from vitrail.collect.duplicates.queue import CHANCE, keys_of, numbers_of, pair_of, pairs_of
from vitrail.collect.identity.decisions import Word, confirm
from vitrail.ledger import duplicates as ledger
from vitrail.ledger.duplicates import Pair, Said
from vitrail.model.identities import Regrouping
from vitrail.warehouse.store import Store

ALONE = "vitrail"
"""Who decides when nobody does."""


def merge(store: Store, keys: tuple[str, str], *, by: str = "", why: str = "") -> Regrouping:
    """Say that a proposed pair is one person: their profiles are merged, which can be undone.

    Raises `UserError` when the two profiles are no proposed pair.
    """
    pair = pair_of(store, keys)
    return _merge(store, pair, keys=keys, by=by, why=why)


def merge_probable(store: Store, *, above: float) -> tuple[tuple[str, str], ...]:
    """Merge the waiting pairs that are at least so probable; answers their keys.

    The probability is an estimate: in a very large base fewer pairs can be right (decision 0012).
    A profile that waits in several pairs is left to a person: a chain of likenesses proves nothing.
    So is a pair that waits only because strangers hardly share what it does.
    """
    waiting = pairs_of(store)
    often = Counter(profile for each in waiting for profile in (each.a, each.b))
    likely = [each for each in waiting if each.probability >= above and not _is_by_chance(each)]
    sure = [each for each in likely if often[each.a] == often[each.b] == 1]
    keys = keys_of(store, {profile for each in sure for profile in (each.a, each.b)})
    named = tuple((keys[each.a], keys[each.b]) for each in sure)
    for each, two in zip(sure, named, strict=True):
        why = f"probability {each.probability:.6f} >= {above}"
        _merge(store, each, keys=two, by=ALONE, why=why)
    return named


def _is_by_chance(pair: Pair) -> bool:
    return any(reason.part == CHANCE for reason in pair.reasons)


def _merge(store: Store, pair: Pair, *, keys: tuple[str, str], by: str, why: str) -> Regrouping:
    told = confirm(store, keys, word=Word(who=by, why=why))
    with store.ledger.writing() as connection:
        said = ledger.said_of(pair, "merged", at_us=store.now_us(), by=by, why=why)
        ledger.save_verdict(connection, said)
    return told


def said_by(store: Store, keys: tuple[str, str]) -> tuple[Said, ...]:
    """The verdicts on two profiles, oldest first."""
    a, b = sorted(numbers_of(store, keys))
    with store.ledger.reading() as connection:
        return tuple(each for each in ledger.all_verdicts(connection) if (each.a, each.b) == (a, b))
