"""Files that come over HTTP: raw in pieces from our script or a program, or as a form without script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote

import msgspec
from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from vitrail.app.http.access.callers import Asked
from vitrail.app.tasks.kept import Task, unknown_task
from vitrail.app.tasks.receiving import check_size, file_name, receive, room_of
from vitrail.app.tasks.runner import Runner
from vitrail.app.written import whole_number
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.store import Store

HEADERS_AT_MOST = 8
SEGMENTS_AT_MOST = 8


async def received_raw(request: Asked, runner: Runner, *, store: Store, by: str) -> Task:
    """The file whose bytes are the body, or one piece of it. Raises `UserError`."""
    tasks, room = runner.tasks, room_of(store.path)
    at, total = number_told(request, "at"), number_told(request, "size")
    check_size(max(announced(request), total), room)
    known, name = str(request.query_params.get("id", "")), name_told(request)
    if not name:
        raise no_file()
    if known:
        task = tasks.find(known)
        if task.by != by or task.whole:
            raise unknown_task(known)
    else:
        task = tasks.begin(at_us=store.now_us(), by=by, file=file_name(name), whole=False)
    task = await receive(tasks, task, pieces=request.stream(), at=at, room=room)
    task = msgspec.structs.replace(task, whole=task.size >= total)
    tasks.write(task.id, task=task)
    return task


async def received_form(request: Asked, runner: Runner, *, store: Store, by: str) -> Task:
    """The file of a form. Raises `UserError`."""
    room = room_of(store.path)
    check_size(announced(request), room)
    posted = Posted(request)
    pieces = posted.first()
    first = await anext(pieces, None)
    if first is None or not posted.name:
        raise no_file()
    task = runner.tasks.begin(at_us=store.now_us(), by=by, file=file_name(posted.name))
    return await receive(runner.tasks, task, pieces=_chained(first, pieces), room=room)


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


async def _chained(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def is_raw(request: Asked) -> bool:
    """Whether the body is the file itself."""
    return not request.headers.get("content-type", "").startswith("multipart/")


def name_told(request: Asked) -> str:
    """The name of a file that comes raw: of the address, or of its header."""
    asked = str(request.query_params.get("name", ""))
    return asked or unquote(request.headers.get("x-file-name", ""))


def number_told(request: Asked, name: str) -> int:
    """A whole number of the address; 0 where it is none."""
    told = str(request.query_params.get(name, ""))
    return whole_number(told, digits=18) or 0


def announced(request: Asked) -> int:
    """How many bytes are announced."""
    told = request.headers.get("content-length", "")
    return whole_number(told, digits=18) or 0


def no_file() -> UserError:
    """A form came without a file, or a file without a name."""
    return refuse(
        "no_file",
        fr="Aucun fichier n’a été choisi. Choisissez un fichier, puis envoyez-le.",
        en="No file was chosen. Choose a file, then send it.",
    )
