"""The body of a tracking request: unpacked within limits, and cut into messages that are not yet believed."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from vitrail.collect.tracking import faults
from vitrail.collect.tracking.scanning import split_batch
from vitrail.collect.tracking.times import read_instant
from vitrail.model.tracking import Kind

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Payload(msgspec.Struct, frozen=True):
    """A request cut into messages; `kind` is what the address says they are, None where each says it."""

    messages: tuple[bytes, ...]
    kind: Kind | None = None
    write_key: str = ""
    sent_at: Any = None
    context: dict[str, Any] = {}


class _Batch(msgspec.Struct, frozen=True, rename="camel"):
    batch: list[msgspec.Raw] = []
    write_key: str = ""
    sent_at: Any = None
    context: dict[str, Any] | None = None


class _Single(msgspec.Struct, frozen=True, rename="camel"):
    write_key: str = ""


_BATCH = msgspec.json.Decoder(_Batch)
_SINGLE = msgspec.json.Decoder(_Single)


def unpack(body: bytes) -> bytes:
    """The text of a body, unzipped if its first bytes are those of gzip, never beyond the limit."""
    if not body.startswith(_GZIP):
        return body.removeprefix(_BYTE_ORDER_MARK)
    inflater = zlib.decompressobj(wbits=31)
    try:
        text = inflater.decompress(body, faults.BODY_BYTES + 1)
    except zlib.error as error:
        raise faults.bad_gzip() from error
    if len(text) > faults.BODY_BYTES:
        raise faults.body_too_large()
    if not inflater.eof or inflater.unused_data:
        raise faults.bad_gzip()
    return text.removeprefix(_BYTE_ORDER_MARK)


def single_payload(text: bytes, kind: Kind) -> Payload:
    """The request whose body is one message, of the kind its address says."""
    try:
        write_key = _SINGLE.decode(text).write_key
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        write_key = ""
    return Payload((text.strip(),), kind, write_key)


def batch_payload(text: bytes) -> Payload:
    """The request whose body holds many messages; one that is unreadable does not spoil the others."""
    try:
        if text.count(b'"batch"') > 1:
            raise msgspec.DecodeError
        return _payload(_BATCH.decode(text))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        outside, messages = split_batch(text)
        return msgspec.structs.replace(_payload(_outside(outside), empty=True), messages=tuple(messages))


def _outside(text: bytes) -> _Batch:
    """What a request says around its messages, which have to be fine."""
    try:
        return _BATCH.decode(text)
    except UnicodeDecodeError as error:
        raise faults.not_utf8() from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise faults.not_json(str(error)) from error


def _payload(batch: _Batch, *, empty: bool = False) -> Payload:
    if not batch.batch and not empty:
        raise faults.no_batch()
    if batch.sent_at is not None and read_instant(batch.sent_at) is None:
        raise faults.bad_timestamp("sentAt")
    messages = tuple(bytes(raw) for raw in batch.batch)
    return Payload(messages, None, batch.write_key, batch.sent_at, batch.context or {})
