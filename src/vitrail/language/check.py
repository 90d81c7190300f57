"""Checking a condition against the catalogue: every problem at once, before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import msgspec
import re2

from vitrail.language import messages
from vitrail.language.parse import Located, Span, parse_located
from vitrail.language.typing import (
    EXACT_UNITS,
    MOMENTS,
    Kind,
    Scope,
    Typing,
    comparable,
    in_order,
    literal_kind,
    properties,
)
from vitrail.language.warnings import warnings
from vitrail.model.catalogue import Catalogue, Collection
from vitrail.model.errors import Problem, UserError
from vitrail.model.tree import (
    Age,
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Arithmetic,
    Between,
    Boolean,
    Compare,
    Condition,
    Consented,
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
    Step,
    Text,
    Trait,
    Truth,
    Value,
    Window,
    Within,
)
from vitrail.model.walk import depth, walk

MAX_DEPTH = 32
MAX_NODES = 500


def check(
    condition: Condition | str, catalogue: Catalogue, *, purpose: str | None = None
) -> tuple[Problem, ...]:
    """All that is wrong or doubtful in a condition; empty when it can be asked as it is.

    Errors come before warnings. A text that cannot be read gives its syntax problem.
    """
    if not isinstance(condition, str):
        return _checked(Located(condition, {}), catalogue, purpose)
    try:
        located = parse_located(condition)
    except UserError as error:
        return error.problems
    return _checked(located, catalogue, purpose)


def _checked(located: Located, catalogue: Catalogue, purpose: str | None) -> tuple[Problem, ...]:
    problems = _structure(located.condition)
    if not problems:
        checker = _Checker(catalogue, [])
        checker.condition("", located.condition, Scope(catalogue))
        problems = checker.problems
    if not problems:
        problems = _cycles(located.condition, catalogue.segments)
    if not problems:
        problems = warnings(located.condition, catalogue, purpose=purpose)
    return tuple(_placed(each, located.spans) for each in dict.fromkeys(problems))


def _structure(condition: Condition) -> list[Problem]:
    levels = depth(condition)
    nodes = sum(1 for _ in walk(condition))
    problems = [messages.too_deep(levels)] if levels > MAX_DEPTH else []
    return problems + ([messages.too_large(nodes)] if nodes > MAX_NODES else [])


def _placed(problem: Problem, spans: dict[str, Span]) -> Problem:
    path = problem.path
    while path not in spans and path:
        path = path.rpartition(".")[0]
    return msgspec.structs.replace(problem, span=spans.get(path))


def _cycles(condition: Condition, segments: Mapping[str, Condition]) -> list[Problem]:
    problems = []
    for path, node in walk(condition):
        if isinstance(node, Member):
            circle = find_cycle(node.segment, segments)
            if circle:
                problems.append(messages.cycle(path, circle))
    return problems


def find_cycle(key: str, segments: Mapping[str, Condition]) -> list[str]:
    """The keys of a circle that can be reached from this segment, first and last the same; or none."""
    done: set[str] = set()

    def visit(current: str, way: list[str]) -> list[str]:
        if current in way:
            return [*way[way.index(current) :], current]
        if current in done or current not in segments:
            return []
        for _, node in walk(segments[current]):
            if isinstance(node, Member):
                circle = visit(node.segment, [*way, current])
                if circle:
                    return circle
        done.add(current)
        return []

    return visit(key, [])


class _Checker(Typing):
    """Goes down a condition with the path and the scope at hand."""

    def __init__(self, catalogue: Catalogue, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.catalogue = catalogue

    def condition(self, path: str, node: Condition, scope: Scope) -> None:
        match node:
            case All(conditions) | AnyOf(conditions):
                for index, each in enumerate(conditions):
                    self.condition(_join(path, f"conditions[{index}]"), each, scope)
            case Not(condition):
                self.condition(_join(path, "condition"), condition, scope)
            case Truth():
                pass
            case Compare() | Range() | OneOf() | Like() | Within() | Known() | Has():
                self.test(path, node, scope)
            case Did() | Sequence() | Regularly() | Member() | Consented() | Sample():
                if scope.in_record:
                    what = type(node).__name__.lower()
                    self.complain(messages.only_elsewhere(path, what=what))
                else:
                    self.about_profile(path, node)
            case _:
                assert_never(node)

    def test(
        self, path: str, node: Compare | Range | OneOf | Like | Within | Known | Has, scope: Scope
    ) -> None:
        match node:
            case Compare(left, operator, right):
                first = self.value(_join(path, "left"), left, scope)
                second = self.value(_join(path, "right"), right, scope)
                self.comparison(path, operator, first, second)
                self.exact_duration(path, left, right, kind=first)
            case Range(value, low, high):
                self.range(path, node, scope)
            case OneOf(value, choices):
                kind = self.value(_join(path, "value"), value, scope)
                for choice in choices:
                    self.comparison(path, "=", kind, literal_kind(choice))
                    self.exact_duration(path, choice, choice, kind=kind)
            case Like(value, operator, pattern):
                kind = self.value(_join(path, "value"), value, scope)
                self.expect(kind, {"text"}, path=path, what=operator)
                self.pattern(path, node)
            case Within(value, window):
                self.within(path, node, scope)
            case Known(value):
                self.value(_join(path, "value"), value, scope)
            case Has(value, _, choices):
                kind = self.value(_join(path, "value"), value, scope)
                self.expect(kind, {"texts"}, path=path, what="has")
                for choice in choices:
                    self.expect(literal_kind(choice), {"text"}, path=path, what="has")
            case _:
                assert_never(node)

    def comparison(self, path: str, operator: str, left: Kind | None, right: Kind | None) -> None:
        if left is None or right is None:
            return
        ordered = operator in ("=", "!=") or left != "boolean"
        if not comparable(left, right) or not ordered:
            self.complain(messages.not_comparable(path, operator=operator, left=left, right=right))

    def exact_duration(self, path: str, left: Value, right: Value, *, kind: Kind | None) -> None:
        sides = (left, right)
        if kind == "duration" and any(
            isinstance(each, Duration) and each.unit not in EXACT_UNITS for each in sides
        ):
            self.complain(messages.calendar_duration(path))

    def range(self, path: str, node: Range, scope: Scope) -> None:
        kind = self.value(_join(path, "value"), node.value, scope)
        low = self.value(_join(path, "low"), node.low, scope)
        high = self.value(_join(path, "high"), node.high, scope)
        for bound in (low, high):
            self.comparison(path, "between", kind, bound)
        self.exact_duration(path, node.low, node.high, kind=kind)
        literals = (Text, Integer, Number, Date, Instant)
        both = isinstance(node.low, literals) and isinstance(node.high, literals)
        if both and not in_order(node.low, node.high):  # type: ignore[arg-type]
            self.complain(messages.impossible_range(path))

    def pattern(self, path: str, node: Like) -> None:
        if node.operator != "matches":
            return
        try:
            re2.compile(node.pattern, _quiet())
        except re2.error as error:
            reason = error.args[0] if error.args else ""
            text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
            self.complain(messages.bad_pattern(path, reason=text))

    def within(self, path: str, node: Within, scope: Scope) -> None:
        value_path = _join(path, "value")
        if isinstance(node.value, Anniversary):
            kind = self.value(_join(value_path, "of"), node.value.of, scope)
            self.expect(kind, MOMENTS, path=value_path, what="anniversary")
            if not isinstance(node.window, Last | Next | Period | Between):
                self.complain(messages.bad_anniversary_window(path))
            kind = "date"
        else:
            kind = self.value(value_path, node.value, scope)
            self.expect(kind, MOMENTS, path=path, what="in")
        self.window(_join(path, "window"), node.window)
        if kind == "date" and isinstance(node.window, Last | Next) and _in_hours(node.window):
            self.complain(messages.too_short_for_days(path))

    def window(self, path: str, window: Window) -> None:
        match window:
            case Last(duration) | Next(duration):
                if duration.count < 1 or duration.count > 1_000_000:
                    self.complain(messages.empty_window(path))
            case Between(start, end):
                if type(start) is type(end) and start.value >= end.value:  # type: ignore[operator]
                    self.complain(messages.empty_window(path))
            case _:
                pass

    def about_profile(
        self, path: str, node: Did | Sequence | Regularly | Member | Consented | Sample
    ) -> None:
        match node:
            case Did(selection):
                self.selection(_join(path, "of"), selection)
            case Sequence():
                self.sequence(path, node)
            case Regularly(selection, _, at_least, of_last):
                self.selection(_join(path, "of"), selection, needs_time="regularly")
                if not 1 <= at_least <= of_last <= 120:
                    self.complain(messages.bad_regularity(path))
            case Member(segment):
                self.named("segment", segment, path=path, valid=self.catalogue.segments)
            case Consented(purpose, channel):
                self.named("purpose", purpose, path=path, valid=self.catalogue.purposes)
                if channel is not None:
                    self.named("channel", channel, path=path, valid=self.catalogue.channels)
            case Sample(share):
                if share > 1:
                    self.complain(messages.bad_share(path))
            case _:
                assert_never(node)

    def named(self, kind: str, name: str, *, path: str, valid: Mapping[str, object]) -> None:
        if name not in valid:
            self.complain(messages.unknown_name(kind, name, path=path, valid=valid))

    def collection(self, path: str, name: str) -> Collection | None:
        collection = self.catalogue.collections.get(name)
        if collection is None:
            valid = self.catalogue.collections
            self.complain(messages.unknown_name("collection", name, path=path, valid=valid))
        return collection

    def selection(self, path: str, node: Selection, *, needs_time: str = "") -> Collection | None:
        collection = self.collection(path, node.collection)
        if node.window is not None:
            self.window(_join(path, "window"), node.window)
        if collection is None:
            return None
        if node.where is not None:
            self.condition(_join(path, "where"), node.where, Scope(self.catalogue, collection))
        timeless = collection.kind == "record"
        if timeless and (needs_time or node.window is not None):
            what = needs_time or "window"
            self.complain(messages.needs_time(path, what=what, collection=node.collection))
        elif isinstance(node.window, Next) or _is_next(node.window):
            self.complain(messages.future_window(_join(path, "window")))
        return collection

    def sequence(self, path: str, node: Sequence) -> None:
        first = node.steps[0]
        if first.absent or first.within is not None:
            self.complain(messages.bad_sequence(_join(path, "steps[0]")))
        for index, step in enumerate(node.steps):
            self.step(_join(path, f"steps[{index}]"), step)
        if node.window is not None:
            self.window(_join(path, "window"), node.window)
            if isinstance(node.window, Next) or _is_next(node.window):
                self.complain(messages.future_window(_join(path, "window")))

    def step(self, path: str, step: Step) -> None:
        selection = Selection(step.collection, step.where)
        self.selection(path, selection, needs_time="sequence")
        if step.within is not None and step.within.unit not in EXACT_UNITS:
            self.complain(messages.calendar_duration(path))

    def value(self, path: str, node: Value, scope: Scope) -> Kind | None:
        match node:
            case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration():
                return literal_kind(node)
            case Now():
                return "instant"
            case Arithmetic(left, _, right):
                first = self.value(_join(path, "left"), left, scope)
                second = self.value(_join(path, "right"), right, scope)
                return self.arithmetic(node, first, second, path=path)
            case Age(of):
                return self.age(self.value(_join(path, "of"), of, scope), path=path)
            case DatePart(_, of):
                return self.part(node, self.value(_join(path, "of"), of, scope), path=path)
            case Distance(latitude, longitude):
                sides = (("latitude", latitude), ("longitude", longitude))
                kinds = [self.value(_join(path, name), each, scope) for name, each in sides]
                return self.distance(node, kinds, path=path)
            case Anniversary(of):
                self.value(_join(path, "of"), of, scope)
                self.complain(messages.misplaced_anniversary(path))
                return None
            case Trait(name) | Property(name):
                return self.field_value(path, node, scope)
            case Count() | Aggregate() | Moment() | Score() | Rank():
                if scope.in_record:
                    what = type(node).__name__.lower()
                    self.complain(messages.only_elsewhere(path, what=what))
                    return None
                return self.figure(path, node, scope)
            case _:
                assert_never(node)

    def field_value(self, path: str, node: Trait | Property, scope: Scope) -> Kind | None:
        if isinstance(node, Trait) and scope.in_record:
            self.complain(messages.only_elsewhere(path, what=node.name))
            return None
        return self.field(node.name, path=path, scope=scope)

    def figure(self, path: str, node: Count | Aggregate | Moment | Score | Rank, scope: Scope) -> Kind | None:
        match node:
            case Count(selection):
                return "integer" if self.selection(_join(path, "of"), selection) else None
            case Moment(which, selection):
                known = self.selection(_join(path, "of"), selection, needs_time=which)
                return "instant" if known else None
            case Aggregate():
                return self.aggregated(path, node)
            case Score(name):
                self.named("score", name, path=path, valid=self.catalogue.scores)
                return "float"
            case Rank(_, of, among):
                kind = self.value(_join(path, "of"), of, scope)
                if among is not None:
                    self.condition(_join(path, "among"), among, scope)
                return self.rank(node, kind, path=path)
            case _:
                assert_never(node)

    def aggregated(self, path: str, node: Aggregate) -> Kind | None:
        needs_time = node.function if node.function in ("first", "last") else ""
        collection = self.selection(_join(path, "of"), node.of, needs_time=needs_time)
        if collection is None:
            return None
        valid = properties(collection)
        field = valid.get(node.property)
        if field is None:
            self.complain(messages.unknown_name("property", node.property, path=path, valid=valid))
            return None
        return self.aggregate(node, field, path=path)


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _in_hours(window: Last | Next) -> bool:
    return window.duration.unit in ("minute", "hour")


def _is_next(window: Window | None) -> bool:
    return isinstance(window, Period) and window.offset == 1


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options
