from pathlib import Path

import numpy as np
import pytest

from vitrail.warehouse import prints


def run(place: Path, *ids: str) -> Path:
    path = place / f"{len(list(place.iterdir()))}{prints.SUFFIX}"
    prints.write_run(prints.prints_of(ids), path)
    return path


def test_what_was_written_is_known_and_nothing_else(tmp_path: Path):
    runs = [run(tmp_path, "a", "b"), run(tmp_path, "c")]
    assert prints.known(runs, prints.prints_of(["c", "x", "a", "a"])).tolist() == [True, False, True, True]


def test_nothing_is_known_at_first():
    assert not prints.known([], prints.prints_of(["a"])).any()


def test_ids_are_told_apart_by_both_halves_of_their_prints(tmp_path: Path):
    path = tmp_path / "run"
    prints.write_run(prints.words([(7, 1), (7, 3), (9, 1)]), path)
    asked = prints.words([(7, 1), (7, 2), (7, 3), (9, 3), (2**64 - 1, 0)])
    assert prints.known([path], asked).tolist() == [True, False, True, False, False]


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_a_merged_run_knows_what_its_parts_knew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int):
    monkeypatch.setattr(prints, "CHUNK", chunk)
    ids = [f"m{number}" for number in range(300)]
    runs = [run(tmp_path, *ids[:200]), run(tmp_path, *ids[200:203]), run(tmp_path, *ids[203:])]
    merged, whole = tmp_path / "merged", tmp_path / "whole"
    assert prints.merge_runs(runs, merged) == 300
    prints.write_run(prints.prints_of(ids), whole)
    assert merged.read_bytes() == whole.read_bytes()


def test_runs_of_one_size_are_merged_when_they_are_many():
    assert prints.family([5000, 3, 4000, 9]) == ()
    assert prints.family([prints.LARGE] * 20) == ()
    assert prints.family([40_000, *[5000] * prints.FAMILY]) == tuple(range(1, prints.FAMILY + 1))


def test_a_run_is_sorted_and_holds_each_print_once(tmp_path: Path):
    path = run(tmp_path, "b", "a", "b")
    first = np.fromfile(path, dtype=prints.WORD)[:2]
    assert path.stat().st_size == 2 * prints.WIDTH
    assert first[0] < first[1]
