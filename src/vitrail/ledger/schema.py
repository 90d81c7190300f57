"""The tables of the ledger, as SQLAlchemy sees them; the migrations bring a database to this shape."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

tables = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    tables,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

catalogues = Table(
    "catalogues",
    tables,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("committed_at_us", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

loads = Table(
    "loads",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("received_at_us", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("rejects_path", Text, nullable=False),
    Column("origin", Text, nullable=False, server_default=""),
)

versions = Table(
    "versions",
    tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("committed_at_us", BigInteger, nullable=False),
    Column("load", Integer, ForeignKey("loads.id"), nullable=True),
    Column("profiles", Integer, nullable=False),
    Column("traits_from_us", BigInteger, nullable=False),
    Column("traits_until_us", BigInteger, nullable=False),
    Column("erased", Integer, nullable=False, server_default="0"),
)

files = Table(
    "files",
    tables,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False, unique=True),
    Column("rows", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
    Column("load", Integer, nullable=True),
    Column("added_in", Integer, nullable=False),
    Column("removed_in", Integer, nullable=True),
    Column("removed_at_us", BigInteger, nullable=True),
    Index("ix_files_removed_in", "removed_in"),
)

definitions = Table(
    "definitions",
    tables,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at_us", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("note", Text, nullable=False),
)

runs = Table(
    "runs",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("as_of_us", BigInteger, nullable=False),
    Column("finished_at_us", BigInteger, nullable=False),
    Column("definitions", Integer, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("source_version", Integer, nullable=False),
    Column("source_token", Text, nullable=False),
    Column("evaluated", BigInteger, nullable=False),
    Column("entered", BigInteger, nullable=False),
    Column("left", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
)

memberships = Table(
    "memberships",
    tables,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("segment", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Index("ix_memberships_segment", "segment", "run"),
)

logs = Table(
    "logs",
    tables,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("path", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
)

ranks = Table(
    "ranks",
    tables,
    Column("run", Integer, ForeignKey("runs.id"), primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("definitions", Integer, nullable=False),
    Column("path", Text, nullable=False),
)
