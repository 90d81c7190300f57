"""The doctor compares the clock with what a web server says, through the one way out."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from vitrail.app.doctor.time_told import look_at_time


@contextmanager
def telling(date: str) -> Iterator[str]:
    """A web server that says it is so late."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", date)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(0, "clock_told"), (3, "clock_told"), (60, "clock_wrong"), (-7_200, "clock_wrong")],
)
def test_a_clock_that_is_apart_is_told(monkeypatch: pytest.MonkeyPatch, seconds: int, code: str):
    monkeypatch.setenv("VITRAIL_EGRESS_ALLOW", "127.0.0.1")
    with telling(formatdate(time.time() + seconds, usegmt=True)) as url:
        assert [each.code for each in look_at_time(url)] == [code]


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_server_that_tells_no_time_is_no_fault_of_the_clock(monkeypatch: pytest.MonkeyPatch, date: str):
    monkeypatch.setenv("VITRAIL_EGRESS_ALLOW", "127.0.0.1")
    with telling(date) as url:
        assert [each.code for each in look_at_time(url)] == ["clock_not_compared"]


def test_a_server_at_home_is_not_asked_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("VITRAIL_EGRESS_ALLOW", raising=False)
    with telling(formatdate(usegmt=True)) as url:
        assert [each.code for each in look_at_time(url)] == ["clock_not_compared"]
