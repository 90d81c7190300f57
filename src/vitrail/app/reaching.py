"""Taking an audience away, and the suppression list, with a trace in the audit trail."""

from __future__ import annotations

import csv
from pathlib import Path

from vitrail.collect.files.formulas import harmless
from vitrail.consent.gate import Audience
from vitrail.ledger import audit
from vitrail.ledger.audit import Detail, Subject
from vitrail.model.access import Actor
from vitrail.warehouse.store import Store

AT_ONCE = 50_000


def write_contacts(store: Store, audience: Audience, *, path: Path, actor: Actor) -> int:
    """Write where to reach the people of an audience, as CSV; answers how many there are.

    There is no other export of addresses for a purpose: what is no audience cannot be given.
    """
    table = audience.contacts()
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(table.column_names)
        for batch in table.to_batches(AT_ONCE):
            columns = (column.to_pylist() for column in batch.columns)
            rows.writerows(
                (harmless(key), harmless(address or "")) for key, address in zip(*columns, strict=True)
            )
    wanted = audience.wanted
    details: dict[str, Detail] = {
        "purpose": wanted.purpose,
        "channel": wanted.channel,
        "people": len(audience),
    }
    act = audit.Act("audience.export", actor, Subject("segment", wanted.segment), details=details)
    with store.ledger.writing() as connection:
        audit.record(connection, act, at_us=store.now_us())
    return len(audience)
