"""What the doctor finds: how bad it is, what it means, what to do."""

from __future__ import annotations

from typing import Literal

import msgspec

from vitrail.model.errors import Message

Severity = Literal["good", "warning", "error"]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at. `todo` says what to do about it, when there is anything."""

    code: str
    severity: Severity
    what: Message
    todo: Message | None = None


def good(code: str, *, fr: str, en: str) -> Finding:
    """Something that is as it should be."""
    return Finding(code, "good", Message(fr=fr, en=en))


def warning(code: str, *, what: tuple[str, str], todo: tuple[str, str]) -> Finding:
    """Something that will go wrong, or is less than it could be; French and English."""
    return Finding(code, "warning", Message(fr=what[0], en=what[1]), Message(fr=todo[0], en=todo[1]))


def bad(code: str, *, what: tuple[str, str], todo: tuple[str, str]) -> Finding:
    """Something that is wrong; French and English."""
    return Finding(code, "error", Message(fr=what[0], en=what[1]), Message(fr=todo[0], en=todo[1]))
