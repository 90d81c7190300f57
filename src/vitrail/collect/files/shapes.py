"""What a cell looks like to a person: an e-mail address, a phone, a date, a number."""

from __future__ import annotations

import re

EMAIL = r"^[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]{2,}$"
PHONE = r"^(\+|00)?[0-9]([ .\-()/\x{a0}\x{202f}]?[0-9]){8,14}$"
DATE = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-]([0-9]{4}|[0-9]{2}))"
    r"([T ][0-9]{1,2}:[0-9]{2}.*)?$"
)
NUMBER = r"^[€$£]? ?[+-]?[0-9][0-9 .,\x{a0}\x{202f}]*[ \x{a0}\x{202f}]?(€|\$|£|%|EUR)?$"


def _escape(found: re.Match[str]) -> str:
    """A character as Python writes it in a pattern; Arrow writes it with braces."""
    return f"\\u{found.group(1):>04}"


_VALUE = re.compile("|".join(re.sub(r"\\x\{(\w+)\}", _escape, each) for each in (EMAIL, DATE, NUMBER)))


def looks_like_value(cell: str) -> bool:
    """Whether a cell is a value rather than the name of a column."""
    return _VALUE.match(cell.strip()) is not None
