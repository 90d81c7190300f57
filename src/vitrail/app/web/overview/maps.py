"""The RFM treemap and the moves between classes, as the start page and the segmentations draw them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import urlencode

import msgspec

from vitrail.app.charts.marks import Mark, heat
from vitrail.app.charts.migration import Flow, Way
from vitrail.app.counting import Counts
from vitrail.app.segmentations.moving import OUTSIDE, Moves
from vitrail.app.web.charts import Drawn, Sheet, migration, treemap
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import Figures, all_figures
from vitrail.app.web.segments.listing import said
from vitrail.app.web.speech import Speech
from vitrail.consent.small_groups import Figure
from vitrail.model.definitions import Class, Remainder, Segmentation
from vitrail.warehouse.refresh import defined

RFM = "rfm"
BANDS = 26
"""So many bands are drawn, the widest; the table tells them all."""


class Tile(msgspec.Struct, frozen=True):
    """One class: how many it holds, what they brought in a year each, and where it leads.

    `segment` is the address of the segment made of it, or where to make one.
    """

    key: str
    name: str
    description: str
    size: Figure
    each: Decimal | None
    address: str
    segment: str
    is_segment: bool


class Matrix(msgspec.Struct, frozen=True):
    """Moves as a table: a row for each class before, a column for each class after."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def tiles_of(desk: Desk, key: str, *, speech: Speech, counts: Counts) -> tuple[Tile, ...]:
    """The classes of a segmentation; none where it is not defined."""
    document = defined(desk.ws.store)[1].document
    found = next((each for each in document.segmentations if each.key == key), None)
    if found is None:
        return ()
    sizes, figures = counts.segments(), all_figures(desk)
    made = {each.rule.strip(): each.key for each in document.segments}
    tiles = []
    parts: tuple[Class | Remainder, ...] = (*found.classes, found.otherwise)
    for part in parts:
        whole = f"{key}.{part.key}"
        segment = made.get(f'member("{whole}")')
        tiles.append(
            Tile(
                key=whole,
                name=said(part.name, speech.language),
                description=said(part.description, speech.language),
                size=sizes.get(whole, Figure()),
                each=_worth(figures.segments[whole]) if counts.exact else None,
                address=f"/segments/{whole}",
                segment=f"/segments/{segment}" if segment else _made_from(whole),
                is_segment=segment is not None,
            )
        )
    return tuple(tiles)


def _worth_told(each: Decimal | None, speech: Speech) -> str:
    if each is None:
        return ""
    return speech.say(", %(amount)s per customer over a year", amount=speech.money(each))


def _worth(known: Figures) -> Decimal | None:
    """What each member brought in a year."""
    return None if known.revenue is None or not known.size else known.revenue / known.size


def _made_from(key: str) -> str:
    """Where to make a segment of a class."""
    return "/segments/new?" + urlencode({"rule": f'member("{key}")'})


def draw_tiles(tiles: tuple[Tile, ...], speech: Speech, *, label: str) -> Drawn:
    """The treemap of classes: as large as their members, the darker the more each of them brings."""
    total = sum(tile.size.value or 0 for tile in tiles) or 1
    richest = float(max((tile.each or Decimal(0) for tile in tiles), default=Decimal(0)))
    marks = []
    for tile in tiles:
        size = tile.size.value or 0
        share = speech.share(size / total)
        told = speech.many("%(num)s customer", "%(num)s customers", number=size)
        worth = _worth_told(tile.each, speech)
        marks.append(
            Mark(
                name=tile.name,
                value=size,
                text=f"{speech.count(size)} · {share}",
                title=f"{tile.name}{speech.say(': ')}{told} ({share}){worth}",
                address=tile.address,
                tone=heat(float(tile.each or 0), richest) if richest else "1",
            )
        )
    return treemap(marks, Sheet(label=label, language=speech.language, wide=(920, 320), narrow=(330, 400)))


