"""The report of the base says what SQL counts in the files, and judges addresses one by one."""

import csv
import datetime as dt
import json
import re

import duckdb
import openpyxl
import pyarrow as pa
import pytest

import vitrail
from tests.app.shops import END
from tests.app.terminal import answer, run
from tests.app.test_report import Reader
from vitrail.app.report.base.gather import gather_base
from vitrail.app.report.base.writing import write_base_report
from vitrail.app.shop.load import load_shop
from vitrail.app.workspace import Workspace
from vitrail.collect.load import load_consents
from vitrail.collect.quality.contacts import judge_emails, judge_phones, judge_postcodes
from vitrail.collect.reference.communes import Commune, Communes


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with vitrail.create(tmp_path_factory.mktemp("base") / "maison", clock=lambda: END) as made:
        load_shop(made, customers=300, end=END)
        yield made


@pytest.fixture(scope="module")
def figures(shop):
    return gather_base(shop)


@pytest.fixture(scope="module")
def folder(shop, tmp_path_factory):
    place = tmp_path_factory.mktemp("report")
    write_base_report(shop, place)
    return place


def count(ws: Workspace, kind: str, what: str, name: str = "") -> int:
    """What SQL says of the files of a sort."""
    source = ws.store.source()
    files = source.traits.snapshots if kind == "traits" else source.events[name]
    ((found,),) = duckdb.execute(
        f"SELECT {what} FROM read_parquet({[file.path for file in files]})"
    ).fetchall()
    return found


# --- the sample shop ----------------------------------------------------------------------------


def test_fill_rates_are_those_sql_counts(shop, figures):
    for each in figures.traits:
        column = shop.catalogue.traits[each.name].column
        assert each.known == count(shop, "traits", f'count("{column}")'), each.name
        assert each.told == ({"crm": each.known} if each.known else {})


def test_events_are_those_sql_counts(shop, figures):
    rows = {each.name: each.rows for each in figures.collections if each.kind == "event"}
    assert rows == {name: count(shop, "event", "count(*)", name) for name in rows}


def test_consent_is_that_sql_counts(shop, figures):
    (newsletter,) = figures.consents
    assert newsletter.yes == count(shop, "traits", "count(*) FILTER (WHERE newsletter)")
    assert newsletter.no == count(shop, "traits", "count(*) FILTER (WHERE NOT newsletter)")
    assert newsletter.unknown == 300 - newsletter.yes - newsletter.no
    assert figures.consent_events == ("consent",)


def test_amounts_beyond_the_fence_are_those_sql_counts(shop, figures):
    spent = next(each for each in figures.amounts if each.place == "order.amount")
    fence = count(
        shop,
        "event",
        "quantile_disc(amount, 0.75)::DOUBLE ** 4 / quantile_disc(amount, 0.25)::DOUBLE ** 3",
        "order",
    )
    assert spent.fence == pytest.approx(fence)
    assert spent.beyond == count(shop, "event", f"count(*) FILTER (WHERE amount > {spent.fence})", "order")


def test_every_load_is_told_with_its_source(figures):
    assert {each.source for each in figures.sources} == {"crm", "till", "site", "mailing"}
    assert sum(each.accepted for each in figures.sources if each.kind == "profiles") == 300


def test_arrivals_are_those_of_the_last_ten_weeks(shop, figures):
    orders = next(each for each in figures.arrivals if each.name == "order")
    last = max(each.last for each in figures.collections if each.name == "order")
    start = int((last - dt.timedelta(days=70)).timestamp() * 1_000_000)
    counted = count(shop, "event", f"count(*) FILTER (WHERE at_us >= {start})", "order")
    assert abs(sum(day.rows for day in orders.days) - counted) <= 1


# --- addresses, numbers, postcodes --------------------------------------------------------------

EMAILS = [
    ("Anne.Durand@maison.fr", 1),
    ("anne.durand@MAISON.fr ", 1),
    ("contact@maison.fr", 1),
    ("moi@yopmail.com", 1),
    ("anne@maison", 1),
    ("anne.maison.fr", 2),
    ("noreply@maison.fr", 1),
    ("a@example.com", 1),
]


def test_addresses_are_told_apart():
    found = judge_emails(EMAILS)
    assert (found.known, found.valid, found.malformed, found.made_up) == (9, 4, 3, 2)
    assert (found.role, found.disposable, found.shared, found.sharing) == (1, 1, 1, 2)


