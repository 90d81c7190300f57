"""Python values as Arrow columns."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.numbers import to_decimals
from vitrail.collect.sources.rows import DECIMAL, INSTANT, LOCAL, column, last_of_each, table

UTC = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([None], pa.null()),
        ([True, None], pa.bool_()),
        ([1, 2**63 - 1], pa.int64()),
        ([1, 2**63], DECIMAL),
        ([1, 1.5], pa.float64()),
        ([Decimal("NaN"), 1], DECIMAL),
        ([UTC], INSTANT),
        ([UTC.replace(tzinfo=None)], LOCAL),
        ([UTC, UTC.replace(tzinfo=None)], pa.string()),
        ([["a"], None, []], pa.list_(pa.string())),
        ([["a", 1]], pa.string()),
        ([{"a": UTC}], pa.string()),
        ([1, "a"], pa.string()),
        ([True, 1], pa.string()),
        ([b"a"], pa.binary()),
    ],
)
def test_the_narrowest_type_that_holds_them(values: list, kind: pa.DataType):
    assert column(values).type == kind


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**13), max_value=10**13)))
def test_decimals_round_as_if_no_digit_had_been_cut(values: list[Decimal]):
    once = to_decimals(pa.array([str(format(value, "f")) for value in values], pa.string())).values
    assert to_decimals(column([*values, Decimal(0)])).values[:-1] == once


def test_blocks_of_different_types_make_one_column():
    blocks = [{"a": column(values)} for values in ([None], [1], [Decimal("0.5")])]
    assert table(blocks, ["a"])["a"].to_pylist() == [None, 1, Decimal("0.5")]
    blocks.append({"a": column(["x"])})
    assert table(blocks, ["a"])["a"].to_pylist() == [None, "1", "0.5", "x"]


def test_the_last_row_of_each_identity_stays_in_its_place():
    rows = pa.table({"id": ["a", "b", "a", "c"], "n": [1, 2, 3, 4]})
    assert last_of_each(rows, ["id"])["n"].to_pylist() == [2, 3, 4]
    assert last_of_each(rows, ["id", "n"]).num_rows == 4
