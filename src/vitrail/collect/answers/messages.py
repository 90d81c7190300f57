"""Answers on their way to the inbox: what was said becomes traits and one event, source `declared`."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from vitrail.collect.answers.declaring import FORM
from vitrail.collect.answers.reading import Value
from vitrail.ledger.inbox import NewRequest
from vitrail.model.forms import Form
from vitrail.model.identities import ANONYMOUS

DECLARED = "declared"
"""The source of what people say of themselves."""

TWICE_US = 10_000_000
"""The same answers sent again within ten seconds are one answer: a button pressed twice."""


class Answered(msgspec.Struct, frozen=True):
    """One form sent by one profile at an instant."""

    form: Form
    profile: str
    answers: Mapping[str, Value]
    at_us: int


def request_of(answered: Answered) -> NewRequest:
    """One set of answers as the inbox keeps it: the traits they fill, if any, then the event."""
    body = msgspec.json.encode({"batch": list(_messages(answered))})
    return NewRequest(received_at_us=answered.at_us, source=DECLARED, body=body)


def _messages(answered: Answered) -> Iterator[dict[str, object]]:
    plain = {key: _plain(value) for key, value in answered.answers.items()}
    questions = [each for each in answered.form.questions if each.trait and each.key in plain]
    mark = _mark(answered, plain)
    person = _person(answered.profile)
    if questions:
        traits = {each.trait: plain[each.key] for each in questions}
        yield {"type": "identify", "messageId": f"{mark}-traits", "traits": traits, **person}
    properties = {FORM: answered.form.key, **plain}
    event = answered.form.event
    yield {"type": "track", "messageId": mark, "event": event, "properties": properties, **person}


def _person(key: str) -> dict[str, str]:
    """How a message names a profile by its key."""
    if key.startswith(ANONYMOUS):
        return {"anonymousId": key.removeprefix(ANONYMOUS)}
    return {"userId": key}


def _plain(value: Value) -> Any:
    """A value as a message carries it."""
    match value:
        case dt.date():
            return value.isoformat()
        case tuple():
            return list(value)
        case Decimal() | bool() | int() | str():
            return value


def _mark(answered: Answered, plain: Mapping[str, Any]) -> str:
    """What these answers are known by: the same when they are sent twice in a row."""
    said = [answered.form.key, answered.profile, answered.at_us // TWICE_US, sorted(plain.items())]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32]
