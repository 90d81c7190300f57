"""The SDKs people already use, unmodified, against a real server: what they send arrives, once."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.app.http.browsing import browsing
from tests.app.http.serving import Served
from tests.sdk.conftest import HERE, NODE
from vitrail.model.tracking import Tracked

CHROMIUM = shutil.which("chromium")

SEGMENT = """
import sys
import segment.analytics as analytics
analytics.host, analytics.write_key = sys.argv[1:]
analytics.on_error = lambda error, items: sys.exit(f"refused: {error}")
analytics.identify("u1", {"email": "jeanne@example.fr", "prénom": "Zoé"})
analytics.track("u1", "Order Completed", {"revenue": 39.9})
analytics.page("u1", name="Accueil")
analytics.screen(anonymous_id="a1", name="Panier")
analytics.group("u1", "g1", {"name": "Société"})
analytics.alias("a1", "u1")
analytics.shutdown()
"""
RUDDER = """
import sys
import rudderstack.analytics as analytics
analytics.dataPlaneUrl, analytics.write_key = sys.argv[1:]
analytics.gzip = True
analytics.identify("u1", {"email": "jeanne@example.fr", "prénom": "Zoé"})
analytics.track("u1", "Order Completed", {"revenue": 39.9})
analytics.page("u1", name="Accueil")
analytics.screen(anonymous_id="a1", name="Panier")
analytics.group("u1", "g1", {"name": "Société"})
analytics.alias("a1", "u1")
analytics.flush()
"""


def arrived(served: Served, number: int) -> dict[str, Tracked]:
    """The messages by kind, once so many arrived."""
    until = time.monotonic() + 20
    while len(found := served.kept()) < number and time.monotonic() < until:
        time.sleep(0.05)
    assert len(found) == len({each.message_id for each in found}) == number
    return {each.kind: each for each in found}


def check(found: dict[str, Tracked]) -> None:
    """What the programs above and beside this file say is what arrived."""
    assert found["identify"].user_id == "u1"
    assert found["identify"].traits == {"email": "jeanne@example.fr", "prénom": "Zoé"}
    assert found["track"].event == "Order Completed"
    assert found["track"].properties["revenue"] == Decimal("39.9")
    assert (found["page"].name, found["page"].source) == ("Accueil", "site")
    assert found["group"].group_id == "g1"
    assert (found["alias"].previous_id, found["alias"].user_id) == ("a1", "u1")
    if "screen" in found:
        assert found["screen"].name == "Panier"
    late = [abs(each.received_at_us - each.at_us) for each in found.values()]
    assert max(late) < 60_000_000


@pytest.mark.parametrize("program", [SEGMENT, RUDDER], ids=["segment", "rudderstack"])
def test_python(served: Served, program: str):
    subprocess.run([sys.executable, "-c", program, served.url, served.key], check=True, timeout=60)
    check(arrived(served, 6))


@pytest.mark.parametrize("program", ["segment.mjs", "rudder.mjs"])
def test_node(served: Served, node: Callable[..., None], program: str):
    node(program, served.url, served.key)
    check(arrived(served, 6))


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """A site of one page on an address of its own."""
    (folder / "index.html").write_text('<!doctype html><title>Shop</title><script src="bundle.js"></script>')
    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def page(packages: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a site that uses the SDK the test names, in Chromium."""
    entry = packages / request.param
    entry.write_bytes((HERE / request.param).read_bytes())
    made = tmp_path / "site" / "bundle.js"
    bundler = packages / "node_modules" / ".bin" / "esbuild"
    options = ("--bundle", f"--outfile={made}", "--log-level=error")
    subprocess.run([NODE, bundler, entry, *options], check=True, timeout=60)
    with site(made.parent) as address, browsing() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened
        opened.close()


@pytest.mark.parametrize("page", ["segment_browser.js"], indirect=True)
@pytest.mark.parametrize(
    "way", [{}, {"batching": True}, {"ownSettings": True}], ids=["single", "batch", "settings"]
)
def test_segment_in_the_browser(served: Served, page: Page, way: dict[str, bool]):
    page.evaluate("way => send(way)", {"host": served.url, "writeKey": served.key, **way})
    check(arrived(served, 6))


@pytest.mark.parametrize("page", ["rudder_browser.js"], indirect=True)
def test_rudderstack_in_the_browser(served: Served, page: Page):
    page.evaluate("way => send(way)", {"host": served.url, "writeKey": served.key})
    check(arrived(served, 5))
