"""The type of every value of a condition, from the types of what lies directly below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from vitrail.language import messages
from vitrail.language.kinds import (
    INSTANT,
    MOMENTS,
    NUMBERS,
    ORDERED,
    RANKED,
    SINGLE,
    Kind,
    is_calendar,
    is_short,
    literal_kind,
)
from vitrail.language.place import Place, properties
from vitrail.language.selections import require_time
from vitrail.model.catalogue import Collection
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

Kinds = Mapping[str, Kind | None]
"""The types below a node, by step; None stands for one already complained of."""


def value_kind(value: Value, kinds: Kinds, *, place: Place) -> Kind | None:
    """The type of a value; None once its problems are in `place.problems`."""
    match value:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration():
            return literal_kind(value)
        case Now():
            return "instant"
        case Trait():
            return _trait(value, place)
        case Property():
            return _property(value, place)
        case Arithmetic():
            return _arithmetic(value, kinds, place=place)
        case Age():
            return "integer" if place.expect(kinds["of"], MOMENTS, what="age") else None
        case DatePart(part):
            allowed = INSTANT if part == "hour" else MOMENTS
            return "integer" if place.expect(kinds["of"], allowed, what=part) else None
        case Distance():
            return _distance(value, kinds, place=place)
        case Anniversary():
            return "anniversary" if place.expect(kinds["of"], MOMENTS, what="anniversary") else None
        case Count() | Aggregate() | Moment() | Score() | Rank():
            return _figure(value, kinds, place=place)
        case _:
            assert_never(value)


def _figure(value: Count | Aggregate | Moment | Score | Rank, kinds: Kinds, *, place: Place) -> Kind | None:
    match value:
        case Count(selection):
            return "integer" if selection.collection in place.catalogue.collections else None
        case Moment(which, selection):
            return "instant" if require_time(selection.collection, which, place=place) else None
        case Aggregate():
            return _aggregate(value, place)
        case Score(name):
            if name not in place.catalogue.scores:
                place.complain(messages.unknown_name("score", name, valid=place.catalogue.scores))
            return "float"
        case Rank(ranking):
            if not place.expect(kinds["of"], RANKED, what=ranking):
                return None
            return "decimal" if ranking == "percentile" else "integer"
        case _:
            assert_never(value)


def _trait(trait: Trait, place: Place) -> Kind | None:
    if place.in_record:
        place.complain(messages.only_elsewhere(trait.name))
        return None
    field = place.catalogue.traits.get(trait.name)
    if field is None:
        owners = [each.name for each in place.catalogue.collections.values() if trait.name in each.properties]
        place.complain(messages.unknown_trait(trait.name, valid=place.catalogue.traits, owners=owners))
        return None
    return field.type


def _property(node: Property, place: Place) -> Kind | None:
    if not place.in_record:
        place.complain(messages.only_in_record(node.name))
        return None
    if place.record is None:
        return None
    return _field(node.name, place.record, place=place)


def _field(name: str, collection: Collection, *, place: Place) -> Kind | None:
    valid = properties(collection)
    if name in valid:
        return valid[name].type
    if name == "at":
        place.complain(messages.needs_time(what="at", collection=collection.name))
    elif place.in_record and name in place.catalogue.traits:
        place.complain(messages.only_elsewhere(name))
    else:
        place.complain(messages.unknown_name("property", name, valid=valid))
    return None


_AGGREGATED: dict[str, frozenset[Kind]] = {
    "sum": NUMBERS,
    "avg": NUMBERS,
    "min": ORDERED,
    "max": ORDERED,
    "distinct": SINGLE,
    "first": SINGLE,
    "last": SINGLE,
    "mode": SINGLE,
}


def _aggregate(node: Aggregate, place: Place) -> Kind | None:
    collection = place.catalogue.collections.get(node.of.collection)
    if collection is None:
        return None
    if node.function in ("first", "last"):
        require_time(node.of.collection, node.function, place=place)
    kind = _field(node.property, collection, place=place)
    if not place.expect(kind, _AGGREGATED[node.function], what=node.function):
        return None
    if node.function == "distinct":
        return "integer"
    return "decimal" if node.function == "avg" and kind == "integer" else kind


def _distance(node: Distance, kinds: Kinds, *, place: Place) -> Kind | None:
    if abs(node.to_latitude) > 90 or abs(node.to_longitude) > 180:
        place.complain(messages.bad_place())
    good = [place.expect(kinds[side], NUMBERS, what="distance") for side in ("latitude", "longitude")]
    return "float" if all(good) else None


def _arithmetic(node: Arithmetic, kinds: Kinds, *, place: Place) -> Kind | None:
    left, right = kinds["left"], kinds["right"]
    if left is None or right is None:
        return None
    kind = _time(node.operator, (left, right)) or _number(node.operator, (left, right))
    if kind is None:
        place.complain(messages.bad_arithmetic(operator=node.operator, left=left, right=right))
    elif kind == "date" and not _moves_by_days(node.right if left == "date" else node.left):
        place.complain(messages.not_whole_days())
    elif kind == "duration" and (is_calendar(node.left) or is_calendar(node.right)):
        place.complain(messages.calendar_duration())
    return kind


def _time(operator: str, kinds: tuple[Kind, Kind]) -> Kind | None:
    """Types of time arithmetic: moment ± duration, moment − moment, duration ± duration."""
    left, right = kinds
    match left, operator, right:
        case (("date" | "instant"), ("+" | "-"), "duration"):
            return left
        case ("duration", "+", ("date" | "instant")):
            return right
        case (("date" | "instant"), "-", ("date" | "instant")):
            return "duration"
        case ("duration", ("+" | "-"), "duration"):
            return "duration"
        case _:
            return None


def _number(operator: str, kinds: tuple[Kind, Kind]) -> Kind | None:
    left, right = kinds
    if left not in NUMBERS or right not in NUMBERS:
        return None
    if operator == "/" or "float" in (left, right):
        return "float"
    return "decimal" if "decimal" in (left, right) else "integer"


def _moves_by_days(shift: Value) -> bool:
    """Whether a duration is made of whole days as it is written, so that a date can move by it."""
    match shift:
        case Duration():
            return not is_short(shift)
        case Arithmetic(left, _, right):
            return _moves_by_days(left) and _moves_by_days(right)
        case _:
            return False
