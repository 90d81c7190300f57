"""Texts that come one after the other name something different each."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect import rising
from vitrail.collect.rising import Rising


def rises(*chunks: list[str | None]) -> bool:
    seen = Rising()
    for chunk in chunks:
        seen.see(pa.array(chunk, pa.string()))
    return seen.holds


@pytest.mark.parametrize(
    ("chunks", "holds"),
    [
        ([["o9", "o10"], ["o11"]], True),
        ([["o9"], [], ["o10"]], True),
        ([["o9"], ["o9"]], False),
        ([["o10", "o9"]], False),
        ([["a", "b"], ["a"]], False),
        ([["a", None]], False),
    ],
    ids=["numbers", "an empty part", "twice", "back", "back in the next part", "unknown"],
)
def test_what_is_behind_the_one_before_it_rises(chunks: list[list[str | None]], holds: bool):
    assert rises(*chunks) is holds


@given(st.lists(st.lists(st.text(max_size=2), max_size=4), max_size=4))
def test_no_text_comes_twice_among_those_that_rise(chunks: list[list[str]]):
    texts = [text for chunk in chunks for text in chunk]
    assert not rises(*chunks) or len(set(texts)) == len(texts)


def test_what_goes_back_after_many_rows_is_seen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rising, "FIRST_ROWS", 2)
    assert not rises(["a", "b", "c", "a"])
