"""Loading a portion of a source as its recipe says, by the same functions as an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any, assert_never

import msgspec
import pyarrow as pa

from vitrail.collect.load import load_events, load_profiles, load_records
from vitrail.collect.sources.definition import Target
from vitrail.collect.sources.portion import Portion, Progress
from vitrail.collect.sources.rows import last_of_each
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store


def load_portion(
    store: Store, portion: Portion, *, target: Target, source: str, progress: Progress
) -> LoadReport:
    """Load the rows of a portion, as its target says."""
    columns, data = target.columns, portion.data
    told: dict[str, Any] = {
        "names": _present(target, data),
        "types": target.types,
        "ignore": target.ignore,
        "identities": target.identities,
        "answers": target.answers,
        "source": source,
        "progress": progress,
    }
    match target.kind:
        case "profiles":
            created = columns.created and target.rename.get(columns.created, columns.created)
            return load_profiles(store, data, key=columns.key or "", at=columns.at, created=created, **told)
        case "events":
            profile, at = columns.profile or "", columns.at or ""
            name = target.name
            return load_events(store, name, data=data, profile=profile, at=at, key=columns.key, **told)
        case "records":
            profile, key = columns.profile or "", columns.key or ""
            return load_records(
                store, target.name, data=data, profile=profile, key=key, at=columns.at, **told
            )
        case _:
            assert_never(target.kind)


def latest(portion: Portion, target: Target) -> Portion:
    """Of several rows that say what one profile or record is, the last one; events are left as they are."""
    key, at = target.columns.key, target.columns.at
    if target.kind == "events" or not isinstance(portion.data, pa.Table):
        return portion
    identity = [column for column in (key, at) if column is not None]
    return msgspec.structs.replace(portion, data=last_of_each(portion.data, identity))


def _present(target: Target, data: pa.Table | Path) -> dict[str, str]:
    """The new names of columns; those of a table are all there."""
    if isinstance(data, Path):
        return target.rename
    return {old: new for old, new in target.rename.items() if old in data.column_names}
