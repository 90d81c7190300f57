"""Loads the people of a scene through the front door, as tables with the types a shop would give them."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

import vitrail
from tests.engine.scenes import EVENTS, RECORDS, TRAITS, Scene
from vitrail.app.workspace import Workspace, create
from vitrail.model.catalogue import Type

INSTANT = pa.timestamp("us", "UTC")
ARROW: dict[Type, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(38, 10),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "instant": INSTANT,
    "texts": pa.list_(pa.string()),
}
SCORES = ("lead", "churn")
Row = dict[str, Any]


def opened(scene: Scene, folder: Path) -> Workspace:
    """A workspace that knows all that the scene tells."""
    ws = create(folder, timezone=scene.catalogue.timezone)
    declared = {"created": scene.catalogue.created} if scene.catalogue.created else {}
    ws.catalogue.declare(
        traits=TRAITS,
        events=EVENTS,
        records=RECORDS,
        scores=SCORES,
        purposes=["marketing"],
        channels=["email", "sms"],
        **declared,
    )
    people = {key: person or {} for key, person in scene.told["people"].items()}
    _load_profiles(ws, scene, people)
    for name in EVENTS:
        _load_events(ws, name, scene=scene, people=people)
    for name in RECORDS:
        _load_records(ws, name, scene=scene, people=people)
    for name in SCORES:
        _load_scores(ws, name, scene=scene, people=people)
    _load_consents(ws, scene, people)
    for key, rule in scene.told.get("segments", {}).items():
        ws.define(vitrail.Segment(key=key, name={"fr": key, "en": key}, rule=rule))
    return ws


def _load_profiles(ws: Workspace, scene: Scene, people: dict[str, Row]) -> None:
    """What holds since always first, then what was observed, one value of each trait at a time."""
    undated: list[Row] = []
    dated: dict[int, list[Row]] = defaultdict(list)
    for key, told in people.items():
        row: Row = {"key": key}
        for name in TRAITS:
            values = told[name] if isinstance(told.get(name), dict) else {"always": told.get(name)}
            for number, (when, value) in enumerate(values.items()):
                if when == "always":
                    row[name] = value
                else:
                    dated[number].append({"key": key, "at": when, name: value})
        undated.append(row)
    ws.load_profiles(table(scene, undated, {"key": pa.string(), **columns(TRAITS)}), key="key")
    for number in sorted(dated):
        rows = table(scene, dated[number], {"key": pa.string(), "at": INSTANT, **columns(TRAITS)})
        ws.load_profiles(rows, key="key", at="at")


def _load_events(ws: Workspace, name: str, *, scene: Scene, people: dict[str, Row]) -> None:
    rows = []
    for key, told in people.items():
        given = told.get(name) or []
        for number, each in enumerate(given if isinstance(given, list) else [given]):
            details = dict(each) if isinstance(each, dict) else {"at": each}
            rows.append({"who": key, "id": f"{key} {number}", **details})
    if rows:
        kinds = {"who": pa.string(), "id": pa.string(), "at": INSTANT, **columns(EVENTS[name])}
        ws.load_events(name, table(scene, rows, kinds), profile="who", at="at", key="id")


def _load_records(ws: Workspace, name: str, *, scene: Scene, people: dict[str, Row]) -> None:
    """The versions without a date first, then the others in the order of time."""
    rows = [
        {"who": key, "number": id, **version, "at": version.get("at")}
        for key, told in people.items()
        for id, each in (told.get(name) or {}).items()
        for version in (each if isinstance(each, list) else [each or {}])
    ]
    kinds = {"who": pa.string(), "number": pa.string(), **columns(RECORDS[name])}
    undated = [row for row in rows if row["at"] is None]
    if undated:
        ws.load_records(name, table(scene, undated, kinds), profile="who", key="number")
    for row in sorted((each for each in rows if each["at"]), key=lambda each: scene.moment(each["at"])):
        ws.load_records(
            name, table(scene, [row], {**kinds, "at": INSTANT}), profile="who", key="number", at="at"
        )


def _load_scores(ws: Workspace, name: str, *, scene: Scene, people: dict[str, Row]) -> None:
    rows = [
        {"who": key, "at": when, "value": float(value)}
        for key, told in people.items()
        for when, value in told.get(f"score {name}", {}).items()
    ]
    if rows:
        kinds = {"who": pa.string(), "at": INSTANT, "value": pa.float64()}
        ws.load_scores(name, table(scene, rows, kinds), profile="who", value="value", at="at")


def _load_consents(ws: Workspace, scene: Scene, people: dict[str, Row]) -> None:
    rows = [{"who": key, **each} for key, told in people.items() for each in told.get("consents", ())]
    if rows:
        kinds = {"at": INSTANT} | dict.fromkeys(("who", "state", "purpose", "channel"), pa.string())
        ws.load_consents(table(scene, rows, kinds), profile="who", state="state", at="at")


def columns(kinds: dict[str, Type]) -> dict[str, pa.DataType]:
    return {name: ARROW[kind] for name, kind in kinds.items()}


def table(scene: Scene, rows: list[Row], kinds: dict[str, pa.DataType]) -> pa.Table:
    """The rows with all columns, empty cells included."""
    data = {
        name: pa.array([cell(scene, row.get(name), kind=kind) for row in rows], kind)
        for name, kind in kinds.items()
    }
    return pa.table(data)


def cell(scene: Scene, value: Any, *, kind: pa.DataType) -> Any:
    """Decimals with the digits they are written with, instants in UTC, everything else as it is."""
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(str(value))
    return moment(scene, value) if kind == INSTANT else value


def moment(scene: Scene, told: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=scene.moment(told))
