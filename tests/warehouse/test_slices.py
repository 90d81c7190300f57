from vitrail.warehouse.slices import merge_months


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
