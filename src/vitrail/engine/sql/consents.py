"""Who agreed to a purpose: the last word of each person per channel, the strictest where they have several.

A word without a channel is for all of them. Among words of one instant, the one that is no yes counts.
A customer who was met under several keys has agreed if nobody of these says no: the strictest consent wins.
The no of a device that was found to be theirs counts until they say yes under a name of theirs.
"""

from __future__ import annotations

from sqlglot import exp

from vitrail.engine.sql.sources import Relations, below, select, union
from vitrail.engine.sql.write import (
    E,
    both,
    case,
    column,
    compared,
    either,
    filtered,
    named,
    plus,
    times,
    whole,
)
from vitrail.model.tree import Consented

EVERY_CHANNEL = ""
SAID = ("profile", "who", "anonymous", "at_us", "state")


def consent_query(asked: Consented, at_us: int, *, relations: Relations) -> exp.Query:
    """The profiles that had agreed to a purpose at an instant: on its channel, or on any."""
    said = both([
        compared(column("purpose"), exp.Literal.string(asked.purpose), operator="="),
        compared(column("at_us"), whole(at_us), operator="<"),
    ])  # fmt: skip
    if asked.channel is not None:
        named_channel = exp.Literal.string(asked.channel)
        mine = exp.In(this=column("channel"), expressions=[named_channel, _every()])
        items = [*(column(name) for name in SAID), named(_every(), "on")]
        words: exp.Query = select(items, relations.consents(), where=both([said, mine]))
    else:
        words = _on_each_channel(relations, said)
    last = _last_words(words)
    agreed = select([column("profile")], below(last, "last")).group_by(
        column("profile"), column("on"), copy=False
    )
    agreed = agreed.having(_strictest(), copy=False)
    return select([column("profile")], below(agreed, "agreed")).distinct(copy=False)


def _strictest() -> E:
    """One says yes, and none no; but for devices whose last no is older than a yes that was said by name."""
    yes, no = column("granted"), exp.Not(this=column("granted"))
    named_no = both([no.copy(), exp.Not(this=column("anonymous"))])
    device_no_us = _latest([no.copy(), column("anonymous")])
    named_yes_us = _latest([yes.copy(), exp.Not(this=column("anonymous"))])
    outweighed = either([
        exp.Is(this=device_no_us.copy(), expression=exp.null()),
        compared(device_no_us, named_yes_us, operator="<"),
    ])  # fmt: skip
    return both([exp.LogicalOr(this=yes), exp.Not(this=exp.LogicalOr(this=named_no)), outweighed])


def _latest(which: list[E]) -> E:
    """When the last of some words was said; unknown where there is none."""
    return filtered(exp.Max(this=column("at_us")), which)


def _on_each_channel(relations: Relations, said: E) -> exp.Query:
    """The words about each channel that a customer ever spoke of, and about all others (`on`)."""
    mentioned = select([column("profile"), named(column("channel"), "on")], relations.consents(), where=said)
    others = select([column("profile"), named(_every(), "on")], relations.consents(), where=said)
    channels = select([exp.Star()], below(union([mentioned, others]), "spoken")).distinct(copy=False)
    words = select([exp.Star()], relations.consents(), where=said)
    same = both([
        compared(column("profile", table="w"), column("profile", table="m"), operator="="),
        exp.In(this=column("channel", table="w"), expressions=[column("on", table="m"), _every()]),
    ])  # fmt: skip
    items = [*(column(name, table="w") for name in SAID), column("on", table="m")]
    return select(items, below(words, "w")).join(
        exp.Join(this=below(channels, "m"), kind="INNER", on=same), copy=False
    )


def _last_words(words: exp.Query) -> exp.Query:
    """What each profile last said of each channel, and when: whether it is a yes (`granted`)."""
    yes = compared(column("state"), exp.Literal.string("granted"), operator="=")
    order = plus(times(column("at_us"), whole(2)), case([(yes.copy(), whole(0))], whole(1)))
    last = named(exp.ArgMax(this=exp.Paren(this=yes), expression=order), "granted")
    names = [column(name) for name in ("profile", "who", "anonymous", "on")]
    when = named(exp.Max(this=column("at_us")), "at_us")
    return select([*names, last, when], below(words, "words")).group_by(*names, copy=False)


def _every() -> exp.Literal:
    return exp.Literal.string(EVERY_CHANNEL)
