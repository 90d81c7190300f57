"""The export of Google Analytics 4 to BigQuery, taken out as Parquet or JSON lines: its events, flattened.

The columns are those of the documented schema: `event_params` is a list of keys with one of four
values; `event_timestamp` counts microseconds; `user_id` is what the site calls the customer and
`user_pseudo_id` the browser. Events carry no id of their own: one is made of what Google says tells two
events apart. An event without any identifier is nobody's and is left out.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.sources import rows
from vitrail.collect.sources.definition import Columns, Target
from vitrail.collect.sources.fields import at
from vitrail.collect.sources.portion import Portion, Reading
from vitrail.ledger.sources import SeenFile
from vitrail.model.errors import UserError, refuse
from vitrail.model.identities import ANONYMOUS

BATCH = 10_000
ROWS = 50_000
"""Events held at once: they are many small values."""

WIDEST = 10**13
"""Whole numbers from here on do not fit a decimal, and are kept as text."""

KEY, PROFILE, AT = "event_id", "profile", "event_at"
COLUMNS = Columns(key=KEY, profile=PROFILE, at=AT)

BROWSER = "ga4_browser"
BROWSERS = Target("profiles", Columns(key=PROFILE, at=AT), identities={BROWSER: "anonymous_id"})
"""On which browsers a profile was seen: what it did there before it was known becomes its own."""

TELLING = (
    "stream_id",
    "user_pseudo_id",
    "event_timestamp",
    "event_name",
    "event_bundle_sequence_id",
    "batch_page_id",
    "batch_ordering_id",
    "batch_event_index",
)
"""What tells two events apart."""

FIXED = {
    "user_id": "user_id",
    "anonymous_id": "user_pseudo_id",
    "platform": "platform",
    "device": "device.category",
    "os": "device.operating_system",
    "browser": "device.web_info.browser",
    "country": "geo.country",
    "region": "geo.region",
    "city": "geo.city",
    "first_source": "traffic_source.source",
    "first_medium": "traffic_source.medium",
    "first_campaign": "traffic_source.name",
    "revenue": "ecommerce.purchase_revenue",
    "transaction_id": "ecommerce.transaction_id",
    "products": "items.*.item_id",
}
"""Properties beside the parameters of the event, by their place; a parameter of the same name wins."""

Row = dict[str, Any]


def ga4_portions(
    path: Path, seen: SeenFile, *, reading: Reading, still: Callable[[], bool]
) -> Iterator[Portion]:
    """The events of a file, by name, in portions; the file counts as read with the last of them."""
    held: dict[str, list[Row]] = {}
    seen_on: dict[tuple[str, str], Row] = {}
    count = 0
    for row in _rows(path):
        flat = flattened(row, path=path)
        if flat is not None:
            held.setdefault(str(row["event_name"]), []).append(flat)
            _note_browser(seen_on, flat)
            count += 1
        if count >= min(reading.rows, ROWS):
            yield from _emptied(held, seen_on, reading=reading)
            count = 0
    yield from _emptied(held, seen_on, reading=reading)
    yield Portion(pa.table({}), file=seen, still=still)


def _emptied(
    held: dict[str, list[Row]], seen_on: dict[tuple[str, str], Row], *, reading: Reading
) -> Iterator[Portion]:
    """What is held, as portions; nothing is held afterwards."""
    yield from (_portion(name, each, reading=reading) for name, each in held.items())
    if seen_on:
        yield Portion(pa.Table.from_pylist(list(seen_on.values())), target=BROWSERS)
    held.clear()
    seen_on.clear()


def _note_browser(seen_on: dict[tuple[str, str], Row], flat: Row) -> None:
    """Note that a profile was seen on a browser, and when first."""
    browser = flat["anonymous_id"]
    if browser is None:
        return
    known = seen_on.get((flat[PROFILE], browser))
    if known is None or flat[AT] < known[AT]:
        row = {PROFILE: flat[PROFILE], BROWSER: browser, AT: flat[AT]}
        seen_on[flat[PROFILE], browser] = row


def flattened(row: Row, *, path: Path) -> Row | None:
    """One event as a flat row; None when it is nobody's."""
    if "event_name" not in row or "event_timestamp" not in row:
        raise _not_ga4(path)
    browser = row.get("user_pseudo_id")
    profile = row.get("user_id") or (f"{ANONYMOUS}{browser}" if browser else None)
    if not profile:
        return None
    parameters = {str(each["key"]): _value(each.get("value") or {}) for each in row.get("event_params") or ()}
    fixed = {name: at(row, place) for name, place in FIXED.items()}
    mine = {KEY: _key(row), PROFILE: str(profile), AT: _instant(row["event_timestamp"])}
    return fixed | {name: value for name, value in parameters.items() if value is not None} | mine


def _portion(name: str, held: list[Row], *, reading: Reading) -> Portion:
    names = list(dict.fromkeys(column for row in held for column in row))
    known = reading.types(name)
    table = {column: _column([row.get(column) for row in held], known.get(column)) for column in names}
    return Portion(pa.table(table), target=Target("events", COLUMNS, name=name))


def _column(values: list[Any], known: str | None) -> pa.Array:
    """Numbers as decimals, for one parameter comes whole and broken; a column that is text stays text."""
    kinds = {type(value) for value in values} - {type(None)}
    if not kinds <= {int, float, Decimal, str} or kinds <= {str}:
        return rows.column([None if value in ("", []) else value for value in values])
    numbers = [value for value in values if not isinstance(value, str | None)]
    if str in kinds or known == "text" or any(abs(value) >= WIDEST for value in numbers):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return rows.column([None if value is None else Decimal(str(value)) for value in values])


def _value(value: Row) -> Any:
    """The one of four values that is there."""
    if (text := value.get("string_value")) is not None:
        return text
    if (whole := value.get("int_value")) is not None:
        return int(whole)
    broken = value.get("double_value")
    broken = value.get("float_value") if broken is None else broken
    return None if broken is None else Decimal(str(broken))


def _instant(written: Any) -> Any:
    return rows.instant(int(written))


def _key(row: Row) -> str:
    told = msgspec.json.encode([None if row.get(name) is None else str(row[name]) for name in TELLING])
    return hashlib.sha256(told).hexdigest()[:24]


def _rows(path: Path) -> Iterator[Row]:
    name = path.name.lower()
    if name.endswith((".parquet", ".pq")):
        yield from _of_parquet(path)
    elif name.endswith((".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")):
        with gzip.open(path) if name.endswith(".gz") else path.open("rb") as file:
            yield from (_line(line, path) for line in file if line.strip())
    else:
        raise _not_ga4(path)


def _of_parquet(path: Path) -> Iterator[Row]:
    try:
        file = pq.ParquetFile(path, pre_buffer=False)
        for batch in file.iter_batches(batch_size=BATCH):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError):
        raise _not_ga4(path) from None


def _line(line: bytes, path: Path) -> Row:
    try:
        return msgspec.json.decode(line, type=Row)
    except msgspec.MsgspecError:
        raise _not_ga4(path) from None


def _not_ga4(path: Path) -> UserError:
    return refuse(
        "not_ga4",
        path=path.name,
        fr="ce n’est pas un export GA4 : des lignes JSON ou du Parquet avec event_name et event_timestamp.",
        en="this is no GA4 export: JSON lines or Parquet with event_name and event_timestamp.",
    )
