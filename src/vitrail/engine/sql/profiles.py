"""Queries with one row per profile: traits, scores, samples, and what reads several places."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from vitrail.engine.plan import Asked, Atom, Measure, atom_measures, leaves
from vitrail.engine.sql.conditions import test
from vitrail.engine.sql.figures import NOBODY, Query, figure_leaf, nothing
from vitrail.engine.sql.operand import Leaf, Operand, Parameters, Scope
from vitrail.engine.sql.sources import (
    Column,
    Relations,
    below,
    field_columns,
    layered,
    select,
    stored,
    union,
)
from vitrail.engine.sql.values import value
from vitrail.engine.sql.write import E, arrival, cast, column, compared, exact, named, settled, whole
from vitrail.language.kinds import NUMBERS, Kind
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Bug
from vitrail.model.tree import Aggregate, Like, Rank, Sample, Score, Trait, Tree, Value

BITS = 53


class Exported(msgspec.Struct, frozen=True):
    """A figure of a group as a column of a registered table."""

    table: str
    column: str


class Ranked(msgspec.Struct, frozen=True):
    """A rank as a column of a registered table; a percentile is a ratio over `denominator`."""

    table: str
    column: str
    denominator: int | None


class Tables(msgspec.Struct, frozen=True):
    """What has been computed before, registered under names: figures and ranks."""

    figures: Mapping[Measure, Exported]
    ranks: Mapping[Rank, Ranked]


def trait_query(atoms: Sequence[Atom], asked: Asked, *, relations: Relations) -> Query:
    """`profile` and one boolean per atom that reads traits alone (or nothing)."""
    parameters = Parameters()
    scope = Scope(asked.at_us, asked.zone, _trait_leaf(asked.catalogue), parameters)
    items = [_atom_item(atom, index, scope=scope) for index, atom in enumerate(atoms)]
    columns = trait_columns(atoms, asked.catalogue)
    people = select([column(each.name) for each in columns], relations.traits(columns))
    nobody = _row_of_nobody(columns)
    rows = layered(below(union([people, nobody])), scope.layers)
    return select([column("profile"), *items], rows), parameters.values


def _atom_item(atom: Atom, index: int, *, scope: Scope) -> E:
    return named(settled(test(atom, scope)), f"~a{index}")  # type: ignore[arg-type]


def _trait_leaf(catalogue: Catalogue) -> Leaf:
    def leaf(node: Value) -> Operand:
        if not isinstance(node, Trait):
            raise Bug(f"{type(node).__name__} is not a trait")
        return stored(catalogue.traits[node.name])

    return leaf


def trait_columns(nodes: Iterable[Tree], catalogue: Catalogue) -> list[Column]:
    """`profile` and the columns of the traits that some nodes read."""
    names = {leaf.name for node in nodes for leaf in leaves(node) if isinstance(leaf, Trait)}
    fields = [each for name in sorted(names) for each in field_columns(catalogue.traits[name])]
    return [Column("profile", "INTEGER"), *fields]


def _row_of_nobody(columns: Sequence[Column]) -> exp.Query:
    empty = [named(cast(exp.null(), each.type), each.name) for each in columns[1:]]
    return exp.Select(expressions=[named(whole(NOBODY), "profile"), *empty])


def score_query(name: str, atoms: Sequence[Atom], *, asked: Asked, relations: Relations) -> Query:
    """`profile` and one boolean per atom that reads this score alone."""
    parameters = Parameters()

    def leaf(node: Value) -> Operand:
        return Operand("float", column("~score"))

    scope = Scope(asked.at_us, asked.zone, leaf, parameters)
    items = [_atom_item(atom, index, scope=scope) for index, atom in enumerate(atoms)]
    nobody = _row_of_nobody([Column("profile", "INTEGER"), Column("~score", "DOUBLE")])
    rows = below(union([latest_scores(name, asked, relations=relations), nobody]))
    return select(
        [column("profile"), column("~score"), *items], layered(rows, scope.layers)
    ), parameters.values


def latest_scores(name: str, asked: Asked, *, relations: Relations) -> exp.Select:
    """The latest score of each profile before T."""
    latest = exp.ArgMax(this=column("value"), expression=arrival())
    before = compared(column("at_us"), whole(asked.at_us), operator="<")
    query = select([column("profile"), named(latest, "~score")], relations.scores(name), where=before)
    return query.group_by(column("profile"), copy=False)


def sample_query(samples: Sequence[Sample], relations: Relations) -> Query:
    """`profile` and one boolean per stable random share: true for those whose hash comes first."""
    parameters = Parameters()
    salts = list(dict.fromkeys(sample.salt for sample in samples))
    heads = {salt: f"~h{index}" for index, salt in enumerate(salts)}
    hashed = [named(_head(parameters.text(f"{salt}\x1f")), name) for salt, name in heads.items()]
    rows = below(select([column("profile"), *hashed], relations.keys()), "hashed")
    items = []
    for index, sample in enumerate(samples):
        bound = math.ceil(sample.share * 2**BITS) << 3
        chosen = exp.LT(this=column(heads[sample.salt]), expression=parameters.text(f"{bound:014x}"))
        items.append(named(exp.true() if bound >= 1 << 56 else chosen, f"~a{index}"))
    return select([column("profile"), *items], rows), parameters.values


def _head(salt: E) -> E:
    """The first 56 bits of the hash of a salted key, as hexadecimal digits."""
    salted = exp.DPipe(this=salt, expression=column("key"))
    digest = exp.SHA2(this=exp.Paren(this=salted), length=exp.Literal.number(256))
    return exp.Substring(this=digest, start=whole(1), length=whole(14))


# --- what reads several places ----------------------------------------------------------------


def mixed_query(atoms: Sequence[Atom], asked: Asked, *, relations: Relations, tables: Tables) -> Query:
    """`profile` (everyone) and one boolean per atom that reads several places."""
    parameters = Parameters()
    scope = _mixed_scope(asked, parameters, tables=tables)
    items = [_atom_item(atom, index, scope=scope) for index, atom in enumerate(atoms)]
    rows = layered(_joined(atoms, asked, relations=relations, tables=tables), scope.layers)
    return select([column("profile"), *items], rows), parameters.values


class RankedValue(msgspec.Struct, frozen=True):
    """How a value that is ranked leaves its query: as a double, or as an exact number of a scale."""

    query: exp.Query
    parameters: Mapping[str, str]
    kind: Kind
    scale: int

    @property
    def is_double(self) -> bool:
        """Whether it is ranked as a double; ratios are too."""
        return self.kind == "float"


def rank_query(rank: Rank, asked: Asked, *, relations: Relations, tables: Tables) -> RankedValue:
    """`profile` and the `~value` to rank, where it is known."""
    parameters = Parameters()
    scope = _mixed_scope(asked, parameters, tables=tables)
    operand = value(rank.of, scope)
    is_double = operand.kind == "float" or operand.denominator is not None
    written = operand.double() if is_double else _exact(operand)
    joined = layered(_joined([rank.of], asked, relations=relations, tables=tables), scope.layers)
    rows = below(select([column("profile"), named(written, "~value")], joined), "valued")
    query = select(
        [exp.Star()], rows, where=exp.Not(this=exp.Is(this=column("~value"), expression=exp.null()))
    )
    return RankedValue(
        query, parameters.values, kind="float" if is_double else operand.kind, scale=operand.scale
    )


def _exact(operand: Operand) -> E:
    return operand.exact() if operand.kind in NUMBERS else exact(operand.sql, scale=0)


def _mixed_scope(asked: Asked, parameters: Parameters, *, tables: Tables) -> Scope:
    names = {measure: exported.column for measure, exported in tables.figures.items()}

    def leaf(node: Value) -> Operand:
        match node:
            case Trait(name):
                return stored(asked.catalogue.traits[name])
            case Score(name):
                return Operand("float", column(score_column(name)))
            case Rank():
                return _rank_operand(tables.ranks[node])
            case _:
                return figure_leaf(node, asked=asked, names=names)

    return Scope(asked.at_us, asked.zone, leaf, parameters)


def _rank_operand(ranked: Ranked) -> Operand:
    if ranked.denominator is None:
        return Operand("integer", column(ranked.column), digits=19)
    return Operand("decimal", column(ranked.column), denominator=whole(ranked.denominator), digits=19)


def score_column(name: str) -> str:
    """The column of a score in a mixed query; engines would take `lead` and `Lead` for the same name."""
    return f"~score {name.encode().hex()}"


def _joined(nodes: Sequence[Tree], asked: Asked, *, relations: Relations, tables: Tables) -> E:
    """Everyone, with the traits, figures, scores and ranks that the nodes read."""
    columns: list[E] = [column("profile", table="everyone")]
    joins: list[E] = []
    traits = trait_columns(nodes, asked.catalogue)
    if len(traits) > 1:
        joins.append(_join(relations.traits(traits), "traits"))
        columns.extend(column(each.name, table="traits") for each in traits[1:])
    for name in sorted(_score_names(nodes)):
        alias = f"~s{len(joins)}"
        joins.append(_join(below(latest_scores(name, asked, relations=relations)), alias))
        columns.append(named(column("~score", table=alias), score_column(name)))
    figures = {measure: tables.figures[measure] for node in nodes for measure in atom_measures(node, asked)}
    ranked = [tables.ranks[leaf] for node in nodes for leaf in leaves(node) if isinstance(leaf, Rank)]
    for table in sorted({*(each.table for each in figures.values()), *(each.table for each in ranked)}):
        joins.append(_join(exp.to_table(f'"{table}"'), table))
    columns.extend(_figure_column(each, measure, asked=asked) for measure, each in figures.items())
    columns.extend(_folded_columns(figures, nodes))
    columns.extend(column(each.column, table=each.table) for each in dict.fromkeys(ranked))
    source = select(columns, exp.alias_(relations.everyone(), "everyone", table=True))
    for join in joins:
        source = source.join(join, copy=False)
    return below(source, "joined")


def _join(source: E, alias: str) -> exp.Join:
    aliased = exp.alias_(source, exp.to_identifier(alias, quoted=True), table=True, copy=False)
    return exp.Join(this=aliased, side="LEFT", using=[exp.to_identifier("profile", quoted=True)])


def _score_names(nodes: Iterable[Tree]) -> set[str]:
    return {leaf.name for node in nodes for leaf in leaves(node) if isinstance(leaf, Score)}


def _figure_column(exported: Exported, measure: Measure, *, asked: Asked) -> E:
    read = column(exported.column, table=exported.table)
    if measure.function in ("count", "known", "distinct", "sum"):
        filled = exp.Coalesce(this=read, expressions=[nothing(measure, asked)])
        return named(filled, exported.column)
    return read


def _folded_columns(figures: Mapping[Measure, Exported], nodes: Iterable[Tree]) -> list[E]:
    """The case-folded copies of text figures, for the nodes that ask them."""
    asked_for = {
        (node.value.of.collection, node.value.property)
        for node in nodes
        if isinstance(node, Like) and node.operator != "matches" and isinstance(node.value, Aggregate)
    }
    return [
        column(f"{exported.column}~folded", table=exported.table)
        for measure, exported in figures.items()
        if (measure.collection, measure.property) in asked_for
        and measure.function in ("min", "max", "first", "last", "mode")
    ]
