"""What a load is given: tables, streams of tables, frames and files, all read as batches of rows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitrail.collect import separated
from vitrail.collect.parsed import plain
from vitrail.collect.separated import Broken
from vitrail.model.errors import Problem, UserError, problem, refuse

BATCH_ROWS = 131_072


@runtime_checkable
class ArrowStream(Protocol):
    """Anything that hands out Arrow batches: frames of pandas and polars, among others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The PyCapsule of the Arrow C stream interface."""


Data = str | Path | ArrowStream
"""What may be loaded: a file's path, an Arrow table or reader, or a frame that speaks Arrow."""


class Chunk(msgspec.Struct, frozen=True):
    """Some rows of the input with the numbers of their lines, and the lines that are no rows at all."""

    columns: tuple[pa.Array, ...]
    lines: NDArray[np.int64]
    broken: tuple[Broken, ...] = ()


class Input(msgspec.Struct, frozen=True):
    """An input that is open: the names and Arrow types of its columns, and its batches, once.

    `total` is the number of rows when it is known before reading; `texts` is the path of a file in
    which everything is text, whose types are read from its content.
    """

    source: str
    names: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    total: int | None
    chunks: Iterable[Chunk]
    texts: separated.Separated | None = None


def open_input(data: Data) -> Input:
    """Look at what is given and get ready to read it; refuses what cannot be read."""
    if isinstance(data, str | Path):
        opened = _open_file(Path(data))
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


def _open_file(path: Path) -> Input:
    if path.is_dir():
        raise _folder(path)
    if not path.is_file():
        raise _missing_file(path)
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        return _open_parquet(path)
    if name.endswith(separated.ENDINGS):
        return _open_separated(path)
    raise refuse(
        "unknown_file_type",
        fr=f"« {path.name} » : ce type de fichier ne se charge pas. "
        "Enregistrez-le en .csv, .tsv, .txt (ou .gz) ou en .parquet.",
        en=f"“{path.name}”: this type of file cannot be loaded. "
        "Save it as .csv, .tsv, .txt (or .gz) or as .parquet.",
    )


def _open_parquet(path: Path) -> Input:
    try:
        # Arrow would keep all it read ahead: the whole file in the end.
        file = pq.ParquetFile(path, pre_buffer=False)
    except (pa.ArrowInvalid, OSError) as error:
        raise refuse(
            "not_parquet",
            fr=f"« {path.name} » n'est pas un fichier Parquet, malgré son nom. Rien n'a été chargé.",
            en=f"“{path.name}” is not a Parquet file, whatever its name. Nothing was loaded.",
        ) from error
    schema = file.schema_arrow
    batches = file.iter_batches(batch_size=BATCH_ROWS)
    return Input(
        source=str(path),
        names=tuple(schema.names),
        types=tuple(schema.types),
        total=file.metadata.num_rows,
        chunks=_number(batches),
    )


def _open_separated(path: Path) -> Input:
    file = separated.open_separated(path)
    return Input(
        source=str(path),
        names=file.names,
        types=(pa.string(),) * len(file.names),
        total=None,
        chunks=(Chunk(part.columns, part.lines, part.broken) for part in file.parts()),
        texts=file,
    )


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


def _number(batches: Iterable[pa.RecordBatch]) -> Iterator[Chunk]:
    first = 1
    for batch in batches:
        lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
        first += batch.num_rows
        yield Chunk(tuple(plain(column) for column in batch.columns), lines)


def _check_names(names: tuple[str, ...], source: str) -> None:
    if not names:
        raise refuse(
            "empty_input",
            fr=f"« {source} » est vide : il n'y a pas même d'en-tête. Rien n'a été chargé.",
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
            fr=f"L'en-tête de « {source} » a plusieurs colonnes « {name} ». Rien n'a été chargé.",
            en=f"The header of “{source}” has several columns “{name}”. Nothing was loaded.",
        )
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]


def _unnamed(names: tuple[str, ...], source: str) -> list[Problem]:
    return [
        problem(
            "header_ambiguous",
            fr=f"L'en-tête de « {source} » n'a pas de nom pour la colonne {place}. Rien n'a été chargé.",
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
        fr=f"« {path} » est un dossier : donnez un des fichiers qu'il contient. Rien n'a été chargé.",
        en=f"“{path}” is a folder: give one of the files it holds. Nothing was loaded.",
    )


def _missing_file(path: Path) -> UserError:
    neighbours = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    return refuse(
        "file_not_found",
        fr=f"Le fichier « {path} » n'existe pas. Rien n'a été chargé.",
        en=f"There is no file “{path}”. Nothing was loaded.",
        hint=tuple(difflib.get_close_matches(path.name, neighbours, n=3)),
    )


def _unreadable(data: object) -> UserError:
    kind = type(data).__name__
    return refuse(
        "unknown_input",
        fr=f"« {kind} » ne se charge pas : donnez un chemin, une table Arrow, pandas ou polars.",
        en=f"“{kind}” cannot be loaded: give a path, an Arrow table, or a pandas or polars frame.",
    )
