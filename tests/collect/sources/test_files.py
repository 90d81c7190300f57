"""A folder where files appear, and an object store that speaks S3."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collect.contents import events, keys
from vitrail.collect.sources import files, pull
from vitrail.collect.sources.definition import Bucket, Columns, Folder, Target
from vitrail.warehouse.store import Store

PEOPLE = Target("profiles", Columns(key="id"))
VISITS = Target("events", Columns(profile="who", at="at"), "visit")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (tmp_path / "drop").mkdir()
    return tmp_path / "drop"


def source(drop: Path, **parts: object) -> Folder:
    return Folder(key="drop", path=str(drop), **{"pattern": "*.csv", "load": PEOPLE, "settle": "0", **parts})


def put(file: Path, *names: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("id;city\n" + "".join(f"{name};Lyon\n" for name in names))


def account(found: pull.Pulled) -> tuple[str, int, int]:
    return found.outcome, found.files, found.created


def test_each_content_is_loaded_once_under_each_name(store: Store, drop: Path):
    put(drop / "a.csv", "A", "B")
    put(drop / "notes.txt", "X")
    put(drop / ".hidden.csv", "Y")
    first = pull.pull(store, source(drop))
    again = pull.pull(store, source(drop))
    put(drop / "b.csv", "C")
    third = pull.pull(store, source(drop))
    assert [account(each) for each in (first, again, third)] == [
        ("done", 1, 2),
        ("done", 0, 0),
        ("done", 1, 1),
    ]


def test_a_file_that_changes_is_loaded_again_and_one_only_touched_is_not(store: Store, drop: Path):
    put(drop / "a.csv", "A")
    pull.pull(store, source(drop))
    os.utime(drop / "a.csv", (1, 1))
    touched = pull.pull(store, source(drop))
    put(drop / "a.csv", "A", "B")
    changed = pull.pull(store, source(drop))
    assert (account(touched), account(changed)) == (("done", 0, 0), ("done", 1, 1))


def test_a_file_that_may_still_be_written_waits(store: Store, drop: Path):
    put(drop / "a.csv", "A")
    os.utime(drop / "a.csv", (1, 1))  # a copy that keeps the time of its original
    found = pull.pull(store, source(drop, settle=""))
    assert (found.outcome, found.waiting, keys(store)) == ("done", ("a.csv",), {})


def test_a_file_that_changes_while_it_is_read_is_not_kept(store: Store, drop: Path, monkeypatch):
    put(drop / "a.csv", "A")
    real = pull.load_portion

    def load(*arguments: object, **named: object) -> object:
        put(drop / "a.csv", "A", "B")
        return real(*arguments, **named)

    monkeypatch.setattr(pull, "load_portion", load)
    found = pull.pull(store, source(drop))
    assert (found.outcome, [each.code for each in found.problems], keys(store)) == (
        "partial",
        ["file_changed"],
        {},
    )
    monkeypatch.setattr(pull, "load_portion", real)
    assert pull.pull(store, source(drop)).created == 2


def test_a_file_that_fails_is_told_until_it_changes_and_holds_up_no_other(store: Store, drop: Path):
    (drop / "a.csv").write_text("nothing;here\n1;2\n")
    put(drop / "b.csv", "B")
    first = pull.pull(store, source(drop))
    second = pull.pull(store, source(drop))
    assert [account(each) for each in (first, second)] == [("partial", 1, 1), ("partial", 0, 0)]
    assert [each.path for each in second.problems] == ["a.csv"]
    put(drop / "a.csv", "A")
    assert account(pull.pull(store, source(drop))) == ("done", 1, 1)


def test_a_failed_file_is_tried_again_when_the_source_says_something_else(store: Store, drop: Path):
    (drop / "a.csv").write_text("number;city\n1;Lyon\n")
    assert pull.pull(store, source(drop)).outcome == "partial"
    other = source(drop, load=Target("profiles", Columns(key="number")))
    assert account(pull.pull(store, other)) == ("done", 1, 1)


def test_events_of_files_need_no_key(store: Store, drop: Path):
    (drop / "a.csv").write_text("who;at;page\nA;2025-01-01T10:00:00Z;home\n")
    pull.pull(store, source(drop, load=VISITS))
    shutil.copy(drop / "a.csv", drop / "copy.csv")
    found = pull.pull(store, source(drop, load=VISITS))
    assert (found.files, found.created, len(events(store, "visit"))) == (1, 0, 1)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.csv", ["a.csv"]),
        ("**/*.csv", ["a.csv", "in/b.csv", "in/deep/c.csv"]),
        ("in/?.csv", ["in/b.csv"]),
        ("in/**/*.csv", ["in/b.csv", "in/deep/c.csv"]),
    ],
)
def test_patterns(pattern: str, names: list[str]):
    every = ["a.csv", "a.csv.gz", "in/b.csv", "in/deep/c.csv", "in/deep/c.CSV"]
    assert [name for name in every if files.compiled(pattern).fullmatch(name)] == names


def test_a_folder_that_is_not_there_is_said(store: Store, drop: Path):
    found = pull.pull(store, source(drop / "nowhere"))
    assert [each.code for each in found.problems] == ["folder_not_found"]


@pytest.fixture(scope="module")
def bucket_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """rclone serving a folder as S3: its address and the folder, whose folders are buckets."""
    root = tmp_path_factory.mktemp("s3")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("rclone")
    told = [
        program,
        "serve",
        "s3",
        root,
        "--addr",
        f"127.0.0.1:{port}",
        "--auth-key",
        "mine,s3cret",
        "--config=",
    ]
    server = subprocess.Popen(
        [*told, "--vfs-cache-mode", "off", "--dir-cache-time", "0s"], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", root
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def s3(bucket_server: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Bucket, Path]:
    """A source that reads an empty bucket, and the folder behind the bucket."""
    address, root = bucket_server
    shutil.rmtree(root / "crm", ignore_errors=True)
    (root / "crm" / "out").mkdir(parents=True)
    monkeypatch.setenv("VITRAIL_SECRET_S3_SECRET", "s3cret")
    told = {"endpoint": address, "access_key": "mine", "secret_key": "${S3_SECRET}", "region": "us-east-1"}
    there = Bucket(key="store", bucket="crm", prefix="out", pattern="**/*.csv", load=PEOPLE, **told)
    return there, root / "crm"


def test_an_object_store_is_read_like_a_folder(store: Store, s3: tuple[Bucket, Path]):
    there, behind = s3
    put(behind / "out" / "2025" / "a.csv", "A", "B")
    put(behind / "elsewhere" / "b.csv", "X")
    first = pull.pull(store, there)
    again = pull.pull(store, there)
    put(behind / "out" / "2025" / "a.csv", "A", "B", "C")
    third = pull.pull(store, there)
    assert [account(each) for each in (first, again, third)] == [
        ("done", 1, 2),
        ("done", 0, 0),
        ("done", 1, 1),
    ]


@pytest.mark.parametrize("fraction", ["0", "1", "25", "999"])
def test_an_object_is_read_whatever_the_fraction_of_its_second(store: Store, s3, fraction: str):
    there, behind = s3
    put(behind / "out" / "a.csv", "A", "B")
    at = 1_780_000_000 * 10**9 + int(fraction.ljust(9, "0"))
    os.utime(behind / "out" / "a.csv", ns=(at, at))
    assert account(pull.pull(store, there)) == ("done", 1, 2)


def test_a_wrong_key_of_an_object_store_is_said(store: Store, s3, monkeypatch):
    monkeypatch.setenv("VITRAIL_SECRET_S3_SECRET", "wrong-one")
    found = pull.pull(store, s3[0])
    assert [each.code for each in found.problems] == ["files_unreachable"]
    assert "wrong-one" not in found.problems[0].text("en")


def test_another_definition_that_is_cut_off_still_reads_every_file_anew(store: Store, drop: Path):
    put(drop / "a.csv", "A")
    put(drop / "b.csv", "B")
    pull.pull(store, source(drop))
    other = source(drop, load=Target("profiles", Columns(key="id"), rename={"city": "town"}))
    assert pull.pull(store, other, how=pull.How(ended=lambda: True)).files == 1
    assert pull.pull(store, other).files == 1
    assert "town" in store.catalogue.traits
