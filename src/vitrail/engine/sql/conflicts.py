"""What holds where sources disagree: the log of observations folded, each trait by its own policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from sqlglot import exp

from vitrail.engine.sql.sources import FOLDED, Column, below, select
from vitrail.engine.sql.write import (
    E,
    arrival,
    both,
    case,
    column,
    compared,
    either,
    filtered,
    known,
    named,
    opposite,
    whole,
)
from vitrail.model.catalogue import DECISIVE, RECTIFIED, Policy

PROFILE = "profile"
SOURCE = Column("source~", "VARCHAR")
PLACE, VOICES, RANK, PART = "~place", "~voices", "~rank", "~part"


def needed(columns: Sequence[Column], policies: Mapping[str, Policy]) -> tuple[Column, ...]:
    """What a fold reads of each observation besides its value: its place and, for a policy, its source."""
    order = (Column("at_us", "BIGINT"), Column("sequence", "BIGINT"))
    return (*order, SOURCE) if any(_policy(each.name, policies) for each in columns) else order


def folded(
    log: E, columns: Sequence[Column], *, policies: Mapping[str, Policy], parts: int | None
) -> exp.Query:
    """One row per profile, from observations (`log`): `profile` and the value of each column.

    `parts` is what `sequence` was multiplied with to make room for the number of a merged profile; None
    where no profile is merged.
    """
    names = [each.name for each in columns if each.name != PROFILE]
    voted = list(dict.fromkeys(_text(name) for name in names if _is_voted(name, policies)))
    single = [name for name in names if _text(name) not in voted]
    items = [named(_value(name, _policy(name, policies)), name) for name in single]
    rows = select([column(PROFILE), *items], log.copy() if voted else log)
    rows = rows.group_by(column(PROFILE), copy=False)
    if not voted:
        return rows
    joined = select([column(PROFILE), *map(column, names)], below(rows, "single"))
    for number, text in enumerate(voted):
        wanted = [name for name in names if _text(name) == text]
        votes = below(_winners(log.copy(), text, wanted=wanted, parts=parts), f"vote{number}")
        using = [exp.to_identifier(PROFILE, quoted=True)]
        joined = joined.join(exp.Join(this=votes, side="LEFT", using=using), copy=False)
    return joined


def _policy(name: str, policies: Mapping[str, Policy]) -> Policy | None:
    return policies.get(_text(name))


def _text(name: str) -> str:
    """The column itself, of a companion too."""
    return name.removesuffix(FOLDED)


def _is_voted(name: str, policies: Mapping[str, Policy]) -> bool:
    policy = _policy(name, policies)
    return policy is not None and policy.by == "most_frequent"


def _value(name: str, policy: Policy | None) -> E:
    """The value of the latest observation that says something, of the first source that does."""
    if policy is None:
        return _latest(name, [])
    match policy.by:
        case "latest" | "most_frequent":
            return _latest(name, [])
        case "priority":
            said = [
                compared(column(SOURCE.name), exp.Literal.string(each), operator="=")
                for each in policy.ranked
            ]
            silent = exp.Is(this=column(SOURCE.name), expression=exp.null())
            others = either([silent, both([opposite(each.copy()) for each in said])])
            values = [_latest(name, [each]) for each in (*said, others)]
            return exp.Coalesce(this=values[0], expressions=values[1:])
        case _:
            assert_never(policy.by)


def _is_said_by(source: str) -> E:
    return compared(column(SOURCE.name), exp.Literal.string(source), operator="=")


def _latest(name: str, conditions: list[E]) -> E:
    read = column(name)
    return filtered(exp.ArgMax(this=read, expression=arrival()), [known(read), *conditions])


def _winners(log: E, text: str, *, wanted: Sequence[str], parts: int | None) -> exp.Query:
    """The value most voices agree on: the last word of each source on each profile is one voice.

    Among values with as many voices, the one that was said last.
    """
    others = [name for name in wanted if name != text]
    said: list[E] = [exp.Star()]
    if parts is not None:
        said.append(named(exp.Mod(this=column("sequence"), expression=whole(parts)), PART))
    rows = below(select(said, log, where=known(column(text))), "said")
    voice = [column(PROFILE), column(SOURCE.name), *([column(PART)] if parts is not None else [])]
    last = [named(exp.ArgMax(this=column(name), expression=arrival()), name) for name in (text, *others)]
    voices = select([*voice, *last, named(exp.Max(this=arrival()), PLACE)], rows)
    voices = voices.group_by(*(each.copy() for each in voice), copy=False)
    votes = select(
        [
            column(PROFILE),
            column(text),
            *(named(exp.Max(this=column(name)), name) for name in others),
            named(_voices(), VOICES),
            named(exp.Max(this=column(PLACE)), PLACE),
        ],
        below(voices, "voices"),
    ).group_by(column(PROFILE), column(text), copy=False)
    number = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(PROFILE)],
        order=exp.Order(expressions=[_down(VOICES), _down(PLACE)]),
    )
    ranked = below(select([exp.Star(), named(number, RANK)], below(votes, "votes")), "ranked")
    first = compared(column(RANK), whole(1), operator="=")
    return select([column(PROFILE), *map(column, wanted)], ranked, where=first)


def _voices() -> E:
    """How many voices a value has; that of the person themselves outweighs all others."""
    theirs = compared(column(SOURCE.name), exp.Literal.string(RECTIFIED), operator="=")
    return exp.Sum(this=case([(theirs, whole(DECISIVE))], whole(1)))


def _down(name: str) -> exp.Ordered:
    return exp.Ordered(this=column(name), desc=True)
