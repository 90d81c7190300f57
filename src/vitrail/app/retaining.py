"""Retention by itself: each day what is past its period is counted and, where it was switched on, goes."""

from __future__ import annotations

from vitrail.app.workspace import Workspace
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.respect import retention_due
from vitrail.warehouse.store import Store

EVERY_US = 24 * 3_600_000_000


class Retainer:
    """Looks once a day at what is past its period; one thread uses it."""

    def __init__(self, store: Store, *, patience: Patience | None = None) -> None:
        self._store = store
        self._patience = patience

    def is_due(self) -> bool:
        """Whether a day has passed since somebody last looked, and there are rules."""
        with self._store.ledger.reading() as connection:
            last = retention_due(connection)
        return last is None or self._store.now_us() - last.at_us >= EVERY_US

    def look(self) -> bool:
        """Count what is past its period and, where it is switched on, let it go; answers whether it went."""
        ws = Workspace(self._store)
        try:
            rules = ws.retention.rules
            if not (rules.people or rules.data):
                return False
            plan = ws.retention.plan()
            if plan.is_empty or not ws.retention.is_on:
                return False
            ws.retention.run(plan, patience=self._patience)
            return True
        finally:
            ws.database.close()
