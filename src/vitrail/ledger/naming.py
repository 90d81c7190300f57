"""How a workspace calls what the ready-made definitions talk about: orders, amounts, birth dates."""

from __future__ import annotations

from sqlalchemy import Connection

from vitrail.ledger.remembered import document_of, keep_document

NAME = "ready_mapping"


def mapping(connection: Connection) -> dict[str, str] | None:
    """The mapping somebody chose; None before that."""
    return document_of(connection, NAME, kind=dict[str, str])


def save_mapping(connection: Connection, chosen: dict[str, str]) -> None:
    """Choose another mapping."""
    keep_document(connection, NAME, document=chosen)
