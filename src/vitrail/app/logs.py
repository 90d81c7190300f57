"""What the server writes of itself: one JSON document a line, and nothing about anybody.

A line holds what its writer named among the fields below, made of a closed alphabet. The message of an
exception is never written, since it may quote what people sent; its kind and its place in the code are.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

FIELDS = ("event", "level", "timestamp", "reason", "where", "route", "status", "seconds", "count", "logger")
"""All that a line may hold."""

_WORD = re.compile(r"[A-Za-z0-9_.:/{}\-+]{1,120}")
_SOURCE = "vitrail"


def configure_logs() -> None:
    """Let structlog and the logging of libraries write such lines, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            lambda _logger, _name, line: only_known(line),
            lambda _logger, _name, line: msgspec.json.encode(line).decode(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = Library()
    handler.setLevel(logging.WARNING)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def only_known(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields a line may hold, each number as it is and each text as one word of a closed alphabet."""
    return {name: _plain(line[name]) for name in FIELDS if name in line}


def told(error: BaseException) -> str:
    """An exception without its message: its kind, and where in our code it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _SOURCE in Path(frame.filename).parts]
    last = (ours or list(frames))[-1:]
    return type(error).__name__ + "".join(f" in {Path(each.filename).name}:{each.lineno}" for each in last)


class Library(logging.Handler):
    """What libraries log: who, how grave, and which exception; not their words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[1] if record.exc_info else None
        where = told(error).partition(" in ")[2] if error else f"{Path(record.pathname).name}:{record.lineno}"
        line = {
            "event": "library",
            "level": record.levelname.lower(),
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "reason": type(error).__name__ if error else "",
            "where": where,
            "logger": record.name,
        }
        sys.stderr.write(msgspec.json.encode(only_known(line)).decode() + "\n")


def _plain(value: object) -> int | float | str:
    if isinstance(value, (bool, int, float)):
        return value
    found = _WORD.match(str(value))
    return found[0] if found else ""
