"""From a path to a reader: what the file is, unpacked, and who can read it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from vitrail.collect.files.asking import Answers
from vitrail.collect.files.columnar import look_at_parquet
from vitrail.collect.files.json_lines import look_at_json
from vitrail.collect.files.kinds import Kind
from vitrail.collect.files.limits import Limits
from vitrail.collect.files.rows import Reader
from vitrail.collect.files.separated import look_at_separated
from vitrail.collect.files.sheets import look_at_sheet
from vitrail.collect.files.unpacking import locked, nested, unpack
from vitrail.model.errors import UserError, refuse


def look_at(path: Path, answers: Answers, *, limits: Limits) -> Reader:
    """Whoever can read the file. Raises `Unanswered` when it must be asked how."""
    content = unpack(path, answers, limits=limits)
    match content.kind:
        case "text":
            return look_at_separated(content, answers, limits=limits)
        case "json":
            return look_at_json(content, limits=limits)
        case "parquet":
            return look_at_parquet(content, limits=limits)
        case "xlsx" | "xls" | "ods":
            return look_at_sheet(content, answers, limits=limits)
        case "empty":
            raise _empty(path.name)
        case "locked":
            raise locked(path.name)
        case "gzip" | "zip":
            raise nested(path.name)
        case "html" | "xml" | "pdf" | "image" | "arrow" | "old" | "binary":
            raise _unreadable(path.name, content.kind)
        case _:
            assert_never(content.kind)


def _empty(name: str) -> UserError:
    return refuse(
        "empty_input",
        fr=f"« {name} » est vide. Rien n’a été chargé.",
        en=f"“{name}” is empty. Nothing was loaded.",
    )


def _unreadable(name: str, kind: Kind) -> UserError:
    fr, en = _WORDS[kind]
    return refuse(
        "not_a_table",
        fr=f"« {name} » est {fr}, quel que soit son nom : cela ne se charge pas. "
        "Enregistrez-le en .xlsx ou en .csv. Rien n’a été chargé.",
        en=f"“{name}” is {en}, whatever its name: that cannot be loaded. Save it as .xlsx or .csv. "
        "Nothing was loaded.",
    )


_WORDS: dict[Kind, tuple[str, str]] = {
    "html": ("une page web (HTML)", "a web page (HTML)"),
    "xml": ("un document XML", "an XML document"),
    "pdf": ("un PDF", "a PDF"),
    "image": ("une image", "an image"),
    "arrow": ("un fichier Arrow", "an Arrow file"),
    "old": ("un document Office, mais pas un classeur", "an Office document, but not a workbook"),
    "binary": ("un fichier binaire", "a binary file"),
}
