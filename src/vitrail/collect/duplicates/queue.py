"""The queue of probable duplicates: what is found waits for a person, and what a person said stays said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.duplicates.blocking import Crowded
from vitrail.collect.duplicates.comparing import digits
from vitrail.collect.duplicates.finding import Found, find
from vitrail.collect.duplicates.parts import UNKNOWN
from vitrail.collect.duplicates.people import compared_traits, show_people
from vitrail.collect.duplicates.weighing import Weights
from vitrail.ledger import duplicates as ledger
from vitrail.ledger.database import Transaction
from vitrail.ledger.duplicates import Pair, Reason, Said, State, Verdict
from vitrail.model.catalogue import Compared
from vitrail.model.errors import UserError, refuse
from vitrail.model.identities import Regrouping
from vitrail.warehouse import people
from vitrail.warehouse.scratch import Scratch, listed, statement
from vitrail.warehouse.store import Store

UNDONE = "the merge was undone"
RARITY = "rarity"
"""The part of a reason that is how rare the names are."""

CHANCE = "chance"
"""The part of a reason that is what strangers hardly share: such a pair is for a person to decide."""

LEAST = 0.9
"""Pairs that are less probable are not proposed."""


class Search(msgspec.Struct, frozen=True):
    """What a search did: the traits and the pairs it compared, what waits now, and what was too crowded."""

    traits: dict[str, Compared]
    compared: int
    proposed: int
    new: int
    kept_apart: int
    weights: Weights
    crowded: tuple[Crowded, ...]


def find_duplicates(store: Store, *, least: float = LEAST) -> Search:
    """Look for probable duplicates among all profiles, and let them wait for a verdict.

    A pair that was kept apart is not proposed again, unless what was compared has changed. Raises
    `UserError` when no trait can be compared.
    """
    traits = compared_traits(store.catalogue)
    if not traits:
        raise _nothing_to_compare()
    with store.writing() as writer, writer.scratch() as scratch:
        show_people(writer, scratch, traits=traits)
        columns = {writer.catalogue.traits[name].column: kind for name, kind in traits.items()}
        found = find(scratch, "raw", columns=columns, least=least)
        pairs = tuple(_pairs(scratch, found, at_us=writer.now_us))
        with store.ledger.writing() as connection:
            _note_undone(connection, pairs, at_us=writer.now_us)
            before = {(each.a, each.b): each for each in ledger.all_pairs(connection)}
            waiting = [_again(pair, before) for pair in pairs if not _is_settled(pair, before)]
            ledger.renew_pairs(connection, waiting)
    return Search(
        traits=traits,
        compared=found.compared,
        proposed=len(waiting),
        new=sum((each.a, each.b) not in before for each in waiting),
        kept_apart=len(pairs) - len(waiting),
        weights=found.weights,
        crowded=found.crowded,
    )


def pairs_of(store: Store, *, state: State | None = "proposed") -> tuple[Pair, ...]:
    """The pairs in a state, the most probable first."""
    with store.ledger.reading() as connection:
        return ledger.all_pairs(connection, state=state)


def verdicts_of(store: Store) -> tuple[Said, ...]:
    """Every verdict that was given, oldest first."""
    with store.ledger.reading() as connection:
        return ledger.all_verdicts(connection)


def pair_of(store: Store, keys: tuple[str, str]) -> Pair:
    """The pair of two profiles, by their keys. Raises `UserError` when they are no pair."""
    numbers = numbers_of(store, keys)
    with store.ledger.reading() as connection:
        found = ledger.one_pair(connection, numbers)
    if found is None:
        raise _no_pair(keys)
    return found


def keep_apart(store: Store, keys: tuple[str, str], *, by: str = "", why: str = "") -> Said:
    """Say that two profiles are two people: not proposed again while their data stay what they are."""
    pair = pair_of(store, keys)
    if pair.state == "merged":
        raise refuse(
            "already_merged",
            path=" ".join(keys),
            fr="Ces deux profils ont été fusionnés : séparez-les d’abord. Rien n’a été changé.",
            en="These two profiles were merged: split them first. Nothing was changed.",
        )
    with store.ledger.writing() as connection:
        said = ledger.said_of(pair, "apart", at_us=store.now_us(), by=by, why=why)
        return ledger.save_verdict(connection, said)


def note_regrouped(store: Store, told: Regrouping, *, by: str = "") -> None:
    """Let the pairs say what a decision has just made of them: two again, or one."""
    decided = [each for each in pairs_of(store, state=None) if each.state != "proposed"]
    moved = {key for group in told.before + told.after for key in group}
    if told.decision is None or not decided or not moved:
        return
    keys = keys_of(store, {profile for each in decided for profile in (each.a, each.b)})
    group = {key: place for place, keys_in in enumerate(told.after) for key in keys_in}
    with store.ledger.writing() as connection:
        for pair in decided:
            one, other = keys[pair.a], keys[pair.b]
            if not {one, other} <= moved:
                continue
            verdict: Verdict = "merged" if one in group and group[one] == group.get(other) else "apart"
            if verdict != pair.state:
                why = UNDONE if verdict == "apart" else ""
                said = ledger.said_of(pair, verdict, at_us=store.now_us(), by=by, why=why)
                ledger.save_verdict(connection, said)


def keys_of(store: Store, profiles: set[int]) -> dict[int, str]:
    """The keys of some profiles."""
    numbers = sorted(profiles)
    return dict(zip(numbers, people.keys_of(store.source(), np.array(numbers, np.int64)), strict=True))


def numbers_of(store: Store, keys: tuple[str, str]) -> tuple[int, int]:
    """The numbers of two profiles, merged or not. Raises `UserError` for keys nobody has, or one twice."""
    one, other = pc.index_in(
        pa.array(keys, pa.string()), value_set=people.all_keys(store.source())
    ).to_pylist()
    found = zip(keys, (one, other), strict=True)
    missing = [problem for key, number in found if number is None for problem in _unknown_key(key).problems]
    if missing:
        raise UserError(tuple(missing))
    if one == other:
        raise _no_pair(keys)
    return one, other


def values_of(store: Store, pair: Pair) -> dict[str, tuple[str | None, str | None]]:
    """The compared traits of a pair side by side, as they were observed."""
    traits = compared_traits(store.catalogue)
    with store.writing() as writer, writer.scratch() as scratch:
        show_people(writer, scratch, traits=traits)
        columns = [writer.catalogue.traits[name].column for name in traits]
        query = statement(_VALUES, columns=listed(columns, "CAST($c AS VARCHAR) AS $c"))
        rows = {row[0]: row[1:] for row in scratch.rows(query, {"a": pair.a, "b": pair.b})}
    nothing = (None,) * len(columns)
    both = zip(rows.get(pair.a, nothing), rows.get(pair.b, nothing), strict=True)
    return {name: (_text(one), _text(other)) for name, (one, other) in zip(traits, both, strict=True)}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _pairs(scratch: Scratch, found: Found, *, at_us: int) -> Iterator[Pair]:
    """The pairs with their reasons and the fingerprint of what was compared."""
    scratch.register("found", found.pairs)
    columns = [str(row[0]) for row in scratch.rows("DESCRIBE people") if "~" not in str(row[0])]
    values = listed([each for each in columns if each != "profile"], "x.$c, y.$c")
    for row in scratch.rows(statement(_FOUND, values=values)):
        a, b, code, probability, bits, lift, fingerprint = row
        levels = digits(int(str(code)), found.weights.parts)
        reasons = tuple(_reasons(found.weights, levels, bits=float(str(bits)), lift=float(str(lift))))
        yield Pair(
            a=int(str(a)),
            b=int(str(b)),
            state="proposed",
            probability=float(str(probability)),
            reasons=reasons,
            fingerprint=str(fingerprint),
            proposed_at_us=at_us,
        )


def _reasons(weights: Weights, levels: tuple[int, ...], *, bits: float, lift: float) -> Iterator[Reason]:
    """What each known part weighs, the heaviest first; what is left over is how rare the names are."""
    told = zip(weights.parts, levels, weights.of(levels), strict=True)
    known = [Reason(part, level, round(weight, 2)) for part, level, weight in told if level != UNKNOWN]
    rarity = round(bits - lift - weights.total(levels), 2)
    if rarity:
        known.append(Reason(RARITY, 1, rarity))
    if lift:
        known.append(Reason(CHANCE, 1, round(lift, 2)))
    yield from sorted(known, key=lambda reason: -abs(reason.bits))


def _is_settled(pair: Pair, before: Mapping[tuple[int, int], Pair]) -> bool:
    known = before.get((pair.a, pair.b))
    return known is not None and known.state != "proposed" and known.fingerprint == pair.fingerprint


def _note_undone(connection: Transaction, pairs: Sequence[Pair], *, at_us: int) -> None:
    """Pairs that were merged and are two again, since a person took the merge back, are kept apart."""
    found = {(each.a, each.b) for each in pairs}
    for pair in ledger.all_pairs(connection, state="merged"):
        if (pair.a, pair.b) in found:
            ledger.save_verdict(connection, ledger.said_of(pair, "apart", at_us=at_us, by="", why=UNDONE))


def _again(pair: Pair, before: Mapping[tuple[int, int], Pair]) -> Pair:
    """The pair as it waits: since it was first proposed, when it was waiting already."""
    known = before.get((pair.a, pair.b))
    if known is None or known.state != "proposed":
        return pair
    return msgspec.structs.replace(pair, proposed_at_us=known.proposed_at_us)


def _nothing_to_compare() -> UserError:
    return refuse(
        "nothing_to_compare",
        path="traits",
        fr="Aucun attribut ne permet de comparer des personnes. Déclarez-en : « nom: {compare: surname} », "
        "« naissance: {compare: birth_date} »… Rien n’a été changé.",
        en="No trait tells people apart. Declare some: “name: {compare: surname}”, "
        "“birth: {compare: birth_date}”… Nothing was changed.",
    )


def _no_pair(keys: tuple[str, str]) -> UserError:
    one, other = keys
    return refuse(
        "no_pair",
        path=f"{one} {other}",
        fr=f"« {one} » et « {other} » ne sont pas un doublon proposé. Rien n’a été changé.",
        en=f"“{one}” and “{other}” are no proposed duplicate. Nothing was changed.",
    )


def _unknown_key(key: str) -> UserError:
    return refuse(
        "unknown_profile",
        path=key,
        fr=f"Aucun client n’a la clé « {key} » : rien n’a été changé.",
        en=f"No profile has the key “{key}”: nothing was changed.",
    )


_VALUES = "SELECT profile, $columns FROM raw WHERE profile IN ($$a, $$b)"
_FOUND = """
SELECT f.a, f.b, f.code, f.probability, f.bits, f.lift, md5(concat_ws('\u001f', $values))
FROM found f JOIN people x ON x.profile = f.a JOIN people y ON y.profile = f.b ORDER BY f.bits DESC, f.a, f.b
"""
