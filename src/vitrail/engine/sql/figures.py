"""One grouped query: figures per profile over a collection, and the atoms they settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlglot import exp

from vitrail.engine.plan import (
    Asked,
    Atom,
    Group,
    Measure,
    figure_measures,
    regular_measures,
)
from vitrail.engine.sql.calendar import day_of
from vitrail.engine.sql.conditions import condition, test
from vitrail.engine.sql.few import Wanted, different, few_query, suits
from vitrail.engine.sql.operand import Operand, Parameters, Scope
from vitrail.engine.sql.presence import presences, seen, unpacked
from vitrail.engine.sql.sources import (
    SQL_TYPES,
    Column,
    Relations,
    below,
    field_columns,
    layered,
    select,
    stored,
    union,
)
from vitrail.engine.sql.write import (
    E,
    between,
    bigint,
    both,
    case,
    cast,
    column,
    compared,
    double,
    either,
    exact,
    filtered,
    known,
    named,
    plus,
    settled,
    whole,
)
from vitrail.language.kinds import Kind
from vitrail.language.place import AT
from vitrail.model.catalogue import Collection, Field
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Aggregate,
    Condition,
    Count,
    Moment,
    Property,
    Regularly,
    Value,
)
from vitrail.model.walk import walk

NOBODY = -1
"""The profile of the row that stands for an empty history."""

SUMMED = 31
"""The most digits of the sum of a thousand billion numbers."""

Query = tuple[exp.Query, Mapping[str, str]]
"""A query and its parameters."""

MeasureNames = Mapping[Measure, str]


def group_query(group: Group, asked: Asked, *, relations: Relations, exported: MeasureNames) -> Query:
    """`profile`, one boolean per atom (`~a0`…) and one column per exported figure, by its name.

    The row of profile -1 tells what holds for those without any record.
    """
    parameters = Parameters()
    names = {measure: f"~m{index}" for index, measure in enumerate(group.measures)}
    grouped = grouped_query(group, asked, relations=relations, names=names, parameters=parameters)
    scope = Scope(
        asked.at_us,
        asked.zone,
        leaf=partial(figure_leaf, asked=asked, names=names),
        parameters=parameters,
        prefix="~e",
    )
    items = [
        named(settled(atom_test(atom, scope, names=names, asked=asked)), f"~a{index}")
        for index, atom in enumerate(group.atoms)
    ]
    exports = [named(column(names[each]), exported[each]) for each in group.exports]
    nobody = _empty_history(names, asked)
    rows = layered(below(union([grouped, nobody])), scope.layers)
    return select([column("profile"), *items, *exports], rows), parameters.values


def atom_test(atom: Atom, scope: Scope, *, names: MeasureNames, asked: Asked) -> E:
    """An atom over the columns of figures."""
    if isinstance(atom, Regularly):
        kept = [
            case([(compared(column(names[measure]), whole(0), operator=">"), whole(1))], whole(0))
            for measure in regular_measures(atom, asked)
        ]
        total: E = kept[0]
        for each in kept[1:]:
            total = plus(total, each)
        return compared(total, whole(atom.at_least), operator=">=")
    return test(atom, scope)  # type: ignore[arg-type]


def figure_leaf(leaf: Value, *, asked: Asked, names: MeasureNames) -> Operand:
    """What a figure of a condition is, once its measures are columns."""
    match leaf:
        case Count() | Moment():
            kind: Kind = "integer" if isinstance(leaf, Count) else "instant"
            return Operand(kind, column(names[figure_measures(leaf, asked)[0]]), digits=19)
        case Aggregate("avg"):
            total, count = (column(names[each]) for each in figure_measures(leaf, asked))
            return _average(leaf, total, count=count, asked=asked)
        case Aggregate():
            return measured(figure_measures(leaf, asked)[0], names, asked=asked)
        case _:
            raise Bug(f"{type(leaf).__name__} is not a figure")


def measured(measure: Measure, names: MeasureNames, *, asked: Asked) -> Operand:
    """The column of a measure as a value of its type."""
    read = column(names[measure])
    if measure.function in ("count", "known", "distinct"):
        return Operand("integer", read, digits=19)
    field = property_field(measure, asked)
    if measure.function in ("first_time", "last_time") or field is None:
        return Operand("instant", read)
    if measure.function == "sum":
        return Operand(field.type, read, scale=4 if field.type == "decimal" else 0, digits=SUMMED)
    if field.type == "date":
        return Operand("date", day_of(read))
    if field.type == "text":
        return Operand("text", read, folded=column(f"{names[measure]}~folded"))
    return Operand(field.type, read, scale=4 if field.type == "decimal" else 0, digits=19)


def _average(leaf: Aggregate, total: E, *, count: E, asked: Asked) -> Operand:
    field = properties_of(leaf.of.collection, asked)[leaf.property]
    counted = compared(count, whole(0), operator=">")
    known_total = case([(counted, total)])
    if field.type == "float":
        return Operand("float", exp.Div(this=exp.Paren(this=known_total), expression=double(count)))
    scale = 4 if field.type == "decimal" else 0
    return Operand("decimal", known_total, scale=scale, denominator=count, digits=SUMMED)


def property_field(measure: Measure, asked: Asked) -> Field | None:
    """The property a measure reads, if it reads one."""
    if measure.property is None:
        return None
    return properties_of(measure.collection, asked)[measure.property]


def properties_of(name: str, asked: Asked) -> dict[str, Field]:
    """The properties of a collection, the records' own time included."""
    collection: Collection = asked.catalogue.collections[name]
    return {**collection.properties, "at": AT}


