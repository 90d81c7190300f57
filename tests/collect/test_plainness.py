"""Numbers that are seen to be plain at once are those that are plain one by one."""

import re

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.plainness import only_decimals, only_digits

CELLS = st.lists(
    st.one_of(
        st.none(),
        st.from_regex(r"[0-9]{1,4}(\.[0-9]{0,5})?", fullmatch=True),
        st.text("0159.,-+e ", max_size=5),
    ),
    max_size=6,
)


def known(cells: list[str | None]) -> list[str]:
    return [cell for cell in cells if cell is not None]


@given(CELLS)
def test_digits_are_digits_in_each_cell(cells: list[str | None]):
    each = all(re.fullmatch(r"[0-9]{1,3}", cell) for cell in known(cells))
    assert only_digits(pa.array(cells, pa.string()), most=3) == (each and bool(known(cells)))


@given(CELLS)
def test_decimals_are_decimals_in_each_cell(cells: list[str | None]):
    if only_decimals(pa.array(cells, pa.string()), whole=3, fraction=4):
        assert all(re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", cell) for cell in known(cells))


def test_decimals_of_one_kind_are_seen():
    assert only_decimals(pa.array(["1.5", None, "200.2500"]), whole=14, fraction=4)


def test_a_part_of_a_larger_column_is_looked_at_alone():
    cells = pa.array(["x", "12", "3.5", "y"])
    assert only_digits(cells.slice(1, 1), most=18)
    assert only_decimals(cells.slice(2, 1), whole=14, fraction=4)
