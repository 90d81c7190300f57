"""By whom, and from where, something is done: what the audit trail writes with each act."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from vitrail.ledger.audit import Act, Detail, Subject, record
from vitrail.ledger.database import Transaction
from vitrail.model.access import Actor
from vitrail.warehouse.store import Store


class By(msgspec.Struct, frozen=True):
    """Who acts, and the network address they do it from."""

    actor: Actor
    origin: str = ""

    def act(self, name: str, subject: Subject, *, details: Mapping[str, Detail] | None = None) -> Act:
        """The act, as it is written in the audit trail."""
        return Act(name, self.actor, subject, self.origin, details or {})


def at_command_line() -> By:
    """Whoever gives commands on this machine."""
    return By(Actor("cli", str(os.getuid())))


def note(store: Store, act: Act) -> None:
    """Write one act that has no transaction of its own: an export, a look at a person."""
    with store.ledger.writing() as connection:
        record(connection, act, at_us=store.now_us())


def write(connection: Transaction, act: Act, *, at_us: int) -> None:
    """Write an act in the transaction that does it."""
    record(connection, act, at_us=at_us)
