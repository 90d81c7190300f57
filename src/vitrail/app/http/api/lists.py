"""Lists of people that were asked for: a look by somebody is in the trail; a program takes them away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pyroaring import BitMap

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.callers import Caller
from vitrail.app.masking import pseudonyms_of
from vitrail.app.workspace import Workspace
from vitrail.consent.exports.register import Content, Taking, register_page
from vitrail.ledger.audit import Subject
from vitrail.warehouse.people import numbers_of


def note_list(ws: Workspace, caller: Caller, *, keys: Sequence[str], segment: str = "") -> None:
    """Write down who was listed, of a segment or of a condition; `keys` as they are told."""
    if caller.kind == "key":
        content = Content(
            "members",
            segment,
            _people(ws, keys, masked=caller.is_masked),
            ("profile",),
            "json",
            ws.store.now_us(),
        )
        name = "" if caller.admitted is None else caller.admitted.key.name
        taking = Taking(caller.by.actor, caller.by.origin, name, caller.is_masked)
        register_page(ws.store, content, taking=taking)
        return
    subject = Subject("segment", segment) if segment else Subject("condition")
    details = {"rows": len(keys), "masked": caller.is_masked}
    note(ws.store, caller.by.act("people.list", subject, details=details))


def _people(ws: Workspace, keys: Sequence[str], *, masked: bool) -> BitMap:
    if not masked:
        return BitMap(numbers_of(ws.store.source(), keys).astype(np.uint32))
    known = pseudonyms_of(ws.store)
    return BitMap([number for key in keys if (number := known.number(key)) is not None])
