"""How this process asks for memory: what it gives back is kept for the next column."""

from __future__ import annotations

import ctypes

ARENAS, TRIMMED_FROM, MAPPED_FROM = -8, -1, -3
"""What the options are called in malloc.h (glibc)."""

MEGABYTES = 1 << 20
OPTIONS = {ARENAS: 1, MAPPED_FROM: 256 * MEGABYTES, TRIMMED_FROM: 128 * MEGABYTES}


def keep_memory() -> bool:
    """Keep freed memory, up to 128 MB, for what comes next; answers whether the system's C library can.

    It would give each large column back to the system and ask for the next one anew, empty and page by page.
    For processes of our own, at their start: a notebook's memory is not ours to arrange.
    """
    try:
        arrange = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    return all(arrange(option, value) for option, value in OPTIONS.items())
