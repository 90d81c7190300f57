"""Taking or refusing each message of a request, for its form alone, before anything is kept."""

from __future__ import annotations

from typing import Any

import msgspec

from vitrail.collect.tracking import faults
from vitrail.collect.tracking.faults import Fault
from vitrail.collect.tracking.payload import Payload
from vitrail.collect.tracking.reading import Envelope
from vitrail.collect.tracking.scanning import check_keys, check_shape
from vitrail.collect.tracking.times import read_instant
from vitrail.model.errors import Problem
from vitrail.model.tracking import KINDS, Kind

_IDS = ("userId", "anonymousId", "previousId", "groupId", "messageId", "event", "name")
_OBJECTS = ("properties", "traits", "context")
_INSTANTS = ("timestamp", "originalTimestamp", "sentAt")
_NEEDED = {"track": ("event",), "group": ("groupId",), "alias": ("previousId", "userId")}
_MESSAGE = msgspec.json.Decoder()


class Refused(msgspec.Struct, frozen=True):
    """A message that was not taken: its place in the request, from 0, and why."""

    index: int
    problem: Problem


class Verdict(msgspec.Struct, frozen=True):
    """What became of a request: what is to be kept of it, if anything, and which messages were refused."""

    accepted: int
    body: bytes
    refused: tuple[Refused, ...] = ()


NOTHING = Verdict(0, b"")


def judge(payload: Payload) -> Verdict:
    """Take the good messages of a request and say what is wrong with each other."""
    taken, refused = [], []
    for index, raw in enumerate(payload.messages):
        try:
            taken.append(msgspec.Raw(_judged(raw, payload.kind)))
        except Fault as fault:
            refused.append(Refused(index, fault.problem))
    kept = Envelope(batch=tuple(taken), sent_at=payload.sent_at, context=payload.context)
    return Verdict(len(taken), msgspec.json.encode(kept) if taken else b"", tuple(refused))


def _judged(raw: bytes, kind: Kind | None) -> bytes:
    """The message as it is kept, with its `type`; raises `Fault`."""
    if len(raw) > faults.MESSAGE_BYTES:
        raise faults.message_too_large()
    check_shape(raw)
    message = _read(raw)
    check_keys(raw, message)
    said = message.get("type")
    _check_fields(message, kind or said)
    if kind is None or said == kind:
        return raw
    if "type" not in message:
        return b'{"type":"' + kind.encode() + b'",' + raw[1:]
    return msgspec.json.encode({**message, "type": kind})


def _read(raw: bytes) -> dict[str, Any]:
    try:
        message = _MESSAGE.decode(raw)
    except UnicodeDecodeError as error:
        raise faults.not_utf8() from error
    except msgspec.ValidationError as error:
        raise faults.number_out_of_range() from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise faults.not_json(str(error)) from error
    if not isinstance(message, dict):
        raise faults.not_an_object()
    return message


def _check_fields(message: dict[str, Any], kind: object) -> None:
    """Refuse a message that does not say who, what or when in a way that can be kept."""
    if kind not in KINDS:
        raise faults.unknown_type(kind)
    for name in _IDS:
        value = message.get(name)
        if value is not None and not _is_id(value):
            raise faults.bad_id(name)
    for name in _OBJECTS:
        if not isinstance(message.get(name), dict | None):
            raise faults.not_an_object(name)
    for name in _INSTANTS:
        written = message.get(name)
        if written is not None and read_instant(written) is None:
            raise faults.bad_timestamp(name)
    _check_complete(message, kind)


def _is_id(value: object) -> bool:
    """Whether a value can be the name of somebody or something."""
    if isinstance(value, str):
        return len(value) <= faults.ID_LETTERS and "\0" not in value
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18


def _check_complete(message: dict[str, Any], kind: object) -> None:
    """Refuse a message that lacks what its kind is about."""
    for name in _NEEDED.get(str(kind), ()):
        if message.get(name) in (None, ""):
            raise faults.missing(name)
    if message.get("userId") in (None, "") and message.get("anonymousId") in (None, ""):
        raise faults.no_identity()
