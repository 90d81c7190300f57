"""Editions of the reference of communes: kept in the ledger, the newest in force."""

from __future__ import annotations

import msgspec

from vitrail.collect.reference.communes import Communes
from vitrail.ledger import reference
from vitrail.ledger.reference import Edition
from vitrail.warehouse.store import Store


def communes_of(store: Store) -> Communes | None:
    """The reference of communes in force, if one was given."""
    with store.ledger.reading() as connection:
        content = reference.newest_content(connection)
    return None if content is None else msgspec.msgpack.decode(content, type=Communes)


def editions(store: Store) -> tuple[Edition, ...]:
    """Every reference of communes that was given, oldest first."""
    with store.ledger.reading() as connection:
        return reference.all_editions(connection)


def keep_edition(store: Store, communes: Communes, *, source: str) -> Edition:
    """Keep a reference as the one in force; the same one again is not kept twice."""
    with store.ledger.writing() as connection:
        known = reference.all_editions(connection)
        if known and known[-1].edition == communes.edition:
            return known[-1]
        edition = Edition(
            number=len(known) + 1,
            received_at_us=store.now_us(),
            edition=communes.edition,
            source=source,
            rows=len(communes.communes),
        )
        reference.save_edition(connection, edition, content=msgspec.msgpack.encode(communes))
    return edition
