"""What the ledger remembers under a name: a text, or a document; one value for each name."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from sqlalchemy import Connection, insert, select

from vitrail.ledger import schema

T = TypeVar("T")


def text_of(connection: Connection, name: str) -> str | None:
    """The text under a name; None where nothing was ever kept."""
    table = schema.settings
    return connection.scalar(select(table.c.value).where(table.c.name == name))


def keep_text(connection: Connection, name: str, *, text: str) -> None:
    """Keep a text under a name, in place of the one before."""
    forget(connection, name)
    connection.execute(insert(schema.settings), {"name": name, "value": text})


def document_of(connection: Connection, name: str, *, kind: type[T]) -> T | None:
    """The document under a name; None where nothing was ever kept."""
    text = text_of(connection, name)
    return None if text is None else msgspec.json.decode(text, type=kind)


def keep_document(connection: Connection, name: str, *, document: object) -> None:
    """Keep a document under a name, in place of the one before."""
    keep_text(connection, name, text=msgspec.json.encode(document).decode())


def forget(connection: Connection, name: str) -> None:
    """Keep nothing under a name any more."""
    connection.execute(schema.settings.delete().where(schema.settings.c.name == name))
