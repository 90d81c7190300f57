"""Reading a table or a query of another database, block by block, in a transaction that only reads.

This file is the one place outside the ledger that imports SQLAlchemy: decision 0006.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import (
    Connection,
    Engine,
    FromClause,
    MetaData,
    Select,
    Table,
    create_engine,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy import column as sql_column
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from vitrail.collect.egress.addresses import private_address, reachable, read_allowed
from vitrail.collect.sources import cursor as cursors
from vitrail.collect.sources import rows
from vitrail.collect.sources.cursor import Cursor
from vitrail.collect.sources.definition import Database
from vitrail.collect.sources.portion import Portion, Reading
from vitrail.language.messages import nearest
from vitrail.model.errors import UserError, refuse

BLOCK = 20_000
"""Rows fetched at once."""

CONNECT_SECONDS = 15
_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
"""A colon that SQLAlchemy would take for the beginning of a parameter; a query of a source has none."""

_BYWAYS = {"hostaddr", "service", "servicefile"}
"""Parameters by which an address would lead elsewhere than it says."""

_STREAMING = {"stream_results": True, "max_row_buffer": BLOCK}


def portions(source: Database, reading: Reading) -> Generator[Portion, None, None]:
    """The rows of the source in portions; with a cursor, each portion has its bookmark."""
    engine = _engine(source, reading)
    try:
        with _reading_only(engine) as connection:
            asked = _asked(source, reading, connection=connection)
            result = connection.execute(asked, execution_options=_STREAMING)
            yield from _portions(source, reading, result=result)
    except SQLAlchemyError as error:
        raise _failed(source, reading, error=error) from None
    finally:
        engine.dispose()


def _portions(source: Database, reading: Reading, *, result: Any) -> Iterator[Portion]:
    names = list(map(str, result.keys()))
    if source.cursor and source.cursor not in names:
        raise _no_column(source, source.cursor, known=names)
    place = names.index(source.cursor) if source.cursor else None
    blocks: list[dict[str, pa.Array]] = []
    last: Cursor | None = None
    done = kept = size = 0
    for part in result.partitions(min(BLOCK, reading.rows)):
        values = list(zip(*part, strict=True))
        blocks.append({name: rows.column(cells) for name, cells in zip(names, values, strict=True)})
        if place is not None:
            last = cursors.largest(last, _last(values[place]))
        done += len(part)
        kept += len(part)
        size += sum(array.nbytes for array in blocks[-1].values())
        reading.progress(done, None)
        if kept >= reading.rows or size >= reading.bytes:
            bookmark = None if place is None else _bookmark(last, reading, ended=False)
            yield Portion(rows.table(blocks, names), bookmark)
            blocks, kept, size = [], 0, 0
    whole = rows.table(blocks, names) if blocks else pa.table({})
    yield Portion(whole, _bookmark(last, reading, ended=True))


def _last(values: Sequence[Any]) -> Any:
    """The largest value of the cursor; one that is not a number has no place among numbers."""
    return max((value for value in values if value is not None and value == value), default=None)


def _bookmark(last: Cursor | None, reading: Reading, *, ended: bool) -> dict[str, Any]:
    """Where to go on from; a first pull that did not end still owes the rows without a cursor."""
    before = reading.bookmark.get("cursor")
    newest = cursors.largest(last, None if before is None else cursors.from_json(before))
    if newest is None:
        return {}
    return {
        "cursor": cursors.to_json(newest),
        "ended": ended or bool(reading.bookmark.get("ended")),
    }


def _asked(source: Database, reading: Reading, *, connection: Connection) -> Select[Any]:
    """The rows to read: from the bookmark on, oldest first."""
    table = _table(source, connection)
    shown = [table.c[name] for name in source.only] if source.only else [literal_column("*")]
    asked = select(table) if source.table and not source.only else select(*shown).select_from(table)
    if not source.cursor:
        return asked
    grows = table.c[source.cursor]
    if (kept := reading.bookmark.get("cursor")) is not None:
        start = cursors.step_back(cursors.from_json(kept), source.overlap, path=f"{source.key}.overlap")
        fresh = grows >= start
        asked = asked.where(fresh if reading.bookmark.get("ended") else or_(fresh, grows.is_(None)))
    return asked.order_by(grows)


def _table(source: Database, connection: Connection) -> FromClause:
    if source.query:
        query = text(_COLON.sub(r"\:", source.query.strip().rstrip(";")))
        return query.columns(*_columns(source.cursor)).subquery("pulled")
    schema, _, name = source.table.rpartition(".")
    try:
        table = Table(name, MetaData(), schema=schema or None, autoload_with=connection, resolve_fks=False)
    except NoSuchTableError:
        raise _no_table(source, connection) from None
    wanted = [*source.only, *([source.cursor] if source.cursor else [])]
    missing = [name for name in wanted if name not in table.c]
    if missing:
        raise _no_column(source, missing[0], known=[str(each.name) for each in table.columns])
    return table


def _columns(cursor: str) -> list[Any]:
    return [sql_column(cursor)] if cursor else []


def _engine(source: Database, reading: Reading) -> Engine:
    path = f"{source.key}.url"
    try:
        url = _with_driver(make_url(reading.secrets.fill_address(source.url, path=path)))
        url.get_dialect().import_dbapi()
        url = pinned(url, path=path)
        engine = create_engine(url, poolclass=NullPool, connect_args=_connecting(url, path=path))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise _bad_address(reading.secrets.veil(str(error)), path=path) from None
    except OSError as error:
        raise _failed(source, reading, error=error) from None
    return engine


def _with_driver(url: URL) -> URL:
    """The address with the driver that Vitrail is tested with; a SQLite file is opened to be read alone."""
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database:
        file = f"file:{quote(url.database)}"
        return url.set(database=file).update_query_dict({"mode": "ro", "uri": "true"})
    return url


def pinned(url: URL, *, path: str) -> URL:
    """The address with the one that was looked at in the place of its host, for drivers that resolve again.

    PostgreSQL takes both (`_connecting`). A host the operator lists by name keeps it, for certificates.
    """
    if url.get_backend_name() in ("sqlite", "postgresql") or not url.host:
        return url
    if "host" in url.query:
        raise _byway("host", path=path)
    listed = url.host.lower().rstrip(".") in read_allowed().hosts
    return url if listed else url.set(host=_looked_at(url.host))


def _connecting(url: URL, *, path: str) -> dict[str, Any]:
    """How the driver connects: PostgreSQL to the addresses that were looked at, with their names beside."""
    match url.get_backend_name():
        case "sqlite":
            return {"timeout": CONNECT_SECONDS}
        case "postgresql":
            pinned = [_looked_at(host) for host in _hosts(url, path=path)]
            known = {"hostaddr": ",".join(pinned)} if all(pinned) else {}
            return {"connect_timeout": CONNECT_SECONDS, **known}
        case _:
            for host in _hosts(url, path=path):
                _looked_at(host)
            return {}


def _hosts(url: URL, *, path: str) -> list[str]:
    """The hosts an address names, wherever it does; a socket of this machine counts as one."""
    if ways := sorted(_BYWAYS & set(url.query)):
        raise _byway(ways[0], path=path)
    told = url.query.get("host", ())
    listed = [each for host in ((told,) if isinstance(told, str) else told) for each in host.split(",")]
    named = [host if host.startswith("/") else _without_port(host) for host in listed]
    hosts = [*([url.host] if url.host else []), *named]
    sockets = [each for name in ("unix_socket", "unix_sock") if (each := url.query.get(name))]
    return hosts + ["/"] * len(sockets) or ["/"]


def _without_port(host: str) -> str:
    """The host of `name:port`, `[::1]:port` or an address of IPv6."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _looked_at(host: str) -> str:
    """The address of a host that may be reached; nothing for a socket, which is this machine."""
    allowed = read_allowed()
    if not host.startswith("/"):
        return reachable(host, None, allowed=allowed)[0]
    if not allowed.holds("localhost", "127.0.0.1"):
        raise private_address("localhost", host)
    return ""


