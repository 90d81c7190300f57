"""What a load is given: tables, streams of tables, frames and files, all read as batches of rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.collect.files.asking import Answers
from vitrail.collect.files.dialect import REASONS
from vitrail.collect.files.opening import OpenedFile, open_file
from vitrail.collect.files.rows import Part
from vitrail.collect.habits import wrong_answers
from vitrail.collect.parsed import plain
from vitrail.model.errors import Problem, UserError, problem, refuse

BATCH_ROWS = 131_072


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that hands out Arrow batches: frames of pandas and polars, among others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The PyCapsule of the Arrow C stream interface."""


Data = str | Path | ArrowStream
"""What may be loaded: a file's path, an Arrow table or reader, or a frame that speaks Arrow."""


class Input(msgspec.Struct, frozen=True):
    """An input that is open: the names and Arrow types of its columns, and its batches, once.

    `total` is the number of rows when it is known before reading. `file` can be read again; `texts`
    tells that everything in it is text, whose types are read from its content. `places` are the columns
    of the file that are kept, `answers` what was said of it.
    """

    source: str
    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    total: int | None
    chunks: Iterable[Part]
    file: OpenedFile | None = None
    texts: bool = False
    answers: Answers = {}
    notes: tuple[Problem, ...] = ()
    places: tuple[int, ...] = ()

    def rest(self) -> None:
        """Give back the memory that reading took; the rows can still be read again."""
        if self.file is not None:
            self.file.rest()
        pa.default_memory_pool().release_unused()

    def whole(self) -> Iterator[Part]:
        """The rows of the file once more, with all their columns."""
        return iter(()) if self.file is None else _kept(self.file, _places(self.file))

    @property
    def whole_names(self) -> tuple[str, ...]:
        """All the columns of the file, by the names they have there."""
        return () if self.file is None else tuple(self.file.names[place] for place in _places(self.file))

    def again(self) -> Iterator[Part]:
        """The rows of the file once more."""
        return iter(()) if self.file is None else _kept(self.file, self.places)


def open_input(data: Data, answers: Answers | None = None) -> Input:
    """Look at what is given and get ready to read it; refuses what cannot be read.

    `answers` are what was said of a file that leaves something open.
    """
    if isinstance(data, str | Path):
        opened = _open_file(Path(data), answers or {})
    elif isinstance(data, pa.RecordBatch):
        opened = _open_reader(pa.Table.from_batches([data]).to_reader(), "table", total=data.num_rows)
    elif isinstance(data, pa.Table):
        opened = _open_reader(data.to_reader(BATCH_ROWS), "table", total=data.num_rows)
    elif isinstance(data, ArrowStream):
        opened = _open_reader(_stream(data), "table", total=_length(data))
    else:
        raise _unreadable(data)
    _check_names(opened.names, opened.source)
    return opened


def _open_file(path: Path, answers: Answers) -> Input:
    if path.is_dir():
        raise _folder(path)
    if not path.is_file():
        raise _missing_file(path)
    if wrong := wrong_answers(answers):
        raise UserError(tuple(wrong))
    file = open_file(path, answers)
    places = _places(file)
    return Input(
        source=str(path),
        names=tuple(file.names[place] for place in places),
        types=tuple(file.types[place] for place in places),
        total=file.look.total,
        chunks=_kept(file, places),
        places=places,
        file=file,
        texts=file.look.texts,
        answers=answers,
        notes=file.look.notes,
    )


def is_returned(opened: Input) -> bool:
    """Whether these are refused rows that come back, with the reasons in front."""
    return opened.file is not None and any(name in REASONS for name in opened.file.names)


def _places(file: OpenedFile) -> tuple[int, ...]:
    """The columns that are read: all but the reasons in front of rows that were refused before."""
    return tuple(place for place, name in enumerate(file.names) if name not in REASONS)


def _kept(file: OpenedFile, places: Sequence[int]) -> Iterator[Part]:
    for part in file.parts():
        yield at_places(part, places)


def at_places(part: Part, places: Sequence[int]) -> Part:
    """The same rows with some of their columns."""
    return Part(tuple(plain(part.columns[place]) for place in places), part.lines, part.broken)


def _open_reader(reader: pa.RecordBatchReader, source: str, *, total: int | None) -> Input:
    schema = reader.schema
    return Input(
        source=source,
        names=tuple(schema.names),
        types=tuple(schema.types),
        total=total,
        chunks=_number(_cut(reader)),
    )


def _stream(data: ArrowStream) -> pa.RecordBatchReader:
    try:
        return pa.RecordBatchReader.from_stream(data)
    except pa.ArrowException as error:
        raise refuse(
            "unreadable_table",
            fr=f"Une colonne mêle des valeurs de types différents ({error}). Rien n'a été chargé.",
            en=f"A column mixes values of different types ({error}). Nothing was loaded.",
        ) from error


def _cut(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches that fit in memory."""
    for batch in batches:
        for start in range(0, batch.num_rows, BATCH_ROWS):
            yield batch.slice(start, BATCH_ROWS)


def _number(batches: Iterable[pa.RecordBatch]) -> Iterator[Part]:
    first = 1
    for batch in batches:
        lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
        first += batch.num_rows
        yield Part(tuple(plain(column) for column in batch.columns), lines)


def _check_names(names: tuple[str, ...], source: str) -> None:
    if not names:
        raise refuse(
            "empty_input",
            fr=f"« {source} » est vide : il n'y a pas même d'en-tête. Rien n'a été chargé.",
            en=f"“{source}” is empty: there is not even a header. Nothing was loaded.",
        )
    problems = [*_repeated(names, source), *_unnamed(names, source)]
    if problems:
        raise UserError(tuple(problems))


def _repeated(names: tuple[str, ...], source: str) -> list[Problem]:
    return [
        problem(
            "header_ambiguous",
            path=name,
            fr=f"L'en-tête de « {source} » a plusieurs colonnes « {name} ». Rien n'a été chargé.",
            en=f"The header of “{source}” has several columns “{name}”. Nothing was loaded.",
        )
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]


def _unnamed(names: tuple[str, ...], source: str) -> list[Problem]:
    return [
        problem(
            "header_ambiguous",
            fr=f"L'en-tête de « {source} » n'a pas de nom pour la colonne {place}. Rien n'a été chargé.",
            en=f"The header of “{source}” has no name for the column {place}. Nothing was loaded.",
        )
        for place, name in enumerate(names, start=1)
        if not name
    ]


def _length(data: Any) -> int | None:
    return len(data) if hasattr(data, "__len__") else None


def _folder(path: Path) -> UserError:
    return refuse(
        "file_not_found",
        fr=f"« {path} » est un dossier : donnez un des fichiers qu'il contient. Rien n'a été chargé.",
        en=f"“{path}” is a folder: give one of the files it holds. Nothing was loaded.",
    )


def _missing_file(path: Path) -> UserError:
    neighbours = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return refuse(
        "file_not_found",
        fr=f"Le fichier « {path} » n'existe pas. Rien n'a été chargé.",
        en=f"There is no file “{path}”. Nothing was loaded.",
        hint=tuple(difflib.get_close_matches(path.name, neighbours, n=3)),
    )


def _unreadable(data: object) -> UserError:
    kind = type(data).__name__
    return refuse(
        "unknown_input",
        fr=f"« {kind} » ne se charge pas : donnez un chemin, une table Arrow, pandas ou polars.",
        en=f"“{kind}” cannot be loaded: give a path, an Arrow table, or a pandas or polars frame.",
    )
