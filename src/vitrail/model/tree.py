"""The tree of a condition: what a rule says, as values that programs exchange.

A condition is a value of the closed union `Condition`; what it compares are values of the closed
union `Value`. Text becomes a tree with `vitrail.parse`, a tree becomes text with `vitrail.format`.
Every node is frozen, compares by content and has a JSON form whose field `is` names the node.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal
from unicodedata import normalize

import msgspec

from vitrail.model.unreadable import unreadable

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
TextOperator = Literal["contains", "starts with", "ends with", "matches"]
Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]
CalendarUnit = Literal["day", "week", "month", "quarter", "year"]
Part = Literal["hour", "weekday", "month", "year"]
Function = Literal["sum", "avg", "min", "max", "distinct", "first", "last", "mode"]
Extreme = Literal["first_time", "last_time"]
Ranking = Literal["percentile", "quintile", "decile", "rank"]


def composed(text: str) -> str:
    """A text in NFC, as all text at entry; half a character (a lone surrogate) is refused."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text holds half a character")
    return normalize("NFC", text)


def proper(name: str) -> str:
    """A name in NFC; an empty one is refused."""
    if not name:
        raise ValueError("a name is not empty")
    return composed(name)


def bounded(value: Decimal) -> Decimal:
    """A finite decimal number of a size that people write."""
    if not value.is_finite() or value.adjusted() > 17 or int(value.as_tuple().exponent) < -18:
        raise ValueError("a number has at most 18 digits before and 18 after the point")
    return value


class Node(
    msgspec.Struct, frozen=True, tag_field="is", tag=str.lower, omit_defaults=True, forbid_unknown_fields=True
):
    """What every node of a tree has: a JSON form, in which a misspelt field is refused."""

    def to_json(self) -> str:
        """Write the node as JSON text; `vitrail.from_json` reads it back."""
        return msgspec.json.encode(self).decode()


# --- literals ---------------------------------------------------------------------------------


class Text(Node, frozen=True):
    """A text, as in `"FR"`; it is normalised to NFC, as all text at entry."""

    value: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", composed(self.value))


class Integer(Node, frozen=True):
    """A whole number of at most 64 bits."""

    value: int

    def __post_init__(self) -> None:
        if not -(2**63) <= self.value < 2**63:
            raise ValueError("a whole number has at most 64 bits")


class Number(Node, frozen=True, tag="decimal"):
    """A number with a decimal point; `10%` is 0.10."""

    value: Decimal

    def __post_init__(self) -> None:
        bounded(self.value)


class Boolean(Node, frozen=True):
    """`true` or `false`, as a value to compare with."""

    value: bool


class Date(Node, frozen=True):
    """A day of the calendar."""

    value: dt.date


class Instant(Node, frozen=True):
    """A moment, in UTC."""

    value: dt.datetime

    def __post_init__(self) -> None:
        if self.value.utcoffset() != dt.timedelta(0):
            raise ValueError("an instant is written in UTC, with a final Z")


class Duration(Node, frozen=True):
    """A length of time: minutes, hours, days and weeks are exact; months, quarters and years are calendar."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.count < 2**31:
            raise ValueError("a duration is not negative, and has a size that people write")


Constant = Text | Integer | Number | Boolean | Date | Instant | Duration


# --- windows ----------------------------------------------------------------------------------


class Last(Node, frozen=True):
    """`last 90 days`: from that long before T up to T."""

    duration: Duration


class Next(Node, frozen=True):
    """`next 30 days`: from T on, for dates held in traits and records."""

    duration: Duration


class Period(Node, frozen=True):
    """A whole calendar period: `today`, `yesterday`, `this month`, `last year`, `next week`."""

    unit: CalendarUnit
    offset: Literal[-1, 0, 1] = 0


class Between(Node, frozen=True, tag="between_bounds"):
    """`between 2025-01-01 and 2025-02-01`: the start counts, the end does not."""

    start: Date | Instant
    end: Date | Instant


class Since(Node, frozen=True):
    """`since 2025-01-01`: that moment and all after it, up to T."""

    start: Date | Instant


class Before(Node, frozen=True):
    """`before 2025-01-01`: all that came earlier."""

    end: Date | Instant


Window = Last | Next | Period | Between | Since | Before


# --- selections -------------------------------------------------------------------------------


class Selection(Node, frozen=True):
    """Some records of a collection: `order where amount > 50, last 90 days`."""

    collection: str
    where: Condition | None = None
    window: Window | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "collection", proper(self.collection))


class Step(Node, frozen=True):
    """One step of a sequence; `absent` says that nothing of the kind may follow."""

    collection: str
    where: Condition | None = None
    within: Duration | None = None
    absent: bool = False

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "collection", proper(self.collection))


# --- values -----------------------------------------------------------------------------------


class Trait(Node, frozen=True):
    """A fact about the profile, by name."""

    name: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "name", proper(self.name))


class Property(Node, frozen=True):
    """A detail of the record at hand, inside `where`; `at` is the record's own time."""

    name: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "name", proper(self.name))


class Now(Node, frozen=True):
    """The instant T the question is asked at."""


class Arithmetic(Node, frozen=True):
    """`left + right`, and so on; unknown as soon as one side is."""

    left: Value
    operator: Literal["+", "-", "*", "/"]
    right: Value


class Count(Node, frozen=True):
    """How many records; 0 when there is none."""

    of: Selection


class Aggregate(Node, frozen=True):
    """A figure over one property of some records: `sum(order.amount, last 1 year)`."""

    function: Function
    property: str
    of: Selection

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "property", proper(self.property))


