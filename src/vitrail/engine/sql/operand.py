"""A value of a condition in SQL: its type, its expression, and what is known of it beforehand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlglot import exp

from vitrail.engine.sql.calendar import Calendar
from vitrail.engine.sql.write import WIDE, E, column, double, exact, fraction, whole
from vitrail.language.kinds import Kind
from vitrail.model.tree import Value

DECIMALS = 4
"""The digits after the point of a decimal."""


@dataclass(frozen=True)
class Operand:
    """One value in SQL.

    Dates are days since 1970-01-01, instants and durations microseconds. An exact ratio (an average,
    a percentile) has a `denominator`, which is known and positive wherever `sql` is known. `folded`
    is the case-folded form of a text. `constant` is the day, the microseconds or the number of a
    value that is the same for everybody; `months` that of a duration in months or years. An exact
    number has at most `digits` digits, those after the point included.
    """

    kind: Kind
    sql: E
    scale: int = 0
    denominator: E | None = None
    folded: E | None = None
    constant: int | None = None
    months: int | None = None
    digits: int = WIDE

    def exact(self) -> E:
        """The value (or the numerator of a ratio) as an exact number."""
        return exact(self.sql, scale=self.scale)

    def double(self) -> E:
        """The value as a floating point number; a ratio is divided."""
        if self.denominator is None:
            return double(self.sql)
        return exp.Div(this=double(self.sql), expression=double(self.denominator))


Leaf = Callable[[Value], Operand]


class Parameters:
    """Texts handed to the engine beside the query, never inside it."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def text(self, value: str) -> E:
        """A placeholder for a text; the same text has one placeholder."""
        name = self._names.setdefault(value, f"t{len(self._names)}")
        self.values[name] = value
        return exp.Placeholder(this=name)


@dataclass
class Scope:
    """Where values are written: what leaves mean there, and the columns named on the way.

    `layers[k]` are the expressions that the k-th query around the base names; an expression of layer
    k reads columns of the base and of the layers before.
    """

    at_us: int
    zone: ZoneInfo
    leaf: Leaf
    parameters: Parameters
    prefix: str = "~d"
    span: tuple[int, int] | None = None
    layers: list[list[tuple[str, E]]] = field(default_factory=list)
    _named: dict[E, E] = field(default_factory=dict)
    _levels: dict[str, int] = field(default_factory=dict)

    @property
    def calendar(self) -> Calendar:
        """The calendar of the workspace, writing into this scope."""
        return Calendar(self.zone, self.name, text=self.parameters.text)

    def name(self, expression: E) -> E:
        """The expression as a column, in a query below when it is not one already."""
        if isinstance(expression, exp.Column | exp.Literal):
            return expression
        if expression not in self._named:
            level = 1 + max((self._level(each) for each in expression.find_all(exp.Column)), default=-1)
            name = f"{self.prefix}{len(self._named)}"
            while len(self.layers) <= level:
                self.layers.append([])
            self.layers[level].append((name, expression))
            self._levels[name] = level
            self._named[expression] = column(name)
        return self._named[expression]

    def short(self, expression: E) -> E:
        """The expression, or a column that stands for it when it is long and would be written twice."""
        return self.name(expression) if expression.find(exp.Case) else expression

    def _level(self, read: exp.Column) -> int:
        return self._levels.get(read.name, -1)


def integer(value: int) -> Operand:
    return Operand("integer", whole(value), digits=len(str(abs(value))))


def decimal(value: Decimal) -> Operand:
    """An exact literal, with the four digits after the point of its type or more where it has more."""
    scale = max(DECIMALS, -int(value.as_tuple().exponent))
    before = max(0, value.adjusted() + 1)
    return Operand("decimal", fraction(value), scale=scale, digits=before + scale)


def day(value: int) -> Operand:
    return Operand("date", whole(value), constant=value)


def moment(value: int) -> Operand:
    return Operand("instant", whole(value), constant=value)
