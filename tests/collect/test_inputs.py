import gzip
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.collect.contents import snapshot
from vitrail.collect.load import load_events, load_profiles, load_records
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

TABLE = pa.table({"id": ["a", "b"], "city": ["Évry", None], "age": [30, 40]})


def as_parquet(path: Path) -> Path:
    pq.write_table(TABLE, path / "people.parquet")
    return path / "people.parquet"


def as_csv(path: Path) -> Path:
    (path / "people.csv").write_text("id,city,age\na,Évry,30\nb,,40\n", encoding="utf-8")
    return path / "people.csv"


def as_old_csv(path: Path) -> Path:
    (path / "people.csv").write_bytes("id;city;age\r\na;Évry;30\r\nb;;40\r\n".encode("cp1252"))
    return path / "people.csv"


def as_compressed_csv(path: Path) -> Path:
    (path / "people.csv.gz").write_bytes(
        gzip.compress("\ufeffid\tcity\tage\na\tÉvry\t30\nb\t\t40\n".encode())
    )
    return path / "people.csv.gz"


SHAPES: dict[str, Callable[[Path], object]] = {
    "table": lambda _: TABLE,
    "batch": lambda _: TABLE.to_batches()[0],
    "reader": lambda _: TABLE.to_reader(max_chunksize=1),
    "pandas": lambda _: pd.DataFrame({"id": ["a", "b"], "city": ["Évry", None], "age": [30, 40]}),
    "polars": lambda _: pl.DataFrame({"id": ["a", "b"], "city": ["Évry", None], "age": [30, 40]}),
    "parquet": as_parquet,
    "csv": as_csv,
    "old csv": as_old_csv,
    "compressed csv": as_compressed_csv,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_rows_give_the_same_profiles(store: Store, tmp_path: Path, shape: str):
    report = load_profiles(store, SHAPES[shape](tmp_path), key="id")
    assert report.created == 2
    assert snapshot(store) == {"a": {"city": "Évry", "city~folded": "évry", "age": 30}, "b": {"age": 40}}


def test_frames_are_read_without_importing_their_libraries():
    program = """
        import sys
        import vitrail.collect.load
        assert "pandas" not in sys.modules and "polars" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)


BAD_FILES = {
    "missing.csv": (None, "file_not_found"),
    "nothing.csv": (b"", "empty_input"),
    "mark.csv": (b"\xef\xbb\xbf", "empty_input"),
    "sheet.csv": (b"PK\x03\x04rest", "unreadable_file"),
    "page.csv": (b"\n<!DOCTYPE html><html>", "not_a_table"),
    "cut.csv.gz": (gzip.compress(b"id\n" + b"a\n" * 1000)[:30], "unreadable_file"),
    "cut.parquet": (b"PAR1\x00\x00", "not_parquet"),
    "photo.csv": (b"\x89PNG\r\n", "not_a_table"),
    "bytes.csv": (bytes(range(256)), "not_a_table"),
    "twice.csv": (b"id,id\na,b\n", "header_ambiguous"),
    "open.csv": (b'id;city\na;"Paris\nb;Lyon\n', "quote_not_closed"),
    "keyless.csv": (b"Id_client,city\na,b\n", "column_missing"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_what_cannot_be_loaded_is_refused_with_its_reason(store: Store, tmp_path: Path, name: str):
    content, code = BAD_FILES[name]
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError) as refusal:
        load_profiles(store, path, key="id")
    assert [problem.code for problem in refusal.value.problems] == [code]
    assert store.version.number == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("packed.csv", gzip.compress(b"id\na\n")),
        ("plain.csv.gz", b"id\na\n"),
        ("text.parquet", b"id\na\n"),
        ("lines.csv", b'{"id": "a"}\n'),
        ("people.doc", b"id\na\n"),
    ],
    ids=["packed.csv", "plain.csv.gz", "text.parquet", "lines.csv", "people.doc"],
)
def test_a_file_is_what_its_content_says(store: Store, tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    assert load_profiles(store, tmp_path / name, key="id").accepted == 1


def test_a_column_without_a_name_is_given_one(store: Store, tmp_path: Path):
    (tmp_path / "unnamed.csv").write_bytes(b"id,\na,b\n")
    report = load_profiles(store, tmp_path / "unnamed.csv", key="id")
    assert [warning.code for warning in report.warnings] == ["column_renamed"]
    assert snapshot(store)["a"]["column_2"] == "b"


def test_a_missing_key_brings_the_nearest_names(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, pa.table({"Customer_ID": ["a"], "city": ["x"]}), key="customer_id")
    assert refusal.value.problems[0].hint == ("Customer_ID",)


def test_a_missing_file_brings_the_nearest_names(store: Store, tmp_path: Path):
    (tmp_path / "customers.csv").write_text("id\na\n")
    with pytest.raises(UserError) as refusal:
        load_profiles(store, tmp_path / "customer.csv", key="id")
    assert refusal.value.problems[0].hint == ("customers.csv",)


def test_a_frame_that_mixes_types_in_a_column_is_refused(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, pd.DataFrame({"id": ["a", "b"], "city": ["Paris", 3]}), key="id")
    assert refusal.value.problems[0].code == "unreadable_table"


def test_what_is_no_table_is_refused(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, [1, 2], key="id")
    assert refusal.value.problems[0].code == "unknown_input"


@pytest.mark.parametrize("data", [pa.table({"id": pa.array([], pa.string())}), "header.csv"])
def test_a_header_alone_loads_nothing_and_says_so(store: Store, tmp_path: Path, data: object):
    if isinstance(data, str):
        (tmp_path / data).write_text("id,city\n")
        data = tmp_path / data
    report = load_profiles(store, data, key="id")
    assert (report.accepted, report.rejected) == (0, 0)
    assert [warning.code for warning in report.warnings] == ["no_rows"]


def test_lines_are_numbered_as_a_spreadsheet_does(store: Store, tmp_path: Path):
    path = tmp_path / "people.csv"
    path.write_text('id;city\na;"Le\nHavre"\n\nb\nc;Nice;3\nd;Lyon\n;Brest\n', encoding="utf-8")
    report = load_profiles(store, path, key="id")
    assert [reject.line for reject in report.rejects] == [4, 5, 7]
    assert (report.accepted, snapshot(store)["a"]["city"]) == (2, "Le\nHavre")


def test_a_missing_column_brings_the_header(store: Store):
    with pytest.raises(UserError, match=r"not in the header \(number, town\)"):
        load_profiles(store, pa.table({"number": ["a"], "town": ["x"]}), key="id")


def test_a_folder_is_no_file(store: Store, tmp_path: Path):
    with pytest.raises(UserError, match="is a folder"):
        load_profiles(store, tmp_path, key="id")


@pytest.mark.parametrize("parts", [{}, {"key": None}])
def test_a_load_says_which_column_is_the_key(store: Store, parts: dict):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, TABLE, **parts)
    assert [problem.code for problem in refusal.value.problems] == ["column_not_named"]


def test_a_word_a_load_does_not_take_brings_the_nearest(store: Store):
    with pytest.raises(UserError) as refusal:
        load_profiles(store, TABLE, key="id", craeted="at")
    assert refusal.value.problems[0].hint == ("created",)


def test_what_is_loaded_has_a_name(store: Store):
    with pytest.raises(UserError) as refusal:
        load_records(store, " ", data=TABLE, profile="id", key="city")
    assert refusal.value.problems[0].code == "no_name"


def test_a_load_whose_rows_are_all_refused_leaves_no_trace_in_the_catalogue(store: Store):
    days = pa.table({"id": ["a"], "day": ["yesterday"], "amount": ["12"]})
    report = load_events(store, "order", data=days, profile="id", at="day")
    assert (report.accepted, report.rejected) == (0, 1)
    assert store.catalogue.collections == {}
    assert store.version.number == 0
