"""The style sheet, the script and the mark of the pages, each at an address that changes with it."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

import msgspec

KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
NAMES = ("style.css", "live.js", "data.js", "order.js", "mark.svg")
STYLES = (
    "colours", "frame", "pieces", "charts", "lists", "builder", "segment", "overview",
    "segmentations", "data", "privacy", "person",
)  # fmt: skip
"""What the style sheet is written from, in this order: a page with a look of its own adds its file."""

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ZERO = re.compile(r"(?<=[ :(,-])0(?=\.\d)")
_REMARK = re.compile(r"(?:^|\s)//\s[^\"'`]*$")
_MEANINGLESS = re.compile(r"(?: (?=[{}])|(?<=[{};]) | (?=;)|((?:(?<=[a-z-]):|,)) )")


class Asset(msgspec.Struct, frozen=True):
    """One file that pages load."""

    body: bytes
    kind: str
    address: str


@cache
def asset(name: str) -> Asset:
    """A file by its name, one of `NAMES`."""
    body = _body(name)
    mark = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, KINDS[name.rpartition(".")[2]], f"/static/{mark}/{name}")


def _body(name: str) -> bytes:
    if name == "style.css":
        return _written(STYLES)
    return _without_remarks(_file(name).decode()).encode() if name.endswith(".js") else _file(name)


def _without_remarks(script: str) -> str:
    """A script without the lines and ends of lines that are remarks, and without its indents."""
    lines = (_REMARK.sub("", line).strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line)


def _written(styles: tuple[str, ...]) -> bytes:
    return tightened(b"\n".join(_file("style", f"{each}.css") for each in styles).decode()).encode()


def tightened(style: str) -> str:
    """A style sheet without its comments and the spaces, zeros and semicolons that mean nothing.

    >>> tightened("a > b { margin: 0 0.5rem; }  /* said once */")
    'a > b{margin:0 .5rem}'
    """
    tight = _MEANINGLESS.sub(r"\1", " ".join(_COMMENT.sub("", style).split()))
    return _ZERO.sub("", tight).replace(";}", "}")


def _file(*path: str) -> bytes:
    return files("vitrail.app.web").joinpath("static", *path).read_bytes()
