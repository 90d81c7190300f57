"""The style sheet, the script and the mark of the pages, each at an address that changes with it."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

import msgspec

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
NAMES = ("style.css", "live.js", "data.js", "mark.svg")
STYLES = (
    "colours", "frame", "pieces", "charts", "lists", "builder", "segment", "overview",
    "segmentations", "data", "privacy", "person",
)  # fmt: skip
"""What the style sheet is written from, in this order: a page with a look of its own adds its file."""


class Asset(msgspec.Struct, frozen=True):
    """One file that pages load."""

    body: bytes
    kind: str
    address: str


@cache
def asset(name: str) -> Asset:
    """A file by its name, one of `NAMES`."""
    body = _written(STYLES) if name == "style.css" else _file(name)
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, KINDS[name.rpartition(".")[2]], f"/static/{mark}/{name}")


def _written(styles: tuple[str, ...]) -> bytes:
    return b"".join(_file("style", f"{each}.css") for each in styles)


def _file(*path: str) -> bytes:
    return files("vitrail.app.web").joinpath("static", *path).read_bytes()
