"""What a workspace knows of consents: what one customer said, and whether the ledger is whole."""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np

from vitrail.app.accounts.acting import By, note
from vitrail.app.answering import unknown_profile
from vitrail.app.instants import instant
from vitrail.app.masking import HIDDEN, pseudonyms_of
from vitrail.app.workspace import Workspace
from vitrail.engine.canon import canon_of
from vitrail.ledger.audit import Subject
from vitrail.ledger.consents import Broken, Head, Looked, entries, head, newest, shown_texts, verify
from vitrail.model.consents import ConsentState, Entry
from vitrail.model.errors import Bug
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
    return tuple(_said(each, keys) for each in found if each.consent is not None)


def last_said(ws: Workspace, looked: Looked, *, limit: int, masked: bool) -> tuple[Said, ...]:
    """The last entries of the ledger, the newest first; `masked` hides who said it, and the proof."""
    with ws.store.ledger.reading() as connection:
        found = newest(connection, looked, limit=limit)
    numbers = np.array([each.consent.profile for each in found if each.consent is not None], dtype=np.int64)
    if masked:
        named = pseudonyms_of(ws.store).of(numbers) if len(numbers) else []
    else:
        named = keys_of(ws.store.source(), numbers) if len(numbers) else []
    keys = dict(zip(numbers.tolist(), named, strict=True))
    said = tuple(_said(each, keys) for each in found)
    if not masked:
        return said
    hidden = {"proof": HIDDEN, "place": HIDDEN}
    return tuple(
        msgspec.structs.replace(each, **{name: told for name, told in hidden.items() if getattr(each, name)})
        for each in said
    )


class Wording(msgspec.Struct, frozen=True):
    """One version of the text that was shown: how often it was answered yes, and since and until when."""

    purpose: str
    wording: str
    granted: int
    entries: int
    first: dt.datetime
    last: dt.datetime


def wordings(ws: Workspace, *, among: int = 100_000) -> tuple[Wording, ...]:
    """The texts that were shown, of the last entries: by purpose, the newest first."""
    with ws.store.ledger.reading() as connection:
        found = list(shown_texts(connection, limit=among))
    kept: dict[tuple[str, str], list[tuple[int, bool]]] = {}
    for each in found:
        kept.setdefault((each.purpose, each.wording), []).append((each.at_us, each.state == "granted"))
    told = [
        Wording(
            purpose,
            wording,
            granted=sum(yes for _, yes in rows),
            entries=len(rows),
            first=instant(min(at_us for at_us, _ in rows)),
            last=instant(max(at_us for at_us, _ in rows)),
        )
        for (purpose, wording), rows in kept.items()
    ]
    return tuple(sorted(told, key=lambda each: (each.purpose, -each.last.timestamp())))


def verify_ledger(ws: Workspace, *, by: By) -> Broken | None:
    """Check every seal, and note in the audit trail that it was done and what was found."""
    broken = check_ledger(ws)
    details = {"whole": broken is None, "entries": ledger_head(ws).entries}
    note(ws.store, by.act("consents.verify", Subject("consents"), details=details))
    return broken


def _said(entry: Entry, keys: dict[int, str]) -> Said:
    said = entry.consent
    if said is None:
        raise Bug("an erased entry says nothing")
    return Said(
        position=entry.position,
        at=instant(said.at_us),
        recorded_at=instant(entry.recorded_at_us),
        purpose=said.purpose,
        channel=said.channel,
        state=said.state,
        wording=said.wording,
        place=said.place,
        method=said.method,
        proof=said.proof,
        source=said.source,
        key=keys.get(said.profile, ""),
        seal=entry.chain.hex(),
    )


def check_ledger(ws: Workspace) -> Broken | None:
    """Check every seal of the ledger of consents; None when it is whole."""
    with ws.store.ledger.reading() as connection:
        return verify(connection)


def ledger_head(ws: Workspace) -> Head:
    """How many entries the ledger of consents has, and its last seal: what to note elsewhere."""
    with ws.store.ledger.reading() as connection:
        return head(connection)
