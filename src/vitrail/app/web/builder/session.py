"""One state of the builder: the form that was sent, what it says, and how many meet each part of it."""

from __future__ import annotations

import msgspec

from vitrail.app.masking import personal_questions
from vitrail.app.web.builder.acting import act
from vitrail.app.web.builder.counting import idle
from vitrail.app.web.builder.doubting import Doubt, Weighed, doubts, for_path, small
from vitrail.app.web.builder.drawing import draw
from vitrail.app.web.builder.form import ROOT, Group, Sent, below, first, received
from vitrail.app.web.builder.reading import Ground, Lack, Read, read
from vitrail.app.web.settled import Counted, Settled
from vitrail.language.check import check
from vitrail.language.describe import describe
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.model.errors import Problem, UserError
from vitrail.model.tree import All, AnyOf

MOST_UNDONE = 40
NOTHING_WEIGHED = Weighed()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The form before anything is counted.

    `text` is the condition in writing as the person left it, `problems` what does not fit in it; `undo` are
    the rules of before, the newest last, `redo` those that were taken back; `at` is the row the person goes
    on with, `turned` says that the form was drawn anew from writing.
    """

    group: Group
    text: str
    problems: tuple[Problem, ...] = ()
    undo: tuple[str, ...] = ()
    redo: tuple[str, ...] = ()
    at: str = ""
    turned: bool = False


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """The form with what it says and counts; `counted` is None where it cannot be asked."""

    draft: Draft
    said: Read
    rule: str
    sentence: str
    warnings: tuple[Problem, ...]
    errors: tuple[Problem, ...]
    counted: Counted | None
    idle: frozenset[str]
    doubts: tuple[Doubt, ...] = ()

    @property
    def total(self) -> int | None:
        """How many meet the whole."""
        return None if self.counted is None else self.counted.count(ROOT)

    def count(self, path: str) -> int | None:
        """How many meet a part; None while it cannot be asked."""
        if self.counted is None or path not in self.counted.members:
            return None
        return self.counted.count(path)

    def lack(self, path: str) -> Lack | None:
        """What a row lacks."""
        return self.said.lacks.get(path)

    def doubts_at(self, path: str) -> tuple[Doubt, ...]:
        """What is doubtful at one place."""
        return for_path(self.doubts, path)

    @property
    def can_be_saved(self) -> bool:
        """Whether the rule is whole and right."""
        return self.said.is_whole and not self.errors and not self.draft.problems


def opened(rule: str, ground: Ground) -> Draft:
    """The form of a rule; an empty one has no condition yet. What cannot be read stays in writing."""
    if not rule.strip():
        return Draft(group=Group("all"), text="")
    try:
        condition = parse(rule)
    except UserError as error:
        return Draft(group=Group("all"), text=rule, problems=error.problems)
    return Draft(group=draw(condition, ground), text=format(condition))


def sent_back(sent: Sent, ground: Ground) -> Draft:
    """The form that was sent, after what its buttons or its writing did to it."""
    group, do = received(sent), first(sent, "do")
    was, undo, redo = first(sent, "was"), tuple(sent.get("undo", ())), tuple(sent.get("redo", ()))
    if do == "undo" and undo:
        back = opened(undo[-1], ground)
        return msgspec.structs.replace(back, undo=undo[:-1], redo=(*redo, was)[-MOST_UNDONE:], turned=True)
    if do == "redo" and redo:
        again = opened(redo[-1], ground)
        return msgspec.structs.replace(again, undo=_pushed(undo, was), redo=redo[:-1], turned=True)
    text = first(sent, "text")
    if text != was and do in ("", "recount", "text", "save", "review"):
        return _written(text, group, undo=_pushed(undo, was), ground=ground)
    acted = act(group, do, sent=sent, catalogue=ground.catalogue)
    rule = _rule(read(acted.group, ground))
    later = _pushed(undo, was) if rule != was else undo
    kept = redo if rule == was else ()
    return Draft(group=acted.group, text=rule, undo=later, redo=kept, at=acted.at)


def build(
    draft: Draft, ground: Ground, *, settled: Settled, at_us: int, weighed: Weighed = NOTHING_WEIGHED
) -> Built:
    """What the form says, how many meet each part as of an instant, and what is doubtful in it."""
    said = read(draft.group, msgspec.structs.replace(ground, checks=True))
    found = check(said.condition, ground.catalogue)
    hidden = personal_questions(said.condition, ground.catalogue) if ground.hides else ()
    errors = (*(each for each in found if each.severity == "error"), *hidden)
    counted = None if errors else settled.counted(said.conditions, at_us)
    rule = _rule(said)
    still = frozenset() if counted is None else frozenset(_idle(draft.group, said, counted=counted))
    weighed = msgspec.structs.replace(weighed, size=small(counted), idle=still)
    return Built(
        draft=draft if draft.problems else msgspec.structs.replace(draft, text=rule),
        said=said,
        rule=rule,
        sentence=describe(said.condition, ground.catalogue, language=ground.language) if rule else "",
        warnings=tuple(each for each in found if each.severity == "warning"),
        errors=errors,
        counted=counted,
        idle=still,
        doubts=() if errors else doubts(draft.group, said, ground=ground, weighed=weighed),
    )


def _rule(said: Read) -> str:
    """The condition in writing; none as long as no row is whole, since everybody is in."""
    return format(said.condition) if said.conditions.keys() - {ROOT} else ""


def _written(text: str, group: Group, *, undo: tuple[str, ...], ground: Ground) -> Draft:
    drafted = opened(text, ground)
    if drafted.problems:
        return Draft(group=group, text=text, problems=drafted.problems, undo=undo)
    return msgspec.structs.replace(drafted, undo=undo, turned=True)


def _pushed(undo: tuple[str, ...], was: str) -> tuple[str, ...]:
    if undo and undo[-1] == was:
        return undo
    return (*undo, was)[-MOST_UNDONE:]


def _idle(group: Group, said: Read, *, counted: Counted) -> list[str]:
    """The paths of the parts without which the same people meet their group."""
    found: list[str] = []
    waiting: list[tuple[str, Group]] = [(ROOT, group)]
    while waiting:
        path, here = waiting.pop()
        inside = [below(path, index) for index in range(len(here.parts))]
        waiting += [
            (each, part) for each, part in zip(inside, here.parts, strict=True) if isinstance(part, Group)
        ]
        whole = [each for each in inside if each in said.conditions]
        if len(whole) < 2:
            continue
        conditions = tuple(said.conditions[each] for each in whole)
        joined = All(conditions) if here.kind == "all" else AnyOf(conditions)
        members = {number: counted.members[each] for number, each in enumerate(whole)}
        found += [whole[number] for number in idle(joined, members)]
    return found
