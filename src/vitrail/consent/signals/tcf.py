"""The consent string of the Transparency and Consent Framework, version 2: its core segment, bit by bit.

After the specification of IAB Europe, "Consent string and vendor list format v2". Later policies (2.2 to
2.4) add segments after the core, which are left aside, and keep the core as it is.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Iterator

import msgspec

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
LONGEST = 20_000
"""Letters of the longest string that is read."""


class Unreadable(ValueError):
    """What was given is no consent string of version 2."""


class TcString(msgspec.Struct, frozen=True):
    """What a consent string says; purposes and vendors by their numbers.

    `purposes` are those consented to; `legitimate_interests`, those of which the person was told and to
    which they did not object.
    """

    created: dt.datetime
    updated: dt.datetime
    cmp: int
    cmp_version: int
    language: str
    vendor_list: int
    policy: int
    is_service_specific: bool
    special_features: frozenset[int]
    purposes: frozenset[int]
    legitimate_interests: frozenset[int]
    publisher_country: str
    vendors: frozenset[int]
    vendors_legitimate_interests: frozenset[int]


class _Bits:
    """A row of bits, read from its beginning."""

    def __init__(self, content: bytes) -> None:
        self._value = int.from_bytes(content, "big")
        self._left = len(content) * 8

    def number(self, size: int) -> int:
        """The next bits as a number."""
        if size > self._left:
            raise Unreadable("the string ends too early")
        self._left -= size
        return (self._value >> self._left) & ((1 << size) - 1)

    def flag(self) -> bool:
        """The next bit."""
        return self.number(1) == 1

    def instant(self) -> dt.datetime:
        """36 bits: tenths of a second since 1970."""
        return _EPOCH + dt.timedelta(milliseconds=100 * self.number(36))

    def letters(self) -> str:
        """Two letters of 6 bits, A being 0."""
        return "".join(chr(ord("A") + self.number(6)) for _ in range(2))

    def set_of(self, size: int) -> frozenset[int]:
        """One bit for each number, from 1."""
        bits = self.number(size)
        return frozenset(place for place in range(1, size + 1) if bits >> (size - place) & 1)

    def vendors(self) -> frozenset[int]:
        """Vendors as one bit each or as ranges, whichever is shorter."""
        most = self.number(16)
        if not self.flag():
            return self.set_of(most)
        return frozenset(self._ranges(most))

    def _ranges(self, most: int) -> Iterator[int]:
        told = 0
        for _ in range(self.number(12)):
            is_range, first = self.flag(), self.number(16)
            last = self.number(16) if is_range else first
            told += last - first + 1
            if not 1 <= first <= last <= most or told > most:
                raise Unreadable("the ranges of vendors go backwards, overlap or go beyond the last one")
            yield from range(first, last + 1)


def read_tc_string(text: str) -> TcString:
    """The core segment of a consent string.

    Raises `Unreadable` for what is none, or is of another version.

    >>> sorted(read_tc_string("COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA").purposes)
    [1, 2, 3]
    """
    bits = _Bits(_content(text))
    if bits.number(6) != 2:
        raise Unreadable("the version is not 2")
    created, updated = bits.instant(), bits.instant()
    cmp, cmp_version, _screen = bits.number(12), bits.number(12), bits.number(6)
    language, vendor_list, policy = bits.letters(), bits.number(12), bits.number(6)
    is_service_specific, _texts = bits.flag(), bits.flag()
    features, purposes, legitimate = bits.set_of(12), bits.set_of(24), bits.set_of(24)
    _one_treatment, country = bits.flag(), bits.letters()
    vendors, vendors_legitimate = bits.vendors(), bits.vendors()
    return TcString(
        created,
        updated,
        cmp,
        cmp_version,
        language,
        vendor_list,
        policy,
        is_service_specific,
        features,
        purposes,
        legitimate,
        country,
        vendors,
        vendors_legitimate,
    )


def _content(text: str) -> bytes:
    core = text.strip().partition(".")[0].rstrip("=")
    if not core or len(text) > LONGEST or not _LETTERS.issuperset(core):
        raise Unreadable("these are not the letters of a consent string")
    try:
        return base64.urlsafe_b64decode(core + "=" * (-len(core) % 4))
    except binascii.Error as error:
        raise Unreadable(str(error)) from error