def test_numbers_are_told_apart():
    found = judge_phones(
        [
            ("06 98 76 54 31", 1),
            ("+33698765431", 2),
            ("0692 45 67 89", 1),
            ("+32 470 12 34 56", 1),
            ("06 98 76", 1),
        ]
    )
    assert (found.known, found.valid, found.malformed) == (6, 5, 1)
    assert (found.metropolitan, found.overseas, found.foreign) == (3, 1, 1)
    assert (found.shared, found.sharing) == (1, 3)


def test_a_postcode_that_lies_nowhere_is_told():
    communes = Communes("2026", (Commune("35000", "35238", "Rennes"),))
    values = [
        (("35000", "FR"), 3),
        (("35001", None), 1),
        (("99999", "FR"), 1),
        (("abc", "FR"), 1),
        (("1000", "Belgique"), 2),
    ]
    found = judge_postcodes(values, communes)
    assert (found.known, found.valid, found.unknown, found.malformed, found.abroad) == (8, 3, 2, 1, 2)
    alone = judge_postcodes(values, None)
    assert (alone.valid, alone.unknown) == (4, 1)


def test_doubtful_dates_and_amounts_are_counted(empty: Workspace, clock):
    people = {
        "id": [str(n) for n in range(30)],
        "birth_date": [
            dt.date(1850, 1, 1),
            dt.date(2090, 1, 1),
            *[dt.date(1980, 1, n + 1) for n in range(28)],
        ],
        "spent": [-5.0, 0.0, 1e9, *[10.0 + n for n in range(27)]],
    }
    empty.load_profiles(pa.table(people), key="id")
    visits = {"who": ["1", "1", "1"], "at": ["1999-01-01", "2025-05-01", "2030-01-01"]}
    empty.load_events("visit", pa.table(visits), profile="who", at="at")
    found = gather_base(empty)
    assert [(each.future, each.before_1900) for each in found.dates] == [(1, 1)]
    assert [(each.negative, each.zero, each.beyond) for each in found.amounts] == [(1, 1, 1)]
    assert [(each.before_2000, each.future) for each in found.collections] == [(1, 1)]


def test_an_empty_base_has_its_report(empty: Workspace, tmp_path):
    write_base_report(empty, tmp_path / "new")
    assert "Rien d’anormal" in (tmp_path / "new" / "base.fr.html").read_text("utf-8")


def test_the_register_tells_what_each_last_said(empty: Workspace):
    said = {
        "who": ["a", "a", "b", "c"],
        "purpose": ["offers"] * 4,
        "state": ["granted", "withdrawn", "granted", "refused"],
        "at": [f"2025-0{n}-01" for n in range(1, 5)],
    }
    empty.catalogue.declare(purposes=["offers"])
    load_consents(empty.store, pa.table(said), profile="who", state="state", at="at", purpose="purpose")
    (line,) = gather_base(empty).register
    assert (line.purpose, line.granted, line.refused, line.withdrawn) == ("offers", 1, 1, 1)


# --- the files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_page_is_whole_and_stands_alone(folder, language):
    page = (folder / f"base.{language}.html").read_text("utf-8")
    reader = Reader(page)
    assert reader.open == []
    assert f'<html lang="{language}">' in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "<script" not in page


def test_french_spaces_hold(folder):
    page = re.sub(
        r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>",
        "",
        (folder / "base.fr.html").read_text("utf-8"),
        flags=re.S,
    )
    assert not re.search(r" [:;!?»]|« |\d %", page)


def test_the_files_hold_the_same_figures(folder, figures):
    told = json.loads((folder / "base.json").read_text("utf-8"))
    assert [each["known"] for each in told["traits"]] == [each.known for each in figures.traits]
    with (folder / "tables.fr" / "traits.csv").open(encoding="utf-8-sig") as file:
        assert [int(row["Connus"]) for row in csv.DictReader(file, delimiter=";")] == [
            e.known for e in figures.traits
        ]
    sheet = openpyxl.load_workbook(folder / "base.en.xlsx").worksheets[1]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        e.known for e in figures.traits
    ]


def test_the_command_writes_the_report(empty: Workspace, tmp_path):
    told = answer(run("report", "--to", str(tmp_path / "r"), "--json", workspace=empty.store.path))
    assert str(tmp_path / "r" / "base.fr.html") in told["files"]


def test_a_file_is_not_written_over_by_a_folder(empty: Workspace, tmp_path):
    (tmp_path / "r").write_text("mine")
    assert run("report", "--to", str(tmp_path / "r"), workspace=empty.store.path).exit_code == 2
    assert (tmp_path / "r").read_text() == "mine"
