"""Writing the report of a workspace: one readable page by language."""

from __future__ import annotations

from pathlib import Path

from vitrail.app.report.gather import gather
from vitrail.app.report.page import page
from vitrail.app.workspace import Workspace


def write_report(
    ws: Workspace, path: str | Path, *, language: str = "fr", other: str = "", title: str = ""
) -> Path:
    """Write the report of a refreshed workspace as one HTML file; answers where it is.

    `other` is the address of the report in the other language, to be linked to; `title` is the name
    of the folder by default.
    """
    figures = gather(ws.store, language=language, title=title or ws.store.path.name)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(page(figures, language=language, other=other), "utf-8")
    return target
