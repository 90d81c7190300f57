from pathlib import Path

import pyarrow as pa
import pytest

from vitrail.warehouse import slices
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.slices import merge_months

HOUR_US = 3_600_000_000


def sizes(*rows: int, target: int = 10) -> list[int]:
    return [part.rows for part in merge_months(list(enumerate(rows)), target=target)]


def test_few_rows_make_one_slice():
    assert sizes(1, 2, 3) == [6]


def test_no_row_makes_no_slice():
    assert sizes() == []


def test_months_are_put_together_until_a_slice_has_its_rows():
    assert sizes(4, 4, 4, 12, 9, 9) == [12, 12, 18]


def test_a_large_month_is_not_cut():
    assert sizes(100, 10) == [100, 10]


def test_a_poor_last_slice_joins_the_one_before():
    assert sizes(10, 10, 3) == [10, 13]


def test_slices_follow_each_other_without_a_gap():
    parts = merge_months([(0, 10), (5, 10), (9, 10)], target=10)
    assert [(part.start_us, part.end_us) for part in parts] == [(0, 5), (5, 9), (9, 2**63 - 1)]


def test_a_month_that_is_too_large_is_cut_at_hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slices, "TARGET_ROWS", 4)
    times = [hour * HOUR_US + 7 for hour in (0, 0, 0, 1, 1, 30, 800, 801)]
    with Scratch(tmp_path) as scratch:
        scratch.register("rows", pa.table({"at_us": pa.array(times, pa.int64())}))
        parts = slices.cut(scratch, "rows")
    assert [(part.start_us, part.rows) for part in parts] == [(0, 5), (30 * HOUR_US, 3)]
