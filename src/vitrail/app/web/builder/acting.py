"""What the buttons of the form do to it: each takes a form and gives another one."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vitrail.app.web.builder.form import DETAIL, ROOT, Group, Part, Row, Sent, first
from vitrail.app.web.builder.offering import fresh, with_detail
from vitrail.app.written import whole_number
from vitrail.model.catalogue import Catalogue

Parts = tuple[Part, ...]

NOWHERE = 10**6
"""A place in a form that no part has."""


class Acted(msgspec.Struct, frozen=True):
    """The form after a button was pressed, and the path of the row the person goes on with."""

    group: Group
    at: str = ""


def act(group: Group, do: str, *, sent: Sent, catalogue: Catalogue) -> Acted:
    """Do what a button says (`add:r.1`, `remove:r.0`); what makes no sense changes nothing."""
    what, _, path = do.partition(":")
    path, _, detail = path.partition(DETAIL)
    match what:
        case "add":
            return _add(group, path, part=fresh(first(sent, f"{path}:new"), catalogue))
        case "remove" | "copy" | "up" | "down":
            return Acted(_beside(group, path, change=_CHANGES[what]))
        case "all":
            return Acted(_changed(group, path, change=_all_of), path)
        case "detail":
            added = _changed(group, path, change=lambda part: _detailed(part, catalogue))
            return Acted(added, path)
        case "undetail" if (which := whole_number(detail)) is not None:
            return Acted(_changed(group, path, change=lambda part: _without(part, which)), path)
        case _:
            return Acted(group)


def _add(group: Group, path: str, *, part: Part | None) -> Acted:
    if part is None:
        return Acted(group)
    at = ""

    def add(here: Part) -> Part:
        nonlocal at
        if not isinstance(here, Group):
            return here
        at = f"{path}.{len(here.parts)}"
        return Group(here.kind, (*here.parts, part))

    return Acted(_changed(group, path, change=add), at)


def _changed(group: Group, path: str, *, change: Callable[[Part], Part]) -> Group:
    """The form with the part at a path changed."""
    changed = _at(group, _steps(path), change=change)
    return changed if isinstance(changed, Group) else group


def _at(part: Part, steps: list[int], *, change: Callable[[Part], Part]) -> Part:
    if not steps:
        return change(part)
    if not isinstance(part, Group) or steps[0] >= len(part.parts):
        return part
    index = steps[0]
    inside = _at(part.parts[index], steps[1:], change=change)
    return Group(part.kind, (*part.parts[:index], inside, *part.parts[index + 1 :]))


def _beside(group: Group, path: str, *, change: Callable[[Parts, int], Parts]) -> Group:
    """The form with the parts around one changed."""
    parent, _, last = path.rpartition(".")
    index = whole_number(last)
    if not parent or index is None:
        return group

    def inside(part: Part) -> Part:
        if not isinstance(part, Group) or index >= len(part.parts):
            return part
        return Group(part.kind, change(part.parts, index))

    return _changed(group, parent, change=inside)


def _steps(path: str) -> list[int]:
    """The numbers of a path; one that leads nowhere where it is none."""
    steps = path.removeprefix(ROOT).strip(".")
    numbers = steps.split(".") if steps else []
    return [NOWHERE if (step := whole_number(each)) is None else step for each in numbers]


def _all_of(part: Part) -> Part:
    return Group("all", part.parts) if isinstance(part, Group) else part


def _remove(parts: Parts, index: int) -> Parts:
    return (*parts[:index], *parts[index + 1 :])


def _copy(parts: Parts, index: int) -> Parts:
    return (*parts[: index + 1], parts[index], *parts[index + 1 :])


def _up(parts: Parts, index: int) -> Parts:
    if index == 0:
        return parts
    return (*parts[: index - 1], parts[index], parts[index - 1], *parts[index + 1 :])


def _down(parts: Parts, index: int) -> Parts:
    return _up(parts, index + 1) if index + 1 < len(parts) else parts


_CHANGES: dict[str, Callable[[Parts, int], Parts]] = {
    "remove": _remove,
    "copy": _copy,
    "up": _up,
    "down": _down,
}


def _detailed(part: Part, catalogue: Catalogue) -> Part:
    return with_detail(part, catalogue) if isinstance(part, Row) else part


def _without(part: Part, number: int) -> Part:
    if not isinstance(part, Row):
        return part
    kept = (*part.details[:number], *part.details[number + 1 :])
    return Row(part.about, part.fields, kept)
