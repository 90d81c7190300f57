import os
import signal
import subprocess
import urllib.request
from itertools import takewhile

import pytest

import vitrail
from tests.app.terminal import PROGRAM, answer, codes, program, run


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The folder of a small demonstration, and what it printed for a program."""
    folder = tmp_path_factory.mktemp("demo") / "shop"
    return folder, program("demo", "--customers", "200", "--workspace", str(folder), "--json")


def test_a_workspace_is_made(tmp_path):
    made = answer(run("init", str(tmp_path / "shop"), "--timezone", "Europe/Brussels", "--json"))
    assert made["timezone"] == "Europe/Brussels"
    vitrail.open(tmp_path / "shop").close()


@pytest.mark.parametrize(
    ("options", "expected"),
    [(("--timezone", "Europe/Pari"), "unknown_timezone"), (("--currency", "euro"), "bad_currency")],
)
def test_a_workspace_with_a_mistake_is_not_made(tmp_path, options, expected):
    result = run("init", str(tmp_path / "shop"), *options, "--json")
    assert (result.exit_code, codes(result)) == (2, [expected])
    assert not (tmp_path / "shop").exists()


def test_a_folder_that_holds_something_is_kept(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    result = run("demo", "--workspace", str(tmp_path), "--json")
    assert (result.exit_code, codes(result)) == (2, ["workspace_not_empty"])
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_the_demonstration_prints_one_document(shown):
    _, done = shown
    assert done.returncode == 0 and answer(done)["customers"] == 200


def test_the_demonstration_knows_its_segments(shown):
    lifecycle = [each for each in answer(shown[1])["segments"] if each["key"].startswith("lifecycle.")]
    assert sum(each["size"] for each in lifecycle) == 200


def test_the_demonstration_writes_its_reports(shown):
    folder, done = shown
    assert {file.name for file in (folder / "reports").iterdir()} == {
        "report.html", "rapport.html", "vip.csv", "vip.xlsx",
    }  # fmt: skip
    assert len(answer(done)["files"]) == 4


def test_the_demonstration_can_be_asked(shown):
    assert run("count", "true", workspace=shown[0]).stdout == "200\n"


def test_the_demonstration_is_drawn_in_french(tmp_path):
    told = run("demo", "--customers", "50", "--workspace", str(tmp_path / "shop"), language="fr").stdout
    assert "Cycle de vie" in told and "Pour continuer" in told and "rapport.html" in told


def test_the_demonstration_ends_by_serving_and_tells_how_to_come_in(tmp_path):
    options = ("--customers", "50", "--workspace", str(tmp_path / "shop"), "--serve", "--port", "0")
    command = (*PROGRAM, "demo", *options)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, env={**os.environ, "VITRAIL_LANGUAGE": "en"}, **pipes) as process:
        told = "".join(takewhile(lambda line: "Nobody has an account" not in line, process.stdout))
        link = process.stdout.readline().strip()
        opened = urllib.request.urlopen(link).status
        process.send_signal(signal.SIGTERM)
    assert "Vitrail answers at http://127.0.0.1:" in told
    assert opened == 200
