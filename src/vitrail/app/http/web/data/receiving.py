"""Files that come over HTTP: raw in pieces from our script or a program, or as a form without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from vitrail.app.http.access.callers import Asked
from vitrail.model.errors import UserError, refuse

HEADERS_AT_MOST = 8
SEGMENTS_AT_MOST = 8


class Posted:
    """The file of a form as it comes: its name is known once its bytes are asked for."""

    def __init__(self, request: Asked) -> None:
        self._request = request
        self.name = ""

    async def first(self) -> AsyncIterator[bytes]:
        """The bytes of the first file of the form; what comes before and after is passed over."""
        kind, options = parse_options_header(self._request.headers.get("content-type", ""))
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise no_file()
        parser = PushMultipartParser(
            options["boundary"], max_header_count=HEADERS_AT_MOST, max_segment_count=SEGMENTS_AT_MOST
        )
        within = False
        try:
            with parser:
                async for piece in self._request.stream():
                    for event in parser.parse(piece):
                        if isinstance(event, MultipartSegment):
                            within = not self.name and bool(event.filename)
                            self.name = event.filename if within and event.filename else self.name
                        elif event and within:
                            yield bytes(event)
                        elif event is None:
                            within = False
        except MultipartError:
            raise no_file() from None


def name_told(request: Asked) -> str:
    """The name of a file that comes raw: of the address, or of its header."""
    asked = str(request.query_params.get("name", ""))
    return asked or unquote(request.headers.get("x-file-name", ""))


def number_told(request: Asked, name: str) -> int:
    """A whole number of the address; 0 where it is none."""
    told = str(request.query_params.get(name, ""))
    return int(told) if told.isdigit() and len(told) < 16 else 0


def announced(request: Asked) -> int:
    """How many bytes are announced."""
    told = request.headers.get("content-length", "")
    return int(told) if told.isdigit() and len(told) < 16 else 0


def no_file() -> UserError:
    """A form came without a file."""
    return refuse(
        "no_file",
        fr="Aucun fichier n’a été choisi. Choisissez un fichier, puis envoyez-le.",
        en="No file was chosen. Choose a file, then send it.",
    )
