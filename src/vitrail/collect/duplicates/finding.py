"""Finding probable duplicates among people: block, compare, weigh, keep the probable ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.collect.duplicates import chance
from vitrail.collect.duplicates.blocking import Crowded, block
from vitrail.collect.duplicates.cleaning import clean, number_of
from vitrail.collect.duplicates.comparing import ADDRESS, compare, digits, parts_of
from vitrail.collect.duplicates.parts import DIFFERENT, scale
from vitrail.collect.duplicates.weighing import Weights, fit
from vitrail.model.catalogue import Compared
from vitrail.warehouse.scratch import Scratch, quoted, statement

DRAWN = 300_000
"""Pairs drawn by chance, to see how often strangers agree."""


FIRM = 500
"""The average frequency of a name counts as much as so many people, against that of the name itself."""

SEED = 1969


class Found(msgspec.Struct, frozen=True):
    """What was found: pairs (`a`, `b`, `code`, `bits`, `lift`, `probability`), best first; the model; crowds.

    `lift` are the bits, of all of them, that a pair owes to what strangers hardly share.
    """

    pairs: pa.Table
    weights: Weights
    compared: int
    crowded: tuple[Crowded, ...]


def find(scratch: Scratch, raw: str, *, columns: Mapping[str, Compared], least: float = 0.5) -> Found:
    """Find the pairs of people, in a table with `profile` and the columns, that are probably one person."""
    names = _clean(scratch, raw, columns=columns)
    parts = parts_of(names)
    people = scratch.number("SELECT count(*) FROM people")
    crowded = block(scratch, names)
    scratch.register("drawn", _drawn(scratch))
    compare(scratch, parts, pairs="drawn")
    drawn = dict(_counts(scratch))
    compare(scratch, parts, pairs="pairs")
    shared = dict(_counts(scratch))
    weights = fit(parts, shared=shared, drawn=drawn, pairs=people * (people - 1) // 2)
    scratch.register("weighed", _weighed(weights, shared))
    scored = statement(_SCORED, rarity=_rarity(weights), strangers=chance.strangers(names))
    pairs = scratch.table(scored, {"least": least, "few": chance.FEW, "lifted": chance.LIFTED})
    return Found(pairs, weights, sum(shared.values()), crowded)


def _clean(scratch: Scratch, raw: str, *, columns: Mapping[str, Compared]) -> dict[str, str]:
    """Write the people with their values as they are compared (table `people`); answers its columns."""
    names: dict[str, str] = {}
    shown, joins = [], []
    for column, kind in columns.items():
        name = f"{kind}:{column}" if kind in ("code", "text") else kind
        if name in names:
            continue
        names[name] = kind
        table = quoted("~" + name)
        values = scratch.table(statement(_VALUES, c=quoted(column), raw=quoted(raw))).column("value")
        cleaned = [clean(kind, each) or None for each in values.to_pylist()]
        pieces = {"value": values, "cleaned": pa.array(cleaned, pa.string())}
        if kind == "street":
            pieces["number"] = pa.array([number_of(each) or None for each in values.to_pylist()], pa.string())
        scratch.register("~" + name, pa.table(pieces))
        shown.append(statement("$t.cleaned AS $n", t=table, n=quoted(name)))
        joins.append(statement("LEFT JOIN $t ON $t.value = CAST(r.$c AS VARCHAR)", t=table, c=quoted(column)))
        if kind == "street" and "number" not in columns.values():
            shown.append(statement('$t.number AS "number"', t=table))
    missing = [each for each in (*ADDRESS, "given_name", "surname") if not _has(shown, each)]
    shown += [statement("CAST(NULL AS VARCHAR) AS $n", n=quoted(each)) for each in missing]
    scratch.run(
        statement(_PEOPLE, shown=", ".join(shown), joins=" ".join(joins), raw=quoted(raw), many=_many(names))
    )
    return names


def _many(names: Mapping[str, str]) -> str:
    """How many people have each value, for the columns where that counts."""
    return ", ".join(
        statement(_MANY, c=quoted(each), many=quoted(each + "~many"))
        for each in chance.counted({*names, *NAMES})
    )


def _drawn(scratch: Scratch) -> pa.Table:
    """Pairs drawn by chance, the same ones from the same people."""
    people = scratch.table("SELECT profile FROM people ORDER BY profile").column("profile").to_numpy()
    if len(people) < 2:
        return pa.table({"a": pa.array([], pa.int32()), "b": pa.array([], pa.int32())})
    chance = np.random.default_rng(SEED)
    drawn = min(DRAWN, len(people) * (len(people) - 1) // 2)
    first = chance.integers(0, len(people), drawn)
    second = (first + chance.integers(1, len(people), drawn)) % len(people)
    return pa.table({"a": people[first], "b": people[second]})


def _has(shown: list[str], name: str) -> bool:
    return any(each.endswith(f"AS {quoted(name)}") for each in shown)


def _counts(scratch: Scratch) -> Iterator[tuple[int, int]]:
    for code, count in scratch.rows("SELECT code, count(*) FROM vectors GROUP BY code ORDER BY code"):
        yield int(str(code)), int(str(count))


def _weighed(weights: Weights, shared: Mapping[int, int]) -> pa.Table:
    """The odds of each likeness, and which names are the same in it: those weigh by their rarity."""
    rows = [(code, digits(code, weights.parts)) for code in shared]
    columns: dict[str, pa.Array] = {
        "code": pa.array([code for code, _ in rows], pa.int64()),
        "bits": pa.array([weights.total(levels) for _, levels in rows], pa.float64()),
    }
    for name in NAMES:
        place = weights.parts.index(name) if name in weights.parts else None
        same = [place is not None and levels[place] == scale(name).same for _, levels in rows]
        columns[name] = pa.array(same, pa.bool_())
    born = weights.parts.index("birth_date") if "birth_date" in weights.parts else None
    apart = [born is not None and levels[born] == DIFFERENT for _, levels in rows]
    columns["apart"] = pa.array(apart, pa.bool_())
    return pa.table(columns)


NAMES = ("given_name", "surname")


def _rarity(weights: Weights) -> str:
    """Bits that the rarity of a name adds, or its frequency takes away, where it is the same."""
    parts = []
    for name in NAMES:
        if name in weights.parts:
            chance = weights.u[weights.parts.index(name)][-1]
            parts.append(
                statement(
                    _RARITY,
                    c=quoted(name),
                    n=quoted(name + "~many"),
                    chance=f"{chance:.6e}",
                    firm=f"{FIRM}e0",
                )
            )
    return " + ".join(parts) or "0"


_VALUES = "SELECT DISTINCT CAST($c AS VARCHAR) AS value FROM $raw WHERE $c IS NOT NULL"
_MANY = "count(*) OVER (PARTITION BY $c) AS $many"
_PEOPLE = """
CREATE OR REPLACE TABLE people AS
SELECT *, count(*) OVER () AS "people~many", $many
FROM (SELECT r.profile, $shown FROM $raw r $joins)
"""
_RARITY = """CASE WHEN w.$c
THEN log2($chance * (x."people~many" + $firm) / (x.$n + $chance * $firm)) ELSE 0 END"""
_SCORED = """
SELECT a, b, code, bits + lift AS bits, lift, 1 / (1 + pow(2, -least(bits + lift, 200))) AS probability
FROM (
    SELECT *, CASE WHEN bits < $$lifted AND NOT apart AND strangers <= $$few
        THEN $$lifted - bits ELSE 0 END AS lift
    FROM (
        SELECT v.a, v.b, v.code, w.bits + $rarity AS bits, w.apart, $strangers AS strangers
        FROM vectors v JOIN weighed w USING (code)
        JOIN people x ON x.profile = v.a JOIN people y ON y.profile = v.b
        WHERE w.bits > -500
    )
)
WHERE probability >= $$least ORDER BY bits DESC, a, b
"""
