"""What has to be computed for many conditions at once: atoms, and the few groupings that settle them.

Pure: from trees to a plan, nothing runs. An *atom* is an elementary test (a comparison, a sequence…);
equal atoms of different segments are one. Atoms that read one collection are settled inside the
query that groups it; those that read several places are *mixed* and wait for exported figures.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from vitrail.language.windows import EXACT, OPEN, bounds, local_day, midnight, period_days
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import (
    Aggregate,
    All,
    AnyOf,
    Arithmetic,
    Compare,
    Condition,
    Consented,
    Count,
    Did,
    Duration,
    Has,
    Integer,
    Known,
    Last,
    Like,
    Member,
    Moment,
    Not,
    Now,
    OneOf,
    Range,
    Rank,
    Regularly,
    Sample,
    Score,
    Selection,
    Sequence,
    Step,
    Trait,
    Tree,
    Truth,
    Window,
    Within,
)
from vitrail.model.walk import children

DAY = 86_400_000_000
_EPOCH_DAY = dt.date(1970, 1, 1).toordinal()

Atom = Compare | Range | OneOf | Like | Within | Known | Has | Sequence | Regularly | Consented | Sample
Figure = Count | Aggregate | Moment
MeasureFunction = Literal[
    "count", "known", "sum", "min", "max", "first", "last", "first_time", "last_time", "distinct", "mode"
]


class Measure(msgspec.Struct, frozen=True):
    """One figure per profile over the records of a collection between two instants."""

    collection: str
    function: MeasureFunction
    property: str | None
    where: Condition | None
    start: int
    end: int


class Asked(msgspec.Struct, frozen=True):
    """What all conditions of a run share: the catalogue, the instant, the zone."""

    catalogue: Catalogue
    at_us: int

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the workspace."""
        return ZoneInfo(self.catalogue.timezone)


class Grouping(msgspec.Struct, frozen=True):
    """How figures share a query: by the length of their windows, in days. A choice of each engine."""

    bands: tuple[int, ...] = (92, 367)

    def band(self, measure: Measure, at_us: int) -> int:
        """The number of the band a figure falls in."""
        days = (at_us - measure.start) / DAY
        return next((index for index, band in enumerate(self.bands) if days <= band), len(self.bands))


Few = Callable[[str, str], bool]
"""Whether a property of a collection has so few values that different ones are counted like any figure."""


def many(collection: str, name: str) -> bool:
    """Nothing is known of how many values a property has."""
    return False


class Group(msgspec.Struct, frozen=True):
    """One query: a collection grouped by profile.

    `family` is empty for plain figures, and the property whose values are counted one by one for
    `mode`, and for `distinct` where they are many. `atoms` are settled in the query; `exports` are figures
    that leave it.
    """

    collection: str
    family: str
    start: int
    end: int
    measures: tuple[Measure, ...]
    atoms: tuple[Atom, ...]
    exports: tuple[Measure, ...]


class Plan(msgspec.Struct, frozen=True):
    """All that one run computes, in its order.

    `mixed[level]` are the atoms that read several places, by the depth of the ranks inside them;
    `ranks[level]` are the ranks to make before the mixed atoms of that level.
    """

    groups: tuple[Group, ...]
    traits: tuple[Atom, ...]
    samples: tuple[Sample, ...]
    scores: dict[str, tuple[Atom, ...]]
    sequences: tuple[Sequence, ...]
    consents: tuple[Consented, ...]
    mixed: tuple[tuple[Atom, ...], ...]
    ranks: tuple[tuple[Rank, ...], ...]

    def atoms(self) -> int:
        """How many atoms the run settles."""
        single = len(self.traits) + len(self.samples) + len(self.sequences) + len(self.consents)
        grouped = sum(len(group.atoms) for group in self.groups)
        scored = sum(len(atoms) for atoms in self.scores.values())
        return single + grouped + scored + sum(len(atoms) for atoms in self.mixed)


# --- atoms ------------------------------------------------------------------------------------


def normal(condition: Condition) -> Condition:
    """One form for what is asked in several: `did(x)` and `count(x) >= 1` are `count(x) > 0`.

    What is asked of a last time is asked of a window: `now - last_time(x) <= 30 days` is
    `did(x, last 30 days)`, which reads 30 days and not all of them.
    """
    match condition:
        case Did(selection):
            return _did(selection)
        case Compare(Count() as count, ">=", Integer(value)) if value > 0:
            return Compare(count, ">", Integer(value - 1))
        case Compare(Count() as count, "<=", Integer(value)) if value < 2**63 - 1:
            return Compare(count, "<", Integer(value + 1))
        case Within(Moment("last_time", Selection(_, _, None) as selection), Last() as window, negated):
            lately = _did(_during(selection, window))
            return All((_did(selection), Not(lately))) if negated else lately
        case Compare(
            Arithmetic(Now(), "-", Moment("last_time", Selection(_, _, None) as selection)),
            "<=" | ">" as operator,
            Duration() as length,
        ) if length.unit in EXACT:
            lately = _did(_during(selection, Last(length)))
            return lately if operator == "<=" else All((_did(selection), Not(lately)))
        case _:
            return condition


