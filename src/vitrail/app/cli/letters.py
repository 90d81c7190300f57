"""Letters on a terminal: none that commands it, and spaces that hold where they must."""

from __future__ import annotations

import io
import unicodedata
from typing import TextIO

from rich.text import Text

FIRM = {"\u00a0": "\ue0fa", "\u202f": "\ue0fb"}
"""The spaces at which no line may end, and what stands for them until the lines are made."""

_FIRMLY = str.maketrans(FIRM)
_BACK = str.maketrans({stand: space for space, stand in FIRM.items()})


class Spaced(io.TextIOBase):
    """A stream that gives firm spaces back; lines are made before, by who would end them there."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str, /) -> int:
        """Write the text with its spaces."""
        return self._stream.write(text.translate(_BACK))

    def flush(self) -> None:
        """Let everything out."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The number of the file."""
        return self._stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """How letters are written."""
        return self._stream.encoding


def harmless(text: str) -> str:
    """The text without the characters that would command a terminal or turn its lines around."""
    return "".join("�" if _commands(letter) else letter for letter in text)


def shown(text: str) -> str:
    """The harmless text, to be drawn: no line ends at a space that holds its neighbours together."""
    return harmless(text).translate(_FIRMLY)


def words(text: str, style: str = "") -> Text:
    """A text to be drawn, in one style."""
    return Text(shown(text), style=style)


def _commands(letter: str) -> bool:
    control = unicodedata.category(letter) == "Cc" and letter != "\n"
    return control or "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069"
