"""Random conditions over the whole grammar, of the right types for a catalogue."""

from collections.abc import Sequence as Several
from decimal import Decimal
from typing import Any

from tests.strategies.worlds import PATTERNS, PIECES, TAGS, Draw
from vitrail.language.check import check
from vitrail.language.kinds import Kind, in_order
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import (
    Age,
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Arithmetic,
    Before,
    Between,
    Boolean,
    Compare,
    Condition,
    Consented,
    Constant,
    Count,
    Date,
    DatePart,
    Did,
    Distance,
    Duration,
    Has,
    Instant,
    Integer,
    Known,
    Last,
    Like,
    Member,
    Moment,
    Next,
    Not,
    Now,
    Number,
    OneOf,
    Period,
    Property,
    Range,
    Rank,
    Regularly,
    Sample,
    Score,
    Selection,
    Sequence,
    Since,
    Step,
    Text,
    Trait,
    Truth,
    Value,
    Window,
    Within,
)

EXACT = ("minute", "hour", "day", "week")
CALENDAR = ("day", "week", "month", "quarter", "year")
COMPARED: tuple[Kind, ...] = ("text", "integer", "decimal", "float", "boolean", "date", "instant", "duration")
NUMBERS: tuple[Kind, ...] = ("integer", "decimal", "float")


def segments(draw: Draw, catalogue: Catalogue, *, count: int = 3) -> Catalogue:
    """The same catalogue, with a few segments that refer to one another."""
    for number in range(count):
        rule = conditions(draw, catalogue, count=1)[0]
        catalogue = catalogue.with_segments({**catalogue.segments, f"segment {number}": rule})
    return catalogue


def conditions(draw: Draw, catalogue: Catalogue, *, count: int) -> list[Condition]:
    """So many conditions that `check` has nothing against."""
    found: list[Condition] = []
    while len(found) < count:
        condition = Maker(draw, catalogue).condition(depth=draw.some([0, 0, 1, 1, 2, 3]))
        if well_typed(condition, catalogue):
            found.append(condition)
    return found


def well_typed(condition: Condition, catalogue: Catalogue) -> bool:
    """Whether `check` has nothing against a condition."""
    return all(each.severity == "warning" for each in check(condition, catalogue))


def a_value(draw: Draw, catalogue: Catalogue, kind: Kind) -> Value:
    """A value of a type that `check` has nothing against."""
    while True:
        value = Maker(draw, catalogue).value(kind)
        if well_typed(Known(value), catalogue):
            return value


def a_selection(draw: Draw, catalogue: Catalogue) -> Selection:
    """A selection of records that `check` has nothing against."""
    while True:
        maker = Maker(draw, catalogue)
        selection = maker.selection(maker.collection())
        if well_typed(Did(selection), catalogue):
            return selection


def pieces(condition: Condition) -> list[Condition]:
    """The condition and all that it joins or negates, which tell more when asked alone."""
    match condition:
        case All(parts) | AnyOf(parts):
            return [condition, *(each for part in parts for each in pieces(part))]
        case Not(part):
            return [condition, *pieces(part)]
        case _:
            return [condition]


