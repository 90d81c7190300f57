"""The report of a small shop: what it says is what the workspace answers, and the page is fit to be read."""

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import vitrail
from tests.app.shops import END
from vitrail.app.report import write_report
from vitrail.app.report.figures import Cell, Division, Figures, Line, Month, Totals
from vitrail.app.report.gather import gather
from vitrail.app.report.page import page
from vitrail.app.report.words import ENGLISH, FRENCH, Speech
from vitrail.app.shop.load import define_ready, load_shop

NASTY = '<script>alert("x")</script> & "co"'


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    with vitrail.create(tmp_path_factory.mktemp("shops") / "maison", clock=lambda: END) as made:
        load_shop(made, customers=400, end=END)
        define_ready(made)
        made.refresh(END)
        yield made


@pytest.fixture(scope="module")
def figures(ws):
    return gather(ws.store, language="en", title="Maison")


@pytest.fixture(scope="module", params=["fr", "en"])
def written(ws, request, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(ws, path, language=request.param, other="other.html")
    return path.read_text("utf-8")


class Reader(HTMLParser):
    """The tags of a page with their attributes, and whether they are closed in order."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.faults = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        self.faults += [f"{tag} repeats {name}" for name in names if names.count(name) > 1]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def line(name, key="k"):
    return Line(key, name, name, name, 3, 0.3, Decimal("12.5"), 0.1)


def small(name="VIP", months=(), cells=()):
    division = Division("d", name, name, name, 10, (line(name), line("others", "o")))
    totals = Totals(10, 3, 4, Decimal(100), Decimal(0))
    when = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    return Figures(name, when, "Europe/Paris", "EUR", totals, months, (division,), (line(name),), cells)


# --- figures ------------------------------------------------------------------------------------


def test_sizes_are_those_the_workspace_answers(ws, figures):
    sizes = {one.key: one.size for one in figures.segments}
    assert sizes["one_time"] == ws.count("count(order) = 1 and not did(order, last 120 days)", END) > 0


def test_classes_add_up_to_everybody(figures):
    lifecycle = next(one for one in figures.divisions if one.key == "lifecycle")
    assert sum(one.size for one in lifecycle.classes) == lifecycle.size == 400
    assert sum(one.share for one in lifecycle.classes) == pytest.approx(1)


def test_the_revenue_of_the_classes_adds_up_to_the_revenue(figures):
    lifecycle = next(one for one in figures.divisions if one.key == "lifecycle")
    assert sum(one.revenue for one in lifecycle.classes) == figures.totals.revenue > 0


def test_buyers_are_those_the_workspace_counts(ws, figures):
    assert figures.totals.buyers == ws.count("did(order, last 1 year)", END)


def test_the_map_counts_each_buyer_once(ws, figures):
    assert len(figures.rfm) == 25
    assert sum(cell.size for cell in figures.rfm) == ws.count("did(order)", END)


def test_months_are_the_last_24_and_only_the_present_one_is_cut(figures):
    assert len(figures.months) == 24
    assert [month.first for month in figures.months][-1] == dt.date(2026, 3, 1)
    assert [month.whole for month in figures.months] == [True] * 23 + [False]


def test_scores_that_serve_others_are_not_shown(figures):
    assert not {one.key for one in figures.divisions} & {"rfm_recency", "rfm_frequency", "rfm_monetary"}


def test_a_workspace_without_orders_has_a_report(tmp_path):
    with vitrail.create(tmp_path / "empty") as made:
        text = write_report(made, tmp_path / "r.html", language="en").read_text("utf-8")
    assert "No segment is defined yet." in text


# --- words --------------------------------------------------------------------------------------


def test_both_languages_say_everything():
    assert FRENCH.keys() == ENGLISH.keys()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Speech("fr").money(Decimal("12345.6")), "12 346 €"),
        (Speech("en").money(Decimal("12345.6")), "€12,346"),
        (Speech("fr").share(0.0474), "4,7 %"),
        (Speech("en").share(0.0001), "< 0.1%"),
        (Speech("fr").change(-0.12), "−12,0 %"),
        (Speech("fr").month(dt.date(2026, 8, 1)), "août 2026"),
        (Speech("fr").precise_money(Decimal("64.2")), "64,20 €"),
    ],
)
def test_numbers_are_written_as_in_the_language(said, expected):
    assert re.sub(r"\s", " ", said) == expected


# --- page ---------------------------------------------------------------------------------------


def test_the_page_is_well_formed(written):
    assert Reader(written).faults == []


def test_the_page_stands_alone(written):
    tags = Reader(written).tags
    assert not [tag for tag, _ in tags if tag in {"script", "link", "img", "iframe"}]
    addresses = [
        value for _, attributes in tags for name, value in attributes.items() if name in {"src", "href"}
    ]
    assert set(addresses) == {"other.html", "#months", "#rfm", "#divisions", "#segments"}
    assert "@import" not in written
    assert "url(" not in written


def test_headings_go_down_one_by_one(written):
    levels = [int(tag[1]) for tag, _ in Reader(written).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_mark_has_a_title(written):
    tags = [tag for tag, _ in Reader(written).tags]
    marks = [
        at
        for at, (tag, found) in enumerate(Reader(written).tags)
        if tag == "path" and found.get("fill", "").startswith("var(--chart-")
    ]
    assert len(marks) > 80
    assert all(tags[at + 1] == "title" for at in marks)


def test_every_drawing_has_a_name(written):
    drawings = [found for tag, found in Reader(written).tags if tag == "svg"]
    assert drawings
    assert all(found["aria-label"] for found in drawings)


def test_every_table_has_headers(written):
    tables = re.findall(r"<table.*?</table>", written, re.DOTALL)
    assert tables
    assert all('scope="col"' in table and 'scope="row"' in table for table in tables)


def test_links_within_the_page_lead_somewhere(written):
    found = Reader(written).tags
    places = {attributes.get("id") for _, attributes in found}
    inside = {value[1:] for _, attributes in found if (value := attributes.get("href", "")).startswith("#")}
    assert inside <= places


def test_names_are_never_markup():
    text = page(
        small(NASTY, (Month(dt.date(2026, 1, 1), Decimal(5), 1),), (Cell(1, 1, NASTY, 3),)), language="fr"
    )
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert Reader(text).faults == []


def test_the_language_of_the_page_is_told(ws):
    assert '<html lang="fr">' in page(small(), language="fr")


# --- colours ------------------------------------------------------------------------------------


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def palettes():
    text = page(small(), language="fr")
    return [
        dict(re.findall(r"--(\w+): (#\w{6})", block)) for block in re.findall(r":root \{([^}]*)\}", text)[:2]
    ]


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_text_stands_out(palette, ground):
    for ink in ("ink", "quiet", "accent"):
        assert contrast(palette[ink], palette[ground]) >= 4.5, ink
    assert contrast(palette["bar"], palette[ground]) >= 3
