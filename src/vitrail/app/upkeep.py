"""How the workspace is kept: the last backup, and what the doctor finds, with a trace in the audit trail."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.accounts.acting import By, note
from vitrail.app.doctor.examining import Examination, examine
from vitrail.app.instants import instant
from vitrail.app.workspace import Workspace
from vitrail.ledger.audit import Subject
from vitrail.ledger.backups import last_backup


class LastBackup(msgspec.Struct, frozen=True):
    """When the workspace was last backed up, how large that is, and whether under a passphrase."""

    at: dt.datetime
    size: int
    sealed: bool
    days: int


def backup_of(ws: Workspace) -> LastBackup | None:
    """The last backup; None when there never was one."""
    with ws.store.ledger.reading() as connection:
        found = last_backup(connection)
    if found is None:
        return None
    days = (ws.store.now_us() - found.at_us) // 86_400_000_000
    return LastBackup(instant(found.at_us), found.size, found.sealed, days)


def examined(ws: Workspace, *, by: By) -> Examination:
    """Look at everything, and note that it was done."""
    found = examine(ws.store)
    wrong = sum(each.severity == "error" for each in found.findings)
    note(ws.store, by.act("doctor.run", Subject("workspace"), details={"errors": wrong}))
    return found
