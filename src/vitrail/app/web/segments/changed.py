"""What was changed of a segment, version by version: which of its parts, when, and by whom."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.definition_history import Made, Maker, Part, history_of
from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech
from vitrail.warehouse.store import Store

PARTS = {
    "rule": later("rule"),
    "among": later("whom it divides"),
    "classes": later("classes"),
    "otherwise": later("class of the others"),
    "name": later("name"),
    "description": later("description"),
    "tags": later("tags"),
    "owner": later("owner"),
    "purposes": later("purposes"),
    "archived": later("archive"),
}
MOST = 30


class Changed(msgspec.Struct, frozen=True):
    """One version, and what it changed in words."""

    at: dt.datetime
    by: Maker
    note: str
    what: str


def changes_of(store: Store, key: str, *, speech: Speech) -> tuple[Changed, ...]:
    """What was changed of a segment or, for a class, of its segmentation, the newest first."""
    found = history_of(store, key.partition(".")[0])
    return tuple(Changed(each.at, each.by, each.note, _what(each, speech)) for each in found[:MOST])


def _what(made: Made, speech: Speech) -> str:
    if made.before is None:
        return speech.say("defined")
    if made.now is None:
        return speech.say("deleted")
    before, now = made.before, made.now
    return ", ".join(
        speech.say(words) for part, words in PARTS.items() if _of(before, part) != _of(now, part)
    )


def _of(part: Part, name: str) -> object:
    return getattr(part, name, None)
