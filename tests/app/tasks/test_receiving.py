"""Files come in pieces, within what the disk takes, under names that lead nowhere."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vitrail.app.tasks.kept import Task, Tasks
from vitrail.app.tasks.receiving import Room, check_size, file_name, receive
from vitrail.model.errors import UserError

ROOM = Room(100, 1_000)


async def pieces(*some: bytes) -> AsyncIterator[bytes]:
    for each in some:
        yield each


def begun(root: Path) -> tuple[Tasks, Task]:
    tasks = Tasks(root)
    return tasks, tasks.begin(at_us=0, by="me", file="a.csv")


def take(tasks: Tasks, task: Task, *some: bytes, at: int = 0) -> Task:
    taken = receive(tasks, task, pieces=pieces(*some), at=at, room=ROOM)
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, taken).result()


def test_pieces_are_one_file(tmp_path: Path):
    tasks, task = begun(tmp_path)
    task = take(tasks, task, b"abc", b"def")
    task = take(tasks, task, b"ghi", at=6)
    assert tasks.file_of(task).read_bytes() == b"abcdefghi"


def test_a_piece_sent_again_counts_once(tmp_path: Path):
    tasks, task = begun(tmp_path)
    take(tasks, task, b"abcdef")
    take(tasks, task, b"def", at=3)
    assert tasks.file_of(task).read_bytes() == b"abcdef"


def test_a_gap_says_where_to_go_on(tmp_path: Path):
    tasks, task = begun(tmp_path)
    take(tasks, task, b"abc")
    with pytest.raises(UserError) as refused:
        take(tasks, task, b"x", at=9)
    assert refused.value.problems[0].path == "3"


def test_more_than_the_disk_takes_is_refused_and_nothing_stays(tmp_path: Path):
    tasks, task = begun(tmp_path)
    with pytest.raises(UserError, match="too large"):
        take(tasks, task, b"x" * 60, b"x" * 60)
    assert not tasks.file_of(task).exists()
    with pytest.raises(UserError):
        check_size(101, ROOM)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\clients.csv", "clients.csv"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.csv", "ab.csv"),
        ("é" * 300 + ".csv", "é" * 120 + ".csv"),
    ],
)
def test_the_name_of_a_file_leads_nowhere(given: str, kept: str):
    assert file_name(given) == kept
