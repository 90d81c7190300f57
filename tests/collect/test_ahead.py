"""Work done one step ahead: the same pieces, never more than one waiting, and nothing left running."""

import pytest

from vitrail.collect.ahead import ahead


def test_the_pieces_come_in_their_order():
    with ahead(range(50)) as pieces:
        assert list(pieces) == [*range(50)]


def test_one_ahead_of_another_gives_the_same():
    with ahead(range(50)) as first, ahead(number * 2 for number in first) as second:
        assert sum(second) == 2450


def test_what_goes_wrong_is_raised_where_the_piece_was_to_be_taken():
    with ahead(1 // number for number in (1, 0)) as pieces:
        assert next(pieces) == 1
        with pytest.raises(ZeroDivisionError):
            next(pieces)


def test_at_most_one_piece_waits_and_none_is_made_after_the_end():
    made = []
    with ahead(made.append(number) for number in range(100)) as pieces:
        next(pieces)
    assert len(made) <= 2
