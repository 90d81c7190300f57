"""What a Parquet file tells about its columns without being queried; files never change."""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from vitrail.engine.sql.sources import FOLDED

FEW = 62
"""As many different texts as one whole number of 64 bits has room for."""

SMALL = 200_000
"""A file of so many rows is looked through even where its footer does not count distinct values."""


_NUMBERED = {"PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE", "BIT_PACKED"}


@lru_cache(maxsize=100_000)
def says_something(path: str, column: str) -> bool:
    """Whether the file has the column, with a known value in it."""
    footer = read_footer(path)
    place = _places(path).get(column)
    if place is None:
        return False
    chunks = (footer.row_group(number).column(place) for number in range(footer.num_row_groups))
    return footer.num_row_groups == 0 or any(_has_known(chunk) for chunk in chunks)


@lru_cache(maxsize=100_000)
def folds_all(path: str, folded: str) -> bool:
    """Whether the column of folded texts is known wherever the text is: it then stands alone, and a
    column that is read alone is looked at once per distinct text."""
    text = folded.removesuffix(FOLDED)
    if not (says_something(path, text) and says_something(path, folded)):
        return False
    return _unknowns(path, folded) == _unknowns(path, text) is not None


def are_numbered(path: str, column: str) -> bool:
    """Whether every text of a column is stored as its number in a dictionary."""
    place, footer = _places(path)[column], read_footer(path)
    told = footer.schema.column(place)
    if told.physical_type != "BYTE_ARRAY" or told.max_repetition_level:
        return False
    chunks = (footer.row_group(number).column(place) for number in range(footer.num_row_groups))
    return all(set(chunk.encodings) <= _NUMBERED for chunk in chunks)


def _unknowns(path: str, column: str) -> int | None:
    """How many values are unknown, when the footer tells."""
    footer, place = read_footer(path), _places(path)[column]
    told = [footer.row_group(number).column(place).statistics for number in range(footer.num_row_groups)]
    if any(each is None or not each.has_null_count for each in told):
        return None
    return sum(int(each.null_count) for each in told)


@lru_cache(maxsize=10_000)
def few_texts(path: str, column: str) -> frozenset[str] | None:
    """The texts of a column; None when there are more than `FEW`, or when only a long look would tell."""
    if not says_something(path, column):
        return frozenset()
    return _texts(path, column) if _may_be_few(path, column) else None


def _may_be_few(path: str, column: str) -> bool:
    footer, place = read_footer(path), _places(path)[column]
    for number in range(footer.num_row_groups):
        told = footer.row_group(number).column(place).statistics
        if told is not None and told.has_distinct_count:
            if told.distinct_count > FEW:
                return False
        elif footer.num_rows > SMALL:
            return False
    return True


def _texts(path: str, column: str) -> frozenset[str] | None:
    found: set[str] = set()
    with parquet.ParquetFile(path, read_dictionary=[column]) as file:
        for number in range(file.num_row_groups):
            for chunk in file.read_row_group(number, columns=[column])[column].chunks:
                found.update(_distinct(chunk))
            if len(found) > FEW:
                return None
    return frozenset(found)


def _distinct(chunk: pa.Array) -> list[str]:
    values = chunk.dictionary if isinstance(chunk, pa.DictionaryArray) else chunk
    texts: list[str] = compute.unique(values.drop_null()).to_pylist()
    return texts


@lru_cache(maxsize=256)
def read_footer(path: str) -> parquet.FileMetaData:
    """The footer of a file."""
    return parquet.read_metadata(path)


@lru_cache(maxsize=10_000)
def _places(path: str) -> dict[str, int]:
    """The number of each column; the first leaf of a nested one."""
    found: dict[str, int] = {}
    for number in range(read_footer(path).num_columns):
        found.setdefault(read_footer(path).schema.column(number).path.split(".")[0], number)
    return found


def _has_known(chunk: parquet.ColumnChunkMetaData) -> bool:
    """False only where the statistics say that every value is unknown; a nested value may be empty."""
    told = chunk.statistics
    nested = "." in chunk.path_in_schema
    return nested or told is None or not told.has_null_count or bool(told.null_count < chunk.num_values)
