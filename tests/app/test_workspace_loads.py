import datetime as dt
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.app.conftest import DAY, NOW, ORDERS, PEOPLE
from vitrail.app.workspace import create, open
from vitrail.model.errors import UserError


def as_parquet(folder, table):
    pq.write_table(table, folder / "table.parquet")
    return folder / "table.parquet"


def as_csv(folder, table):
    path = folder / "table.csv"
    table.to_pandas().to_csv(path, index=False)
    return str(path)


SHAPES = {
    "table": lambda _, table: table,
    "batches": lambda _, table: table.to_batches()[0],
    "reader": lambda _, table: table.to_reader(max_chunksize=2),
    "parquet": as_parquet,
    "csv": as_csv,
    "pandas": lambda _, table: table.to_pandas(),
    "polars": lambda _, table: pl.from_arrow(table),
}
DEALS = pa.table({"deal": ["d1", "d2"], "who": ["A", "E"], "stage": ["won", "open"]})


@pytest.fixture(params=SHAPES)
def shape(request, tmp_path):
    return lambda table: SHAPES[request.param](tmp_path, table)


def load_all(ws, shape=lambda table: table):
    return [
        ws.load_profiles(shape(PEOPLE), key="id"),
        ws.load_events("order", shape(ORDERS), profile="who", at="at", key="number"),
        ws.load_records("deal", shape(DEALS), profile="who", key="deal"),
    ]


def test_every_shape_of_data_loads_the_same(empty, shape):
    reports = load_all(empty, shape)
    assert [report.created for report in reports] == [3, 4, 2]
    assert empty.members("sum(order.amount) = 30.5 or count(deal) > 0")["profile"].to_pylist() == ["A", "E"]
    assert empty.members('country = "BE" or count(order, last 10 days) = 0')["profile"].to_pylist() == [
        "B",
        "C",
        "D",
        "E",
    ]


def test_loading_twice_changes_nothing(empty, shape):
    load_all(empty)
    version = empty.store.version
    again = load_all(empty, shape)
    assert [(report.created, report.updated, report.unchanged) for report in again] == [
        (0, 0, 3),
        (0, 0, 4),
        (0, 0, 2),
    ]
    assert empty.store.version == version


def test_events_without_a_key_are_loaded_once(empty):
    rows = ORDERS.drop(["number"])
    assert empty.load_events("order", rows, profile="who", at="at").created == 4
    assert empty.load_events("order", rows, profile="who", at="at").unchanged == 4


def test_scores_are_loaded(shop):
    scores = pd.DataFrame({"who": ["A", "B"], "points": [80.0, 20.0]})
    shop.load_scores("lead", scores, profile="who", value="points")
    assert shop.members('score("lead") > 50', as_of=NOW + DAY)["profile"].to_pylist() == ["A"]


def test_numbers_are_keys_too(empty):
    empty.load_profiles(pd.DataFrame({"id": [2, 1]}), key="id")
    assert empty.members("true")["profile"].to_pylist() == ["1", "2"]


def test_a_report_is_short_to_read(empty):
    days = pa.table({"who": ["A"] * 9, "day": ["2025-01-01", *["?"] * 8]})
    report = empty.load_events("order", days, profile="who", at="day")
    lines = repr(report).splitlines()
    assert lines[0] == "event order: 1 accepted (new: 1, changed: 0, already there: 0), 8 refused"
    assert lines[2].startswith("line 2: “day”: “?”")
    assert len(lines) == 6
    assert lines[-1].endswith(report.rejects_path)


def test_a_load_is_seen_by_those_who_have_it_open(shop):
    with open(shop.store.path) as other:
        assert other.count("true", as_of=NOW) == 4
        shop.load_profiles(pa.table({"id": ["Z"]}), key="id")
        assert other.count("true", as_of=NOW) == 5


def test_the_catalogue_learns_types(shop):
    properties = shop.catalogue.collections["order"].properties
    assert properties["amount"].type == "decimal"
    assert shop.catalogue.traits["country"].type == "text"


def test_times_without_a_zone_are_told(empty):
    naive = pa.table({"who": ["A"], "at": [dt.datetime(2025, 1, 1, 0, 30)]})  # noqa: DTZ001
    report = empty.load_events("order", naive, profile="who", at="at")
    assert [warning.code for warning in report.warnings] == ["times_without_zone"]
    assert empty.count("did(order, between 2025-01-01 and 2025-01-02)") == 1


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "mine").touch()
    with pytest.raises(UserError) as refused:
        create(tmp_path)
    assert refused.value.problems[0].code == "workspace_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_is_no_workspace_is_not_opened(tmp_path):
    with pytest.raises(UserError) as refused:
        open(tmp_path)
    assert refused.value.problems[0].code == "not_a_workspace"


def test_an_empty_folder_becomes_a_workspace(tmp_path):
    create(tmp_path, timezone="America/Lima", currency="PEN").close()
    with open(tmp_path) as ws:
        assert ws.catalogue.current().timezone == "America/Lima"
        assert ws.catalogue.current().currency == "PEN"


def test_an_unknown_zone_makes_nothing(tmp_path):
    with pytest.raises(UserError) as refused:
        create(tmp_path / "shop", timezone="Europe/Pariss")
    assert refused.value.problems[0].code == "unknown_timezone"
    assert not Path(tmp_path / "shop").exists()


def test_nothing_is_left_in_staging_after_a_load(tmp_path):
    with create(tmp_path / "shop") as ws:
        ws.load_profiles(pa.table({"id": ["A"], "name": ["Ana"]}), key="id")
        assert [each for each in (tmp_path / "shop" / "staging").rglob("*") if each.is_file()] == []
