"""Checking a condition against the catalogue: every problem at once, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from vitrail.language import messages
from vitrail.language.conditions import check_condition
from vitrail.language.kinds import Kind
from vitrail.language.parse import Located, Span, parse_located
from vitrail.language.place import Place
from vitrail.language.selections import check_selection, check_step, check_window
from vitrail.language.values import Kinds, value_kind
from vitrail.language.warnings import warnings
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Problem, UserError
from vitrail.model.tree import (
    Aggregate,
    Condition,
    Consented,
    Count,
    Did,
    Member,
    Moment,
    Rank,
    Regularly,
    Sample,
    Score,
    Selection,
    Sequence,
    Step,
    Tree,
    Value,
    Window,
    Within,
)
from vitrail.model.walk import children, measure, walk

MAX_DEPTH = 32
MAX_NODES = 500

_ABOUT_PROFILE = (
    Did | Sequence | Regularly | Member | Consented | Sample | Count | Aggregate | Moment | Score | Rank
)


def check(
    condition: Condition | str, catalogue: Catalogue, *, purpose: str | None = None
) -> tuple[Problem, ...]:
    """All that is wrong or doubtful in a condition; empty when it can be asked as it is.

    Errors come before warnings, each in the order of the condition. A text that cannot be read gives
    its syntax problems. `purpose` is what the answer is wanted for; it decides which sensitive traits
    may be used.
    """
    if not isinstance(condition, str):
        return _checked(Located(condition, {}), catalogue, purpose=purpose)
    try:
        located = parse_located(condition)
    except UserError as error:
        return error.problems
    return _checked(located, catalogue, purpose=purpose)


def find_cycle(key: str, segments: Mapping[str, Condition]) -> list[str]:
    """The keys of a circle that can be reached from this segment, first and last the same; or none."""
    way: dict[str, None] = {}
    done: set[str] = set()
    waiting = [(key, False)]
    while waiting:
        current, leaving = waiting.pop()
        if leaving:
            done.add(way.popitem()[0])
        elif current in way:
            circle = list(way)
            return [*circle[circle.index(current) :], current]
        elif current not in done and current in segments:
            way[current] = None
            waiting.append((current, True))
            waiting.extend((member, False) for member in _members(segments[current]))
    return []


def _checked(located: Located, catalogue: Catalogue, *, purpose: str | None) -> tuple[Problem, ...]:
    condition = located.condition
    problems = _size(condition)
    if not problems:
        _visit(condition, Place(catalogue, problems))
        problems += _cycles(condition, catalogue.segments)
        problems += warnings(condition, catalogue, purpose=purpose)
    placed = [_placed(each, located.spans) for each in dict.fromkeys(problems)]
    return tuple(sorted(placed, key=_order))


def _order(problem: Problem) -> tuple[bool, int]:
    return problem.severity == "warning", problem.span[0] if problem.span else 0


def _placed(problem: Problem, spans: dict[str, Span]) -> Problem:
    path = problem.path
    while path not in spans and path:
        path = path.rpartition(".")[0]
    return msgspec.structs.replace(problem, span=spans.get(path))


def _size(condition: Condition) -> list[Problem]:
    size = measure(condition, most=MAX_NODES + 1)
    problems = [messages.too_deep(MAX_DEPTH)] if size.depth > MAX_DEPTH else []
    return problems + ([messages.too_large(MAX_NODES)] if size.nodes > MAX_NODES else [])


def _visit(node: Tree, place: Place) -> Kind | None:
    """Check a node and all below it; the type of a value is returned, None for anything else."""
    if place.in_record and isinstance(node, _ABOUT_PROFILE):
        place.complain(messages.only_elsewhere(_word(node)))
        return None
    kinds = {step: _visit(below, _place_of(step, node, place=place)) for step, below in children(node)}
    if not isinstance(node, Within):
        kinds = {step: _refuse_anniversary(kind, place.below(step)) for step, kind in kinds.items()}
    return _check_node(node, kinds, place=place)


def _check_node(node: Tree, kinds: Kinds, *, place: Place) -> Kind | None:
    if isinstance(node, Value):
        return value_kind(node, kinds, place=place)
    if isinstance(node, Selection):
        check_selection(node, place)
    elif isinstance(node, Step):
        check_step(node, place)
    elif isinstance(node, Window):
        check_window(node, place)
    else:
        check_condition(node, kinds, place=place)
    return None


def _place_of(step: str, node: Tree, *, place: Place) -> Place:
    below = place.below(step)
    if step == "where" and isinstance(node, Selection | Step):
        return below.inside(node.collection)
    return below


def _refuse_anniversary(kind: Kind | None, place: Place) -> Kind | None:
    if kind != "anniversary":
        return kind
    place.complain(messages.misplaced_anniversary())
    return None


def _word(node: Tree) -> str:
    """How the language writes a node: `sum`, `first_time`, `did`."""
    match node:
        case Aggregate(function=word) | Moment(which=word) | Rank(ranking=word):
            return word
        case _:
            return type(node).__name__.lower()


def _members(condition: Condition) -> Iterable[str]:
    return [node.segment for _, node in walk(condition) if isinstance(node, Member)]


def _cycles(condition: Condition, segments: Mapping[str, Condition]) -> list[Problem]:
    members = [(path, node) for path, node in walk(condition) if isinstance(node, Member)]
    circles = [(path, find_cycle(node.segment, segments)) for path, node in members]
    return [messages.cycle(path, circle) for path, circle in circles if circle]
