"""Being stopped by the person (Ctrl-C), whatever was running then.

An engine that is stopped in the middle of a query says so in its own way; the signal is what counts.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import NoReturn

_STOPPED = threading.Event()


def listen() -> None:
    """From now on, remember that the person asked to stop."""
    signal.signal(signal.SIGINT, _stop)


def is_stop(error: BaseException) -> bool:
    """Whether an error comes from the person who asked to stop."""
    return isinstance(error, KeyboardInterrupt) or _STOPPED.is_set()


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    _STOPPED.set()
    raise KeyboardInterrupt
