"""The events of a few profiles: from files read whole, and from columns laid open beside them."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from vitrail.engine import opened
from vitrail.engine.canon import Canon
from vitrail.engine.opened import Opened, Whom, cut
from vitrail.engine.source import File
from vitrail.engine.sql.sources import Column

COLUMNS = (
    Column("profile", "INTEGER"),
    Column("at_us", "BIGINT"),
    Column("size", "BIGINT"),
    Column("page", "VARCHAR"),
    Column("page~folded", "VARCHAR"),
    Column("later", "DOUBLE"),
)
PROFILES, ROWS = 40, 500
NOBODY = Canon(np.zeros(0, np.int64), np.zeros(0, np.int64))


@pytest.fixture(params=["whole", "open"])
def path(request, monkeypatch):
    """Files read whole, and files with open columns."""
    if request.param == "open":
        monkeypatch.setattr(opened, "SMALL", 0)
    return request.param


def written(folder: Path, seed: int = 1, *, dictionary: bool = True) -> tuple[File, pa.Table]:
    chance = np.random.default_rng(seed)
    pages = [None if each < 3 else f"Page {each}" for each in chance.integers(0, 20, ROWS).tolist()]
    table = pa.table(
        {
            "profile": pa.array(np.sort(chance.integers(0, PROFILES, ROWS)), pa.int32()),
            "at_us": pa.array(chance.integers(0, 1_000_000, ROWS) * 1_000_000_000, pa.int64()),
            "size": pa.array(chance.integers(-300, 300, ROWS), mask=chance.random(ROWS) < 0.1),
            "page": pa.array(pages, pa.string()),
            "page~folded": pa.array([page and page.casefold() for page in pages], pa.string()),
        }
    ).sort_by([("profile", "ascending"), ("at_us", "ascending")])
    target = folder / f"{seed}.parquet"
    parquet.write_table(table, target, use_dictionary=dictionary, row_group_size=99)
    instants = table["at_us"].to_numpy()
    return File(str(target), ROWS, instants.min(), instants.max(), f"{target}.columns"), table


def rows(table: pa.Table) -> list:
    return sorted(map(str, table.to_pylist()))


def some(files, whom, *, canon=NOBODY, start=0, end=2**62) -> pa.Table:
    flagged = Whom(np.array(whom, np.int32), size=PROFILES, canon=canon)
    return cut(files, COLUMNS, whom=flagged, start=start, end=end)


def expected(tables, whom, *, start=0, end=2**62) -> list:
    found = [
        {**row, "later": None}
        for table in tables
        for row in table.to_pylist()
        if row["profile"] in whom and start <= row["at_us"] < end
    ]
    return sorted(map(str, found))


def test_the_events_of_some_are_cut_out(path, tmp_path):
    one, two = written(tmp_path, 1), written(tmp_path, 2, dictionary=False)
    whom, start, end = [0, 3, 17, 39], 10**14, 9 * 10**14
    found = some([one[0], two[0]], whom, start=start, end=end)
    assert rows(found) == expected([one[1], two[1]], whom, start=start, end=end)
    assert found.num_rows > 0


def test_the_events_of_those_who_are_part_of_another_are_theirs(path, tmp_path):
    file, table = written(tmp_path)
    canon = Canon(np.array([5, 9]), np.array([7, 2]))
    found = some([file], [7, 9], canon=canon)
    assert set(found["profile"].to_pylist()) == {7}
    assert found.num_rows == sum(each in (5, 7) for each in table["profile"].to_pylist())


def test_nobody_and_no_file_give_no_event(path, tmp_path):
    file, _ = written(tmp_path)
    assert some([file], []).num_rows == 0
    assert some([], [1]).schema.names == [each.name for each in COLUMNS]


def test_instants_are_found_in_ranges(path, tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "BLOCK", 64)
    file, table = written(tmp_path)
    ranges = [(10**14, 2 * 10**14), (-(2**62), 10**12), (9 * 10**14, 9 * 10**14 + 1)]
    found = Opened(file).within(ranges)
    wanted = [any(low <= at < high for low, high in ranges) for at in table["at_us"].to_pylist()]
    assert found.tolist() == np.flatnonzero(wanted).tolist()
    assert Opened(file).runs.at(found).tolist() == table["profile"].take(found).to_pylist()


def test_columns_are_laid_open_once(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "SMALL", 0)
    file, table = written(tmp_path)
    some([file], [1, 2])
    Path(file.path).unlink()
    assert rows(some([file], [1, 2])) == expected([table], [1, 2])


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"no arrow at all"])
def test_a_torn_column_is_laid_open_again(content, tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "SMALL", 0)
    file, table = written(tmp_path)
    some([file], [1])
    for each in Path(file.columns).iterdir():
        each.write_bytes(content)
    assert rows(some([file], [1, 2])) == expected([table], [1, 2])
    assert all(each.stat().st_size > len(content) for each in Path(file.columns).iterdir())


def test_where_nothing_can_be_written_files_are_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "SMALL", 0)

    def full(file: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    file, table = written(tmp_path)
    assert rows(some([file], [1, 2])) == expected([table], [1, 2])
    assert list(Path(file.columns).iterdir()) == []


def test_nothing_is_laid_open_where_there_is_little_room(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "SMALL", 0)
    monkeypatch.setattr(opened, "ROOM", 2**60)
    file, table = written(tmp_path)
    assert rows(some([file], [1, 2])) == expected([table], [1, 2])
    assert list(Path(file.columns).iterdir()) == []
