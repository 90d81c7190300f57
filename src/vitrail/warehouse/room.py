"""Room on the disk: when there is none left, that is said, and what was acknowledged waits."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from vitrail.model.errors import refuse

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_WORDS = ("no space left on device", "disk is full", "disk quota exceeded")
"""How the databases and libraries that write our files say it."""


@contextmanager
def needing_room() -> Iterator[None]:
    """Turn a disk that is full, or fails, into a `UserError` that says what became of what was written."""
    try:
        yield
    except Exception as error:
        if is_full(error):
            raise refuse(
                "disk_full",
                fr="Le disque est plein : rien n’a été perdu. Libérez de la place ; ce qui attend "
                "sera repris.",
                en="The disk is full: nothing was lost. Make room; what waits will be taken up again.",
            ) from error
        if is_failing(error):
            raise refuse(
                "disk_failing",
                fr="Le disque refuse d’écrire : rien n’a été perdu, ce qui attend sera repris.",
                en="The disk refuses to write: nothing was lost, what waits will be taken up again.",
            ) from error
        raise


def is_failing(error: BaseException) -> bool:
    """Whether an error says that the disk refuses to read or write, whoever met it.

    SQLite also says so of some writes for which there was no room.
    """
    if isinstance(error, OSError) and error.errno == errno.EIO:
        return True
    return "disk i/o error" in str(error).casefold()


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full, whoever met it."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).casefold() for words in _WORDS)