def _did(selection: Selection) -> Condition:
    return Compare(Count(selection), ">", Integer(0))


def _during(selection: Selection, window: Window) -> Selection:
    return Selection(selection.collection, selection.where, window)


def atoms(conditions: Iterable[Condition], segments: Mapping[str, Condition]) -> list[Atom]:
    """The distinct elementary tests of all conditions, of the segments they name and of their ranks."""
    found: dict[Atom, None] = {}
    seen: set[str] = set()
    waiting = list(conditions)
    while waiting:
        condition = normal(waiting.pop())
        match condition:
            case All(parts) | AnyOf(parts):
                waiting.extend(parts)
            case Not(part):
                waiting.append(part)
            case Member(key):
                if key not in seen:
                    seen.add(key)
                    waiting.append(segments[key])
            case Truth():
                pass
            case _:
                if condition not in found:
                    found[condition] = None  # type: ignore[index]
                    waiting.extend(rank.among for rank in ranks(condition) if rank.among is not None)
    return sorted(found, key=lambda each: each.to_json())


def ranks(node: Tree) -> Iterator[Rank]:
    """The ranks a node reads, those inside their values included."""
    if isinstance(node, Rank):
        yield node
        yield from ranks(node.of)
        return
    if isinstance(node, Selection | Step):
        return
    for _, below in children(node):
        yield from ranks(below)


def rank_depth(node: Tree, segments: Mapping[str, Condition]) -> int:
    """How many ranks lie one inside another, `among` and the segments named there included."""
    match node:
        case Rank(_, of, among):
            inner = rank_depth(among, segments) if among is not None else 0
            return 1 + max(rank_depth(of, segments), inner)
        case Member(key):
            return rank_depth(segments[key], segments)
        case Selection() | Step():
            return 0
        case _:
            return max((rank_depth(below, segments) for _, below in children(node)), default=0)


def leaves(node: Tree) -> Iterator[Trait | Figure | Score | Rank | Selection]:
    """What an atom reads of a profile, ranks being leaves."""
    match node:
        case Trait() | Count() | Aggregate() | Moment() | Score() | Rank():
            yield node
        case Selection():
            return
        case Regularly(selection):
            yield selection
        case _:
            for _, below in children(node):
                yield from leaves(below)


# --- measures ---------------------------------------------------------------------------------


def figure_measures(figure: Figure, asked: Asked) -> tuple[Measure, ...]:
    """The figures per profile that `count(…)`, `avg(…)`… need."""
    selection = figure.of
    start, end = bounds(selection.window, asked.at_us, zone=asked.zone)

    def measure(function: MeasureFunction, name: str | None) -> Measure:
        return Measure(selection.collection, function, name, selection.where, start, end)

    match figure:
        case Count():
            return (measure("count", None),)
        case Moment(which):
            return (measure(which, None),)
        case Aggregate("avg", name):
            return measure("sum", name), measure("known", name)
        case Aggregate(function, name):
            return (measure(function, name),)  # type: ignore[arg-type]


def regular_measures(regular: Regularly, asked: Asked) -> tuple[Measure, ...]:
    """One count for each whole calendar period that `regularly` looks at, the latest first."""
    selection = regular.of
    today = local_day(asked.at_us, asked.zone)
    low, high = bounds(selection.window, asked.at_us, zone=asked.zone)
    made = []
    for offset in range(1, regular.of_last + 1):
        first, end = (_midnight(day, asked) for day in period_days(regular.every, -offset, today=today))
        start = max(low, first)
        stop = max(start, min(high, end))
        made.append(Measure(selection.collection, "count", None, selection.where, start, stop))
    return tuple(made)


def _midnight(day: int, asked: Asked) -> int:
    return midnight(dt.date.fromordinal(max(1, _EPOCH_DAY + day)), asked.zone)


def atom_measures(atom: Tree, asked: Asked) -> tuple[Measure, ...]:
    """All the figures an atom reads outside its ranks."""
    if isinstance(atom, Regularly):
        return regular_measures(atom, asked)
    found: list[Measure] = []
    for leaf in leaves(atom):
        if isinstance(leaf, Count | Aggregate | Moment):
            found.extend(figure_measures(leaf, asked))
    return tuple(dict.fromkeys(found))


def family(measure: Measure, few: Few) -> str:
    """The property whose values are counted one by one, or empty."""
    name = measure.property or ""
    by_value = measure.function == "mode" or (
        measure.function == "distinct" and not few(measure.collection, name)
    )
    return name if by_value else ""


# --- the plan ---------------------------------------------------------------------------------

Home = tuple[str, str, str]
"""Where a leaf lives: (kind, name, family)."""


