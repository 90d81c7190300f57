"""Refused rows as a file to correct and import again, sent as it is written."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator
from typing import IO, Any

from litestar import Response
from litestar.response import Stream

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.callers import Caller
from vitrail.app.rejects import write_refused_rows
from vitrail.app.tasks.kept import unknown_task
from vitrail.app.tasks.runner import Runner
from vitrail.ledger.audit import Subject
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

IN_MEMORY = 4 << 20
PIECE = 1 << 18


def refused_of(
    runner: Runner, store: Store, *, id: str, part: int, asked: tuple[Caller, str]
) -> Response[Any]:
    """The refused rows of the last step of a task. Raises `UserError` when there are none."""
    caller, language = asked
    step = runner.tasks.step(id)
    reports = step.reports if step else ()
    if step is None or not 0 <= part < len(reports):
        raise unknown_task(id)
    path = reports[part].rejects_path or str(runner.tasks.folder(id) / f"refused-{part}.parquet")
    name = f"refused-{_plain(runner.tasks.find(id).file) or id}"
    return csv_of(store, path, name=name, about=Subject("task", id), asked=(caller, language))


def _plain(file: str) -> str:
    """The name of a file in plain letters, without its ending, for the file that comes from it."""
    stem = unicodedata.normalize("NFKD", file.partition(".")[0]).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-").removeprefix("refused-")[:60]


def csv_of(store: Store, path: str, *, name: str, about: Subject, asked: tuple[Caller, str]) -> Response[Any]:
    """The refused rows of one load; that they were taken is noted. Refused to who may not see them."""
    caller, language = asked
    if caller.is_masked:
        raise refuse(
            "rows_hidden",
            fr="Les lignes refusées sont des données personnelles, que votre rôle ne voit pas.",
            en="The refused rows are personal data, which your role does not see.",
        )
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  (closed once it is sent)
    try:
        write_refused_rows(path, file, language=language)
    except FileNotFoundError:
        file.close()
        raise refuse(
            "no_refused",
            fr="Ce chargement n’a gardé aucune ligne refusée.",
            en="This load kept no refused row.",
        ) from None
    note(store, caller.by.act("file.refused", about))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Stream(pieces_of(file), media_type="text/csv; charset=utf-8", headers=headers)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, piece by piece; it is closed at the end."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
