"""What the files of each shelf hold and how their rows are ordered."""

from __future__ import annotations

from typing import assert_never

from vitrail.model.catalogue import Catalogue
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.writer import Shelf

PLACED = {"profile": "INTEGER", "at_us": "BIGINT", "sequence": "BIGINT"}
BROUGHT = {"load": "INTEGER", "source~": "VARCHAR"}
"""Where a row comes from: the number of its load, and its source; both unknown in the oldest files."""
CLAIM = PLACED | {"kind": "VARCHAR", "value": "VARCHAR", "source": "VARCHAR"}
CONSENT = {
    "profile": "INTEGER",
    "at_us": "BIGINT",
    "purpose": "VARCHAR",
    "channel": "VARCHAR",
    "state": "VARCHAR",
}
"""What the ledger of consents holds, laid out for the engine; without a channel, of all of them."""
QUARANTINED = {
    "received_at_us": "BIGINT",
    "code": "VARCHAR",
    "source": "VARCHAR",
    "event": "VARCHAR",
    "path": "VARCHAR",
    "found": "VARCHAR",
    "expected": "VARCHAR",
    "messages": "BIGINT",
    "lost": "BIGINT",
    "message": "BLOB",
}
"""Messages that wait for a correction, each with its reason; `lost` counts those that were not kept."""


def columns_of(catalogue: Catalogue, shelf: Shelf) -> dict[str, str]:
    """Every column the files of a shelf may have, with its DuckDB type."""
    match shelf.kind:
        case "keys":
            return {"profile": "INTEGER", "key": "VARCHAR"}
        case "first_seen":
            return {"profile": "INTEGER", "at_us": "BIGINT"}
        case "identity":
            return CLAIM
        case "canon":
            return {"profile": "INTEGER", "canonical": "INTEGER"}
        case "snapshot":
            return {"profile": "INTEGER"} | physical_columns(tuple(catalogue.traits.values()))
        case "observation":
            return PLACED | BROUGHT | physical_columns(tuple(catalogue.traits.values()))
        case "event":
            properties = tuple(catalogue.collections[shelf.name].properties.values())
            placed = {"profile": "INTEGER", "at_us": "BIGINT", "id": "VARCHAR"}
            return placed | BROUGHT | physical_columns(properties)
        case "record":
            properties = tuple(catalogue.collections[shelf.name].properties.values())
            return PLACED | {"id": "VARCHAR"} | BROUGHT | physical_columns(properties)
        case "score":
            return PLACED | {"value": "DOUBLE"} | BROUGHT
        case "consent":
            return CONSENT
        case "quarantine":
            return QUARANTINED
        case "touched" | "message":
            return {}
        case _:
            assert_never(shelf.kind)


def order_of(shelf: Shelf) -> tuple[str, ...]:
    """The columns by which the rows of a file are sorted."""
    match shelf.kind:
        case "keys" | "canon" | "snapshot" | "touched":
            return ("profile",)
        case "identity":
            return ("kind", "value", "profile")
        case "first_seen":
            return ("profile", "at_us")
        case "event":
            return ("profile", "at_us", "id")
        case "observation" | "record" | "score":
            return ("profile", "at_us", "sequence")
        case "consent":
            return ("profile", "at_us", "purpose", "channel", "state")
        case "quarantine":
            return ("received_at_us",)
        case "message":
            return ()
        case _:
            assert_never(shelf.kind)
