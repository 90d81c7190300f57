"""A condition written with roles, said again with the names of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from msgspec.structs import replace

from vitrail.model.tree import (
    Aggregate,
    Compare,
    Condition,
    Consented,
    Constant,
    Distance,
    Has,
    OneOf,
    Property,
    Score,
    Selection,
    Step,
    Text,
    Trait,
    Tree,
)
from vitrail.model.walk import rebuild

Names = Callable[[str], str]
"""Gives the name of a role: `order`, `order.amount`, `order.status.late`, `birth_date`."""

TIME = "at"
"""The time of a record has this name everywhere."""


def rename(condition: Condition, names: Names, *, values: frozenset[str]) -> Condition:
    """The same condition with each role replaced by its name.

    `values` are the roles of values (`order.status.late`); other texts stay as they are.
    """
    renamed: Condition = _rename(condition, _Speech(names, values), within="")  # type: ignore[assignment]
    return renamed


class _Speech:
    """How roles are named, and which texts are roles."""

    def __init__(self, names: Names, values: frozenset[str]) -> None:
        self.name = names
        self.values = values

    def value(self, field: str, said: Constant) -> Constant:
        """The name of a value, where the text is a role."""
        if isinstance(said, Text) and f"{field}.{said.value}" in self.values:
            return Text(self.name(f"{field}.{said.value}"))
        return said


def _rename(node: Tree, speech: _Speech, *, within: str) -> Tree:
    """The renamed node; `within` is the role of the collection whose record speaks."""
    below = partial(_rename, speech=speech, within=within)
    match node:
        case Trait(name=name):
            return Trait(speech.name(name))
        case Property(name=name):
            return node if name == TIME else Property(speech.name(f"{within}.{name}"))
        case Selection(collection=collection) | Step(collection=collection):
            inside = rebuild(node, partial(_rename, speech=speech, within=collection))
            return replace(inside, collection=speech.name(collection))
        case Aggregate(property=name, of=of):
            known = name if name == TIME else speech.name(f"{of.collection}.{name}")
            return replace(rebuild(node, below), property=known)
        case Score(name=name):
            return Score(speech.name(f"score.{name}"))
        case Consented():
            return _consent(node, speech)
        case Distance():
            place = (Decimal(speech.name(f"store.{axis}")) for axis in ("latitude", "longitude"))
            latitude, longitude = place
            return replace(rebuild(node, below), to_latitude=latitude, to_longitude=longitude)
        case Compare(left=Property() | Trait() as asked, right=Text() as said):
            return replace(node, left=below(asked), right=speech.value(_role(asked, within), said))
        case OneOf() | Has() if isinstance(node.value, Property | Trait):
            field = _role(node.value, within)
            return replace(
                node,
                value=below(node.value),
                choices=tuple(speech.value(field, choice) for choice in node.choices),
            )
        case _:
            return rebuild(node, below)


def _role(field: Property | Trait, within: str) -> str:
    return field.name if isinstance(field, Trait) else f"{within}.{field.name}"


def _consent(node: Consented, speech: _Speech) -> Consented:
    channel = node.channel and speech.name(f"channel.{node.channel}")
    return Consented(speech.name(f"purpose.{node.purpose}"), channel)
