"""A real browser for the tests, and a small site that carries the tag."""

import atexit
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE = 120_000
"""Milliseconds a page is waited for: a machine that does much else is no fault of the page."""

expect.set_options(timeout=PATIENCE)

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium, as Debian ships it: one for the whole process, which has room for one alone."""
    yield _browser()


@cache
def _browser() -> Browser:
    play = sync_playwright().start()
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
    atexit.register(play.stop)
    atexit.register(browser.close)
    return browser


@contextmanager
def site(page: str) -> Iterator[str]:
    """A site that shows the same page at every address; gives its own address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
