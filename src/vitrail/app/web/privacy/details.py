"""The details of an act of the audit trail, in words."""

from __future__ import annotations

from collections.abc import Mapping

from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech
from vitrail.consent.purposes import CHANNEL_WORDS
from vitrail.ledger.audit import Detail
from vitrail.model.access import PERMISSION_NAMES, ROLE_NAMES
from vitrail.model.errors import Message
from vitrail.model.requests import RIGHT_NAMES

NAMES = {
    "about": later("about"),
    "added": later("added"),
    "after": later("after"),
    "before": later("before"),
    "by": later("because of"),
    "bytes": later("size"),
    "cause": later("cause"),
    "changed": later("changed"),
    "channel": later("channel"),
    "concerned": later("people concerned"),
    "decision": later("decision"),
    "entries": later("entries read"),
    "erasure": later("erasure"),
    "errors": later("errors found"),
    "export": later("file"),
    "forget_second_factor": later("second factor forgotten"),
    "found": later("traces found"),
    "keys": later("changed"),
    "kind": later("kind"),
    "language": later("language"),
    "left": later("left to do elsewhere"),
    "masked": later("personal data masked"),
    "name": later("name"),
    "on": later("switched on"),
    "other": later("other person"),
    "permissions": later("may"),
    "profiles": later("people"),
    "proofs": later("proofs"),
    "purpose": later("purpose"),
    "reason": later("reason"),
    "recipient": later("recipient"),
    "removed": later("removed"),
    "right": later("right"),
    "role": later("role"),
    "rows": later("rows"),
    "rule": later("rule"),
    "sessions": later("sessions ended"),
    "smallest_group": later("smallest group shown"),
    "version": later("version"),
    "whole": later("every seal fits"),
}
"""What the details of acts are called; one that is not here has the name it is kept under."""

VALUES = {
    "profiles": later("profiles"),
    "event": later("events"),
    "record": later("records"),
    "score": later("scores"),
    "consent": later("consents"),
    "sensitive": later("sensitive"),
    "harmless": later("harmless"),
}
ROLED = frozenset({"role", "before", "after"})
ROLES: Mapping[str, Message] = {str(each): said for each, said in ROLE_NAMES.items()}
NAMED: dict[str, Mapping[str, Message]] = {
    "permissions": {str(each): said for each, said in PERMISSION_NAMES.items()},
    "right": {str(each): said for each, said in RIGHT_NAMES.items()},
    "channel": {each: Message(said.fr, said.en) for each, said in CHANNEL_WORDS.items()},
}
NUMBERED = frozenset({"decision", "erasure", "export", "other", "version"})


def details_words(details: Mapping[str, Detail], *, names: Mapping[str, str], speech: Speech) -> str:
    """The details of an act; `names` are what keys stand for (people, segments, purposes)."""
    told = (
        speech.say(
            "%(name)s: %(value)s",
            name=_name(name, speech),
            value=_value(name, value, names=names, speech=speech),
        )
        for name, value in details.items()
    )
    return " · ".join(told)


def _name(name: str, speech: Speech) -> str:
    return speech.say(NAMES[name]) if name in NAMES else name.replace("_", " ")


def _value(name: str, value: Detail, *, names: Mapping[str, str], speech: Speech) -> str:
    if value is None:
        return speech.say("none")
    if isinstance(value, bool):
        return speech.say("yes") if value else speech.say("no")
    if isinstance(value, int):
        return _number(name, value, speech=speech)
    if isinstance(value, str):
        return _text(name, value, names=names, speech=speech)
    return ", ".join(_text(name, str(each), names=names, speech=speech) for each in value) or speech.say(
        "none"
    )


def _number(name: str, value: int, *, speech: Speech) -> str:
    if name == "bytes":
        return speech.size(value)
    return str(value) if name in NUMBERED else speech.count(value)


def _text(name: str, value: str, *, names: Mapping[str, str], speech: Speech) -> str:
    for known in (NAMED.get(name), ROLES if name in ROLED else None):
        if known is not None and value in known:
            return known[value].in_language(speech.language)
    if value in names:
        return names[value]
    return speech.say(VALUES[value]) if value in VALUES else value
