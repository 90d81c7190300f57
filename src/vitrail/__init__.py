"""Vitrail: segment customers and personalise what is said to them, with one exact meaning.

The whole public interface stands here; each name is loaded the first time it is used.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace, create, open
    from vitrail.language.format import format
    from vitrail.language.parse import parse
    from vitrail.model.definitions import Class, Remainder, Segment, Segmentation
    from vitrail.model.errors import Problem, UserError
    from vitrail.model.reports import LoadReport
    from vitrail.model.tree import from_json

__version__ = "0.1.0"

# Read when Arrow is imported. Its other allocators keep what each thread once used: a load of 1 GB of CSV
# takes 100 MB more with them.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

_PLACES = {
    "Class": "vitrail.model.definitions",
    "LoadReport": "vitrail.model.reports",
    "Problem": "vitrail.model.errors",
    "Remainder": "vitrail.model.definitions",
    "Segment": "vitrail.model.definitions",
    "Segmentation": "vitrail.model.definitions",
    "UserError": "vitrail.model.errors",
    "Workspace": "vitrail.app.workspace",
    "create": "vitrail.app.workspace",
    "format": "vitrail.language.format",
    "from_json": "vitrail.model.tree",
    "open": "vitrail.app.workspace",
    "parse": "vitrail.language.parse",
}

__all__ = [
    "Class",
    "LoadReport",
    "Problem",
    "Remainder",
    "Segment",
    "Segmentation",
    "UserError",
    "Workspace",
    "create",
    "format",
    "from_json",
    "open",
    "parse",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'vitrail' has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
