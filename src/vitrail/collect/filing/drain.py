"""Emptying the inbox into the warehouse: each acknowledged message is filed exactly once."""

from __future__ import annotations

import time
from functools import partial

import msgspec

from vitrail.collect.filing.taking import Filed, file_messages
from vitrail.collect.reference.placing import place_profiles
from vitrail.collect.tracking.reading import messages_of
from vitrail.ledger import filing
from vitrail.ledger.inbox import ONLY, Inbox, StoredRequest
from vitrail.warehouse.compaction import compact
from vitrail.warehouse.room import needing_room
from vitrail.warehouse.store import Store

LIMIT = 20_000
"""Messages in one batch, about: enough for the cost of a commit to be shared, few enough to be quick."""

BYTES = 16_000_000
PAGE = 64
"""Requests read from the inbox at a time; the largest ones fit in memory together."""


def drain(store: Store, inbox: Inbox, *, limit: int = LIMIT) -> Filed:
    """File the next messages of the inbox, about `limit` of them, and forget those requests.

    Everything they come to is one commit, which also says how far the inbox is filed: stopped at any
    point, it has happened or it has not, and the next call goes on from there. A message whose id was
    filed before is left out. Raises `UserError` (`disk_full`, `disk_failing`) when it cannot write: what
    was acknowledged waits, and a later call takes it up.
    """
    started = time.monotonic()
    with needing_room():
        found = _drain(store, inbox, limit=limit)
        if found.laid.observations:
            place_profiles(store)
    return msgspec.structs.replace(found, seconds=time.monotonic() - started)


def _drain(store: Store, inbox: Inbox, *, limit: int) -> Filed:
    filed = filed_until(store, inbox.name)
    if not inbox.read(0, limit=1):
        return Filed(position=filed, version=store.version.number)
    inbox.trim(filed)
    with store.writing() as writer:
        position = writer.look(partial(filing.filed_position, inbox=inbox.name))
        requests, more = _next_requests(inbox, position, limit=limit)
        if not requests:
            return Filed(position=position, version=writer.version.number)
        end = requests[-1].position
        messages = [message for request in requests for message in messages_of(request)]
        taken = file_messages(writer, messages)
        version = taken.commit(writer, partial(filing.save_position, position=end, inbox=inbox.name))
        compact(writer.again())
    inbox.trim(end)
    return msgspec.structs.replace(taken.report, position=end, version=version, more=more)


def filed_until(store: Store, inbox: str = ONLY) -> int:
    """The position up to which an inbox is filed."""
    with store.ledger.reading() as connection:
        return filing.filed_position(connection, inbox)


def _next_requests(inbox: Inbox, after: int, *, limit: int) -> tuple[list[StoredRequest], bool]:
    """The next requests, until they hold about so many messages or so many bytes; and whether more wait."""
    found: list[StoredRequest] = []
    messages = size = 0
    while page := inbox.read(after, limit=PAGE):
        for request in page:
            if messages >= limit or size >= BYTES:
                return found, True
            found.append(request)
            messages += request.body.count(b'"type"')
            size += len(request.body)
        after = page[-1].position
    return found, False
