"""How far the workspace goes in sparing people: settings that a person chose, each with its default."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select

from vitrail.ledger import schema

NAME = "respect"


class Respect(msgspec.Struct, frozen=True, omit_defaults=True):
    """`smallest_group` is the fewest people of whom a number is told to those who may not see people.

    `retention` says that what is past its period goes by itself; by default it is only told.
    """

    smallest_group: int = 20
    retention: bool = False


def respect(connection: Connection) -> Respect:
    """The settings in force."""
    query = select(schema.settings.c.value).where(schema.settings.c.name == NAME)
    text = connection.scalar(query)
    return Respect() if text is None else msgspec.json.decode(text, type=Respect)


def save_respect(connection: Connection, chosen: Respect) -> None:
    """Choose other settings."""
    connection.execute(schema.settings.delete().where(schema.settings.c.name == NAME))
    row = {"name": NAME, "value": msgspec.json.encode(chosen).decode()}
    connection.execute(insert(schema.settings), row)