def homes(atom: Atom, asked: Asked, *, few: Few) -> set[Home]:
    """The places an atom reads; folded texts of figures and ranks make it mixed."""
    found: set[Home] = set()
    for leaf in leaves(atom):
        match leaf:
            case Trait():
                found.add(("traits", "", ""))
            case Score(name):
                found.add(("score", name, ""))
            case Rank():
                found |= {("rank", "", ""), ("mixed", "", "")}
            case _:
                pass
    for measure in atom_measures(atom, asked):
        found.add(("records", measure.collection, family(measure, few)))
    if isinstance(atom, Like) and atom.operator != "matches" and isinstance(atom.value, Aggregate):
        found.add(("mixed", "", ""))
    return found


def make_plan(
    conditions: Iterable[Condition], asked: Asked, *, grouping: Grouping | None = None, few: Few = many
) -> Plan:
    """The plan that settles every condition; conditions have been checked before."""
    segments = asked.catalogue.segments
    sorted_out = _Sorted(few)
    for atom in atoms(conditions, segments):
        sorted_out.add(atom, asked)
    return sorted_out.plan(asked, grouping or Grouping())


class _Sorted:
    """Atoms by where they are settled."""

    def __init__(self, few: Few) -> None:
        self.few = few
        self.traits: list[Atom] = []
        self.samples: list[Sample] = []
        self.scores: dict[str, list[Atom]] = defaultdict(list)
        self.sequences: list[Sequence] = []
        self.consents: list[Consented] = []
        self.grouped: dict[tuple[str, str], list[Atom]] = defaultdict(list)
        self.mixed: list[Atom] = []

    def add(self, atom: Atom, asked: Asked) -> None:
        match atom:
            case Sample():
                self.samples.append(atom)
            case Sequence():
                self.sequences.append(atom)
            case Consented():
                self.consents.append(atom)
            case _:
                self._place(atom, homes(atom, asked, few=self.few))

    def _place(self, atom: Atom, found: set[Home]) -> None:
        if len(found) > 1:
            self.mixed.append(atom)
            return
        match next(iter(found), ("traits", "", "")):
            case ("records", collection, family_name):
                self.grouped[collection, family_name].append(atom)
            case ("score", name, _):
                self.scores[name].append(atom)
            case _:
                self.traits.append(atom)

    def plan(self, asked: Asked, grouping: Grouping) -> Plan:
        segments = asked.catalogue.segments
        levels: dict[int, list[Atom]] = defaultdict(list)
        ranked: dict[int, dict[Rank, None]] = defaultdict(dict)
        for atom in self.mixed:
            levels[rank_depth(atom, segments)].append(atom)
            for rank in ranks(atom):
                ranked[rank_depth(rank, segments)][rank] = None
        depth = max([0, *levels, *ranked])
        scores = {name: tuple(each) for name, each in self.scores.items()}
        for leaf in self._exported_leaves():
            if isinstance(leaf, Score):
                scores.setdefault(leaf.name, ())
        return Plan(
            groups=tuple(_groups(self.grouped, self._exports(asked), asked=asked, grouping=grouping)),
            traits=tuple(self.traits),
            samples=tuple(self.samples),
            scores=scores,
            sequences=tuple(self.sequences),
            consents=tuple(self.consents),
            mixed=tuple(tuple(levels[level]) for level in range(depth + 1)),
            ranks=tuple(tuple(ranked[level]) for level in range(depth + 1)),
        )

    def _exported_leaves(self) -> Iterator[Trait | Figure | Score | Rank | Selection]:
        for atom in self.mixed:
            yield from leaves(atom)
            for rank in ranks(atom):
                yield from leaves(rank.of)

    def _exports(self, asked: Asked) -> dict[Measure, str]:
        """The figures that leave their groups, each with its family."""
        found: dict[Measure, None] = {}
        for atom in self.mixed:
            found.update(dict.fromkeys(atom_measures(atom, asked)))
            for rank in ranks(atom):
                found.update(dict.fromkeys(atom_measures(rank.of, asked)))
        return {measure: family(measure, self.few) for measure in found}


def _groups(
    grouped: Mapping[tuple[str, str], list[Atom]],
    exports: Mapping[Measure, str],
    *,
    asked: Asked,
    grouping: Grouping,
) -> Iterator[Group]:
    buckets: dict[tuple[str, str, int], tuple[list[Atom], list[Measure]]] = defaultdict(lambda: ([], []))
    for (collection, family_name), members in grouped.items():
        for atom in members:
            widest = max(grouping.band(each, asked.at_us) for each in atom_measures(atom, asked))
            buckets[collection, family_name, widest][0].append(atom)
    for measure, family_name in exports.items():
        key = (measure.collection, family_name, grouping.band(measure, asked.at_us))
        buckets[key][1].append(measure)
    for (collection, family_name, _), (members, exported) in sorted(
        buckets.items(), key=lambda item: item[0]
    ):
        needed = [*exported, *(each for atom in members for each in atom_measures(atom, asked))]
        measures = tuple(dict.fromkeys(needed))
        yield Group(
            collection=collection,
            family=family_name,
            start=min((each.start for each in measures), default=-OPEN),
            end=max((each.end for each in measures), default=asked.at_us),
            measures=measures,
            atoms=tuple(members),
            exports=tuple(exported),
        )