class Moment(Node, frozen=True):
    """The time of the first or of the last record."""

    which: Extreme
    of: Selection


class Score(Node, frozen=True):
    """The latest value of a score computed before T."""

    name: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "name", proper(self.name))


class Age(Node, frozen=True):
    """Completed years at T of a date of birth."""

    of: Value


class DatePart(Node, frozen=True):
    """Hour, weekday (1 is Monday), month or year, in the zone of the workspace."""

    part: Part
    of: Value


class Rank(Node, frozen=True):
    """Where a profile stands among all, or among those who meet `among`."""

    ranking: Ranking
    of: Value
    among: Condition | None = None


class Distance(Node, frozen=True):
    """Kilometres on a sphere between a place held in two values and a fixed one."""

    latitude: Value
    longitude: Value
    to_latitude: Decimal
    to_longitude: Decimal

    def __post_init__(self) -> None:
        bounded(self.to_latitude)
        bounded(self.to_longitude)


class Anniversary(Node, frozen=True):
    """The anniversary days of a date; asked with `in` alone."""

    of: Value


Value = (
    Text
    | Integer
    | Number
    | Boolean
    | Date
    | Instant
    | Duration
    | Trait
    | Property
    | Now
    | Arithmetic
    | Count
    | Aggregate
    | Moment
    | Score
    | Age
    | DatePart
    | Rank
    | Distance
    | Anniversary
)


# --- conditions -------------------------------------------------------------------------------


class All(Node, frozen=True):
    """Every condition holds: `a and b`."""

    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if len(self.conditions) < 2:
            raise ValueError("`and` joins two conditions or more")


class AnyOf(Node, frozen=True, tag="any"):
    """At least one condition holds: `a or b`."""

    conditions: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if len(self.conditions) < 2:
            raise ValueError("`or` joins two conditions or more")


class Not(Node, frozen=True):
    """The condition does not hold; unknown operands made it false, so here they make it true."""

    condition: Condition


class Truth(Node, frozen=True, tag="constant"):
    """`true` or `false`, whoever the profile."""

    value: bool


class Compare(Node, frozen=True):
    """Two values compared; false when one of them is unknown."""

    left: Value
    operator: Operator
    right: Value


class Range(Node, frozen=True, tag="between"):
    """`value between low and high`, both ends included."""

    value: Value
    low: Value
    high: Value
    negated: bool = False


class OneOf(Node, frozen=True, tag="in"):
    """`value in (…)`: equal to one of the choices."""

    value: Value
    choices: tuple[Constant, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        if not self.choices:
            raise ValueError("`in` needs at least one choice")


class Like(Node, frozen=True, tag="text_test"):
    """`contains`, `starts with`, `ends with` (which ignore case) or `matches` (an RE2 pattern)."""

    value: Value
    operator: TextOperator
    pattern: str
    negated: bool = False

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "pattern", composed(self.pattern))


class Within(Node, frozen=True, tag="in_window"):
    """A date or an instant lies in a window."""

    value: Value
    window: Window
    negated: bool = False


class Known(Node, frozen=True):
    """`is known`, or `is unknown` when negated."""

    value: Value
    negated: bool = False


class Has(Node, frozen=True):
    """A set of texts holds one, some or all of the choices."""

    value: Value
    quantifier: Literal["one", "any", "all"]
    choices: tuple[Constant, ...]
    negated: bool = False

    def __post_init__(self) -> None:
        if not self.choices:
            raise ValueError("`has` needs at least one choice")
        if self.quantifier == "one" and len(self.choices) != 1:
            raise ValueError("`has` takes one text; `has any of` and `has all of` take several")


class Did(Node, frozen=True):
    """At least one record."""

    of: Selection


class Sequence(Node, frozen=True):
    """Records that follow one another, with absences in between."""

    steps: tuple[Step, ...]
    window: Window | None = None

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a sequence has at least one step")


class Regularly(Node, frozen=True):
    """Records in at least so many of the last whole calendar periods."""

    of: Selection
    every: CalendarUnit
    at_least: int
    of_last: int

    def __post_init__(self) -> None:
        if self.at_least < 0 or self.of_last < 0:
            raise ValueError("a number of periods is not negative")


class Member(Node, frozen=True):
    """Belongs to another segment, evaluated at the same T."""

    segment: str

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "segment", proper(self.segment))


class Consented(Node, frozen=True):
    """Consent for a purpose, on one channel or on any."""

    purpose: str
    channel: str | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "purpose", proper(self.purpose))
        if self.channel is not None:
            msgspec.structs.force_setattr(self, "channel", proper(self.channel))


class Sample(Node, frozen=True):
    """A stable random share of the profiles, from 0 to 1."""

    share: Decimal
    salt: str = ""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "salt", composed(self.salt))
        if bounded(self.share) < 0:
            raise ValueError("a share is not negative")


Condition = (
    All
    | AnyOf
    | Not
    | Truth
    | Compare
    | Range
    | OneOf
    | Like
    | Within
    | Known
    | Has
    | Did
    | Sequence
    | Regularly
    | Member
    | Consented
    | Sample
)

Tree = Condition | Value | Window | Selection | Step
"""Any node at all."""


def from_json(text: str | bytes) -> Condition:
    """Read a condition from its JSON form.

    Raises `UserError` with the path of what does not fit.
    """
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise unreadable(error) from None


_DECODER: msgspec.json.Decoder[Condition] = msgspec.json.Decoder(Condition)
