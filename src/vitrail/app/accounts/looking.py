"""What the audit trail keeps of looks at customers, and of lists of them, at the command line."""

from __future__ import annotations

from vitrail.app.accounts.acting import at_command_line, note
from vitrail.ledger.audit import Subject
from vitrail.warehouse.people import number_of
from vitrail.warehouse.store import Store


def note_look(store: Store, profile: str) -> None:
    """Somebody looked at one customer; the trail keeps the number of the profile, not its key."""
    number = number_of(store.source(), profile)
    note(store, at_command_line().act("profile.view", Subject("profile", str(number))))


def note_list(store: Store, rows: int) -> None:
    """Somebody listed the customers who meet a condition."""
    note(store, at_command_line().act("people.list", Subject("condition"), details={"rows": rows}))
