"""The report of a workspace: one readable page by language, and the members of a segment to take away.

Each name is loaded the first time it is used: who exports a segment needs no charts.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vitrail.app.report.exports import Layout, export_audience, export_segment
    from vitrail.app.report.writing import write_report

_PLACES = {
    "Layout": "vitrail.app.report.exports",
    "export_audience": "vitrail.app.report.exports",
    "export_segment": "vitrail.app.report.exports",
    "write_report": "vitrail.app.report.writing",
}

__all__ = ["Layout", "export_audience", "export_segment", "write_report"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'vitrail.app.report' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
