"""Messages that wait for a correction: kept whole with their reason, told by group, replayed or discarded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.filing.batch import event_of
from vitrail.collect.filing.faults import Code, Fault, words
from vitrail.ledger.manifest import StoredFile, files_in_force
from vitrail.model.errors import Message
from vitrail.model.tracking import Tracked
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.shelves import QUARANTINED
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

QUARANTINE = Shelf("quarantine")
MOST_MESSAGES = 500_000
MOST_BYTES = 1_000_000_000
"""What the quarantine keeps; beyond, messages are only counted, and the list says so."""

_ARROW = {"BIGINT": pa.int64(), "VARCHAR": pa.string(), "BLOB": pa.binary()}
SCHEMA = pa.schema([(name, _ARROW[kind]) for name, kind in QUARANTINED.items()])
_GROUP = ("code", "source", "event", "path", "expected")

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(Tracked, float_hook=Decimal)


class Aside(msgspec.Struct, frozen=True):
    """One message that waits, or a number of messages of one group whose text was not kept."""

    received_at_us: int
    code: Code
    source: str
    event: str
    path: str
    found: str
    expected: str
    messages: int
    lost: int
    message: bytes | None

    def read(self) -> Tracked | None:
        """The message; None where its text was not kept."""
        return None if self.message is None else _DECODER.decode(self.message)


class Group(msgspec.Struct, frozen=True):
    """Messages that wait for the same correction: why, how many, since when; `lost` were only counted."""

    id: str
    code: Code
    source: str
    event: str
    path: str
    expected: str
    found: str
    messages: int
    lost: int
    first_us: int
    last_us: int

    @property
    def reason(self) -> Message:
        """Why, and what would put it right."""
        return words(Fault(self.code, self.path, self.found, self.expected), event=self.event)


def aside(message: Tracked, fault: Fault) -> Aside:
    """A message with the reason why it waits."""
    return Aside(
        received_at_us=message.received_at_us,
        code=fault.code,
        source=message.source,
        event=event_of(message)[:200],
        path=fault.path[:200],
        found=fault.found[:200],
        expected=fault.expected,
        messages=1,
        lost=0,
        message=_ENCODER.encode(message),
    )


def set_aside(writer: Writer, waiting: Sequence[Aside], *, replaced: Sequence[StoredFile] = ()) -> None:
    """Put messages into the quarantine of the next snapshot, instead of the files that are `replaced`."""
    writer.remove(replaced)
    if not waiting:
        return
    gone = {file.id for file in replaced}
    files = [file for file in writer.stored(QUARANTINE) if file.id not in gone]
    kept = _bounded(waiting, room=_room(writer, files))
    path = writer.staged("quarantine.parquet")
    rows = [msgspec.structs.asdict(each) for each in kept]
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path, **PACKED)
    writer.add(QUARANTINE, path, rows=len(rows), bounds=bounds_of(path))


def groups(store: Store) -> tuple[Group, ...]:
    """What waits, by the correction that would put it right; the largest group first."""
    table = _whole(store, columns=[name for name in SCHEMA.names if name != "message"])
    if not table.num_rows:
        return ()
    sums = table.group_by(list(_GROUP)).aggregate(
        [
            ("messages", "sum"),
            ("received_at_us", "min"),
            ("received_at_us", "max"),
            ("found", "min"),
            ("lost", "sum"),
        ]
    )
    found = [_group(row) for row in sums.to_pylist()]
    return tuple(sorted(found, key=lambda group: (-group.messages, group.id)))


def samples(store: Store, group: str, *, limit: int = 3) -> tuple[Aside, ...]:
    """Some messages of a group, the first that came."""
    found: list[Aside] = []
    for file in _files(store):
        found.extend(each for each in read_file(store.path / file.path) if group_of(each) == group)
        if len(found) >= limit:
            break
    return tuple(sorted(found, key=lambda each: each.received_at_us)[:limit])


def read_file(path: Path, *, texts: bool = True) -> Iterator[Aside]:
    """Everything one file of the quarantine holds, if need be without the messages themselves."""
    columns = None if texts else [name for name in SCHEMA.names if name != "message"]
    for row in pq.read_table(path, columns=columns).to_pylist():
        yield Aside(**{"message": None, **row})


def group_of(aside: Aside) -> str:
    """The name of the group a message belongs to: short, and always the same."""
    return _name([getattr(aside, name) for name in _GROUP])


def _name(parts: Sequence[str]) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=4).hexdigest()


def _group(row: dict[str, object]) -> Group:
    parts = {name: row[name] for name in _GROUP}
    return msgspec.convert(
        {
            **parts,
            "id": _name([str(part) for part in parts.values()]),
            "found": row["found_min"],
            "messages": row["messages_sum"],
            "lost": row["lost_sum"],
            "first_us": row["received_at_us_min"],
            "last_us": row["received_at_us_max"],
        },
        Group,
    )


def _whole(store: Store, *, columns: list[str]) -> pa.Table:
    paths = [store.path / file.path for file in _files(store)]
    schema = SCHEMA.empty_table().select(columns).schema
    tables = [pq.read_table(path, columns=columns).cast(schema) for path in paths]
    return pa.concat_tables([schema.empty_table(), *tables])


def _files(store: Store) -> tuple[StoredFile, ...]:
    with store.ledger.reading() as connection:
        return files_in_force(connection, kind="quarantine")


def _room(writer: Writer, files: Iterable[StoredFile]) -> int:
    """How many more messages the quarantine can keep."""
    rows = size = 0
    for file in files:
        rows += file.rows
        size += (writer.root / file.path).stat().st_size
    return 0 if size >= MOST_BYTES else max(0, MOST_MESSAGES - rows)


def _bounded(waiting: Sequence[Aside], *, room: int) -> list[Aside]:
    """Those that can be kept whole; of the others one row per group, with their number."""
    whole = [each for each in waiting if each.message is not None]
    kept, others = whole[:room], whole[room:]
    counted: dict[str, Aside] = {}
    for each in (*others, *(each for each in waiting if each.message is None)):
        before = counted.get(group_of(each))
        messages = each.messages + (before.messages if before else 0)
        counted[group_of(each)] = msgspec.structs.replace(
            each, messages=messages, lost=messages, message=None
        )
    return [*kept, *counted.values()]
