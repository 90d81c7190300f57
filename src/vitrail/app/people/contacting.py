"""May we write to this customer: what they said, what proves it, what the gate says now; what was sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from vitrail.app.consenting import Said, consents_of
from vitrail.app.instants import instant
from vitrail.app.people.searching import words_of
from vitrail.app.people.sight import MAILED, Sight
from vitrail.consent.one_person import reasons_for
from vitrail.consent.purposes import register_of
from vitrail.consent.rights.standing import Someone, acts_of, standing_of
from vitrail.consent.waterfall import Reason
from vitrail.engine.profile.history import Event
from vitrail.model.purposes import Channel, Purpose
from vitrail.model.standing import Act, KeptAct

SENT, OPENED, CLICKED = "sent", "open", "click"
OPENINGS = frozenset({"open", "opened", "opening", "ouverture"})
CLICKS = frozenset({"click", "clicked", "clic"})
SENDINGS = frozenset({"sent", "send", "delivered", "envoi", "envoye"})
NAMES = ("campaign", "subject", "template", "message", "name")
MESSAGES = 100
DAYS_US = 45 * 86_400_000_000
"""How long after it was sent an opening is still taken for one of the same message."""


class Answer(msgspec.Struct, frozen=True):
    """What a customer last said of a purpose on a channel (empty: on all), and all that before."""

    purpose: str
    channel: str
    last: Said
    earlier: tuple[Said, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """What the gate says now of one purpose on one channel."""

    purpose: Purpose
    channel: Channel
    reason: Reason


class Message(msgspec.Struct, frozen=True):
    """One message that a mailing tool told of: what became of it."""

    collection: str
    name: str
    subject: str
    sent: dt.datetime
    opened: dt.datetime | None = None
    clicked: dt.datetime | None = None


class Contact(msgspec.Struct, frozen=True):
    """All about writing to a customer. `standing` is what they opposed or froze that holds now."""

    answers: tuple[Answer, ...]
    verdicts: tuple[Verdict, ...]
    standing: tuple[Act, ...]
    acts: tuple[KeptAct, ...]
    messages: tuple[Message, ...]
    sent: int
    tells_sending: bool


def contact(seen: Sight) -> Contact:
    """What a customer said, what the gate says now, and what they were sent before the instant."""
    person = Someone(seen.ws.store, seen.source, seen.profile)
    messages = tuple(sorted(_messages(seen), key=lambda each: each.sent, reverse=True))
    return Contact(
        answers=answers(_seen(seen, each) for each in consents_of(seen.ws, seen.key) if each.at < seen.at),
        verdicts=verdicts(seen),
        standing=standing_of(person),
        acts=tuple(each for each in acts_of(person) if each.act is not None),
        messages=messages[:MESSAGES],
        sent=len(messages),
        tells_sending=any(_is(name, SENDINGS) for name in seen.catalogue.collections),
    )


def answers(said: Iterable[Said]) -> tuple[Answer, ...]:
    """The answers by purpose and channel; at one instant a no comes after a yes."""
    by: dict[tuple[str, str], list[Said]] = {}
    for each in said:
        by.setdefault((each.purpose, each.channel), []).append(each)
    found = []
    for (purpose, channel), every in sorted(by.items()):
        ordered = sorted(every, key=lambda each: (each.at, each.state != "granted", each.position))
        found.append(Answer(purpose, channel, ordered[-1], tuple(reversed(ordered[:-1]))))
    return tuple(found)


def verdicts(seen: Sight) -> tuple[Verdict, ...]:
    """What the gate says now for each purpose on each of its channels."""
    register = register_of(seen.ws.store).document
    ways = [(purpose, channel) for purpose in register.purposes for channel in purpose.channels]
    found = reasons_for(
        seen.ws.store,
        seen.profile,
        ways=[(purpose.key, channel) for purpose, channel in ways],
        database=seen.ws.database,
    )
    return tuple(Verdict(purpose, channel, found[purpose.key, channel]) for purpose, channel in ways)


def _seen(seen: Sight, said: Said) -> Said:
    """An entry as the viewer may read it."""
    viewer = seen.viewer
    if not viewer.is_masked:
        return said
    return msgspec.structs.replace(
        said, key="", proof=viewer.secret(said.proof), place=viewer.text(said.place)
    )


# --- messages ------------------------------------------------------------------------------------


def _messages(seen: Sight) -> Iterable[Message]:
    """Each message that was sent, with the first opening and click of the same campaign that followed."""
    before = {
        name: [each for each in events if each.at_us < seen.at_us]
        for name, events in seen.history.events.items()
    }
    opens = _of(before, OPENINGS)
    clicks = _of(before, CLICKS)
    for name, events in before.items():
        if _is(name, SENDINGS):
            for event in events:
                yield Message(
                    collection=name,
                    name=seen.viewer.text(_name(event, NAMES)),
                    subject=seen.viewer.text(_name(event, ("subject",))),
                    sent=instant(event.at_us),
                    opened=_following(event, opens),
                    clicked=_following(event, clicks),
                )


def _is(collection: str, kinds: frozenset[str]) -> bool:
    words = set(words_of(collection))
    return bool(words & kinds) and bool(words & MAILED)


def _of(events: Mapping[str, list[Event]], kinds: frozenset[str]) -> list[Event]:
    found = [event for name, some in events.items() if _is(name, kinds) for event in some]
    return sorted(found, key=lambda each: each.at_us)


def _following(sent: Event, others: Iterable[Event]) -> dt.datetime | None:
    wanted = _name(sent, NAMES)
    for each in others:
        if sent.at_us <= each.at_us < sent.at_us + DAYS_US and _name(each, NAMES) == wanted:
            return instant(each.at_us)
    return None


def _name(event: Event, names: Iterable[str]) -> str:
    for name in names:
        value = event.properties.get(name)
        if isinstance(value, str):
            return value
    return ""
