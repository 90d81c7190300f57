"""Keys as places in a list: whichever way they are found, each row has its own key back."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.coding import code

NUMBERED = st.integers(0, 300).map(lambda number: f"É{number:03d}")
KEYS = st.one_of(NUMBERED, st.text(min_size=1, max_size=4), st.integers(0, 10**12).map(str))


def check(chunks: list[list[str]]) -> None:
    coded = code(pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string()))
    words = coded.keys.to_pylist()
    assert [words[place] for place in coded.places] == [key for chunk in chunks for key in chunk]
    assert len(words) == len({key for chunk in chunks for key in chunk})


@given(st.lists(st.lists(KEYS, max_size=8), max_size=3))
def test_each_row_has_its_own_key_back(chunks: list[list[str]]):
    check(chunks)


@given(st.lists(st.lists(NUMBERED, max_size=8), max_size=3))
def test_numbered_keys_have_theirs_too(chunks: list[list[str]]):
    check(chunks)


@pytest.mark.parametrize(
    "keys",
    [
        ["C001", "D001"],
        ["C001", "C0x1"],
        ["007", "7"],
        ["C999999999", "C000000001"],
        ["123456789012", "123456789013", "023456789012"],
    ],
    ids=["another letter", "no digit", "leading zeros", "numbers far apart", "more digits than fit"],
)
def test_keys_that_look_numbered_are_not_mixed_up(keys: list[str]):
    check([keys, keys])


def test_a_part_of_a_larger_column_is_read_from_its_own_place():
    whole = pa.array([f"C{number:04d}" for number in range(100)])
    coded = code(pa.chunked_array([whole.slice(10, 3), whole.slice(50, 2)]))
    assert coded.keys.take(pa.array(coded.places)).to_pylist() == [
        "C0010",
        "C0011",
        "C0012",
        "C0050",
        "C0051",
    ]
