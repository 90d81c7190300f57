"""Rows in the documented schema of the GA4 export to BigQuery, of invented visitors."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

VALUE = pa.struct(
    {
        "string_value": pa.string(),
        "int_value": pa.int64(),
        "float_value": pa.float64(),
        "double_value": pa.float64(),
    }
)
SCHEMA = pa.schema(
    {
        "event_date": pa.string(),
        "event_timestamp": pa.int64(),
        "event_name": pa.string(),
        "event_params": pa.list_(pa.struct({"key": pa.string(), "value": VALUE})),
        "event_bundle_sequence_id": pa.int64(),
        "user_id": pa.string(),
        "user_pseudo_id": pa.string(),
        "device": pa.struct(
            {
                "category": pa.string(),
                "operating_system": pa.string(),
                "web_info": pa.struct({"browser": pa.string(), "hostname": pa.string()}),
            }
        ),
        "geo": pa.struct({"country": pa.string(), "region": pa.string(), "city": pa.string()}),
        "traffic_source": pa.struct({"name": pa.string(), "medium": pa.string(), "source": pa.string()}),
        "stream_id": pa.string(),
        "platform": pa.string(),
        "ecommerce": pa.struct({"purchase_revenue": pa.float64(), "transaction_id": pa.string()}),
        "items": pa.list_(pa.struct({"item_id": pa.string(), "quantity": pa.int64(), "price": pa.float64()})),
    }
)
START = 1_735_689_600_000_000  # 2025-01-01T00:00:00Z


def event(number: int, name: str, **parts: object) -> dict:
    """One event; `params` are plain values, and `value` is whole or broken as it happens in real exports."""
    params = parts.pop("params", {})
    return {
        "event_date": "20250101",
        "event_timestamp": START + number * 1_000_000,
        "event_name": name,
        "event_params": [{"key": key, "value": param(value)} for key, value in params.items()],
        "event_bundle_sequence_id": number,
        "user_id": None,
        "user_pseudo_id": f"browser.{number % 3}",
        "device": {"category": "mobile", "operating_system": "Android", "web_info": {"browser": "Chrome"}},
        "geo": {"country": "France", "region": "Auvergne-Rhone-Alpes", "city": "Lyon"},
        "traffic_source": {"name": "(direct)", "medium": "(none)", "source": "(direct)"},
        "stream_id": "1234567890",
        "platform": "WEB",
        "ecommerce": None,
        "items": [],
        **parts,
    }


def param(value: object) -> dict:
    kind = {str: "string_value", int: "int_value", float: "double_value"}[type(value)]
    return {"string_value": None, "int_value": None, "float_value": None, "double_value": None, kind: value}


def day() -> list[dict]:
    """Three page views, two purchases (their value whole, then broken), and one event of nobody."""
    views = [
        event(n, "page_view", params={"page_location": f"https://x/{n}", "ga_session_id": 17})
        for n in range(3)
    ]
    bought = {"ecommerce": {"purchase_revenue": 20.5, "transaction_id": "T1"}, "items": [{"item_id": "SKU1"}]}
    return [
        *views,
        event(3, "purchase", params={"value": 20, "currency": "EUR"}, user_id="C1", **bought),
        event(4, "purchase", params={"value": 20.5, "currency": "EUR"}, user_id="C2", **bought),
        event(5, "page_view", user_pseudo_id=None),
    ]


def write_parquet(file: Path, rows: list[dict]) -> None:
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), file)


def write_json(file: Path, rows: list[dict]) -> None:
    """As BigQuery writes JSON lines: whole numbers of 64 bits are texts, what is missing is left out."""
    file.write_text("".join(json.dumps(_as_exported(row)) + "\n" for row in rows))


def _as_exported(value: object) -> object:
    match value:
        case dict():
            return {name: _as_exported(each) for name, each in value.items() if each is not None}
        case list():
            return [_as_exported(each) for each in value]
        case int():
            return str(value)
        case _:
            return value
