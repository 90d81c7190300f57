"""What a source is, as people write it: where data are read, what they become, and how often."""

from __future__ import annotations

from typing import Literal

import msgspec

from vitrail.model.catalogue import Type

Loaded = Literal["profiles", "events", "records"]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which column plays which part, as for an import: `key`, `profile`, `at`, `created`."""

    key: str | None = None
    profile: str | None = None
    at: str | None = None
    created: str | None = None


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the rows become: profiles, events or records, with the recipe of columns of an import.

    `rename` gives columns other names in the catalogue; `types` are by those names.
    """

    kind: Loaded
    columns: Columns
    name: str = ""
    rename: dict[str, str] = {}
    types: dict[str, Type] = {}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The name of a source for people, in French and English."""

    fr: str
    en: str


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What every source says: its key, its name for people, and when it is pulled.

    `schedule` is `every 15 minutes`, `every 2 hours`, `daily at 06:30` (in the zone of the workspace)
    or five cron fields; without it, the source is pulled when somebody asks.
    """

    key: str
    name: Words | None = None
    schedule: str = ""


class Database(Described, frozen=True, tag="database", tag_field="kind", kw_only=True):
    """A table, or the answer of a query, of a database that SQLAlchemy knows.

    `cursor` names a column that only grows (a time of change, a number): from the second pull on, only
    rows at or after the last one seen, less `overlap`, are read. `only` keeps some columns of a table.
    """

    url: str
    load: Target
    table: str = ""
    query: str = ""
    only: tuple[str, ...] = ()
    cursor: str = ""
    overlap: str = ""


Source = Database
"""Every kind of source."""
