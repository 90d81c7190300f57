"""What a workspace knows of consents: what one customer said, and whether the ledger is whole."""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np

from vitrail.app.answering import unknown_profile
from vitrail.app.instants import instant
from vitrail.app.workspace import Workspace
from vitrail.engine.canon import canon_of
from vitrail.ledger.consents import Broken, Head, entries, head, verify
from vitrail.model.consents import ConsentState
from vitrail.warehouse.people import keys_of, number_of


class Said(msgspec.Struct, frozen=True):
    """One entry of the ledger, as people read it; `key` is the profile that said it."""

    position: int
    at: dt.datetime
    recorded_at: dt.datetime
    purpose: str
    channel: str
    state: ConsentState
    wording: str
    place: str
    method: str
    proof: str
    source: str
    key: str
    seal: str


def consents_of(ws: Workspace, key: str) -> tuple[Said, ...]:
    """All that one customer said, under every key they have, in the order it was recorded.

    Raises `UserError` for a key nobody has.
    """
    source = ws.store.source()
    number = number_of(source, key)
    if number is None:
        raise unknown_profile(key, source)
    parts = canon_of(source).parts(number)
    with ws.store.ledger.reading() as connection:
        found = list(entries(connection, profiles=parts))
    keys = dict(zip(parts, keys_of(source, np.array(parts)), strict=True))
    return tuple(
        Said(
            position=each.position,
            at=instant(each.consent.at_us),
            recorded_at=instant(each.recorded_at_us),
            purpose=each.consent.purpose,
            channel=each.consent.channel,
            state=each.consent.state,
            wording=each.consent.wording,
            place=each.consent.place,
            method=each.consent.method,
            proof=each.consent.proof,
            source=each.consent.source,
            key=keys[each.consent.profile],
            seal=each.chain.hex(),
        )
        for each in found
        if each.consent is not None
    )


def check_ledger(ws: Workspace) -> Broken | None:
    """Check every seal of the ledger of consents; None when it is whole."""
    with ws.store.ledger.reading() as connection:
        return verify(connection)


def ledger_head(ws: Workspace) -> Head:
    """How many entries the ledger of consents has, and its last seal: what to note elsewhere."""
    with ws.store.ledger.reading() as connection:
        return head(connection)
