"""Charts: each mark told and linked, nothing the content policy refuses, tiles that share out their room."""

import re
from functools import cache
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.app.charts.marks import Cell, Mark, Paper, Series, heat, spread, thinned
from vitrail.app.charts.migration import Flow, migration
from vitrail.app.charts.plots import bars, columns, course, heat_map, stacked
from vitrail.app.charts.treemap import Tile, squarified, treemap

PAPER = Paper(label="Récence & « fréquence »", width=400)
NAMES = ("Champions", "À perdre", "<b>", "L’été & l’hiver", 'it\'s \\ "odd"')
MARKS = tuple(
    Mark(name=name, value=10.0 - place, text=f"{place} %", title=f"{name} : {place}", at=20_000.0 + 7 * place)
    for place, name in enumerate(NAMES)
)
LINKED = tuple(
    Mark(name=mark.name, value=mark.value, address=f"/segments/{place}?a=1&b=2", at=mark.at)
    for place, mark in enumerate(MARKS)
)
CELLS = tuple(Cell(row=r, column=c, text=r + c, title=f"{r} × {c}") for r in "54321" for c in "12345")


def flows(classes: int = len(MARKS)) -> tuple[Flow, ...]:
    places = range(classes)
    return tuple(
        Flow(before=a, after=b, value=1.0, title=f"{a} → {b}", way="stays" if a == b else "falls")
        for a in places
        for b in places
    )


@cache
def of_all_kinds(marks: tuple[Mark, ...]) -> dict[str, str]:
    layers = (Series("one", marks, "1"), Series("two", marks, "2"))
    return {
        "bars": bars(marks, PAPER),
        "columns": columns(marks, PAPER, axis="k€"),
        "course": course(layers, PAPER),
        "area": course(layers[:1], PAPER, area=True),
        "stacked": stacked(layers, PAPER),
        "treemap": treemap(marks, PAPER),
        "migration": migration(marks, marks, flows=flows(len(marks)), paper=PAPER),
        "map": heat_map(CELLS[: 25 if marks else 0], PAPER),
    }


KINDS = ("bars", "columns", "course", "area", "stacked", "treemap", "migration", "map")


def test_every_kind_is_drawn():
    assert tuple(of_all_kinds(MARKS)) == KINDS


def titles(svg: str) -> list[str]:
    return [str(each.text) for each in ElementTree.fromstring(svg).iter() if each.tag == "title"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_well_formed_and_named(kind: str):
    root = ElementTree.fromstring(of_all_kinds(MARKS)[kind])
    assert root.attrib["aria-label"] == PAPER.label
    assert root.attrib["role"] == "img"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "map"])
def test_every_mark_is_told(kind: str):
    assert set(titles(of_all_kinds(MARKS)[kind])) >= {mark.title for mark in MARKS}


def test_every_square_is_told():
    assert titles(of_all_kinds(MARKS)["map"]) == [cell.title for cell in CELLS]


def test_every_band_is_told():
    assert set(titles(of_all_kinds(MARKS)["migration"])) >= {flow.title for flow in flows()}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "map"])
def test_every_mark_leads_where_it_should(kind: str):
    root = ElementTree.fromstring(of_all_kinds(LINKED)[kind])
    links = [each.attrib["href"] for each in root.iter() if each.tag == "a"]
    assert set(links) == {mark.address for mark in LINKED}
    assert root.attrib["role"] == "group"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_styled_in_place(kind: str):
    assert not re.search(r'\sstyle=|<style|class="mark', of_all_kinds(MARKS)[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_those_of_the_page(kind: str):
    painted = set(re.findall(r'(?:fill|stroke)="([^"]+)"', of_all_kinds(MARKS)[kind])) - {
        "none",
        "transparent",
    }
    assert painted
    assert all(each.startswith("var(--chart-") for each in painted)


def test_numbers_are_written_in_the_language():
    marks = (Mark(name="x", value=12_000),)
    assert "12\u202f000" in columns(marks, Paper(label="", language="fr"))
    assert "12,000" in columns(marks, Paper(label="", language="en"))


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_draw_is_no_trouble(kind: str):
    assert of_all_kinds(())[kind].startswith("<svg")


@given(
    st.lists(st.floats(0.5, 1e6), min_size=1, max_size=30),
    st.floats(50, 2000),
    st.floats(50, 2000),
)
def test_tiles_share_out_their_room(values: list[float], width: float, height: float):
    values.sort(reverse=True)
    tiles = squarified(values, Tile(0.0, 0.0, width, height))
    areas = [tile.width * tile.height for tile in tiles]
    expected = [value / sum(values) * width * height for value in values]
    assert areas == pytest.approx(expected, rel=1e-6)
    for tile in tiles:
        assert tile.x >= -1e-6
        assert tile.y >= -1e-6
        assert tile.x + tile.width <= width * (1 + 1e-6)
        assert tile.y + tile.height <= height * (1 + 1e-6)


def test_tiles_are_those_of_the_paper():
    # The example of figure 4 of Bruls, Huizing and van Wijk: 6 x 4, areas 6, 6, 4, 3, 2, 2, 1.
    tiles = squarified([6, 6, 4, 3, 2, 2, 1], Tile(0.0, 0.0, 6.0, 4.0))
    shapes = [(round(tile.width, 3), round(tile.height, 3)) for tile in tiles]
    assert shapes[:4] == [(3.0, 2.0), (3.0, 2.0), (1.714, 2.333), (1.286, 2.333)]


def test_the_bands_of_a_class_fill_its_box():
    svg = migration(MARKS, MARKS, flows=flows(), paper=PAPER)
    assert svg.count('class="band stays"') == len(MARKS)
    assert svg.count("<path") == len(MARKS) ** 2


def test_more_is_darker():
    steps = [heat(value, 100) for value in range(101)]
    assert steps == sorted(steps)
    assert {*steps} == {f"heat-{step}" for step in range(6)}


def test_labels_are_left_out_until_there_is_room():
    labels = [f"mois {number}" for number in range(12)]
    assert thinned(labels, 2_000) == labels
    assert [each for each in thinned(labels, 260) if each] == ["mois 0", "mois 3", "mois 6", "mois 9"]


def test_labels_along_time_stand_apart_and_the_last_is_kept():
    marks = [Mark(name="", value=0, under=f"{day}/1", at=day) for day in (1, 2, 3, 30)]
    told = spread(marks, 290)
    assert told == ["", "", "3/1", "30/1"]
