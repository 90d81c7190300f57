"""Messages as an SDK sends them, put into an inbox, for tests that read as what a site did."""

from collections.abc import Mapping

import msgspec

from tests.collect.contents import named, us
from vitrail.collect.filing.drain import drain
from vitrail.collect.filing.taking import Filed
from vitrail.ledger.inbox import Inbox, NewRequest, open_inbox
from vitrail.warehouse.store import Store

NOON = "2025-06-01T12:00:00Z"
MORNING = "2025-06-01T09:00:00Z"
SITE = "site"

Message = dict[str, object]


def track(event: str, properties: Mapping[str, object] | None = None, **parts: object) -> Message:
    """Somebody did something: Anne at nine in the morning, unless it is said otherwise."""
    return message("track", event=event, properties=dict(properties or {}), **parts)


def identify(traits: Mapping[str, object], **parts: object) -> Message:
    """A site says what it knows of somebody."""
    return message("identify", traits=dict(traits), **parts)


def message(kind: str, **parts: object) -> Message:
    """A message, with an id of its own."""
    who = {} if "userId" in parts or "anonymousId" in parts else {"userId": "anne"}
    found = {"type": kind, "timestamp": MORNING, **who, **parts}
    digest = msgspec.json.encode(found, order="sorted").decode()
    return {"messageId": digest, **found}


def send(inbox: Inbox, *messages: Message, source: str = SITE, at: str = NOON) -> None:
    """One request that was acknowledged."""
    inbox.append([NewRequest(us(at), source, msgspec.json.encode({"batch": messages}))])


def filed(store: Store, *messages: Message, source: str = SITE) -> Filed:
    """Send messages in one request, and file them."""
    with open_inbox(store.path) as inbox:
        send(inbox, *messages, source=source)
        return drain(store, inbox)


def did(store: Store, name: str) -> list[dict[str, object]]:
    """The events of a collection by the names of their properties, in order of time; unknowns left out."""
    collection = store.catalogue.collections[name]
    names = {field.column: field.name for field in collection.properties.values()}
    files = [*store.source().events.get(name, ()), *store.source().records.get(name, ())]
    rows = sorted(named(store, files), key=lambda row: (row["at_us"], row["id"]))
    return [
        {"profile": row["profile"], **{names[c]: v for c, v in row.items() if c in names and v is not None}}
        for row in rows
    ]


def known_of(store: Store, key: str) -> dict[str, object]:
    """The traits of a profile now, by their names."""
    names = {field.column: field.name for field in store.catalogue.traits.values()}
    found: dict[str, object] = {}
    for row in named(store, store.source().traits.snapshots):
        if row["profile"] == key:
            found = {names[c]: v for c, v in row.items() if c in names and v is not None}
    return found
