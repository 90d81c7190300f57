"""Reading what the inbox keeps: a request becomes its messages, the same ones each time it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from vitrail.collect.tracking.times import event_time, read_instant
from vitrail.ledger.inbox import StoredRequest
from vitrail.model.tracking import Tracked


class Envelope(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a request says beside its messages, and the messages as they came, each with its `type`."""

    batch: tuple[msgspec.Raw, ...]
    sent_at: Any = None
    context: dict[str, Any] = {}


_ENVELOPE = msgspec.json.Decoder(Envelope)
_MESSAGE = msgspec.json.Decoder(float_hook=Decimal)


def messages_of(request: StoredRequest) -> Iterator[Tracked]:
    """The messages of a request that the inbox kept, in their order; all were found good before."""
    envelope = _ENVELOPE.decode(request.body)
    for index, raw in enumerate(envelope.batch):
        yield _tracked(_MESSAGE.decode(raw), raw, request=request, envelope=envelope, index=index)


def happened(message: Mapping[str, Any]) -> object:
    """When the sender says it happened, as it wrote it."""
    return message.get("originalTimestamp") or message.get("timestamp")


def words(value: object) -> str:
    """An id or a name as text: `17` and `"17"` are the same."""
    return "" if value is None else str(value)


def _tracked(
    message: dict[str, Any], raw: msgspec.Raw, *, request: StoredRequest, envelope: Envelope, index: int
) -> Tracked:
    context = {**envelope.context, **(message.get("context") or {})}
    traits = message.get("traits") or {}
    if message["type"] == "identify":  # RudderStack's SDKs put them there
        traits = {**_object(context.pop("traits", None)), **traits}
    properties = message.get("properties") or {}
    if category := message.get("category"):
        properties = {"category": category, **properties}
    return Tracked(
        kind=message["type"],
        message_id=words(message.get("messageId")) or _given_id(message, raw, request=request, index=index),
        at_us=event_time(
            read_instant(happened(message)),
            sent_us=read_instant(message.get("sentAt") or envelope.sent_at),
            received_us=request.received_at_us,
        ),
        received_at_us=request.received_at_us,
        source=request.source,
        user_id=words(message.get("userId")),
        anonymous_id=words(message.get("anonymousId")),
        previous_id=words(message.get("previousId")),
        group_id=words(message.get("groupId")),
        event=words(message.get("event")),
        name=words(message.get("name")),
        properties=properties,
        traits=traits,
        context=context,
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _given_id(message: dict[str, Any], raw: msgspec.Raw, *, request: StoredRequest, index: int) -> str:
    """An id for a message that has none.

    With a time of its own it is known again by its whole content, so that sending it twice counts
    once; without, each arrival is something new.
    """
    if happened(message) is None:
        return f"{request.position}-{index}"
    return hashlib.blake2b(request.source.encode() + b"\0" + bytes(raw), digest_size=16).hexdigest()
