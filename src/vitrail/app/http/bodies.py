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
    """The sender hung up, or took too long."""


class Intake:
    """All bodies that are being received, within one bound of memory."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held = 0

    async def body(self, headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> bytes:
        """The whole body; raises `Fault` when it is too large, `Busy` or `Gone`."""
        announced = next((value for name, value in headers if name == b"content-length"), b"0")
        if announced.isdigit() and int(announced) > DRAINED_BYTES:
            raise faults.body_too_large()
        try:
            async with asyncio.timeout(SECONDS):
                return await self._received(receive)
        except TimeoutError as error:
            raise Gone from error

    async def _received(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                part = message["body"]
                size += len(part)
                self._held += len(part)
                if self._held > self._most:
                    raise Busy(1)
                if size <= faults.BODY_BYTES:
                    parts.append(part)
                if size > DRAINED_BYTES or (size > faults.BODY_BYTES and not message["more_body"]):
                    raise faults.body_too_large()
                if not message["more_body"]:
                    return parts[0] if len(parts) == 1 else b"".join(parts)
        finally:
            self._held -= size