class MovesShown(msgspec.Struct, frozen=True):
    """Moves with the names of the classes, and how many went each way, as it may be told."""

    moves: Moves
    names: Mapping[str, str]
    figures: Mapping[tuple[str, str], Figure]

    @property
    def sizes(self) -> tuple[tuple[tuple[str, str], int | None], ...]:
        """What the drawing depends on: which moves, and how many as told."""
        return tuple((pair, figure.value) for pair, figure in self.figures.items())

    def size(self, key: str, side: int) -> int:
        """How many of those told are in a class, before (0) or after (1)."""
        return sum(each.value or 0 for pair, each in self.figures.items() if pair[side] == key)


def shown_moves(moves: Moves, names: Mapping[str, str], *, counts: Counts) -> MovesShown:
    """The moves as they may be told to who asks."""
    told = counts.table({f"{old}\n{new}": people for (old, new), people in moves.people.items()})
    return MovesShown(moves, names, {(old, new): told[f"{old}\n{new}"] for old, new in moves.people})


def names_in(segmentation: Segmentation, speech: Speech) -> dict[str, str]:
    """The names of the classes, by their whole key; those who have none are told so."""
    parts: tuple[Class | Remainder, ...] = (*segmentation.classes, segmentation.otherwise)
    names = {f"{segmentation.key}.{part.key}": said(part.name, speech.language) for part in parts}
    return {**names, OUTSIDE: speech.say("no class")}


def draw_moves(shown: MovesShown, speech: Speech) -> Drawn:
    """The moves as bands between two rows of classes; groups too small to be told are not drawn."""
    moves, names = shown.moves, shown.names
    rows = {key: place for place, key in enumerate(moves.before)}
    columns = {key: place for place, key in enumerate(moves.after)}
    numbers = {pair: figure.value for pair, figure in shown.figures.items() if figure.value}
    flows = [
        Flow(
            before=rows[pair[0]],
            after=columns[pair[1]],
            value=float(number),
            way=_way(pair, moves),
            title=_told(names[pair[0]], names[pair[1]], speech=speech, number=number),
        )
        for pair, number in sorted(numbers.items(), key=lambda each: -each[1])[:BANDS]
    ]
    before = [_box(key, shown.size(key, 0), names=names, speech=speech) for key in moves.before]
    after = [_box(key, shown.size(key, 1), names=names, speech=speech) for key in moves.after]
    label = speech.say("Who went from which class to which")
    sheet = Sheet(label=label, language=speech.language, wide=(920, 360), narrow=(330, 420))
    return migration(before, after, flows=flows, sheet=sheet)


def _way(pair: tuple[str, str], moves: Moves) -> Way:
    """Whether people stayed, or went up or down in the order the classes have after."""
    old, new = pair
    if old == new:
        return "stays"
    order = moves.after if old in moves.after else moves.before
    return "rises" if new not in order or order.index(new) < order.index(old) else "falls"


def matrix_of(shown: MovesShown, speech: Speech) -> Matrix:
    """The moves as a table."""

    def cell(row: str, column: str) -> tuple[str, str]:
        figure = shown.figures.get((row, column))
        text = "–" if figure is None else figure.text(speech.language, number=speech.count)
        return text, "stays" if row == column else "moves" if figure else ""

    moves, names = shown.moves, shown.names
    rows = tuple((names[row], tuple(cell(row, column) for column in moves.after)) for row in moves.before)
    return Matrix(tuple(names[column] for column in moves.after), rows)


def _box(key: str, number: int, *, names: Mapping[str, str], speech: Speech) -> Mark:
    return Mark(
        name=names[key],
        value=number,
        title=f"{names[key]}{speech.say(': ')}{speech.count(number)}",
        address=f"/segments/{key}" if key else "",
        tone="1" if key else "pale",
    )


def _told(before: str, after: str, *, speech: Speech, number: int) -> str:
    people = speech.many("%(num)s customer", "%(num)s customers", number=number)
    if before == after:
        return speech.say("%(name)s, stayed: %(people)s", name=before, people=people)
    return speech.say("From %(before)s to %(after)s: %(people)s", before=before, after=after, people=people)
