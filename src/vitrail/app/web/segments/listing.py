"""The list of segments: what is shown of each, what is searched, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import urlencode

import msgspec

from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import AllFigures, Figures, Point, all_figures
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segment
from vitrail.model.errors import Problem
from vitrail.warehouse.refresh import defined

PAGE = 50
SORTS = ("name", "size", "change", "revenue")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One segment, or one class of a segmentation, as the list shows it."""

    key: str
    name: str
    description: str
    tags: tuple[str, ...]
    owner: str
    size: int
    course: tuple[Point, ...]
    change: int | None
    revenue: Decimal | None
    used_by: tuple[str, ...]
    problems: tuple[Problem, ...]
    share: float = 0.0
    of: str = ""
    archived: bool = False


class Wish(msgspec.Struct, frozen=True):
    """What the person looks for; the fields of the search form and of the address."""

    q: str = ""
    kind: str = "segments"
    tag: str = ""
    owner: str = ""
    only: str = ""
    sort: str = "name"
    down: bool = False
    page: int = 1

    def address(self, **changed: object) -> str:
        """The address of the same list, but for what changes."""
        wish = msgspec.structs.replace(self, **changed)
        asked: dict[str, str] = {
            name: str(int(value) if isinstance(value, bool) else value)
            for name, value in msgspec.structs.asdict(wish).items()
            if value != getattr(_NOTHING, name)
        }
        return "/segments" + (f"?{urlencode(asked)}" if asked else "")

    def sorted_by(self, column: str) -> str:
        """The address of the list in the order of a column; the same column again turns it round."""
        down = not self.down if self.sort == column else column != "name"
        return self.address(sort=column, down=down, page=1)


_NOTHING = Wish()


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the list; `segments` and `classes` say how many there are of each before any search."""

    lines: tuple[Line, ...]
    found: int
    pages: int
    segments: int
    classes: int
    archived: int
    tags: tuple[str, ...]
    owners: tuple[str, ...]
    at: dt.datetime | None
    has_revenue: bool


def listing(desk: Desk, wish: Wish, *, language: str) -> Listing:
    """The segments that were asked for, in order."""
    document = defined(desk.ws.store)[1].document
    figures = all_figures(desk)
    every = list(_lines(document, figures, language=language))
    own = [line for line in every if bool(line.of) == (wish.kind == "classes")]
    chosen = [line for line in own if _meets(line, wish)]
    chosen.sort(key=_ORDERS.get(wish.sort, _by_name), reverse=wish.down)
    start = (wish.page - 1) * PAGE
    return Listing(
        lines=tuple(chosen[start : start + PAGE]),
        found=len(chosen),
        pages=max(1, -(-len(chosen) // PAGE)),
        segments=sum(not line.of and not line.archived for line in every),
        archived=sum(line.archived for line in every),
        classes=sum(bool(line.of) for line in every),
        tags=tuple(sorted({tag for line in own for tag in line.tags})),
        owners=tuple(sorted({line.owner for line in own if line.owner})),
        at=figures.at,
        has_revenue=any(line.revenue is not None for line in every),
    )


def said(words: dict[str, str], language: str) -> str:
    """The words in a language, or in the first there is."""
    return words.get(language) or next(iter(words.values()), "")


def _lines(document: DefinitionFile, figures: AllFigures, *, language: str) -> Iterator[Line]:
    for segment in document.segments:
        found = figures.segments[segment.key]
        line = _line(segment, segment.key, found=found, language=language)
        share = line.size / figures.customers if figures.customers else 0.0
        yield msgspec.structs.replace(line, share=share)
    for one in document.segmentations:
        parts: tuple[Class | Remainder, ...] = (*one.classes, one.otherwise)
        keys = [f"{one.key}.{part.key}" for part in parts]
        among = sum(figures.segments[key].size for key in keys)
        for part, key in zip(parts, keys, strict=True):
            line = _line(part, key, found=figures.segments[key], language=language)
            share = line.size / among if among else 0.0
            yield msgspec.structs.replace(line, tags=one.tags, of=said(one.name, language), share=share)


def _line(part: Segment | Class | Remainder, key: str, *, found: Figures, language: str) -> Line:
    return Line(
        key=key,
        name=said(part.name, language) or part.key,
        description=said(part.description, language),
        tags=part.tags if isinstance(part, Segment) else (),
        owner=part.owner if isinstance(part, Segment) else "",
        archived=isinstance(part, Segment) and part.archived,
        size=found.size,
        course=found.course,
        change=found.change,
        revenue=found.revenue,
        used_by=found.used_by,
        problems=found.problems,
    )


def _meets(line: Line, wish: Wish) -> bool:
    if wish.tag and wish.tag not in line.tags:
        return False
    if (wish.owner and wish.owner != line.owner) or not _ONLY[wish.only](line):
        return False
    text = folded(" ".join((line.name, line.description, line.key, line.of, line.owner, *line.tags)))
    return all(word in text for word in folded(wish.q).split())


def folded(text: str) -> str:
    """A text without accents or capitals, to search in: `Été` is found by `ete`."""
    return "".join(each for each in normalize("NFD", text.casefold()) if not combining(each))


_ONLY: dict[str, Callable[[Line], bool]] = {
    "": lambda line: not line.archived,
    "doubts": lambda line: not line.archived and bool(line.problems),
    "unused": lambda line: not line.archived and not line.used_by,
    "empty": lambda line: not line.archived and not line.size,
    "archived": lambda line: line.archived,
}
"""What the list can be narrowed to; only the last one shows what was put aside."""

ONLY = tuple(_ONLY)


def _by_name(line: Line) -> tuple[str, str]:
    return folded(line.of), folded(line.name)


_ORDERS: dict[str, Callable[[Line], Any]] = {
    "name": _by_name,
    "size": lambda line: line.size,
    "change": lambda line: line.change or 0,
    "revenue": lambda line: line.revenue or 0,
}
