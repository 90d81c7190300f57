"""A real `vitrail serve`, as a program of its own, and what a sender does with it."""

import base64
import gzip
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import pyarrow.parquet as pq

import vitrail
from vitrail.app.tracking_sources import add_source
from vitrail.collect.tracking.reading import messages_of
from vitrail.ledger.inbox import open_inbox
from vitrail.model.tracking import Tracked

QUICK = {"VITRAIL_WARM_UP": "no", "VITRAIL_READERS_WAIT": "0"}
SERVE = (sys.executable, "-m", "vitrail.app.cli", "serve", "--json", "--port")


Answer = http.client.HTTPResponse


class Served(SimpleNamespace):
    """A server that runs: its `process`, `host`, `port`, the workspace's `root` and a write `key`."""

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def post(self, path: str, body: object, *, key: str | None = "", **headers: str) -> Answer:
        """Send a body, as JSON unless it is bytes; the answer has `document` and `headers`."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {} if key is None else basic(key or self.key)
        return self.ask("POST", path, raw, **given, **headers)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=90)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read()
        answer.document = json.loads(text) if text else None
        connection.close()
        return answer

    def see(self, path: str) -> Answer:
        """A page or its headers, redirections not followed; the answer has its text as `page`."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=90)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.page = answer.read().decode()
        connection.close()
        return answer

    def kept(self) -> list[Tracked]:
        """All messages in the inbox."""
        return kept(self.root)

    def kill(self) -> None:
        """End it at once; under a tracer, what is traced too. A worker is left to see it by itself."""
        if self.traced:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def said(told: IO[str]) -> dict[str, str]:
    """What the server says once it answers; fails when it ends without a word."""
    lines = list(takewhile(lambda line: line not in ("}\n", ""), iter(told.readline, None)))
    return json.loads("".join([*lines, "}"]))


def address(told: IO[str]) -> str:
    """Where the server says it answers."""
    return said(told)["address"].removeprefix("http://")


def kept(root: Path) -> list[Tracked]:
    with open_inbox(root) as inbox:
        return [each for request in inbox.read(0, limit=10**6) for each in messages_of(request)]


def wait_until_filed(served: Served) -> None:
    until = time.monotonic() + 120
    while served.ask("GET", "/health").document["waiting"]["requests"]:
        assert time.monotonic() < until
        time.sleep(0.1)


def filed(root: Path, event: str) -> list[str]:
    """The ids of all such events in the warehouse."""
    with vitrail.open(root) as ws:
        files = ws.store.source().events[event]
        return [found for file in files for found in pq.read_table(file.path)["id"].to_pylist()]


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def zipped(document: object) -> bytes:
    return gzip.compress(json.dumps(document).encode())


def make_workspace(root: Path) -> str:
    """A workspace with one source; answers its key."""
    with vitrail.create(root) as ws:
        return add_source(ws.store, "site", kind="web", unplanned="allow").key


@contextmanager
def serving(
    root: Path, key: str, *, role: str = "collect", before: Sequence[str] = (), options: Sequence[str] = ()
) -> Iterator[Served]:
    """The server on a workspace; by default it files nothing. `before` is a program that runs it.

    Its erasures wait for no reader.
    """
    command = [*before, *SERVE, "0", "--workspace", str(root), "--role", role, *options]
    environment = {**QUICK, **os.environ, "VITRAIL_LANGUAGE": "en"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, start_new_session=True, **pipes) as process:
        served = Served(process=process, root=root, key=key, traced=bool(before))
        try:
            first = said(process.stdout)
            served.first_link = first["first_link"]
            served.host, _, port = first["address"].removeprefix("http://").partition(":")
            served.port = int(port)
            yield served
        finally:
            served.kill()
