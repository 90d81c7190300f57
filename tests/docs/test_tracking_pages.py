"""The pages on the tracking API: their examples run against a server, and every refusal is told."""

import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.http.serving import Served, make_workspace, serving
from vitrail.app.http import answers
from vitrail.collect.tracking import faults
from vitrail.ledger.inbox import open_inbox

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODES = re.compile(r'(?:_fault|problem)\(\s*"(\w+)"')


def examples(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((DOCS / page).read_text("utf-8"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("pages") / "shop"
    with serving(root, make_workspace(root)) as server:
        yield server


def run(language: str, text: str, served: Served) -> list[str]:
    """Run an example with the server's address and key; answers the kinds of the messages that came."""
    with open_inbox(served.root) as inbox:
        inbox.trim(sys.maxsize)
    told = text.replace("http://localhost:8110", served.url).replace("WRITE_KEY", served.key)
    command = ["sh", "-ec", told] if language == "sh" else [sys.executable, "-c", told]
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    return [message.kind for message in served.kept()]


ARRIVES = {
    "how-to/send-with-sdks.md": [["identify", "track"], ["identify", "track"]],
    "how-to/send-context.md": [["track"], ["track"] * 3, ["screen", "identify"], ["track"] * 2],
}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages use curl")
@pytest.mark.parametrize("page", ARRIVES)
def test_what_a_page_shows_arrives(running: Served, page: str):
    assert [run(*example, running) for example in examples(page)] == ARRIVES[page]


def test_every_refusal_is_in_the_reference():
    text = (DOCS / "reference" / "tracking-api.md").read_text("utf-8")
    codes = {code for module in (faults, answers) for code in CODES.findall(inspect.getsource(module))}
    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in text} == set()
