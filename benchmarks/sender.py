"""A sender as busy as it can be: many connections, each with one request under way. A program of its own.

It reads what to do as JSON on standard input and writes what it saw as JSON on standard output.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import time
from typing import Any

import msgspec
import uvloop


class Task(msgspec.Struct, frozen=True):
    """Whom to send to, with which key, how long, over how many connections, how many events at once."""

    host: str
    port: int
    key: str
    seconds: float
    connections: int = 16
    batch: int = 10
    name: str = "s"


class Seen(msgspec.Struct, frozen=True):
    """Requests that were acknowledged, those answered otherwise, and how long answers took, in seconds."""

    acknowledged: int
    otherwise: int
    seconds: float
    median: float
    ninety_nine: float
    slowest: float


EVENT = (
    b'{"type":"track","messageId":"%s-%d-%d","userId":"customer-%d","event":"Order Completed",'
    b'"timestamp":"2026-11-26T10:00:00.123Z","properties":{"order_id":"%d","revenue":39.9,"currency":"EUR",'
    b'"products":[{"product_id":"p-17","price":39.9,"quantity":1}]},"context":{"locale":"fr-FR",'
    b'"library":{"name":"benchmark","version":"1"},"page":{"url":"https://shop.example/panier"}}}'
)


class Connection(asyncio.Protocol):
    """One connection: it sends, waits for the answer, notes how long it took, and sends again."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._started = 0.0
        self._held = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, body = self._held.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self._held = b""
        self._load.note(head.startswith(b"HTTP/1.1 200"), time.perf_counter() - self._started)
        if time.perf_counter() < self._load.until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        self._load.ended()

    def _send(self) -> None:
        self._started = time.perf_counter()
        self._transport.write(self._load.request())


class Load:
    """All connections together, and what they saw."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._name = task.name.encode()
        credentials = base64.b64encode(f"{task.key}:".encode())
        host = f"{task.host}:{task.port}".encode()
        start = b"POST /v1/batch HTTP/1.1\r\nhost: "
        self._head = start + host + b"\r\nauthorization: Basic " + credentials
        self._number = 0
        self._took: list[float] = []
        self._otherwise = 0
        self._open = task.connections
        self._done = asyncio.Event()
        self.until = 0.0

    def request(self) -> bytes:
        """The next request, unlike any before."""
        self._number += 1
        number = self._number
        customers = [(number * 7 + n) % 50_000 for n in range(self._task.batch)]
        events = [EVENT % (self._name, number, n, who, number) for n, who in enumerate(customers)]
        body = b'{"sentAt":"2026-11-26T10:00:01.000Z","batch":[' + b",".join(events) + b"]}"
        return b"%s\r\ncontent-length: %d\r\n\r\n%s" % (self._head, len(body), body)

    def note(self, acknowledged: bool, seconds: float) -> None:
        """An answer came."""
        if acknowledged:
            self._took.append(seconds)
        else:
            self._otherwise += 1

    def ended(self) -> None:
        """A connection was closed."""
        self._open -= 1
        if not self._open:
            self._done.set()

    async def run(self) -> Seen:
        """Send for as long as asked."""
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        self.until = started + self._task.seconds
        for _ in range(self._task.connections):
            await loop.create_connection(lambda: Connection(self), self._task.host, self._task.port)
        await self._done.wait()
        took = sorted(self._took) or [0.0]
        return Seen(
            acknowledged=len(self._took),
            otherwise=self._otherwise,
            seconds=time.perf_counter() - started,
            median=took[len(took) // 2],
            ninety_nine=took[len(took) * 99 // 100],
            slowest=took[-1],
        )


def _length(head: bytes) -> int:
    lower = head.lower()
    return int(lower.split(b"content-length:")[1].split(b"\r\n")[0])


def main() -> None:
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    seen = uvloop.run(Load(task).run())
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    main()
