"""Showing what a plan would change: what is added, changed or removed, and who would enter and leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from vitrail.app.cli import problems
from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import Problem

if TYPE_CHECKING:
    from vitrail.warehouse.changes import Action, Change, Plan

SIGNS: dict[Action, tuple[str, str]] = {
    "added": ("+", "green"),
    "changed": ("~", "yellow"),
    "removed": ("-", "red"),
    "follows": ("~", "cyan"),
    "renamed": ("~", "blue"),
}


def document(plan: Plan, *, applied: bool) -> dict[str, object]:
    """The plan as a program reads it; `applied` says whether it was put in force."""
    return {
        "applied": applied,
        "changes": [each for each in plan.changes if each.action != "unchanged"],
        "unchanged": plan.count("unchanged"),
        "warnings": problems.document(_warnings(plan)),
    }


def drawings(plan: Plan, here: Session) -> Iterator[RenderableType]:
    """The plan as a person reads it."""
    if warnings := _warnings(plan):
        yield problems.drawing(warnings, here, texts={}, width=here.paper.width)
        yield Text()
    moved = [each for each in plan.changes if each.action != "unchanged"]
    if not moved:
        yield here.pick(
            fr="Rien à changer : tout est déjà ainsi.", en="Nothing to change: all is so already."
        )
        return
    yield _moves(moved, here)
    for each in moved:
        yield from _rules(each, here)
    yield _summary(plan, here)


def _warnings(plan: Plan) -> list[Problem]:
    """What is doubtful in the rules that the plan puts in force; the others were told before."""
    new = {each.key for each in plan.changes if each.action in ("added", "changed")}
    return [each for each in plan.warnings if _key(each) in new]


def _key(each: Problem) -> str:
    """The segment that a problem of `segments.vip.rule` or `segmentations.activity.new.rule` is about."""
    return each.path.partition(":")[0].partition(".")[2].removesuffix(".rule")


def applied(here: Session) -> str:
    """What to say once the plan is in force."""
    return here.pick(
        fr="Appliqué. Pour mettre les segments à jour : vitrail refresh",
        en="Applied. To bring the segments up to date: vitrail refresh",
    )


def _moves(changes: list[Change], here: Session) -> RenderableType:
    headings = (
        Heading(""),
        Heading(here.pick(fr="Clé", en="Key"), wraps=True),
        Heading(here.pick(fr="Avant", en="Before"), side="right"),
        Heading(here.pick(fr="Après", en="After"), side="right"),
        Heading(here.pick(fr="Entrent", en="Enter"), side="right"),
        Heading(here.pick(fr="Sortent", en="Leave"), side="right"),
        Heading(here.pick(fr="Par exemple", en="For example"), style="dim"),
    )
    return table(headings, [_row(each, here) for each in changes])


def _row(each: Change, here: Session) -> tuple[Text | str, ...]:
    sign, style = SIGNS[each.action]
    return (
        words(sign, style=f"bold {style}"),
        words(each.key, style=style),
        _size(each.size_before, here),
        _size(each.size_after, here),
        _moved("+", each.entering, here=here),
        _moved("−", each.leaving, here=here),
        _sample(each),
    )


def _size(size: int | None, here: Session) -> str:
    return "–" if size is None else here.speech.count(size)


def _moved(sign: str, number: int, *, here: Session) -> str:
    return f"{sign}{here.speech.count(number)}" if number else ""


def _sample(each: Change) -> str:
    """One who would enter, one who would leave."""
    some = [f"+{key}" for key in each.sample_entering[:1]] + [f"−{key}" for key in each.sample_leaving[:1]]
    return " ".join(some)


def _rules(each: Change, here: Session) -> Iterator[RenderableType]:
    """The rule before and after, where it is the rule that changes."""
    if each.action == "changed":
        before = Text.assemble(("- ", "red"), shown(each.rule_before))
        after = Text.assemble(("+ ", "green"), shown(each.rule_after))
        yield words(each.key, style="bold")
        yield Padding(before, (0, 0, 0, 2), expand=False)
        yield Padding(after, (0, 0, 1, 2), expand=False)


def _summary(plan: Plan, here: Session) -> Text:
    words: dict[Action, tuple[tuple[str, str], tuple[str, str]]] = {
        "added": (("à ajouter",) * 2, ("to add",) * 2),
        "changed": (("à changer",) * 2, ("to change",) * 2),
        "follows": (
            ("qui suit un autre segment", "qui suivent un autre segment"),
            ("following another segment",) * 2,
        ),
        "renamed": (("à renommer",) * 2, ("to rename",) * 2),
        "removed": (("à enlever",) * 2, ("to remove",) * 2),
        "unchanged": (("inchangé", "inchangés"), ("unchanged",) * 2),
    }
    counts = ((plan.count(action), told) for action, told in words.items())
    told = ", ".join(here.many(number, fr=fr, en=en) for number, (fr, en) in counts if number)
    return Text.assemble((here.pick(fr="Plan : ", en="Plan: "), "bold"), told, ".")
