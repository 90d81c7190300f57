"""How far the workspace goes in sparing people: settings that a person chose, each with its default."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from vitrail.ledger.remembered import document_of, keep_document
from vitrail.model.retention import RetentionFile

NAME, RULES, DUE = "respect", "retention_rules", "retention_due"


class Respect(msgspec.Struct, frozen=True, omit_defaults=True):
    """`smallest_group` is the fewest people of whom a number is told to those who may not see people.

    `retention` says that what is past its period goes by itself; by default it is only told.
    """

    smallest_group: int = 20
    retention: bool = False


class Due(msgspec.Struct, frozen=True):
    """What the last plan of retention let go: when it was made, and how much by rule."""

    at_us: int
    counts: dict[str, int]


def respect(connection: Connection) -> Respect:
    """The settings in force."""
    return document_of(connection, NAME, kind=Respect) or Respect()


def save_respect(connection: Connection, chosen: Respect) -> None:
    """Choose other settings."""
    keep_document(connection, NAME, document=chosen)


def retention_rules(connection: Connection) -> RetentionFile:
    """The rules of retention in force; none before any was chosen."""
    return document_of(connection, RULES, kind=RetentionFile) or RetentionFile(2026)


def save_retention_rules(connection: Connection, rules: RetentionFile) -> None:
    """Put other rules of retention in force."""
    keep_document(connection, RULES, document=rules)


def retention_due(connection: Connection) -> Due | None:
    """What the last plan let go; None before the first."""
    return document_of(connection, DUE, kind=Due)


def save_retention_due(connection: Connection, due: Due) -> None:
    """Keep what a plan lets go, for those who look at the health of the workspace."""
    keep_document(connection, DUE, document=due)
