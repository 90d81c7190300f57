"""Sequences in SQL: one pass over the steps' records, time order by window functions.

After each positive step a record is *reached* when a chain of earlier steps leads to it. For the next
step only the latest reached record strictly before matters, because it leaves the shortest delay.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from vitrail.engine.plan import Asked
from vitrail.engine.sql.conditions import condition
from vitrail.engine.sql.figures import Query, condition_columns, properties_of, record_scope
from vitrail.engine.sql.operand import Parameters, Scope
from vitrail.engine.sql.sources import Column, Relations, below, layered, select, union
from vitrail.engine.sql.write import (
    E,
    between,
    both,
    case,
    column,
    compared,
    either,
    filtered,
    known,
    minus,
    named,
    settled,
    whole,
)
from vitrail.language import windows
from vitrail.model.tree import Duration, Sequence, Step

AT = "at_us"
RECORDS = "records"
"""The name of the records that serve any step."""


def sequence_query(sequence: Sequence, asked: Asked, *, relations: Relations) -> Query:
    """The profiles that have the whole sequence."""
    parameters = Parameters()
    start, end = windows.bounds(sequence.window, asked.at_us, zone=asked.zone)
    records = _step_records(sequence, asked, relations=relations, parameters=parameters)
    rows = _of_candidates(sequence.steps)
    reached: str | None = None
    for index, step in enumerate(sequence.steps):
        if step.absent:
            continue
        rows = _after_step(rows, step, index=index, reached=reached, bounds=(start, end))
        rows = _after_absences(rows, sequence.steps, index=index, at_us=asked.at_us)
        reached = f"~r{index}"
    complete = select([column("profile")], rows, where=column(reached or "~s0")).distinct(copy=False)
    return complete.with_(RECORDS, as_=records, materialized=True, copy=False), parameters.values


def _of_candidates(steps: tuple[Step, ...]) -> E:
    """The records of the profiles that may have the sequence: their first step is before their last.

    Sorting by time costs far more than this look at all records.
    """
    positive = [index for index, step in enumerate(steps) if not step.absent]
    first = filtered(exp.Min(this=column(AT)), [column(f"~s{positive[0]}")])
    last = filtered(exp.Max(this=column(AT)), [column(f"~s{positive[-1]}")])
    order = compared(first, last, operator="<" if len(positive) > 1 else "<=")
    candidates = select([column("profile")], exp.to_table(RECORDS)).group_by(column("profile"), copy=False)
    inside = exp.In(this=column("profile"), query=candidates.having(order, copy=False).subquery(copy=False))
    return below(select([exp.Star()], exp.to_table(RECORDS), where=inside), "candidates")


def _step_records(
    sequence: Sequence, asked: Asked, *, relations: Relations, parameters: Parameters
) -> exp.Query:
    """The records that serve any step, with one boolean per step (`~s0`…)."""
    collections = dict.fromkeys(step.collection for step in sequence.steps)
    start, _ = windows.bounds(sequence.window, asked.at_us, zone=asked.zone)
    bounds = (start, asked.at_us)
    queries = []
    for name in collections:
        scope = record_scope(name, asked, parameters=parameters, bounds=bounds)
        columns = _columns(name, sequence.steps, asked=asked)
        records = relations.events(name, columns, bounds=bounds)
        queries.append(_collection_records(name, sequence.steps, scope=scope, records=records))
    return union(queries)


def _collection_records(name: str, steps: tuple[Step, ...], *, scope: Scope, records: E) -> exp.Query:
    flags = [_flag(step, name, scope=scope) for step in steps]
    start, end = scope.span or (-windows.OPEN, windows.OPEN)
    inside = both(between(column(AT), start=start, end=end))
    rows = layered(below(select([exp.Star()], records, where=inside), "kept"), scope.layers)
    items = [named(flag, f"~s{index}") for index, flag in enumerate(flags)]
    return select([column("profile"), column(AT), *items], rows, where=either(flags))


def _flag(step: Step, name: str, *, scope: Scope) -> E:
    if step.collection != name:
        return exp.false()
    return settled(condition(step.where, scope)) if step.where is not None else exp.true()


def _columns(name: str, steps: Iterable[Step], *, asked: Asked) -> list[Column]:
    fields = properties_of(name, asked)
    found = {Column("profile", "INTEGER"): None, Column(AT, "BIGINT"): None}
    for step in steps:
        if step.collection == name and step.where is not None:
            found.update(dict.fromkeys(condition_columns(step.where, fields)))
    return list(found)


def _after_step(rows: E, step: Step, *, index: int, reached: str | None, bounds: tuple[int, int]) -> E:
    inside = both([column(f"~s{index}"), *between(column(AT), start=bounds[0], end=bounds[1])])
    if reached is None:
        return _with(rows, inside, name=f"~r{index}")
    before = exp.Window(
        this=exp.Max(this=case([(column(reached), column(AT))])),
        partition_by=[column("profile")],
        order=exp.Order(expressions=[exp.Ordered(this=column(AT))]),
        spec=_range("UNBOUNDED", "PRECEDING", end=whole(1), end_side="PRECEDING"),
    )
    rows = _with(rows, before, name=f"~p{index}")
    tests = [inside, known(column(f"~p{index}"))]
    if step.within is not None:
        delay = minus(column(AT), column(f"~p{index}"))
        tests.append(compared(delay, whole(_length(step.within)), operator="<="))
    return _with(rows, settled(both(tests)), name=f"~r{index}")


def _after_absences(rows: E, steps: tuple[Step, ...], *, index: int, at_us: int) -> E:
    for later in range(index + 1, len(steps)):
        step = steps[later]
        if not step.absent:
            break
        following = exp.Window(
            this=exp.Min(this=case([(column(f"~s{later}"), column(AT))])),
            partition_by=[column("profile")],
            order=exp.Order(expressions=[exp.Ordered(this=column(AT))]),
            spec=_range(whole(1), "FOLLOWING", end="UNBOUNDED", end_side="FOLLOWING"),
        )
        rows = _with(rows, following, name=f"~f{later}")
        rows = _replaced(
            rows, f"~r{index}", expression=both([column(f"~r{index}"), _none(step, later, at_us=at_us)])
        )
    return rows


def _none(step: Step, later: int, *, at_us: int) -> E:
    nothing = exp.Is(this=column(f"~f{later}"), expression=exp.null())
    if step.within is None:
        return nothing
    length = _length(step.within)
    late = compared(minus(column(f"~f{later}"), column(AT)), whole(length), operator=">")
    waited = compared(column(AT), whole(at_us - length), operator="<=")
    return both([either([nothing, late]), waited])


def _length(within: Duration) -> int:
    return min(within.count * windows.EXACT[within.unit], windows.OPEN)


def _range(start: E | str, start_side: str, *, end: E | str, end_side: str) -> exp.WindowSpec:
    return exp.WindowSpec(kind="RANGE", start=start, start_side=start_side, end=end, end_side=end_side)


def _with(rows: E, expression: E, *, name: str) -> E:
    return below(select([exp.Star(), named(expression, name)], rows), f"step {name}")


def _replaced(rows: E, name: str, *, expression: E) -> E:
    others = exp.Star(except_=[exp.to_identifier(name, quoted=True)])
    return below(select([others, named(expression, name)], rows), f"step {name}")
