"""French people who move, mistype and live together: most are found, and hardly anyone else."""

from benchmarks.duplicates import measure


def test_people_are_found_and_partners_are_not_taken_for_one():
    found = measure(3_000)
    assert found.pairs > 100
    assert found.recall >= 0.95
    assert found.precision >= 0.98
