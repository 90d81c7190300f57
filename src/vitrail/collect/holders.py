"""Holders of what has not become facts: messages set aside, refused rows, requests not filed yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.filing import quarantine
from vitrail.collect.filing.batch import claims_of, profile_key
from vitrail.collect.filing.drain import drain
from vitrail.collect.filing.quarantine import QUARANTINE, Aside
from vitrail.collect.identity.forms import normalise
from vitrail.collect.tracking.reading import messages_of
from vitrail.consent.rights.ledger_holders import Told
from vitrail.ledger import manifest
from vitrail.ledger.inbox import INBOX, open_inbox
from vitrail.ledger.manifest import FileKind
from vitrail.model.errors import Message
from vitrail.model.tracking import Tracked
from vitrail.warehouse import folder
from vitrail.warehouse.holding import People, Shown
from vitrail.warehouse.leaving import files_in_force
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.store import Store

PAGE = 64


class QuarantineHolder:
    """Messages that wait for a correction."""

    name = "quarantine"
    label = Message(fr="Messages en quarantaine", en="Messages set aside")
    tables: tuple[str, ...] = ()
    kinds: tuple[FileKind, ...] = ("quarantine",)

    def find(self, store: Store, people: People) -> int:
        """How many of the messages are theirs, or quote them."""
        return sum(1 for _ in self._theirs(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The messages, with the reason why they wait."""
        for each in self._theirs(store, people):
            message = each.read()
            told = None if message is None else msgspec.to_builtins(message)
            yield msgspec.structs.asdict(each) | {"message": told}

    def erase(self, store: Store, people: People) -> int:
        """Keep the others alone."""
        known = Known(people)
        with store.writing() as writer:
            found = 0
            for file in writer.stored(QUARANTINE):
                every = list(quarantine.read_file(writer.root / file.path))
                kept = [each for each in every if not known.is_theirs(each)]
                if len(kept) < len(every):
                    quarantine.set_aside(writer, kept, replaced=(file,))
                    found += len(every) - len(kept)
            if found:
                writer.commit(writer.catalogue)
        return found

    def _theirs(self, store: Store, people: People) -> Iterator[Aside]:
        known = Known(people)
        for file in files_in_force(store, self.kinds):
            yield from filter(known.is_theirs, quarantine.read_file(store.path / file.path))


class RejectHolder:
    """The refused rows of loads, as they stood in their file."""

    name = "rejects"
    label = Message(fr="Lignes refusées", en="Refused rows")
    tables: tuple[str, ...] = ()
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many refused cells are of a line of theirs."""
        return sum(_theirs(table, people).num_rows for _, table in _rejects(store))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The refused cells, with the line they stood in."""
        for _, table in _rejects(store):
            yield from _theirs(table, people).to_pylist()

    def erase(self, store: Store, people: People) -> int:
        """Write the files anew without their lines."""
        found = 0
        with store.writing():
            for path, table in _rejects(store):
                theirs = _theirs(table, people)
                if theirs.num_rows:
                    lines = pa.array(theirs.column("line").to_pylist(), pa.int64())
                    kept = table.filter(pa.compute.invert(pa.compute.is_in(table.column("line"), lines)))
                    temporary = store.path / folder.STAGING / "refused.parquet"
                    pq.write_table(kept, temporary, **PACKED)
                    os.replace(temporary, path)
                    found += theirs.num_rows
        return found


class InboxHolder:
    """Requests that were acknowledged and are not filed yet."""

    name = "inbox"
    label = Message(fr="Messages reçus, pas encore classés", en="Messages received, not filed yet")
    tables: tuple[str, ...] = ("requests",)
    kinds: tuple[FileKind, ...] = ()

    def find(self, store: Store, people: People) -> int:
        """How many of the messages that wait are theirs."""
        return sum(1 for _ in self.show(store, people))

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """The messages."""
        if not (store.inbox / INBOX).exists():
            return
        known, after = Known(people), 0
        with open_inbox(store.inbox) as inbox:
            while page := inbox.read(after, limit=PAGE):
                for request in page:
                    for message in messages_of(request):
                        if known.is_message(message):
                            yield msgspec.to_builtins(message)
                after = page[-1].position

    def erase(self, store: Store, people: People) -> int:
        """File what waits: theirs is refused, since they are erased, and the requests are trimmed."""
        if not (store.inbox / INBOX).exists():
            return 0
        found = self.find(store, people)
        with open_inbox(store.inbox) as inbox:
            while drain(store, inbox).more:
                continue
            inbox.purge()
        return found


class Known(Told):
    """Whether a message, or a line of a file, is of some people."""

    def __init__(self, people: People) -> None:
        super().__init__(people)
        self._identities = frozenset(people.identities)

    def is_theirs(self, aside: Aside) -> bool:
        """Whether a message that waits is theirs, or quotes them."""
        message = aside.read()
        return self.in_text(aside.found) or (message is not None and self.is_message(message))

    def is_message(self, message: Tracked) -> bool:
        """Whether a message is theirs: by its key, by an identity it gives, or by what it quotes."""
        key = profile_key(message)
        if key is not None and (self.is_one(key) or any(self._claims(message, key))):
            return True
        return self.in_text(msgspec.json.encode(message).decode())

    def is_cell(self, cell: str) -> bool:
        """Whether a cell is an identity of theirs in any way of writing it, or holds a word of theirs."""
        if self.is_one(cell) or self.in_text(cell):
            return True
        email = normalise("email", cell) if "@" in cell else ""
        return ("email", email) in self._identities or ("phone", _phone(cell)) in self._identities

    def _claims(self, message: Tracked, key: str) -> Iterator[bool]:
        for claim in claims_of(message, key):
            yield (claim.kind, normalise(claim.kind, claim.value)) in self._identities


HELD = (QuarantineHolder(), RejectHolder(), InboxHolder())


def _phone(cell: str) -> object:
    """A cell as a telephone number, when it may be one."""
    digits = sum(letter.isdigit() for letter in cell)
    return normalise("phone", cell) if 8 <= digits <= 15 and len(cell) < 30 else ""


def _rejects(store: Store) -> Iterator[tuple[Path, pa.Table]]:
    with store.ledger.reading() as connection:
        loads = manifest.all_loads(connection)
    for load in loads:
        path = store.path / load.rejects_path
        if load.rejects_path and path.exists():
            yield path, pq.read_table(path)


def _theirs(table: pa.Table, people: People) -> pa.Table:
    """The rows of a file of refusals whose line tells of some people."""
    known = Known(people)
    lines = set()
    for row in table.to_pylist():
        cells = [*(row.get("cells") or ()), row["found"]]
        if any(known.is_cell(str(cell)) for cell in cells) or known.in_text(row["message_en"]):
            lines.add(row["line"])
    return table.filter(pa.compute.is_in(table.column("line"), pa.array(sorted(lines), pa.int64())))
