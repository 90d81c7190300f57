"""Holders of what the files of facts keep of people, and of who was in which segment."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger import runs
from vitrail.ledger.manifest import FileKind
from vitrail.ledger.runs import Log, Membership
from vitrail.model.errors import Message
from vitrail.warehouse import folder
from vitrail.warehouse.holding import People, Shown
from vitrail.warehouse.leaving import count_keys, count_rows, rows_of, take_out, take_out_keys
from vitrail.warehouse.memberships import LOG, bitmap_of, forget_answers
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.store import Store


class FactsHolder:
    """Rows of facts that have a column `profile`: traits, events, records, scores, identities, merges."""

    tables: tuple[str, ...] = ()

    def __init__(self, name: str, label: Message, *, kinds: tuple[FileKind, ...]) -> None:
        self.name = name
        self.label = label
        self.kinds = kinds

    def find(self, store: Store, people: People) -> int:
        """How many rows the files in force have of these people."""
        return count_rows(store, self.kinds, profiles=people.profiles)

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The rows, with the collection they belong to."""
        for name, table in rows_of(store, self.kinds, profiles=people.profiles):
            for batch in table.to_batches(max_chunksize=10_000):
                for row in batch.to_pylist():
                    yield ({"collection": name} if name else {}) | row

    def erase(self, store: Store, people: People) -> int:
        """Write the files anew without them."""
        return take_out(store, self.kinds, profiles=people.profiles)


class KeysHolder:
    """The keys of profiles, and since when each is there."""

    name = "keys"
    label = Message(fr="Identifiants de chargement", en="Keys")
    tables: tuple[str, ...] = ()
    kinds: tuple[FileKind, ...] = ("keys", "first_seen")

    def find(self, store: Store, people: People) -> int:
        """How many of the profiles have a key."""
        return count_keys(store, people.profiles)

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The keys."""
        for _, table in rows_of(store, ("keys",), profiles=people.profiles):
            yield from table.to_pylist()

    def erase(self, store: Store, people: People) -> int:
        """Take the keys away."""
        return take_out_keys(store, people.profiles)


class MembershipHolder:
    """Who is and was in which segment: bitmaps at some runs, and the log of who entered and left."""

    name = "memberships"
    label = Message(fr="Appartenances aux segments", en="Memberships of segments")
    tables: tuple[str, ...] = ("memberships", "logs")
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many times they stand in a bitmap or in the log."""
        gone = BitMap(people.profiles)
        stored = sum(len(bitmap_of(store.path, each) & gone) for each in _bitmaps(store))
        return stored + sum(len(_moves(store.path / each.path, people.profiles)) for each in _logs(store))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """When they entered and left which segment."""
        for log in _logs(store):
            yield from _moves(store.path / log.path, people.profiles).to_pylist()

    def erase(self, store: Store, people: People) -> int:
        """Write bitmaps and log anew without them, and forget all answers; the counts of past runs stay."""
        found = self.find(store, people)
        with store.writing():
            forget_answers(store)
            if found:
                _erase_bitmaps(store, BitMap(people.profiles))
                _erase_moves(store, people.profiles)
        return found


FACTS = (
    FactsHolder("traits", Message(fr="Attributs", en="Traits"), kinds=("observation", "snapshot")),
    FactsHolder("events", Message(fr="Événements", en="Events"), kinds=("event",)),
    FactsHolder("records", Message(fr="Fiches", en="Records"), kinds=("record",)),
    FactsHolder("scores", Message(fr="Scores", en="Scores"), kinds=("score",)),
    FactsHolder("identities", Message(fr="Identifiants", en="Identities"), kinds=("identity", "canon")),
)


def _bitmaps(store: Store) -> tuple[Membership, ...]:
    with store.ledger.reading() as connection:
        return runs.all_memberships(connection)


def _logs(store: Store) -> tuple[Log, ...]:
    with store.ledger.reading() as connection:
        return runs.logs_after(connection, 0)


def _moves(path: Path, profiles: Sequence[int]) -> pa.Table:
    return pq.read_table(path, filters=[("profile", "in", [int(each) for each in profiles])])


def _erase_bitmaps(store: Store, gone: BitMap) -> None:
    """Each file of bitmaps that holds them under a new name, and the ledger pointing there, in one step."""
    changed: list[Membership] = []
    by_path: dict[str, list[Membership]] = {}
    for each in _bitmaps(store):
        by_path.setdefault(each.path, []).append(each)
    for rows in by_path.values():
        kept = [bitmap_of(store.path, row) - gone for row in rows]
        if sum(map(len, kept)) == sum(len(bitmap_of(store.path, row)) for row in rows):
            continue
        path = _renamed(rows[0].path)
        content = bytearray()
        for row, members in zip(rows, kept, strict=True):
            data = members.serialize()
            changed.append(
                Membership(row.run, row.segment, path, len(content), len(data), len(members), row.at_us)
            )
            content += data
        folder.write_bytes(bytes(content), store.path / path, staging=store.path / folder.STAGING)
    with store.ledger.writing() as connection:
        runs.replace_memberships(connection, changed)


def _erase_moves(store: Store, profiles: Sequence[int]) -> None:
    changed: list[Log] = []
    for log in _logs(store):
        table = pq.read_table(store.path / log.path, schema=LOG)
        theirs = np.isin(table.column("profile").to_numpy(), np.array(profiles, dtype=np.int64))
        if theirs.any():
            path = _renamed(log.path)
            temporary = store.path / folder.STAGING / "moves.parquet"
            kept = table.filter(pa.array(~theirs))
            pq.write_table(kept, temporary, **PACKED)
            folder.publish(temporary, store.path / path)
            changed.append(Log(log.run, path, kept.num_rows))
    with store.ledger.writing() as connection:
        runs.replace_logs(connection, changed)


def _renamed(path: str) -> str:
    """Another name for the same file: `log-00000003.parquet` becomes `log-00000003-5f3a91c2.parquet`."""
    place, _, name = path.rpartition("/")
    stem, dot, suffix = name.partition(".")
    return f"{place}/{'-'.join(stem.split('-')[:2])}-{secrets.token_hex(4)}{dot}{suffix}"
