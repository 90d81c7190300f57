"""The benchmark of imports runs, on a size that proves nothing about speed."""

from benchmarks.importing import measure


def test_imports_are_measured_beside_duckdb(tmp_path):
    found = measure(tmp_path, 1, rounds=1)
    assert [each.name.partition(":")[0] for each in found] == ["DuckDB"] * 3 + ["Vitrail"] * 2
    assert all(each.processor > 0 for each in found)
