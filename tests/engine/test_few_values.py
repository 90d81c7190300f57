"""Figures over texts that take few values are those of counting each value by hand."""

import random
from collections import Counter

import duckdb
import pytest
from sqlglot import exp

from vitrail.engine.sql.few import COUNTED, SEVERAL, Wanted, few_query, suits
from vitrail.engine.sql.footers import FEW
from vitrail.engine.sql.write import column

Row = tuple[int, str | None, bool]


def drawn(values, *, seed):
    """Records of 40 profiles: a text that may be unknown, and whether the record is in a window."""
    chance = random.Random(seed)
    texts = [f"value {number:03}" for number in range(values)]
    return [(chance.randrange(40), chance.choice([*texts, None]), chance.random() < 0.5) for _ in range(600)]


def settled(rows, texts, *, modes):
    """Per profile: the mode of all records, that of those inside, how many different ones inside."""
    wanted = [
        Wanted(True, [], "mode"),
        Wanted(True, [column("inside")], "mode_inside"),
        Wanted(False, [column("inside")], "distinct_inside"),
        *(Wanted(True, [], f"again {number}") for number in range(modes - 2)),
    ]
    connection = duckdb.connect(":memory:")
    connection.execute("CREATE TABLE records (profile INTEGER, text VARCHAR, inside BOOLEAN)")
    connection.executemany("INSERT INTO records VALUES (?, ?, ?)", rows)
    values = [exp.Literal.string(text) for text in texts]
    query = few_query(exp.to_table("records"), wanted, of=column("text"), texts=values)
    return {row[0]: row[1:4] for row in connection.execute(query.sql(dialect="duckdb")).fetchall()}


def mode(texts):
    """The most frequent text, the smallest of equals."""
    counts = Counter(texts)
    return min(counts, key=lambda text: (-counts[text], text)) if counts else None


@pytest.mark.parametrize("values", [1, 2, 3, 4, 5, 9, COUNTED])
@pytest.mark.parametrize("modes", [2, SEVERAL])
def test_few_values_are_counted_as_by_hand(values, modes):
    rows = drawn(values, seed=values)
    known = [(profile, text, inside) for profile, text, inside in rows if text is not None]
    found = settled(rows, sorted({text for _, text, _ in known}), modes=modes)
    for profile, figures in found.items():
        texts = [text for owner, text, _ in known if owner == profile]
        inside = [text for owner, text, there in known if owner == profile and there]
        assert figures == (mode(texts), mode(inside), len(set(inside)))


def test_too_many_values_are_left_to_a_grouping_by_value():
    texts = [str(number) for number in range(FEW)]
    assert suits(texts, mode=False)
    assert not suits(texts, mode=True)
    assert not suits(None, mode=False)
