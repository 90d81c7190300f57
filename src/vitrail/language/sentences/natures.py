"""What kind of thing a value is, so that what it is compared with is said in its own words and units."""

from __future__ import annotations

from typing import Literal, assert_never

import msgspec

from vitrail.language.sentences.facts import Equal, Ordered
from vitrail.language.sentences.scene import Scene
from vitrail.model.catalogue import Choice, Field
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Arithmetic,
    Boolean,
    Count,
    Date,
    DatePart,
    Distance,
    Duration,
    Instant,
    Integer,
    Moment,
    Now,
    Number,
    Property,
    Rank,
    Score,
    Text,
    Trait,
    Value,
)

Kind = Literal[
    "text",
    "texts",
    "number",
    "boolean",
    "date",
    "instant",
    "duration",
    "age",
    "hour",
    "weekday",
    "month",
    "year",
    "unsaid",
]


class Nature(msgspec.Struct, frozen=True):
    """A kind of thing, with its unit and the field that declares its choices, where there are some."""

    kind: Kind
    unit: str = ""
    field: Field | None = None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The declared values, where there are some."""
        return self.field.choices if self.field else ()


_NUMBER, _INSTANT, _DURATION = Nature("number"), Nature("instant"), Nature("duration")


def nature(value: Value, scene: Scene) -> Nature:
    """What kind of thing a value is; `unsaid` where only the other side of a test can tell."""
    match value:
        case Trait(name):
            return of_field(scene.catalogue.traits.get(name))
        case Property("at") | Now() | Moment() | Instant():
            return _INSTANT
        case Property(name):
            return of_field(scene.field(name))
        case Aggregate():
            return _of_aggregate(value, scene)
        case Arithmetic():
            return _of_arithmetic(value, scene)
        case Integer() | Number() | Count() | Score() | Rank():
            return _NUMBER
        case Distance():
            return Nature("number", "km")
        case Age(of):
            return Nature("age") if is_birth(of) else _NUMBER
        case DatePart(part, _):
            return Nature(part)
        case Date() | Anniversary():
            return Nature("date")
        case Text():
            return Nature("text")
        case Boolean():
            return Nature("boolean")
        case Duration():
            return _DURATION
        case _:
            assert_never(value)


def of_field(field: Field | None) -> Nature:
    """What kind of thing a trait or a property holds."""
    if field is None:
        return Nature("unsaid")
    match field.type:
        case "integer" | "decimal" | "float":
            return Nature("number", field.unit, field)
        case _:
            return Nature(field.type, field.unit, field)


def _of_aggregate(value: Aggregate, scene: Scene) -> Nature:
    if value.function == "distinct":
        return _NUMBER
    if value.property == "at":
        return _INSTANT
    return of_field(scene.inside(value.of).field(value.property))


def _of_arithmetic(value: Arithmetic, scene: Scene) -> Nature:
    left, right = nature(value.left, scene), nature(value.right, scene)
    if is_dated(left):
        return left if right.kind == "duration" else _DURATION
    if is_dated(right):
        return right if value.operator == "+" else _DURATION
    if value.operator in "+-":
        return Nature("number", left.unit or right.unit)
    same = left.unit and right.unit
    return Nature("number", "" if same else left.unit or (right.unit if value.operator == "*" else ""))


def is_dated(kind: Nature) -> bool:
    """Whether it is a day or a moment."""
    return kind.kind in ("date", "instant")


def is_birth(value: Value) -> bool:
    """Whether a value is the person's own date of birth, by the usual names."""
    match value:
        case Trait("birth_date" | "birthdate" | "date_of_birth" | "birthday" | "date_de_naissance"):
            return True
        case _:
            return False


def common(value: Value, other: Value, *, scene: Scene) -> Nature:
    """The nature of a value, told by the other side where the value itself does not tell."""
    like = nature(value, scene)
    return nature(other, scene) if like.kind == "unsaid" else like


def is_constant(value: Value) -> bool:
    """Whether it is written as it is, whoever the profile."""
    return isinstance(value, Text | Integer | Number | Boolean | Date | Instant | Duration)


def has_happened(value: Value) -> bool:
    """Whether it is the time of something that took place: it is never to come."""
    return isinstance(value, Moment) or value == Property("at")


def is_owned(value: Value) -> bool:
    """Whether it is a fact of the profile or record at hand, which `whose` can introduce."""
    match value:
        case Trait() | Property():
            return True
        case Age(of) | DatePart(_, of) | Anniversary(of):
            return is_owned(of)
        case _:
            return False


def out_of(value: Value) -> int:
    """The greatest class there can be: 5 for a quintile, 10 for a decile, 0 for anything else."""
    match value:
        case Rank("quintile"):
            return 5
        case Rank("decile"):
            return 10
        case _:
            return 0


def run_of(test: Equal, like: Nature) -> tuple[int, int] | None:
    """The ends of three weekdays or months in a row, or more."""
    last = {"weekday": 7, "month": 12}.get(like.kind, 0)
    numbers = [each.value for each in test.options if isinstance(each, Integer)]
    if len(numbers) < max(3, len(test.options)) or numbers[0] < 1 or numbers[-1] > last:
        return None
    return (numbers[0], numbers[-1]) if numbers == [*range(numbers[0], numbers[-1] + 1)] else None


def of_bound(test: Ordered, like: Nature) -> Nature:
    """How a bound is written.

    Texts are ordered as they are in the data, whatever their labels. Before a day, or from it on, its
    midnight goes without saying.
    """
    if like.kind == "text":
        return Nature("text")
    if like.kind == "instant" and isinstance(test.bound, Date) and test.operator in ("<", ">="):
        return Nature("date")
    return like
