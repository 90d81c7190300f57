"""Tombstones: keyed hashes of the identities of erased people, so that no import brings them back unasked.

What is hashed is the key of each profile, each identity in its one form, and each address in a trait; those
that somebody else has too left out: the address of a family does not keep the others away. With a hash alone,
nobody is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

import msgspec
import pyarrow.parquet as pq

from vitrail.ledger import erasures, standing
from vitrail.ledger.database import Transaction
from vitrail.ledger.standing import print_of
from vitrail.model.identities import ANONYMOUS
from vitrail.model.standing import Tombstone
from vitrail.warehouse.holding import People
from vitrail.warehouse.leaving import files_in_force
from vitrail.warehouse.store import Store

Identity = tuple[str, str]


class Marks(msgspec.Struct, frozen=True):
    """Tombstones as they are carried from one state of a workspace to another, with their key.

    Keep them apart from the backups they are meant for: whoever has both can test whether an address
    was erased.
    """

    key: str
    prints: frozenset[str]


class Doorkeeper:
    """Tells whether an identity is that of somebody who was erased and has not come back."""

    def __init__(self, marks: Marks, *, leaving: Collection[int]) -> None:
        self._marks = marks
        self.leaving = frozenset(leaving)

    def turns_away(self, kind: str, value: str) -> bool:
        """Whether the identity, in its one form, was erased."""
        return print_of(kind, value, key=self._marks.key) in self._marks.prints


def doorkeeper(connection: Transaction) -> Doorkeeper | None:
    """Who keeps erased people away; None as long as nobody is erased.

    `leaving` are the profiles whose erasure is not finished: nothing may be added to them.
    """
    key = standing.tombstone_key(connection)
    if key is None:
        return None
    leaving = [
        profile for each in erasures.all_erasures(connection, pending=True) for profile in each.profiles
    ]
    prints = standing.erased_prints(connection)
    return Doorkeeper(Marks(key, prints), leaving=leaving) if prints or leaving else None


def mark_erased(
    store: Store, people: People, *, erasure: int, contacts: Sequence[Identity] = ()
) -> Callable[[Transaction], None]:
    """What writes the tombstones of some people, within a writing transaction.

    `contacts` are addresses that nobody else has in a trait.
    """
    marked = marked_identities(store, people, contacts=contacts)
    return partial(_write, marked=marked, erasure=erasure, at_us=store.now_us())


def marked_identities(
    store: Store, people: People, *, contacts: Sequence[Identity] = ()
) -> tuple[Identity, ...]:
    """The identities and addresses of some people that nobody else has for an identity."""
    own = dict.fromkeys((*_with_devices(people.identities), *contacts))
    others = _others_of(store, people, values={value for _, value in own})
    return tuple(each for each in own if each not in others)


def marks_of(store: Store) -> Marks | None:
    """The tombstones that stand, to be kept beside the backups; None where there is none."""
    with store.ledger.reading() as connection:
        key = standing.tombstone_key(connection)
        return None if key is None else Marks(key, standing.erased_prints(connection))


def found_again(store: Store, marks: Marks) -> tuple[int, ...]:
    """The profiles of a workspace, a restored one for instance, whose key or identity was erased."""
    keeper = Doorkeeper(marks, leaving=())
    found: set[int] = set()
    for file in files_in_force(store, ("keys", "identity")):
        table = pq.read_table(store.path / file.path)
        kinds = table.column("kind").to_pylist() if "kind" in table.column_names else ["key"] * len(table)
        values = table.column("value" if "kind" in table.column_names else "key").to_pylist()
        for profile, kind, value in zip(table.column("profile").to_pylist(), kinds, values, strict=True):
            if keeper.turns_away(kind, value):
                found.add(profile)
    return tuple(sorted(found))


def lift_tombstones(store: Store, identities: Sequence[Identity], *, why: str) -> int:
    """Let people come back who ask for it: lifts all marks of the erasures these identities belong to."""
    with store.writing(), store.ledger.writing() as connection:
        key = standing.tombstone_key(connection)
        if key is None:
            return 0
        prints = {print_of(kind, value, key=key) for kind, value in identities}
        standing_marks = standing.erased_prints(connection)
        every = standing.all_tombstones(connection)
        touched = {each.erasure for each in every if each.print in prints & standing_marks}
        lifted = {
            each.print: msgspec.structs.replace(each, at_us=store.now_us(), lifted=True, why=why)
            for each in every
            if each.erasure in touched and each.print in standing_marks
        }
        standing.add_tombstones(connection, list(lifted.values()))
    return len(lifted)


def adopt(connection: Transaction, marks: Marks, *, at_us: int) -> None:
    """Let a workspace keep the tombstones of another state of itself, under their own key."""
    standing.keep_tombstone_key(connection, marks.key)
    known = standing.erased_prints(connection)
    added = [Tombstone(each, "restored", at_us, 0) for each in sorted(marks.prints - known)]
    standing.add_tombstones(connection, added)


def _write(connection: Transaction, *, marked: Sequence[Identity], erasure: int, at_us: int) -> None:
    key = standing.make_tombstone_key(connection)
    made = [Tombstone(print_of(kind, value, key=key), kind, at_us, erasure) for kind, value in marked]
    standing.add_tombstones(connection, made)


def _with_devices(identities: Sequence[Identity]) -> tuple[Identity, ...]:
    """The identities, and the devices that keys of profiles nobody has named stand for."""
    devices = [
        ("anonymous_id", value.removeprefix(ANONYMOUS))
        for kind, value in identities
        if kind == "key" and value.startswith(ANONYMOUS)
    ]
    return (*identities, *devices)


def _others_of(store: Store, people: People, *, values: Collection[str]) -> set[Identity]:
    """The identities with one of the values that other profiles claim."""
    gone = set(people.profiles)
    found: set[Identity] = set()
    for file in files_in_force(store, ("identity",)):
        table = pq.read_table(store.path / file.path, filters=[("value", "in", list(values))])
        for row in table.select(["profile", "kind", "value"]).to_pylist():
            if row["profile"] not in gone:
                found.add((row["kind"], row["value"]))
    return found
