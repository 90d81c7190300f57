"""What a file is, told by its content and never by its name."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "text", "json", "parquet", "xlsx", "xls", "ods", "gzip", "zip",
    "html", "xml", "pdf", "image", "arrow", "locked", "old", "binary", "empty",
]  # fmt: skip
"""`locked` is a spreadsheet with a password, `old` another kind of Office document."""

SPREADSHEETS = frozenset[Kind]({"xlsx", "xls", "ods"})
HEAD = 8192
"""So many bytes tell what a file is."""

UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(head: bytes) -> Kind:
    """What the first bytes of a file say; a zip is looked into by `kind_of_zip`."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x00" if not head.startswith(UTF16) else b"")
    if not text:
        return "empty"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    lowered = text[:512].lower()
    for start, kind in _MARKUP:
        if lowered.startswith(start):
            return kind
    if _is_binary(head):
        return "binary"
    return "json" if _looks_like_json(text) else "text"


def kind_of_zip(names: list[str]) -> Kind:
    """A spreadsheet, when the names inside say so; else a plain zip."""
    found = set(names)
    if "xl/workbook.xml" in found or "xl/workbook.bin" in found:
        return "xlsx"
    if "content.xml" in found and "mimetype" in found:
        return "ods"
    return "old" if "[Content_Types].xml" in found else "zip"


def kind_of_compound(content: bytes) -> Kind:
    """What an old Office file holds: a workbook, an encrypted one, something else."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "locked"
    names = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
    return "xls" if any(name in content for name in names) else "old"


def _looks_like_json(text: bytes) -> bool:
    if text[:1] == b"{":
        return text[1:].lstrip()[:1] in (b'"', b"}")
    return text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]")


def _is_binary(head: bytes) -> bool:
    """Control characters no text has; NUL alone may be UTF-16, or one stray cell."""
    if head.startswith(UTF16):
        return False
    controls = sum(head.count(bytes([code])) for code in _CONTROLS)
    nuls = head.count(0)
    return controls > 2 + len(head) // 200 or (nuls > len(head) // 10 and not _alternates(head))


def _alternates(head: bytes) -> bool:
    """Whether one byte in two is NUL, as in UTF-16 without its mark."""
    half = max(len(head) // 2, 1)
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    return max(even, odd) > 0.6 and min(even, odd) < 0.1


_CONTROLS = (*range(1, 9), 11, *range(14, 26), *range(28, 32))
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x09\x08\x06\x00", "xls"),
    (b"\x09\x08\x08\x00", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"\xff\xd8\xff", "image"),
)
_MARKUP: tuple[tuple[bytes, Kind], ...] = (
    (b"<!doctype", "html"),
    (b"<html", "html"),
    (b"<table", "html"),
    (b"<head", "html"),
    (b"<meta", "html"),
    (b"<?xml", "xml"),
)