class Maker:
    """Makes conditions about profiles or, inside `where`, about the records of a collection."""

    def __init__(self, draw: Draw, catalogue: Catalogue, record: Collection | None = None) -> None:
        self.draw = draw
        self.catalogue = catalogue
        self.record = record

    # --- conditions ---

    def condition(self, *, depth: int) -> Condition:
        some = self.draw.some
        if depth > 0:
            kind = some(["all", "any", "not", "test"])
            if kind == "not":
                return Not(self.condition(depth=depth - 1))
            if kind != "test":
                parts = tuple(self.condition(depth=depth - 1) for _ in range(some([2, 2, 3])))
                return All(parts) if kind == "all" else AnyOf(parts)
        return self.test()

    def test(self) -> Condition:
        makers = [
            self.compare,
            self.compare,
            self.compare,
            self.range,
            self.one_of,
            self.like,
            self.within,
            self.within,
            self.known,
            self.has,
            self.truth,
        ]
        if self.record is None:
            makers += [self.about_profile] * 6
        if self.draw.likely(0.97):
            makers.remove(self.truth)
        return self.draw.some(makers)()

    def about_profile(self) -> Condition:
        draw = self.draw
        match draw.some(
            ["did", "did", "sequence", "sequence", "regularly", "member", "consented", "sample", "rank"]
        ):
            case "did":
                return Did(self.selection(self.collection()))
            case "sequence":
                return self.sequence()
            case "regularly":
                most = draw.some([1, 2, 3, 4, 6, 12])
                selection = self.selection(self.collection("event"))
                return Regularly(selection, draw.some(CALENDAR), draw.chance.randint(1, most), most)
            case "member" if self.catalogue.segments:
                return Member(draw.some(list(self.catalogue.segments)))
            case "consented":
                return Consented("marketing", draw.some([None, "email", "sms"]))
            case "rank":
                rank = self.rank()
                bound = self.number(
                    draw.some([0, 1, 2, 3, 5, 10, 20, 50, 80, 100, Decimal("33.3333"), Decimal("12.5")])
                )
                return Compare(rank, draw.some(["=", "!=", "<", "<=", ">", ">="]), bound)
            case _:
                return Sample(
                    Decimal(draw.some(["0", "0.1", "0.5", "0.333", "1"])),
                    draw.some(["", "é", "x", "e\u0301"]),
                )

    def compare(self) -> Condition:
        kind = self.draw.some(COMPARED)
        operator = self.draw.some(["=", "!="] if kind == "boolean" else ["=", "!=", "<", "<=", ">", ">="])
        return Compare(self.value(kind), operator, self.value(self.related(kind), depth=0))

    def range(self) -> Condition:
        kind = self.draw.some([each for each in COMPARED if each != "boolean"])
        low, high = (
            self.value(self.related(kind), depth=0, constant=self.draw.likely(0.8)) for _ in range(2)
        )
        if not in_order(low, high):
            low, high = high, low
        return Range(self.value(kind), low, high, self.draw.likely(0.3))

    def one_of(self) -> Condition:
        kind = self.draw.some(COMPARED)
        choices = tuple(self.literal(self.related(kind)) for _ in range(self.draw.some([1, 2, 5])))
        return OneOf(self.value(kind), choices, self.draw.likely(0.3))

    def like(self) -> Condition:
        operator = self.draw.some(["contains", "starts with", "ends with", "matches"])
        pattern = self.draw.some(PATTERNS if operator == "matches" else PIECES)
        return Like(self.value("text"), operator, pattern, self.draw.likely(0.3))

    def within(self) -> Condition:
        kind = self.draw.some(["date", "instant", "instant", "anniversary"])
        value = self.value(kind if kind != "anniversary" else self.draw.some(["date", "instant"]))
        whole = kind != "instant"
        if kind == "anniversary":
            return Within(Anniversary(value), self.window(whole=True, ahead=True), self.draw.likely(0.3))
        return Within(value, self.window(whole=whole, ahead=True), self.draw.likely(0.3))

    def known(self) -> Condition:
        kind = self.draw.some([*COMPARED, "texts"])
        return Known(self.value(kind), self.draw.likely(0.4))

    def has(self) -> Condition:
        quantifier = self.draw.some(["one", "any", "all"])
        count = 1 if quantifier == "one" else self.draw.some([1, 2, 3])
        choices = tuple(Text(self.draw.some(TAGS)) for _ in range(count))
        return Has(self.value("texts"), quantifier, choices, self.draw.likely(0.3))

    def truth(self) -> Condition:
        return Truth(self.draw.likely(0.5))

    # --- selections ---

    def collection(self, kind: str | None = None) -> Collection:
        return self.draw.some(
            [each for each in self.catalogue.collections.values() if kind in (None, each.kind)]
        )

    def selection(self, collection: Collection) -> Selection:
        window = None
        if collection.kind == "event" and self.draw.likely(0.7):
            window = self.window(whole=False, ahead=False)
        return Selection(collection.name, self.where(collection), window)

    def where(self, collection: Collection) -> Condition | None:
        if self.draw.likely(0.5):
            return None
        return Maker(self.draw, self.catalogue, collection).condition(depth=self.draw.some([0, 0, 1, 2]))

    def sequence(self) -> Condition:
        draw = self.draw
        steps = []
        for index in range(draw.some([1, 2, 2, 3, 4])):
            collection = self.collection("event")
            within = draw.some([None, self.length(EXACT)]) if index else None
            absent = index > 0 and draw.likely(0.4)
            steps.append(Step(collection.name, self.where(collection), within, absent))
        window = self.window(whole=False, ahead=False) if draw.likely(0.4) else None
        return Sequence(tuple(steps), window)

    def window(self, *, whole: bool, ahead: bool) -> Window:
        draw = self.draw
        units = CALENDAR if whole else (*EXACT, *CALENDAR)
        match draw.some(
            ["last", "last", "last", "period", "between", "since", "before", *(["next"] * ahead)]
        ):
            case "last":
                return Last(self.length(units))
            case "next":
                return Next(self.length(units))
            case "period":
                return Period(draw.some(CALENDAR), draw.some([-1, 0, 1] if ahead else [-1, 0]))
            case "between":
                return Between(*sorted((self.bound(), self.bound()), key=lambda each: str(each.value)))
            case "since":
                return Since(self.bound())
            case _:
                return Before(self.bound())

    def bound(self) -> Date | Instant:
        return self.literal(self.draw.some(["date", "instant"]))  # type: ignore[return-value]

    def length(self, units: Several[str]) -> Duration:
        return Duration(self.draw.some([1, 1, 2, 3, 7, 30, 90, 400]), self.draw.some(units))  # type: ignore[arg-type]

    # --- values ---

    def related(self, kind: Kind) -> Kind:
        """A type that compares with this one."""
        if kind in NUMBERS:
            return self.draw.some(NUMBERS)
        return self.draw.some(["date", "instant"]) if kind in ("date", "instant") else kind

    def value(self, kind: Kind, *, depth: int = 2, constant: bool = False) -> Value:
        """A value of a type: a fact, a figure, arithmetic or, now and then, a literal."""
        if constant or self.draw.likely(0.1 if depth == 2 else 0.6):
            return self.literal(kind)
        options: list[Any] = [self.fact]
        if self.record is None and kind != "texts":
            options += [self.figure, self.figure]
        if depth > 0 and kind not in ("text", "boolean", "texts"):
            options += [self.derived]
        return self.draw.some(options)(kind, depth) or self.literal(kind)

    def literal(self, kind: Kind) -> Any:
        draw = self.draw
        match kind:
            case "text":
                return Text(draw.value("text"))
            case "integer":
                return Integer(draw.value("integer"))
            case "decimal" | "float":
                return self.number(draw.value("decimal"))
            case "boolean":
                return Boolean(draw.value("boolean"))
            case "date":
                return Date(draw.value("date"))
            case "instant":
                return Instant(draw.value("instant"))
            case "duration":
                return self.length(EXACT)
            case _:
                return Trait(
                    next(name for name, each in self.catalogue.traits.items() if each.type == "texts")
                )

    def number(self, value: int | Decimal) -> Constant:
        return Integer(value) if isinstance(value, int) else Number(value)

    def fact(self, kind: Kind, depth: int) -> Value | None:
        """A trait, or a property of the record at hand."""
        if kind == "instant" and self.draw.likely(0.2):
            return Now()
        if self.record is not None:
            if kind == "instant" and self.record.kind == "event" and self.draw.likely(0.6):
                return Property("at")
            return self.of_type(kind, self.record.properties, Property)
        if kind == "float" and self.draw.likely(0.3):
            return Score(self.draw.some(list(self.catalogue.scores)))
        return self.of_type(kind, self.catalogue.traits, Trait)

    def of_type(self, kind: Kind, fields: dict[str, Field], make: type[Trait | Property]) -> Value | None:
        names = [each.name for each in fields.values() if each.type == kind]
        return make(self.draw.some(names)) if names else None

    def figure(self, kind: Kind, depth: int) -> Value | None:
        draw = self.draw
        if kind == "integer" and draw.likely(0.5):
            return Count(self.selection(self.collection()))
        if kind == "instant" and draw.likely(0.6):
            return Moment(draw.some(["first_time", "last_time"]), self.selection(self.collection("event")))
        if kind in ("integer", "decimal") and draw.likely(0.2):
            rank = self.rank()
            return rank if (rank.ranking == "percentile") is (kind == "decimal") else None
        function = draw.some(["sum", "avg", "min", "max", "distinct", "first", "last", "mode"])
        collection = self.collection("event" if function in ("first", "last") else None)
        fields = [each.name for each in collection.properties.values() if self.gives(function, each, kind)]
        return Aggregate(function, draw.some(fields), self.selection(collection)) if fields else None

    def gives(self, function: str, field: Field, kind: Kind) -> bool:
        """Whether the figure over this property is a value of the type asked."""
        if function == "distinct":
            return kind == "integer" and field.type != "texts"
        if function == "avg":
            return (field.type, kind) in (("integer", "decimal"), ("decimal", "decimal"), ("float", "float"))
        return field.type == kind

    def rank(self) -> Rank:
        draw = self.draw
        kind = draw.some(["integer", "decimal", "float", "date", "instant", "duration"])
        of = self.value(kind, depth=1)
        among = self.condition(depth=draw.some([0, 0, 1])) if draw.likely(0.4) else None
        return Rank(draw.some(["percentile", "quintile", "decile", "rank"]), of, among)

    def derived(self, kind: Kind, depth: int) -> Value | None:
        """Arithmetic, ages, parts of dates, distances."""
        draw = self.draw
        match kind:
            case "integer" if draw.likely(0.5):
                part = draw.some(["age", "hour", "weekday", "month", "year"])
                of = self.value(
                    "instant" if part == "hour" else draw.some(["date", "instant"]), depth=depth - 1
                )
                return Age(of) if part == "age" else DatePart(part, of)
            case "float" if draw.likely(0.4):
                return self.distance()
            case "float":
                one, other = self.number_pair("float", depth)
                return Arithmetic(one, draw.some(["+", "-", "*", "/"]), other)
            case "integer" | "decimal":
                one, other = self.number_pair(kind, depth)
                return Arithmetic(one, draw.some(["+", "-", "*"]), other)
            case "date":
                return Arithmetic(
                    self.value("date", depth=depth - 1), draw.some(["+", "-"]), self.length(CALENDAR)
                )
            case "instant":
                shift = (
                    self.length((*EXACT, *CALENDAR)) if draw.likely(0.7) else self.value("duration", depth=0)
                )
                return Arithmetic(self.value("instant", depth=depth - 1), draw.some(["+", "-"]), shift)
            case "duration":
                one, other = (self.value(draw.some(["date", "instant"]), depth=depth - 1) for _ in range(2))
                return Arithmetic(one, "-", other)
            case _:
                return None

    def number_pair(self, kind: Kind, depth: int) -> tuple[Value, Value]:
        other = kind if kind != "float" else self.draw.some(NUMBERS)
        pair = [self.value(kind, depth=depth - 1), self.value(other, depth=depth - 1)]
        self.draw.chance.shuffle(pair)
        return pair[0], pair[1]

    def distance(self) -> Value | None:
        if self.record is not None:
            return None
        place = self.draw.some([("48.8566", "2.3522"), ("-33.45", "-70.6667"), ("0", "0"), ("90", "0")])
        return Distance(Trait("latitude"), Trait("longitude"), Decimal(place[0]), Decimal(place[1]))
