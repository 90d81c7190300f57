"""What a snapshot holds, in words a test can compare."""

from collections.abc import Iterable
from datetime import datetime

import pyarrow.parquet as pq

from vitrail.engine.source import ALWAYS, File
from vitrail.warehouse.store import Store

Row = dict[str, object]


def us(text: str) -> int:
    """An instant with its zone, in microseconds."""
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def rows(files: Iterable[File]) -> list[Row]:
    return [row for file in files for row in pq.read_table(file.path).to_pylist()]


def keys(store: Store) -> dict[int, str]:
    return {row["profile"]: row["key"] for row in rows(store.source().keys)}


def named(store: Store, files: Iterable[File]) -> list[Row]:
    """The rows of files with the key of each profile instead of its number."""
    names = keys(store)
    return [{**row, "profile": names[row["profile"]]} for row in rows(files)]


def events(store: Store, name: str) -> list[Row]:
    found = named(store, store.source().events.get(name, ()))
    return sorted(found, key=lambda row: (row["profile"], row["at_us"], row["id"]))


def first_seen(store: Store) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in named(store, store.source().first_seen):
        found[row["profile"]] = min(row["at_us"], found.get(row["profile"], row["at_us"]))
    return found


def snapshot(store: Store) -> dict[str, Row]:
    """The traits in force, by key; a later file replaces the rows of an earlier one; unknowns left out."""
    found = {row["profile"]: row for row in named(store, store.source().traits.snapshots)}
    return {
        key: {name: value for name, value in row.items() if name != "profile" and value is not None}
        for key, row in found.items()
    }


def observations(store: Store) -> list[Row]:
    found = named(store, store.source().traits.observations)
    shown = [{name: value for name, value in row.items() if value is not None} for row in found]
    return sorted(shown, key=lambda row: (row["profile"], row["at_us"], row["sequence"]))


def folded(store: Store, before_us: int) -> dict[str, Row]:
    """The traits as the observations before an instant tell them, in plain Python."""
    found: dict[str, Row] = {}
    seen = [row for row in named(store, store.source().traits.observations) if row["at_us"] < before_us]
    fields = store.catalogue.traits.values()
    for row in sorted(seen, key=lambda row: (row["at_us"], row["sequence"])):
        traits = found.setdefault(row["profile"], {})
        for field in fields:
            if row.get(field.column) is not None:
                traits[field.column] = row[field.column]
    return found


__all__ = ["ALWAYS", "events", "first_seen", "folded", "keys", "observations", "rows", "snapshot", "us"]
