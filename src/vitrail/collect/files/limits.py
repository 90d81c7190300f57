"""How much a file may cost whoever reads it: memory, processor time, bytes once unpacked."""

from __future__ import annotations

import msgspec

MB = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """The bounds of one reading.

    `silence` is how long, in seconds, a reader may say nothing; `unpacked` how many bytes a packed file
    may hold, beyond which it must not be `ratio` times larger than it is packed.
    """

    memory: int = 1536 * MB
    processor: int = 120
    silence: float = 120.0
    unpacked: int = 64 * MB
    ratio: int = 200
    spooled: int = 1024 * MB
    members: int = 10_000
    columns: int = 2_000


LIMITS = Limits()
"""The bounds in force."""


def processor_seconds(limits: Limits, size: int) -> int:
    """Seconds of processor that a file of so many bytes may take."""
    return limits.processor + size // MB
