"""What the start page is asked to show, as its address says it."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec


class Wish(msgspec.Struct, frozen=True):
    """The purpose customers are reached for, the segmentation and the dates of moves, what cohorts tell.

    Dates are days, `2026-11-26`; what is empty is chosen for the person.
    """

    purpose: str = ""
    segmentation: str = ""
    start: str = ""
    end: str = ""
    cohorts: str = ""

    def address(self, **changed: str) -> str:
        """The address of the same page, but for what changes."""
        asked = {**msgspec.structs.asdict(self), **changed}
        question = urlencode({name: value for name, value in asked.items() if value})
        return f"/?{question}" if question else "/"

    def others(self, *names: str) -> dict[str, str]:
        """What a form that says these must send along."""
        asked = msgspec.structs.asdict(self)
        return {name: value for name, value in asked.items() if value and name not in names}
