"""What is past its period: computed once, and the same value is shown before and done after.

People go when they gave no sign for the whole period and were known before it began; who asked for their
data to be frozen (GDPR, article 18) stays. Data go by the day they are of, in the zone of the
workspace. The seal of a plan is a hash of exactly who and what goes: a run whose seal differs asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
import pyarrow.compute as pc
from pyroaring import BitMap

from vitrail.consent.rights.standing import standing_at
from vitrail.consent.rights.words import gather
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.engine.source import Source
from vitrail.language.parse import parse
from vitrail.language.windows import add_calendar, local_day, midnight
from vitrail.ledger import exports, manifest, proofs
from vitrail.ledger.standing import all_acts
from vitrail.model.identities import ANONYMOUS
from vitrail.model.retention import DataKind, DataRule, PeopleRule, RetentionFile, Words
from vitrail.model.tree import All, Condition, Did, Duration, Last, Not, Selection, Truth
from vitrail.warehouse.aging import Aging
from vitrail.warehouse.holding import Holder, People
from vitrail.warehouse.people import all_keys, keys_of
from vitrail.warehouse.refresh import bitmap, catalogue_in_force
from vitrail.warehouse.store import Store

BY = "retention"
"""Who notes what retention does, in the ledger."""

SAMPLE = 5
PROOF = "proof"

NO_PROOF = 60
"""Months who was in a file is known for where no proof is kept."""

LONG_AGO_US = 0
"""1970: who is said to have been known then has no date of their own."""


class DuePeople(msgspec.Struct, frozen=True):
    """The people one rule lets go: how many, the keys of a few, and what is kept of them by holder."""

    rule: str
    name: Words
    then: str
    profiles: tuple[int, ...]
    sample: tuple[str, ...]
    holders: dict[str, int]
    source: str = ""


class DueData(msgspec.Struct, frozen=True):
    """The data of one kind a rule lets go: how many by name, and the instant they are from before."""

    rule: str
    name: Words
    kind: DataKind
    before_us: int
    rows: dict[str, int]
    source: str = ""


class RetentionPlan(msgspec.Struct, frozen=True):
    """All that is past its period at an instant; `seal` is a hash of exactly who and what goes."""

    at_us: int
    people: tuple[DuePeople, ...]
    data: tuple[DueData, ...]
    seal: str
    proofs: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is past its period."""
        return (
            not self.proofs
            and not any(each.profiles for each in self.people)
            and not any(sum(each.rows.values()) for each in self.data)
        )

    def counts(self) -> dict[str, int]:
        """How many people or data each rule lets go."""
        found = {each.rule: len(each.profiles) for each in self.people} | {PROOF: self.proofs}
        for each in self.data:
            found[each.rule] = found.get(each.rule, 0) + sum(each.rows.values())
        return found


class Ground(msgspec.Struct, frozen=True):
    """What a plan is made from: the workspace, its database, all holders of data, what goes by its age."""

    store: Store
    database: DuckDB
    holders: Sequence[Holder]
    aging: Sequence[Aging]

    def ages(self, kind: DataKind) -> Aging:
        """How a kind of data goes by its age."""
        return next(each for each in self.aging if each.kind == kind)


def plan_retention(rules: RetentionFile, ground: Ground) -> RetentionPlan:
    """What is past its period now. Nothing is changed."""
    at_us = ground.store.now_us()
    people = tuple(_people(rules, ground, at_us=at_us))
    data = tuple(each for rule in rules.data for each in _data(rule, ground, at_us=at_us))
    due = proofs_past(ground.store, rules, at_us=at_us)
    return RetentionPlan(at_us, people, data, _seal(rules, people, data=(data, due)), due)


def proofs_past(store: Store, rules: RetentionFile, *, at_us: int) -> int:
    """How many proofs of erased people, and lists of who was in a file, are past their period."""
    before_us = proof_start(rules, store, at_us=at_us)
    with store.ledger.reading() as connection:
        return proofs.count_past(connection, at_us=at_us) + exports.count_listed(connection, before_us)


def proof_start(rules: RetentionFile, store: Store, *, at_us: int) -> int:
    """The instant before which who was in a file is no longer kept: as long as proofs are."""
    return add_calendar(at_us, -(rules.proof.months or NO_PROOF), unit="month", zone=store.zone)


def _seal(rules: RetentionFile, people: Sequence[DuePeople], *, data: tuple[Sequence[DueData], int]) -> str:
    whom = [(each.rule, each.then, each.profiles) for each in people]
    what = ([(each.rule, each.kind, each.before_us, sorted(each.rows.items())) for each in data[0]], data[1])
    return hashlib.sha256(msgspec.json.encode((rules, whom, what))).hexdigest()


# --- people -----------------------------------------------------------------------------------


def _people(rules: RetentionFile, ground: Ground, *, at_us: int) -> Iterator[DuePeople]:
    """Who goes by each rule; whom one erases, no other rule sees. Erasing comes before freezing."""
    found = _past_period(rules, ground, at_us=at_us)
    frozen, asked = _frozen(ground.store)
    gone = BitMap()
    ordered = sorted(rules.people, key=lambda rule: rule.then != "erase")
    for rule in ordered:
        due = found[rule.key] - gone - asked
        if rule.then == "restrict":
            due -= frozen
        gone |= due
        yield _due(rule, due, ground=ground)


