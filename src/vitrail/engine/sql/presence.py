"""Whether there is any record of many sorts: one bit each, all in one figure per profile.

A count for each would cost several times more: what a grouped query pays for is the number of its figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from vitrail.engine.plan import Asked, Atom, Group, Measure, atom_measures
from vitrail.engine.sql.sources import below, select
from vitrail.engine.sql.write import E, bigint, both, case, column, named, plus, whole
from vitrail.model.tree import Compare, Count, Integer, Regularly

ROOM = 62
"""As many bits as a whole number of 64 bits holds besides its sign."""


def presences(group: Group, asked: Asked) -> list[Measure]:
    """The counts of a group of which nothing is asked but whether they are 0."""
    counts = [each for each in group.measures if each.function == "count"]
    needed = {each for atom in group.atoms if not _asks_presence(atom) for each in atom_measures(atom, asked)}
    needed.update(group.exports)
    return [each for each in counts if each not in needed]


def _asks_presence(atom: Atom) -> bool:
    match atom:
        case Regularly() | Compare(Count(), ">" | "=" | "!=", Integer(0)) | Compare(Count(), "<", Integer(1)):
            return True
        case _:
            return False


def seen(conditions: Sequence[list[E]]) -> list[E]:
    """The bits of the records there are, as few figures as they need."""
    return [
        named(_seen(conditions[first : first + ROOM]), _name(first))
        for first in range(0, len(conditions), ROOM)
    ]


def _seen(conditions: Sequence[list[E]]) -> E:
    bits: E | None = None
    for place, each in enumerate(conditions):
        bit = case([(both(each), whole(1 << place))], whole(0)) if each else whole(1 << place)
        bits = bit if bits is None else plus(bits, bit)
    return exp.Anonymous(this="BIT_OR", expressions=[bigint(bits or whole(0))])


def unpacked(grouped: exp.Query, names: Mapping[Measure, str], *, present: Sequence[Measure]) -> exp.Query:
    """The grouped rows with each bit as a count of 0 or 1, under the name of its measure."""
    items: list[E] = [column("profile")]
    places = {measure: place for place, measure in enumerate(present)}
    for measure, name in names.items():
        items.append(named(_bit(places[measure]), name) if measure in places else column(name))
    return select(items, below(grouped, "seen"))


def _bit(place: int) -> E:
    shifted = exp.IntDiv(this=column(_name(place)), expression=whole(1 << place % ROOM))
    return exp.Mod(this=exp.Paren(this=shifted), expression=whole(2))


def _name(place: int) -> str:
    return f"~seen{place // ROOM}"
