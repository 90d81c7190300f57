"""A shop of a few customers whose consents, addresses and purchases a test decides."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from vitrail.app.purpose_files import ready_purposes
from vitrail.app.workspace import Workspace

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)

EVERY = tuple(each.key for each in ready_purposes().purposes)


def at(days: float) -> dt.datetime:
    """So many days before now."""
    return NOW - dt.timedelta(days=days)


def people(ws: Workspace, *keys: str, **columns: list[object]) -> None:
    """Load customers, with an e-mail address and a number each unless it is said otherwise."""
    given = {
        "email": [f"{key}@example.com" for key in keys],
        "phone": [f"06 12 34 56 {place:02}" for place, _ in enumerate(keys)],
        **columns,
    }
    ws.load_profiles(pa.table({"id": list(keys), **given}), key="id")


def consents(ws: Workspace, *rows: tuple[str, str, str, str, float]) -> None:
    """Load words: who, purpose, channel, state, how many days ago."""
    names = ("id", "purpose", "channel", "state")
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    columns["at"] = pa.array([at(row[4]) for row in rows], pa.timestamp("us", tz="UTC"))
    ws.load_consents(pa.table(columns), profile="id", state="state", at="at")


def orders(ws: Workspace, *keys: str) -> None:
    """Let customers have bought once."""
    table = pa.table({"id": list(keys), "at": [at(30)] * len(keys), "order": [f"o-{key}" for key in keys]})
    ws.load_events("order", table, profile="id", at="at", key="order")


def reached(ws: Workspace, purpose: str, channel: str, *, segment: str = "all") -> list[str]:
    """The keys of those who may be reached."""
    found = ws.audience(segment, purpose=purpose, channel=channel)  # type: ignore[arg-type]
    keys: list[str] = found.members()["profile"].to_pylist()
    return keys
