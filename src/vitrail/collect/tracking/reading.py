"""Reading what the inbox keeps: a request becomes its messages, the same ones each time it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from vitrail.collect.tracking.times import event_time, read_instant
from vitrail.ledger.inbox import StoredRequest
from vitrail.model.tracking import Kind, Tracked


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a request says beside its messages, and the messages as they came, each with its `type`."""

    batch: tuple[msgspec.Raw, ...]
    sent_at: Any = None
    context: dict[str, Any] = {}


class _Said(msgspec.Struct, rename="camel"):
    """A message as it came, as far as it counts here; its values may be of any type."""

    type: Kind
    message_id: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    previous_id: Any = None
    group_id: Any = None
    event: Any = None
    name: Any = None
    category: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    properties: Any = None
    traits: Any = None
    context: Any = None


class _Around(msgspec.Struct):
    """What a request says of all its messages."""

    request: StoredRequest
    context: dict[str, Any]
    sent_us: int | None


_ENVELOPE = msgspec.json.Decoder(Envelope)
_MESSAGE = msgspec.json.Decoder(_Said, float_hook=Decimal)


def messages_of(request: StoredRequest) -> Iterator[Tracked]:
    """The messages of a request that the inbox kept, in their order; all were found good before."""
    envelope = _ENVELOPE.decode(request.body)
    around = _Around(request, envelope.context, read_instant(envelope.sent_at))
    for index, raw in enumerate(envelope.batch):
        yield _tracked(_MESSAGE.decode(raw), around, index=index, raw=raw)


def words(value: object) -> str:
    """An id or a name as text: `17` and `"17"` are the same."""
    return "" if value is None else str(value)


def _tracked(said: _Said, around: _Around, *, index: int, raw: msgspec.Raw) -> Tracked:
    request = around.request
    context = {**around.context, **said.context} if said.context else {**around.context}
    traits = said.traits or {}
    if said.type == "identify":  # RudderStack's SDKs put them there
        traits = {**_object(context.pop("traits", None)), **traits}
    properties = said.properties or {}
    if said.category:
        properties = {"category": said.category, **properties}
    happened = said.original_timestamp or said.timestamp
    return Tracked(
        kind=said.type,
        message_id=words(said.message_id)
        or _given_id(request, index=index, raw=raw, is_timed=happened is not None),
        at_us=event_time(
            read_instant(happened),
            sent_us=read_instant(said.sent_at) if said.sent_at else around.sent_us,
            received_us=request.received_at_us,
        ),
        received_at_us=request.received_at_us,
        source=request.source,
        user_id=words(said.user_id),
        anonymous_id=words(said.anonymous_id),
        previous_id=words(said.previous_id),
        group_id=words(said.group_id),
        event=words(said.event),
        name=words(said.name),
        properties=properties,
        traits=traits,
        context=context,
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _given_id(request: StoredRequest, *, index: int, raw: msgspec.Raw, is_timed: bool) -> str:
    """An id for a message that has none.

    With a time of its own it is known again by its whole content, so that sending it twice counts
    once; without, each arrival is something new.
    """
    if not is_timed:
        return f"{request.position}-{index}"
    return hashlib.blake2b(request.source.encode() + b"\0" + bytes(raw), digest_size=16).hexdigest()
