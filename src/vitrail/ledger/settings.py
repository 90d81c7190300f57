"""What the ledger knows of the workspace itself: its identity and its catalogue, version by version."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, func, insert, select

from vitrail.ledger import schema
from vitrail.ledger.remembered import keep_text, text_of
from vitrail.model.catalogue import Catalogue


def workspace_id(connection: Connection) -> str:
    """The name the workspace was given at its birth, unlike any other."""
    return str(
        connection.scalar(select(schema.settings.c.value).where(schema.settings.c.name == "workspace"))
    )


def save_workspace_id(connection: Connection, identity: str) -> None:
    """Name the workspace, once."""
    connection.execute(insert(schema.settings), {"name": "workspace", "value": identity})


def catalogue_version(connection: Connection) -> int:
    """The number of the catalogue in force."""
    return connection.scalar(select(func.max(schema.catalogues.c.version))) or 0


def current_catalogue(connection: Connection) -> Catalogue:
    """The catalogue in force."""
    table = schema.catalogues
    document = connection.scalar(select(table.c.document).order_by(table.c.version.desc()).limit(1))
    return msgspec.json.decode(document or "{}", type=Catalogue)


def save_catalogue(connection: Connection, catalogue: Catalogue, *, at_us: int) -> None:
    """Keep a new version of the catalogue, unless nothing changed."""
    if catalogue == current_catalogue(connection):
        return
    row = {
        "version": catalogue_version(connection) + 1,
        "committed_at_us": at_us,
        "document": msgspec.json.encode(catalogue).decode(),
    }
    connection.execute(insert(schema.catalogues), row)


NAME, LANGUAGE = "workspace_name", "default_language"


def workspace_name(connection: Connection) -> str:
    """What people call the workspace; empty before somebody said."""
    return text_of(connection, NAME) or ""


def save_workspace_name(connection: Connection, name: str) -> None:
    """Call the workspace so from now on."""
    keep_text(connection, NAME, text=name)


def default_language(connection: Connection) -> str:
    """The language of those who chose none: `fr` before somebody said."""
    return text_of(connection, LANGUAGE) or "fr"


def save_default_language(connection: Connection, language: str) -> None:
    """Speak so from now on to those who chose no language."""
    keep_text(connection, LANGUAGE, text=language)
