"""Taking an audience away as plain CSV, for a program that sends; the register keeps who was in it."""

from __future__ import annotations

import csv
from pathlib import Path

from vitrail.collect.files.formulas import harmless
from vitrail.consent.addresses import KINDS, address_field
from vitrail.consent.exports.register import Content, Taking, register
from vitrail.consent.gate import Audience
from vitrail.warehouse.store import Store

AT_ONCE = 50_000


def write_contacts(store: Store, audience: Audience, *, path: Path, taking: Taking) -> int:
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
    register(store, _content(store, audience), taking=taking)
    return len(audience)


def _content(store: Store, audience: Audience) -> Content:
    wanted = audience.wanted
    kind = KINDS.get(wanted.channel)
    field = None if kind is None else address_field(store.catalogue, kind)
    columns = ("profile",) if field is None else ("profile", field.name)
    as_of_us = store.now_us() if wanted.at_us is None else wanted.at_us
    about = (wanted.purpose, wanted.channel)
    return Content("audience", wanted.segment, audience.numbers(), columns, "csv", as_of_us, *about)
