"""Names and labels as they can stand in a sentence."""

from __future__ import annotations

_BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"


def printable(text: str) -> str:
    """The text on one line: its line breaks and control characters are shown as escapes."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or (character.isspace() and character not in _BREAKS):
        return character
    return character.encode("unicode_escape").decode("ascii")
