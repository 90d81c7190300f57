"""Undoing a load: which can be taken back, and taking one back with whom it alone made known."""

from __future__ import annotations

import msgspec

from vitrail.app.accounts.acting import By, write
from vitrail.app.load_history import EVENTS, UNDO, find_load
from vitrail.ledger.audit import Subject
from vitrail.ledger.database import Transaction
from vitrail.ledger.manifest import Load
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store
from vitrail.warehouse.undoing import Undone, take_back


class TakenBack(msgspec.Struct, frozen=True):
    """What an undone load took with it: customers whose events went, and those nobody knows any more."""

    concerned: int
    forgotten: int


def undo_load(store: Store, id: int, *, by: By) -> TakenBack:
    """Take a load of events back: its rows go, and the customers whom it alone made known.

    All of it and its trace are kept together, or nothing is. Segments follow at the next refresh. Raises
    `UserError` for another kind of load: a customer or a record that was updated does not become what it
    was.
    """
    load = check_can_undo(store, id)

    def told(connection: Transaction, undone: Undone) -> None:
        details = {"concerned": len(undone.theirs)}
        write(connection, by.act(UNDO, Subject("load", str(id)), details=details), at_us=store.now_us())

    undone = take_back(store, load.name, load=id, note=told)
    return TakenBack(len(undone.theirs), undone.forgotten)


def check_can_undo(store: Store, id: int) -> Load:
    """The load, when it can be taken back. Raises `UserError` when it cannot."""
    load = find_load(store, id)
    if load.kind != EVENTS:
        raise refuse(
            "cannot_undo",
            path=str(id),
            fr="Seul un chargement d’événements peut être repris\u00a0: une fiche ou un client mis à jour ne "
            "redevient pas ce qu’il était. Chargez un fichier corrigé.",
            en="Only a load of events can be taken back: a customer or a record that was updated does not "
            "become what it was. Load a corrected file.",
        )
    return load
