"""Giving a workspace a reference of communes: it becomes the one in force, and everybody is placed anew."""

from __future__ import annotations

from vitrail.collect.declare import Declaration, declare
from vitrail.collect.reference.communes import Communes
from vitrail.collect.reference.editions import keep_edition
from vitrail.ledger.reference import Edition
from vitrail.warehouse.store import Store


def renew_reference(store: Store, communes: Communes, *, source: str) -> Edition:
    """Keep a reference of communes, and compute what follows from it for every profile."""
    edition = keep_edition(store, communes, source=source)
    declare(store, Declaration())
    return edition