def _past_period(rules: RetentionFile, ground: Ground, *, at_us: int) -> Mapping[str, BitMap]:
    """Who gave no sign for the whole period of each rule, and was known before it began."""
    store = ground.store
    catalogue, source = catalogue_in_force(store), store.source()
    conditions = {rule.key: silent(rule, rules.contacts) for rule in rules.people}
    silence = evaluate(conditions, Asked(catalogue, at_us), source=source, database=ground.database)
    found: dict[str, BitMap] = {}
    for rule in rules.people:
        known = _known_by(period_start(rule, at_us, store=store), ground)
        due = bitmap(silence.members[rule.key], silence.size) & known
        found[rule.key] = due & _anonymous(store) if rule.anonymous else due
    return found


def _known_by(at_us: int, ground: Ground) -> BitMap:
    """Who was known by an instant: by the dates we have of them or, without any, since they were loaded."""
    catalogue, source = catalogue_in_force(ground.store), ground.store.source()
    by_then, undated = (
        evaluate(
            {"": Truth(True)}, Asked(catalogue, instant), source=source, database=ground.database
        ).population
        for instant in (at_us, LONG_AGO_US)
    )
    with ground.store.ledger.reading() as connection:
        loaded = manifest.version_at(connection, at_us).profiles
    dateless = bitmap(undated, source.profiles)
    return (bitmap(by_then, source.profiles) - dateless) | (dateless & BitMap(range(loaded)))


def silent(rule: PeopleRule, contacts: Sequence[str]) -> Condition:
    """Who a rule is about, without a sign of theirs in its whole period."""
    length = Duration(rule.months, "month") if rule.months else Duration(rule.days, "day")
    signs = [Not(Did(Selection(name, window=Last(length)))) for name in rule.after or contacts]
    tests: tuple[Condition, ...] = (parse(rule.who), *signs)
    return All(tests) if len(tests) > 1 else tests[0]


def period_start(rule: PeopleRule | DataRule, at_us: int, *, store: Store) -> int:
    """The instant the period of a rule began, for it to end at an instant."""
    if rule.months:
        return add_calendar(at_us, -rule.months, unit="month", zone=store.zone)
    return add_calendar(at_us, -rule.days, unit="day", zone=store.zone)


def _anonymous(store: Store) -> BitMap:
    """The visitors nobody has named, who are part of nobody."""
    source = store.source()
    named_so = pc.starts_with(all_keys(source), ANONYMOUS).to_numpy(zero_copy_only=False)
    merged = BitMap(canon_of(source).profiles.astype(np.uint32))
    return BitMap(np.flatnonzero(named_so).astype(np.uint32)) - merged


def _frozen(store: Store) -> tuple[BitMap, BitMap]:
    """Whose data are frozen, and which of them asked for it themselves."""
    source = store.source()
    frozen = standing_at(store, source).restricted
    with store.ledger.reading() as connection:
        acts = [each.act for each in all_acts(connection) if each.act is not None]
    theirs = [each.profile for each in acts if each.right == "restriction" and each.by != BY]
    asked = BitMap(canon_of(source).of(np.array(theirs, dtype=np.int64)).astype(np.uint32))
    return frozen, asked & frozen


def _due(rule: PeopleRule, due: BitMap, *, ground: Ground) -> DuePeople:
    source = ground.store.source()
    numbers = tuple(due)
    sample = keys_of(source, np.array(numbers[:SAMPLE], dtype=np.int64)) if numbers else []
    people = gather(ground.store, parts_of(source, due)) if numbers else People(())
    held = {each.name: each.find(ground.store, people) for each in ground.holders} if numbers else {}
    return DuePeople(
        rule=rule.key,
        name=rule.name,
        then=rule.then,
        profiles=numbers,
        sample=tuple(sample),
        holders={name: rows for name, rows in held.items() if rows},
        source=rule.source,
    )


def parts_of(source: Source, people: BitMap) -> tuple[int, ...]:
    """All profiles that some customers are made of, ascending."""
    canon = canon_of(source)
    merged = canon.profiles[np.isin(canon.canonicals, np.array(people, dtype=np.int64))]
    return tuple(people | BitMap(merged.astype(np.uint32)))


# --- data -------------------------------------------------------------------------------------


def _data(rule: DataRule, ground: Ground, *, at_us: int) -> Iterator[DueData]:
    """The data of a rule from before the day its period began, by kind."""
    store = ground.store
    before_us = midnight(local_day(period_start(rule, at_us, store=store), store.zone), store.zone)
    kinds: dict[DataKind, dict[str, int]] = {}
    for kind, name in rule.names():
        rows = kinds.setdefault(kind, {})
        if count := ground.ages(kind).count(store, name, before_us=before_us):
            rows[name] = count
    for kind, rows in kinds.items():
        yield DueData(rule.key, rule.name, kind, before_us, rows, rule.source)
