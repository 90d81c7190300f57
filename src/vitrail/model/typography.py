"""French typography: the spaces at which no line may end."""

from __future__ import annotations

import re

NARROW, WIDE = "\u202f", "\u00a0"

_RULES = (
    (re.compile(r"«[ \u00a0\u202f]?"), f"«{NARROW}"),
    (re.compile(r"[ \u00a0\u202f]?»"), f"{NARROW}»"),
    (re.compile(r" (?=[;!?](?:\s|$))"), NARROW),
    (re.compile(r" (?=:(?:\s|$))"), WIDE),
    (re.compile(r"(?<=\d) (?=[%€])"), NARROW),
    (re.compile(r"'"), "’"),
)


def french(text: str) -> str:
    """A French text written with plain spaces, as it is printed; one that is printed so stays as it is.

    >>> french("Qui ? « Anne » : 12 %").replace(NARROW, "_").replace(WIDE, "~")
    'Qui_? «_Anne_»~: 12_%'
    """
    for pattern, printed in _RULES:
        text = pattern.sub(printed, text)
    return text
