"""What may not be meant, or not be right, in a segment being built: said plainly, with what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from vitrail.app.health import problems_of_rule
from vitrail.app.web.builder.form import ROOT, Group, parts
from vitrail.app.web.builder.reading import Ground, Read
from vitrail.app.web.pages import later
from vitrail.app.web.settled import Counted
from vitrail.consent.lint.judging import judge
from vitrail.consent.lint.rules import Remark
from vitrail.language.check import check
from vitrail.model.errors import Message, Problem
from vitrail.model.tree import Condition

OF_THE_WHOLE = ("too_many_signals", "far_too_many_signals", "small_audience")
"""What the lint says of a rule as a whole; all else it says of a place."""

TAKE_OUT = later("Take this condition out")
ASK_ALL = later("Ask for all of them")
IDLE = Message(
    fr="Cette condition ne change rien : sans elle, le groupe retient les mêmes clients.",
    en="This changes nothing: without it, the group holds the same customers.",
)


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """One remark at a place of the form (the root: of the whole rule).

    `do` is the button that mends it (empty: none does), `mend` what it says; `source` where the remark
    comes from.
    """

    path: str
    code: str
    text: Message
    advice: Message | None = None
    source: str = ""
    serious: bool = False
    do: str = ""
    mend: str = ""


class Weighed(msgspec.Struct, frozen=True):
    """What doubts are weighed against: stale or broken data, the smallest group that is told, how many meet
    the whole (None: not counted) and the parts that change nothing."""

    troubled: Mapping[str, tuple[Problem, ...]] = {}
    smallest: int = 20
    size: int | None = None
    idle: frozenset[str] = frozenset()


def doubts(group: Group, said: Read, *, ground: Ground, weighed: Weighed) -> tuple[Doubt, ...]:
    """Every remark on a form, those of the whole first, then in the order of the page; each once."""
    found: list[Doubt] = list(_of_whole(said.condition, ground, weighed=weighed))
    for path, part in parts(group):
        condition = said.conditions.get(path)
        if condition is None:
            continue
        if isinstance(part, Group):
            found += _of_group(path, part, condition=condition, ground=ground)
        else:
            found += _of_row(path, condition, ground=ground, weighed=weighed)
        if path in weighed.idle:
            found.append(_at(path, "idle", text=IDLE))
    return _once(found)


def for_path(found: Iterable[Doubt], path: str) -> tuple[Doubt, ...]:
    """The remarks at one place."""
    return tuple(each for each in found if each.path == path)


def small(counted: Counted | None) -> int | None:
    """How many meet the whole, where it was counted."""
    return None if counted is None else counted.count(ROOT)


def _of_whole(condition: Condition, ground: Ground, *, weighed: Weighed) -> Iterator[Doubt]:
    for each in judge(condition, ground.catalogue, size=weighed.size, smallest=weighed.smallest):
        if each.rule in OF_THE_WHOLE:
            yield _remarked(ROOT, each)


def _of_group(path: str, group: Group, *, condition: Condition, ground: Ground) -> Iterator[Doubt]:
    """A choice that holds a negation: nearly always everybody."""
    if group.kind != "any":
        return
    for each in check(condition, ground.catalogue):
        if each.code == "or_with_negation" and each.path == "":
            yield Doubt(path=path, code=each.code, text=each.message, do=f"all:{path}", mend=ASK_ALL)


def _of_row(path: str, condition: Condition, *, ground: Ground, weighed: Weighed) -> Iterator[Doubt]:
    for problem in check(condition, ground.catalogue):
        if problem.severity == "warning" and problem.code != "sensitive":
            yield _at(path, problem.code, text=_whole(problem), mends=not problem.hint)
    for remark in judge(condition, ground.catalogue):
        if remark.rule not in OF_THE_WHOLE:
            yield _remarked(path, remark)
    for problem in problems_of_rule(condition, ground.catalogue, troubled=weighed.troubled):
        yield Doubt(path=path, code=problem.code, text=problem.message)


def _at(path: str, code: str, *, text: Message, mends: bool = True) -> Doubt:
    if not mends or path == ROOT:
        return Doubt(path=path, code=code, text=text)
    return Doubt(path=path, code=code, text=text, do=f"remove:{path}", mend=TAKE_OUT)


def _whole(problem: Problem) -> Message:
    return Message(fr=problem.text("fr"), en=problem.text("en"))


def _remarked(path: str, remark: Remark) -> Doubt:
    mends = path != ROOT and remark.severity != "note"
    return Doubt(
        path=path,
        code=remark.rule,
        text=remark.message,
        advice=remark.suggestion,
        source=remark.source,
        serious=remark.severity == "serious",
        do=f"remove:{path}" if mends else "",
        mend=TAKE_OUT if mends else "",
    )


def _once(found: Iterable[Doubt]) -> tuple[Doubt, ...]:
    seen: dict[tuple[str, Message], Doubt] = {}
    for each in found:
        seen.setdefault((each.path, each.text), each)
    return tuple(seen.values())
