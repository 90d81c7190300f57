"""How a workspace calls what the ready-made definitions talk about: orders, amounts, birth dates."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select

from vitrail.ledger import schema

NAME = "ready_mapping"


def mapping(connection: Connection) -> dict[str, str] | None:
    """The mapping somebody chose; None before that."""
    query = select(schema.settings.c.value).where(schema.settings.c.name == NAME)
    text: str | None = connection.scalar(query)
    return None if text is None else msgspec.json.decode(text, type=dict[str, str])


def save_mapping(connection: Connection, chosen: dict[str, str]) -> None:
    """Choose another mapping."""
    connection.execute(schema.settings.delete().where(schema.settings.c.name == NAME))
    row = {"name": NAME, "value": msgspec.json.encode(chosen).decode()}
    connection.execute(insert(schema.settings), row)