# --- the grouped rows -------------------------------------------------------------------------


def grouped_query(
    group: Group, asked: Asked, *, relations: Relations, names: MeasureNames, parameters: Parameters
) -> exp.Query:
    """One row per profile that has records, one column per measure."""
    scope = record_scope(group.collection, asked, parameters=parameters, bounds=(group.start, group.end))
    wheres = [condition(each.where, scope) if each.where is not None else None for each in group.measures]
    in_time = {each.function for each in group.measures} & {"first", "last"}
    order = scope.name(_order()) if in_time else column("at_us")
    rows = _rows(group, asked, relations=relations, scope=scope, wheres=wheres)
    conditions = {
        measure: _conditions(measure, where, group=group, asked=asked)
        for measure, where in zip(group.measures, wheres, strict=True)
    }
    if group.family:
        field = _family_field(group, asked)
        texts = relations.texts(group.collection, field.column) if field.type == "text" else None
        if texts is not None and suits(texts, mode=any(each.function == "mode" for each in group.measures)):
            wanted = [
                Wanted(measure.function == "mode", each, names[measure])
                for measure, each in conditions.items()
            ]
            values = [parameters.text(each) for each in texts]
            return few_query(rows, wanted, of=column(field.column), texts=values)
        counted = list(conditions.values())
        return _by_values(group, rows, names=names, conditions=counted, value_column=column(field.column))
    present = presences(group, asked)
    items = seen([conditions[each] for each in present])
    for measure, each in conditions.items():
        if measure.function == "distinct":
            field, texts = _few_texts(measure, asked, relations=relations)
            values = [parameters.text(text) for text in texts]
            items.append(named(different(column(field.column), each, texts=values), names[measure]))
        elif measure not in present:
            items.append(named(_aggregate(measure, each, order=order, asked=asked), names[measure]))
    grouped = select([column("profile"), *items], rows).group_by(column("profile"), copy=False)
    return unpacked(grouped, names, present=present) if present else grouped


def _few_texts(measure: Measure, asked: Asked, *, relations: Relations) -> tuple[Field, tuple[str, ...]]:
    """The property of a measure and its values, which the plan knows to be few."""
    field = property_field(measure, asked)
    texts = None if field is None else relations.texts(measure.collection, field.column)
    if field is None or texts is None:
        raise Bug(f"{measure.property} was planned as if it had few values")
    return field, texts


def _order() -> E:
    """The order of records in time as one value to compare, made once for all figures."""
    ascending = exp.Literal.string("ASC NULLS LAST")
    parts = [column("at_us"), ascending, column("id"), ascending]
    return exp.Anonymous(this="CREATE_SORT_KEY", expressions=parts)


def record_scope(collection: str, asked: Asked, *, parameters: Parameters, bounds: tuple[int, int]) -> Scope:
    """A scope in which names are properties of the record."""
    fields = properties_of(collection, asked)

    def leaf(node: Value) -> Operand:
        if not isinstance(node, Property):
            raise Bug(f"{type(node).__name__} is not about a record")
        return stored(fields[node.name])

    return Scope(asked.at_us, asked.zone, leaf, parameters, prefix="~r", span=bounds)


def _rows(group: Group, asked: Asked, *, relations: Relations, scope: Scope, wheres: Sequence[E | None]) -> E:
    needed = needed_columns(group, asked)
    if is_event(group.collection, asked):
        source = relations.events(group.collection, needed, bounds=(group.start, group.end))
        inside = between(column("at_us"), start=group.start, end=group.end)
    else:
        source = relations.records(group.collection, needed)
        inside = []
    if group.family:
        inside.append(known(column(_family_field(group, asked).column)))
    if inside:
        source = below(select([exp.Star()], source, where=both(inside)), "kept")
    rows = layered(source, scope.layers)
    only = [each for each in wheres if each is not None]
    if len(only) == len(wheres) and len(set(only)) <= 3:
        met = either(list(dict.fromkeys(only)))
        return below(select([exp.Star()], rows, where=met), "met")
    return rows


def needed_columns(group: Group, asked: Asked) -> list[Column]:
    """The columns of a collection that a group reads."""
    fields = properties_of(group.collection, asked)
    found: dict[Column, None] = {Column("profile", "INTEGER"): None}
    if is_event(group.collection, asked):
        found[Column("at_us", "BIGINT")] = None
    for measure in group.measures:
        if measure.function in ("first", "last"):
            found[Column("id", "VARCHAR")] = None
        if measure.property is not None and measure.property != "at":
            found[field_columns(fields[measure.property])[0]] = None
        if measure.where is not None:
            found.update(dict.fromkeys(condition_columns(measure.where, fields)))
    return list(found)