@contextmanager
def _reading_only(engine: Engine) -> Iterator[Connection]:
    """A transaction that cannot write, whose rows come from the server block by block."""
    options = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        if engine.dialect.name in ("mysql", "mariadb"):
            connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
        yield connection


def _failed(source: Database, reading: Reading, *, error: Exception) -> UserError:
    reason = reading.secrets.veil(str(getattr(error, "orig", None) or error)).strip().splitlines()
    told = reason[0][:300] if reason else type(error).__name__
    return refuse(
        "database_failed",
        path=source.key,
        fr=f"La base de données a répondu : {told}. Ce qui était déjà chargé est gardé ; "
        "la prochaine lecture reprend là.",
        en=f"The database answered: {told}. What was loaded before is kept; "
        "the next pull goes on from there.",
    )


def _bad_address(reason: str, *, path: str) -> UserError:
    return refuse(
        "bad_database_address",
        path=path,
        fr=f"Cette adresse de base de données ne s’ouvre pas ({reason}). Exemple : "
        "postgresql://lecteur:${MOT_DE_PASSE}@hote/base. Une autre base que PostgreSQL ou SQLite demande "
        "d’installer son pilote.",
        en=f"This address of a database cannot be opened ({reason}). Example: "
        "postgresql://reader:${PASSWORD}@host/base. Databases other than PostgreSQL and SQLite need "
        "their driver installed.",
    )


def _byway(name: str, *, path: str) -> UserError:
    return refuse(
        "bad_database_address",
        path=path,
        fr=f"L’adresse d’une base ne peut pas dire « {name} » : nommez l’hôte. Rien n’a été lu.",
        en=f"The address of a database cannot say “{name}”: name the host. Nothing was read.",
    )


def _no_table(source: Database, connection: Connection) -> UserError:
    schema, _, name = source.table.rpartition(".")
    names = connection.dialect.get_table_names(connection, schema=schema or None)
    return refuse(
        "no_table",
        path=f"{source.key}.table",
        fr=f"La base n’a pas de table « {source.table} ». Rien n’a été lu.",
        en=f"The database has no table “{source.table}”. Nothing was read.",
        hint=nearest(name, names),
    )


def _no_column(source: Database, name: str, *, known: Sequence[str]) -> UserError:
    return refuse(
        "column_missing",
        path=f"{source.key}.cursor" if name == source.cursor else f"{source.key}.only",
        fr=f"Il n’y a pas de colonne « {name} » dans ce qui est lu. Rien n’a été chargé.",
        en=f"There is no column “{name}” in what is read. Nothing was loaded.",
        hint=nearest(name, known),
    )
