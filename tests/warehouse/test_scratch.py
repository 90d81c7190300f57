"""A working database: Arrow files shown in the types that were asked for, and a rest that loses nothing."""

from pathlib import Path

import pyarrow as pa

from vitrail.warehouse.scratch import Scratch


def _file(path: Path, rows: pa.Table) -> Path:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as written:
        written.write_table(rows)
    return path


def test_the_rows_of_all_files_are_shown(tmp_path: Path):
    paths = [_file(tmp_path / f"{n}.arrow", pa.table({"line": [n]})) for n in (1, 2)]
    with Scratch(tmp_path) as scratch:
        scratch.lay_out("rows", paths, columns={"line": "BIGINT"})
        assert scratch.rows("SELECT line FROM rows ORDER BY 1") == [(1,), (2,)]


def test_a_column_that_no_file_has_is_unknown(tmp_path: Path):
    path = _file(tmp_path / "1.arrow", pa.table({"line": [1]}))
    with Scratch(tmp_path) as scratch:
        scratch.lay_out("rows", [path], columns={"line": "BIGINT", "city": "VARCHAR"})
        assert scratch.rows("SELECT line, city FROM rows") == [(1, None)]


def test_a_column_has_the_type_that_was_asked_for(tmp_path: Path):
    path = _file(tmp_path / "1.arrow", pa.table({"profile": pa.array([7], pa.int32())}))
    with Scratch(tmp_path) as scratch:
        scratch.lay_out("rows", [path], columns={"profile": "BIGINT"})
        assert scratch.rows("SELECT typeof(profile) FROM rows") == [("BIGINT",)]


def test_what_is_kept_outlives_a_rest(tmp_path: Path):
    with Scratch(tmp_path) as scratch:
        scratch.run("CREATE TABLE kept AS SELECT md5(range::VARCHAR) AS name FROM range(3000000)")
        scratch.rest()
        assert scratch.number("SELECT count(DISTINCT name) FROM kept") == 3_000_000
