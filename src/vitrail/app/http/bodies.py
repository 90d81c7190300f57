"""Receiving the body of a request: no more of it than is allowed, nor for longer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from litestar.types import Receive

from vitrail.app.http.committing import Busy
from vitrail.collect.tracking import faults

SECONDS = 30
DRAINED_BYTES = 4 * faults.BODY_BYTES
"""A body that is somewhat too large is read to its end, so that its sender reads why it was refused."""


class Gone(Exception):
    """The sender hung up."""


class Intake:
    """All bodies that are being received or read, within one bound of memory."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0

    def hold(self, size: int) -> int:
        """Count so many bytes more, until they are released; raises `Busy` when they are too many."""
        if self._held + size > self._most:
            raise Busy(1)
        self._held += size
        return size

    def release(self, size: int) -> None:
        """Count so many bytes less."""
        self._held -= size

    async def body(self, headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> bytes:
        """The whole body, which is held; raises `Fault` when it is too large or slow, `Busy` or `Gone`."""
        announced = next((value for name, value in headers if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > DRAINED_BYTES:
            raise faults.body_too_large()
        try:
            async with asyncio.timeout(SECONDS):
                return await self._received(receive)
        except TimeoutError as error:
            raise faults.body_too_slow() from error

    async def _received(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = held = 0
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                part = message["body"]
                size += len(part)
                if size <= faults.BODY_BYTES:
                    held += self.hold(len(part))
                    parts.append(part)
                if size > DRAINED_BYTES or (size > faults.BODY_BYTES and not message["more_body"]):
                    raise faults.body_too_large()
                if not message["more_body"]:
                    return parts[0] if len(parts) == 1 else b"".join(parts)
        except BaseException:
            self.release(held)
            raise