def condition_columns(where: Condition, fields: Mapping[str, Field]) -> list[Column]:
    """The columns a condition on a record reads."""
    read = {node.name for _, node in walk(where) if isinstance(node, Property) and node.name != "at"}
    return [each for name in sorted(read) for each in field_columns(fields[name])]


def is_event(collection: str, asked: Asked) -> bool:
    """Whether the records of a collection have a time of their own."""
    return asked.catalogue.collections[collection].kind == "event"


def _family_field(group: Group, asked: Asked) -> Field:
    return properties_of(group.collection, asked)[group.family]


def _conditions(measure: Measure, where: E | None, *, group: Group, asked: Asked) -> list[E]:
    """What a row must meet to count, beyond what the whole group asks."""
    found: list[E] = []
    if is_event(measure.collection, asked):
        start = measure.start if measure.start > group.start else None
        end = measure.end if measure.end < group.end else None
        found.extend(between(column("at_us"), start=start, end=end))
    if where is not None:
        found.append(where)
    return found


def _aggregate(measure: Measure, conditions: list[E], *, order: E, asked: Asked) -> E:
    field = property_field(measure, asked)
    at = column("at_us")
    match measure.function:
        case "count":
            return filtered(exp.Count(this=exp.Star()), conditions)
        case "first_time":
            return filtered(exp.Min(this=at), conditions)
        case "last_time":
            return filtered(exp.Max(this=at), conditions)
        case _ if field is None:
            raise Bug(f"{measure.function} needs a property")
        case "known":
            return filtered(exp.Count(this=column(field.column)), conditions)
        case "sum":
            return _total(_summed(column(field.column), conditions), field)
        case "min":
            return filtered(exp.Min(this=column(field.column)), conditions)
        case "max":
            return filtered(exp.Max(this=column(field.column)), conditions)
        case "first" | "last":
            kind = exp.ArgMin if measure.function == "first" else exp.ArgMax
            read = column(field.column)
            return filtered(kind(this=read, expression=order), [*conditions, known(read)])
        case _:
            raise Bug(f"{measure.function} is counted by value")


def _summed(read: E, conditions: list[E]) -> E:
    """A sum in which the other rows count for 0: a sum over nothing is 0, and 0 costs less than unknown."""
    return exp.Sum(this=case([(both(conditions), read)], whole(0)) if conditions else read)


def _total(summed: E, field: Field) -> E:
    """A sum, 0 over nothing."""
    zero = exp.Coalesce(this=summed, expressions=[whole(0)])
    match field.type:
        case "float":
            return double(zero)
        case "decimal":
            return exact(zero, scale=4)
        case _:
            return exact(zero, scale=0)


def _by_values(
    group: Group, rows: E, *, names: MeasureNames, conditions: Sequence[list[E]], value_column: E
) -> exp.Query:
    """Distinct values and the most frequent one: count by value first, then by profile."""
    counts = [
        named(filtered(exp.Count(this=exp.Star()), each), f"~n{index}")
        for index, each in enumerate(conditions)
    ]
    by_value = select([column("profile"), value_column, *counts], rows).group_by(
        column("profile"), value_column, copy=False
    )
    numbered = list(enumerate(group.measures))
    tops = [
        named(
            exp.Window(this=exp.Max(this=column(f"~n{index}")), partition_by=[column("profile")]),
            f"~top{index}",
        )
        for index, measure in numbered
        if measure.function == "mode"
    ]
    source = below(by_value)
    if tops:
        source = below(select([exp.Star(), *tops], source), "ranked")
    items = [
        named(_value_figure(measure, index, value_column=value_column), names[measure])
        for index, measure in numbered
    ]
    return select([column("profile"), *items], source).group_by(column("profile"), copy=False)


def _value_figure(measure: Measure, index: int, *, value_column: E) -> E:
    count = column(f"~n{index}")
    some = compared(count, whole(0), operator=">")
    if measure.function == "distinct":
        return filtered(exp.Count(this=exp.Star()), [some])
    most = compared(count, column(f"~top{index}"), operator="=")
    return filtered(exp.Min(this=value_column), [some, most])


def _empty_history(names: MeasureNames, asked: Asked) -> exp.Query:
    items = [named(nothing(measure, asked), name) for measure, name in names.items()]
    return exp.Select(expressions=[named(whole(NOBODY), "profile"), *items])


def nothing(measure: Measure, asked: Asked) -> E:
    """A measure over no record at all."""
    if measure.function in ("count", "known", "distinct"):
        return bigint(whole(0))
    field = property_field(measure, asked)
    if measure.function == "sum" and field is not None:
        return _total(whole(0), field)
    sql_type = SQL_TYPES[field.type] if field is not None else "BIGINT"
    return cast(exp.null(), sql_type)
