"""How the passing of time alone can change what a condition answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from vitrail.language.clock import thresholds, turns_with_clock
from vitrail.model.tree import (
    Age,
    Anniversary,
    Before,
    Between,
    CalendarUnit,
    Compare,
    Condition,
    Consented,
    DatePart,
    Duration,
    Has,
    Known,
    Last,
    Like,
    Member,
    Now,
    OneOf,
    Part,
    Period,
    Range,
    Rank,
    Regularly,
    Score,
    Selection,
    Sequence,
    Since,
    Step,
    Trait,
    Tree,
    Value,
    Window,
    Within,
)
from vitrail.model.walk import children, joined

Kind = Literal[
    "arrival",
    "observation",
    "score",
    "consent",
    "member",
    "window",
    "moment",
    "anniversary",
    "birthday",
    "threshold",
    "period",
    "wait",
    "clock",
    "now",
    "ranking",
]


class Boundary(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way in which time alone changes an answer, with the path of the node concerned.

    By kind:

    - `arrival`: a record of `collection` dated ahead comes to exist; likewise `observation` of the
      trait `name`, `score` `name`, `consent` for the purpose `name`;
    - `member`: whatever changes the segment `name`;
    - `window`: a record of `collection` leaves or enters `window`;
    - `moment`: `value` leaves or enters `window`; `anniversary`: one of its anniversaries does;
    - `birthday`: a year more since `value`;
    - `threshold`: `value` and the moving moment `moving` (`now - 180 days`) pass each other;
    - `period`: a new period begins, and `of_last` whole periods of `every` are others;
    - `wait`: an absence has lasted `wait` since a record of `collection`;
    - `clock`: the `part` of the time it is now is another; `now`: any instant, for everybody;
    - `ranking`: everybody is ranked again when anybody changes, unless cut points are frozen.

    Inside `where`, `collection` says whose records `value` speaks of.
    """

    kind: Kind
    path: str
    collection: str = ""
    name: str = ""
    window: Window | None = None
    value: Value | None = None
    moving: Value | None = None
    every: CalendarUnit | None = None
    of_last: int = 0
    wait: Duration | None = None
    part: Part | None = None


def boundaries(condition: Condition) -> tuple[Boundary, ...]:
    """Every way in which time alone can change the answer, in the order of the condition.

    Those of the segments it refers to are not followed: `member` names them. Profiles seen for the
    first time concern every condition and are not listed.

    >>> from vitrail.language.parse import parse
    >>> [each.kind for each in boundaries(parse("did(order, last 7 days) and age(birth_date) >= 18"))]
    ['arrival', 'window', 'birthday', 'observation']
    """
    found: list[Boundary] = []
    waiting: list[tuple[str, Tree, str]] = [("", condition, "")]
    while waiting:
        path, node, collection = waiting.pop()
        found.extend(_own(path, node, collection=collection))
        inner = node.collection if isinstance(node, Selection | Step) else collection
        below = [(joined(path, step), child, inner) for step, child in children(node)]
        waiting.extend(reversed(below))
    return tuple(dict.fromkeys(found))


def _own(path: str, node: Tree, *, collection: str) -> Iterator[Boundary]:
    match node:
        case Selection(name, _, window):
            yield Boundary("arrival", path, collection=name)
            if isinstance(window, Last | Period):
                yield Boundary("window", joined(path, "window"), collection=name, window=window)
        case Step(name):
            yield Boundary("arrival", path, collection=name)
        case Sequence():
            yield from _sequence(path, node)
        case Regularly(selection, every, _, of_last):
            yield Boundary("period", path, collection=selection.collection, every=every, of_last=of_last)
        case Within():
            yield from _within(path, node, collection=collection)
        case Compare() | Range() | OneOf() | Like() | Known() | Has():
            yield from _test(path, node, collection=collection)
        case Age(of):
            yield Boundary("birthday", path, collection=collection, value=of)
        case DatePart(part, Now()):
            yield Boundary("clock", path, part=part)
        case Rank():
            yield Boundary("ranking", path)
        case _:
            yield from _named(path, node)


def _named(path: str, node: Tree) -> Iterator[Boundary]:
    match node:
        case Trait(name):
            yield Boundary("observation", path, name=name)
        case Score(name):
            yield Boundary("score", path, name=name)
        case Consented(name):
            yield Boundary("consent", path, name=name)
        case Member(name):
            yield Boundary("member", path, name=name)
        case _:
            return


def _sequence(path: str, sequence: Sequence) -> Iterator[Boundary]:
    last_done = ""
    for index, step in enumerate(sequence.steps):
        if not step.absent:
            last_done = step.collection
            if isinstance(sequence.window, Last | Period):
                yield Boundary(
                    "window",
                    joined(path, "window"),
                    collection=last_done,
                    window=sequence.window,
                )
        elif step.within is not None:
            where = joined(path, f"steps[{index}]")
            yield Boundary("wait", where, collection=last_done, wait=step.within)


def _within(path: str, node: Within, *, collection: str) -> Iterator[Boundary]:
    if turns_with_clock(node.value):
        yield Boundary("now", path)
    elif isinstance(node.value, Anniversary):
        if not isinstance(node.window, Between | Since | Before):
            yield Boundary(
                "anniversary", path, collection=collection, value=node.value.of, window=node.window
            )
    elif not isinstance(node.window, Between | Before):
        yield Boundary("moment", path, collection=collection, value=node.value, window=node.window)


def _test(
    path: str, node: Compare | Range | OneOf | Like | Known | Has, *, collection: str
) -> Iterator[Boundary]:
    crossed = thresholds(node)
    if crossed is None:
        yield Boundary("now", path)
        return
    for value, moving in crossed:
        yield Boundary("threshold", path, collection=collection, value=value, moving=moving)
