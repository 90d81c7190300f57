"""Columns that some files never heard of are unknown in their rows."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.warehouse.reading import read_columns


def test_what_a_file_never_heard_of_is_unknown_in_its_rows(tmp_path: Path):
    first, second = str(tmp_path / "1.parquet"), str(tmp_path / "2.parquet")
    pq.write_table(pa.table({"profile": [1], "amount": [10]}), first)
    pq.write_table(pa.table({"profile": [2], "city": ["Lyon"]}), second)
    assert read_columns([first, second], ["amount", "profile"]).to_pydict() == {
        "amount": [10, None],
        "profile": [1, 2],
    }
    assert read_columns([second], ["amount"])["amount"].to_pylist() == [None]
