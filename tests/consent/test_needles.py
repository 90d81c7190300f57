"""Thousands of byte strings looked for at once find what looking for each by itself finds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrail.consent.rights.needles import ByteStrings
from vitrail.consent.rights.searching import Needles, forms

LETTERS = st.lists(st.sampled_from(b"ab\x00"), max_size=60).map(bytes)


@settings(max_examples=200)
@given(st.lists(LETTERS.filter(lambda each: len(each) >= 4), max_size=8), LETTERS)
def test_it_finds_what_each_by_itself_finds(strings: list[bytes], data: bytes):
    assert ByteStrings(strings).found_in(data) == {each for each in strings if each in data}


def test_every_form_of_a_word_is_found_wherever_it_stands():
    word = "Zoé.Dupré@marques.fr"
    needles = Needles([word])
    every = [form for form in forms(word) if len(form) >= 4]
    assert all(needles.find(b"x" * n + form + b"y") == {word} for n, form in enumerate(every))


HASH = "3f9ac007119e02b74d1ba5c6d7e8f90a"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'"{HASH}"', False),
        ("the key C007119", True),
        (f"C007119{HASH}", True),
        (f"{HASH}c007119", True),
        ("ab" * 9 + "C007119" + "0f" * 2, True),
        (b"a note on C007119, in hexadecimal".hex(), True),
    ],
)
def test_a_key_in_the_middle_of_a_hash_is_there_by_chance(text: str, found: bool):
    assert Needles(["C007119"]).find(text.encode()) == ({"C007119"} if found else set())
