"""The encoding of a text: UTF-8 and UTF-16 prove themselves, the others are told by French letters."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.model.errors import Message

CANDIDATES = ("cp1252", "iso-8859-15", "mac_roman", "cp850")
BAD_BYTE = 0x10FF00
"""A byte that is no character becomes this much higher: it can be told, refused and given back."""

NAMES = {
    "utf-8": Message(fr="UTF-8", en="UTF-8"),
    "utf-16": Message(fr="UTF-16", en="UTF-16"),
    "utf-16-le": Message(fr="UTF-16", en="UTF-16"),
    "utf-16-be": Message(fr="UTF-16", en="UTF-16"),
    "cp1252": Message(fr="Windows-1252 (Europe de l’Ouest)", en="Windows-1252 (Western European)"),
    "iso-8859-15": Message(fr="ISO 8859-15 (Europe de l’Ouest)", en="ISO 8859-15 (Western European)"),
    "mac_roman": Message(fr="Mac OS Roman (anciens Mac)", en="Mac OS Roman (older Macs)"),
    "cp850": Message(fr="page de codes 850 (DOS)", en="code page 850 (DOS)"),
}
"""What people call the encodings that are found, as spreadsheets and editors do."""

_CONTEXTS = 200_000


class Verdict(msgspec.Struct, frozen=True):
    """An encoding; `rivals` are others that fit about as well, `damaged` tells of bytes that are no UTF-8."""

    encoding: str
    rivals: tuple[str, ...] = ()
    damaged: bool = False


def encoding_called(name: str) -> Message:
    """What people call an encoding; its own name where there is no other."""
    return NAMES.get(name) or Message(fr=name, en=name)


def find_encoding(blocks: Iterable[bytes]) -> Verdict:
    """The encoding of a whole text, given in blocks."""
    search = Search()
    for block in blocks:
        search.feed(block)
    return search.verdict()


class Search:
    """Looks for the encoding of a text that comes in blocks; it owns what it has seen so far."""

    def __init__(self) -> None:
        self._first = True
        self._fixed: str | None = None
        self._cut = b""
        self._strict = True
        self._right = self._wrong = 0
        self._contexts: Counter[bytes] = Counter()

    def feed(self, block: bytes) -> None:
        """Look at some more bytes."""
        if self._first:
            self._fixed, self._first = marked(block), False
        if self._fixed is not None:
            return
        if block.isascii() and not self._cut:
            return
        if self._strict:
            text = self._cut + block
            end = _end_of_characters(text)
            self._strict = _is_utf8(text[:end])
            self._cut = text[end:] if self._strict else b""
        self._judge(block)

    def _judge(self, block: bytes) -> None:
        """Count what is right and wrong of a block taken for UTF-8, and its letters for the others."""
        wrong = 0 if self._strict else block.decode("utf-8", "replace").count("\ufffd")
        self._wrong += wrong
        leads = int(np.count_nonzero(np.frombuffer(block, np.uint8) >= _LEAD))
        self._right += max(0, leads - wrong)
        if not self._strict and len(self._contexts) < _CONTEXTS:
            self._contexts.update(contexts(block))

    def verdict(self) -> Verdict:
        """What was found."""
        if self._fixed is not None:
            return Verdict(self._fixed)
        if self._strict and not self._cut:
            return Verdict("utf-8")
        self._wrong += self._strict
        if self._right > 2 * self._wrong:
            return Verdict("utf-8", damaged=True)
        return by_letters(self._contexts)


def _is_utf8(text: bytes) -> bool:
    """Whether bytes are whole characters of UTF-8; nothing is laid out to see it."""
    offsets = pa.py_buffer(np.array([0, len(text)], np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _end_of_characters(text: bytes) -> int:
    """Where a last character of UTF-8 begins that is cut; the end when none is."""
    for back in range(1, min(4, len(text) + 1)):
        byte = text[-back]
        if byte >= _LEAD:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(text) - back if length > back else len(text)
        if byte < 0x80:
            break
    return len(text)


def marked(head: bytes) -> str | None:
    """The encoding that the first bytes prove: a mark, or one NUL in two bytes."""
    if head.startswith(codecs.BOM_UTF8):
        return None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    half = max(len(sample) // 2, 1)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.6 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.1 else None


def contexts(block: bytes) -> Iterable[bytes]:
    """Each byte beyond ASCII between its neighbours."""
    return _AROUND.findall(b" " + block + b" ")[:_CONTEXTS]


def by_letters(found: Counter[bytes]) -> Verdict:
    """The one-byte encoding under which the bytes read best as French."""
    scores = {encoding: _score(found, encoding) for encoding in CANDIDATES}
    best = max(CANDIDATES, key=lambda encoding: scores[encoding])
    seen = {byte for context in found for byte in context if byte > 0x7F}
    close = [
        other
        for other in CANDIDATES
        if other != best
        and scores[other] >= scores[best] - max(1, abs(scores[best]) // 10)
        and _decoded(seen, other) != _decoded(seen, best)
    ]
    return Verdict(best, tuple(close))


def _decoded(seen: Iterable[int], encoding: str) -> str:
    return bytes(sorted(seen)).decode(encoding, "replace")


def _score(found: Counter[bytes], encoding: str) -> int:
    return sum(count * _plausible(context.decode(encoding, "replace")) for context, count in found.items())


def _plausible(context: str) -> int:
    """How well a character beyond ASCII stands between its neighbours in French."""
    before, letter, after = context[0], context[1:-1] or "\ufffd", context[-1]
    inside = before.isalpha() and after.isalpha()
    if letter in _LOWER and after.isupper():
        return -3
    if letter in _LOWER:
        return _LOWER[letter] if before.isalpha() or after.isalpha() else 1
    if letter in _UPPER:
        return -2 if before.islower() else 2
    if letter in "’":
        return 2 if before.isalpha() else 1
    if letter == "€":
        return 2 if before.isdigit() or before in " \xa0\u202f" else 1
    if letter in _SIGNS:
        return -3 if inside or (after.isalpha() and letter not in _OPENING) else 1
    if letter.isalpha():
        return 0
    return -10 if letter == "\ufffd" or ord(letter) < 0xA0 else -3 if inside else -1


def transcode_error(error: UnicodeError) -> tuple[str, int]:
    """Let each byte that is no character stand for itself, out of the way of all characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(BAD_BYTE + byte) for byte in bad), error.end


codecs.register_error("vitrail.bytes", transcode_error)

_LEAD = 0xC0
"""From here on a byte begins a character of several bytes in UTF-8."""

_AROUND = re.compile(rb"(?s)(?=(.[\x80-\xff].))")
_WEIGHTS = {"é": 5, "èàêç": 4, "ôîûùâëï": 2, "äöüÿœæñ": 1}
_LOWER = {letter: weight for letters, weight in _WEIGHTS.items() for letter in letters}
"""How often letters come in French, roughly: the common ones weigh more."""
_UPPER = frozenset("ÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŸŒÆÑ")
_OPENING = frozenset("«“‘\u00a0")
_SIGNS = frozenset("«»“”‘–—…°·•\u00a0²³ªº§")
