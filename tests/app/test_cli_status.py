import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import PROGRAM, answer, codes, make_shop, program
from tests.copies import copy_workspace


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("status") / "shop")


def test_help_names_every_command():
    told = program("--help").stdout
    commands = "init demo import declare catalogue check describe count members explain apply remove ready"
    assert all(command in told for command in (*commands.split(), "refresh", "segments", "segment", "export"))


def test_the_version_is_told():
    assert program("--version").stdout == f"vitrail {vitrail.__version__}\n"


def test_an_answer_leaves_with_0(shop):
    done = program("count", "did(order)", "--json", VITRAIL_WORKSPACE=str(shop))
    assert (done.returncode, answer(done)["count"], done.stderr) == (0, 3, "")


def test_a_no_leaves_with_1(shop):
    done = program("check", 'contry = "FR"', "--json", VITRAIL_WORKSPACE=str(shop))
    assert (done.returncode, answer(done)["valid"]) == (1, False)


def test_a_wrong_request_leaves_with_2(shop):
    done = program("count", 'contry = "FR"', "--json", VITRAIL_WORKSPACE=str(shop))
    assert (done.returncode, codes(done)) == (2, ["unknown_trait"])


@pytest.mark.parametrize(
    ("language", "said"), [("fr_FR.UTF-8", "n'est pas un espace"), ("en_GB.UTF-8", "is not a")]
)
def test_no_workspace_is_told_in_the_language_of_the_machine(tmp_path, language, said):
    done = program("segments", "--workspace", str(tmp_path), LANG=language, LC_ALL="", VITRAIL_LANGUAGE="")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("cont", "true"), ("count",), ("count", "true", "--jsn"), ("count", "true", "--language", "de")],
)
def test_a_command_line_that_makes_no_sense_leaves_with_2(arguments):
    done = program(*arguments, "--json")
    assert (done.returncode, codes(done)) == (2, ["usage"])


def test_a_failure_leaves_with_3_and_a_trace_in_a_file(shop, tmp_path):
    broken = tmp_path / "broken"
    copy_workspace(shop, broken)
    with closing(sqlite3.connect(broken / "ledger.sqlite")) as ledger, ledger:
        ledger.execute("UPDATE catalogues SET document = 'nothing of the sort'")
    done = program("count", "did(order)", "--json", VITRAIL_WORKSPACE=str(broken), TMPDIR=str(tmp_path))
    assert done.returncode == 3
    assert "Traceback" in Path(answer(done)["details"]).read_text("utf-8")
    assert "Traceback" not in done.stderr


def test_files_that_cannot_be_read_need_no_trace(shop, tmp_path):
    broken = tmp_path / "broken"
    copy_workspace(shop, broken)
    for file in (broken / "events").rglob("*.parquet"):
        file.write_bytes(b"nothing of the sort")
    done = program("count", "did(order)", "--json", VITRAIL_WORKSPACE=str(broken))
    assert (done.returncode, sorted(answer(done))) == (3, ["failure"])
    assert "vitrail doctor" in done.stderr


def test_stopping_the_demonstration_leaves_no_trace_of_it(tmp_path):
    folder = tmp_path / "shop"
    command = [*PROGRAM, "demo", "--customers", "20000", "--workspace", str(folder), "--language", "en"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while not any(folder.glob("observations/**/*.parquet")) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "everything is as it was before" in told
    assert not folder.exists()


def test_a_reader_that_leaves_early_is_no_failure(shop):
    with subprocess.Popen(
        [*PROGRAM, "members", "true"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "VITRAIL_WORKSPACE": str(shop)},
    ) as running:
        running.stdout.close()
        assert b"failed" not in running.stderr.read()


def test_the_command_line_loads_nothing_heavy_before_it_is_asked():
    code = "import sys, vitrail.app.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [PROGRAM[0], "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"duckdb", "pyarrow", "numpy", "sqlalchemy", "babel", "yaml", "altair", "jinja2"} & set(loaded)
