"""The inbox: requests that were acknowledged and wait, in order, to be filed in the warehouse.

It is a file of its own beside the ledger, so that acknowledging never waits for a load or a refresh
to commit. Who files a request commits its position with the facts, then trims.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from vitrail.ledger.database import Ledger, sqlite_engine
from vitrail.model.errors import VitrailError

INBOX = "inbox.sqlite"
NAME = "inbox.name"
"""The file beside an inbox with its name, where a workspace has several: one on each machine."""

ONLY = "inbox"
"""The name of the inbox that lies in the folder of its workspace."""

VARIABLE = "VITRAIL_INBOX"
"""The environment variable with the folder of this machine's inbox, for a workspace of several machines."""

TRIMMED_AT_ONCE = 100
"""How many requests one transaction trims: appending waits for no longer than that."""

tables = MetaData()
"""The inbox has no migration: it is emptied before a program of another shape opens it."""

requests = Table(
    "requests",
    tables,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("received_at_us", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)


class NotKept(VitrailError):
    """A group of requests could not be written, and none of it is kept; the next one may be."""

    def __init__(self, reason: Literal["full", "failing"], details: str) -> None:
        super().__init__(f"the disk is {reason}: {details}")
        self.reason: Literal["full", "failing"] = reason


class NewRequest(msgspec.Struct, frozen=True):
    """A request that was accepted and is to be kept: when it came, from which source, and its messages."""

    received_at_us: int
    source: str
    body: bytes


class StoredRequest(msgspec.Struct, frozen=True):
    """A request that is kept, at its place in the order of arrival.

    `vitrail.collect.tracking.reading.messages_of` reads the messages in its body.
    """

    position: int
    received_at_us: int
    source: str
    body: bytes


class Backlog(msgspec.Struct, frozen=True):
    """What waits to be filed: how many requests at most, and how much room they take."""

    requests: int
    bytes: int


_STORED = tuple(requests.c[name] for name in StoredRequest.__struct_fields__)
_APPEND = insert(requests)
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
_PRAGMAS = ("page_size=8192", "secure_delete=ON", "wal_autocheckpoint=8000")


class Inbox:
    """An open inbox. Any number of threads and processes may use it; it owns its connections.

    A position is given once, for ever: not again after trimming, nor after a restart.
    """

    def __init__(self, database: Ledger, name: str = ONLY) -> None:
        self._database = database
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def purge(self) -> None:
        """Leave nothing of the requests that were trimmed, in the file or in its log."""
        self._database.purge()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def append(self, group: Sequence[NewRequest]) -> None:
        """Keep a group of requests, in this order: once it returns all are on disk.

        Raises `NotKept`, and then keeps none of them.
        """
        if not group:
            return
        rows = [msgspec.structs.asdict(request) for request in group]
        try:
            with self._database.writing() as connection:
                connection.execute(_APPEND, rows)
        except DBAPIError as error:
            raise _not_kept(error) from error

    def try_out(self) -> None:
        """See whether a request could be kept now; raises `NotKept` when not. Leaves nothing behind."""
        try:
            with self._database.writing() as connection:
                made = connection.execute(_APPEND, {"received_at_us": 0, "source": "", "body": b""})
                connection.execute(delete(requests).where(requests.c.position == made.lastrowid))
        except DBAPIError as error:
            raise _not_kept(error) from error

    def read(self, after: int, *, limit: int) -> tuple[StoredRequest, ...]:
        """The next requests after a position, oldest first."""
        query = select(*_STORED).where(requests.c.position > after)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(requests.c.position).limit(limit))
            return tuple(StoredRequest(*row) for row in rows)

    def trim(self, through: int) -> None:
        """Forget the requests up to a position, once they are filed; their bytes leave the file too."""
        first, last = self._ends()
        done = first - 1
        while done < min(through, last):
            done = min(done + TRIMMED_AT_ONCE, through)
            with self._database.writing() as connection:
                connection.execute(delete(requests).where(requests.c.position <= done))

    def settle(self) -> None:
        """Bring what was appended lately from the log into the file, beside those who append.

        Done often, it spares them the pause of doing it themselves. A disk that refuses is no matter:
        the log holds everything, and the next time will do.
        """
        with suppress(sqlite3.Error, DBAPIError):
            self._database.checkpoint("PASSIVE")

    def backlog(self) -> Backlog:
        """What waits to be filed; quick, however much it is."""
        first, last = self._ends()
        with self._database.reading() as connection:
            pages, free, size = (
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "freelist_count", "page_size")
            )
        return Backlog(last - first + 1, (pages - free) * size)

    def skip_to(self, position: int) -> None:
        """Give no position up to this one, which the manifest holds for filed.

        If the file of the inbox was lost, new requests would else be taken for filed ones.
        """
        probe = {"position": position, "received_at_us": 0, "source": "", "body": b""}
        if self._ends()[1] >= position:
            return
        with self._database.writing() as connection:
            connection.execute(insert(requests), probe)
            connection.execute(delete(requests).where(requests.c.position == position))

    def _ends(self) -> tuple[int, int]:
        """The first and the last position that wait; (1, 0) when none does."""
        query = select(func.min(requests.c.position), func.max(requests.c.position))
        with self._database.reading() as connection:
            first, last = connection.execute(query).one()
        return (1, 0) if first is None else (first, last)


def _not_kept(error: DBAPIError) -> NotKept:
    full = getattr(error.orig, "sqlite_errorname", "") in _FULL
    return NotKept("full" if full else "failing", str(error.orig))


def open_inbox(root: Path) -> Inbox:
    """The inbox in a folder: of a workspace, or of a machine; it is made when it is missing."""
    engine = sqlite_engine(root / INBOX, pool=QueuePool, pragmas=_PRAGMAS)
    with engine.execution_options(vitrail_writes=Ledger.turn).begin() as connection:
        tables.create_all(connection)
    return Inbox(Ledger(engine), inbox_name(root))


def inbox_name(root: Path) -> str:
    """The name by which the ledger knows how far the inbox in a folder is filed."""
    try:
        return (root / NAME).read_text("ascii").strip()
    except FileNotFoundError:
        return ONLY


def inbox_of_machine(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that the environment gives for this machine's inbox, with its name in it; None without."""
    given = environment.get(VARIABLE, "").strip()
    if not given:
        return None
    root = Path(given).absolute()
    if not (root / NAME).is_file():
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = root / f".{NAME}.{secrets.token_hex(4)}"
        temporary.write_text(f"{secrets.token_hex(8)}\n", "ascii")
        with suppress(FileExistsError):
            os.link(temporary, root / NAME)
        temporary.unlink()
    return root
