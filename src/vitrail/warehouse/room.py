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
    """Turn a full disk into a `UserError` that says what became of what was being written."""
    try:
        yield
    except Exception as error:
        if not is_full(error):
            raise
        raise refuse(
            "disk_full",
            fr="Le disque est plein : rien n’a été perdu. Libérez de la place ; ce qui attend sera repris.",
            en="The disk is full: nothing was lost. Make room; what waits will be taken up again.",
        ) from error


def is_full(error: BaseException) -> bool:
    """Whether an error says that the disk is full, whoever met it."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).casefold() for words in _WORDS)
