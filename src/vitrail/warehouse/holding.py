"""Holders of personal data: one small class beside each store of it, which can find, show and erase a person.

`app/rights/holders.py` lists them all on one page; a table or a file that none of them holds fails a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec

from vitrail.ledger.manifest import FileKind
from vitrail.model.errors import Message
from vitrail.warehouse.store import Store

Shown = dict[str, object]
"""One row as a person reads it: names and values."""


class People(msgspec.Struct, frozen=True):
    """Some people whose data are looked for: their profiles, and what tells of them in free text.

    `identities` are (kind, value), the keys of their profiles among them. `words` are values that nobody else
    has: an address, an order number, a sentence they wrote. `shared` are values others have too, which
    tell of nobody by themselves.
    """

    profiles: tuple[int, ...]
    identities: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


class Holder(Protocol):
    """Something that keeps personal data.

    `tables` are the tables of the ledger it answers for, `kinds` the kinds of files. `erase` may be
    called again after a program died in the middle of it: what is gone already is not missed.
    """

    name: str
    label: Message
    tables: tuple[str, ...]
    kinds: tuple[FileKind, ...]

    def find(self, store: Store, people: People) -> int:
        """How many rows it keeps of these people."""

    def show(self, store: Store, people: People) -> Iterator[Shown]:
        """Those rows, for the person they are about (article 15)."""

    def erase(self, store: Store, people: People) -> int:
        """Take them away; answers how many there were (article 17)."""
