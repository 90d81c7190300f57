"""What a backup holds: names, sizes and checksums, and which names may stand in one."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import IO

import msgspec

from vitrail.ledger.inbox import INBOX
from vitrail.warehouse.folder import FACTS, LEDGER

ABOUT = "backup.json"
CHECKSUMS = "checksums.json"
EDITION = 1


class About(msgspec.Struct, frozen=True):
    """What a backup is of: which workspace, when, in which shape, with how much in it."""

    edition: int
    workspace: str
    made_at_us: int
    migration: str
    snapshot: int
    files: int
    bytes: int


class Checksum(msgspec.Struct, frozen=True):
    """The size of a file and its SHA-256."""

    size: int
    sha256: str


class Hashing:
    """A file that is read through, and its checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        content = self._file.read(size)
        self._digest.update(content)
        self._size += len(content)
        return content

    def checksum(self) -> Checksum:
        """The checksum of what was read."""
        return Checksum(self._size, self._digest.hexdigest())


def belongs(name: str) -> bool:
    """Whether a name may stand in a backup: no way out of the folder, nothing but what a workspace holds."""
    path = PurePosixPath(name)
    plain = str(path) == name and not path.is_absolute() and not {"..", "."} & set(path.parts)
    safe = plain and "\\" not in name and "\0" not in name
    return safe and (name in (LEDGER, INBOX) or (len(path.parts) > 1 and path.parts[0] in FACTS))
