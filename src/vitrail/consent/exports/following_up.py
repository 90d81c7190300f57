"""What those who have a file are to be asked once a person in it was erased, put right or frozen.

GDPR, article 19: each recipient is told, unless that is impossible or takes disproportionate effort, and the
person learns of the recipients when they ask; article 17(2). Files that stayed in the company are
listed as well: they are its own to clean. Under pseudonyms nobody can be found in a file: nothing is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.consent.exports.register import members_of
from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.ledger import audit
from vitrail.ledger.audit import Subject
from vitrail.ledger.database import Transaction
from vitrail.ledger.exports import (
    Cause,
    Export,
    FollowUp,
    State,
    all_exports,
    all_follow_ups,
    find_follow_up,
    listed_exports,
    save_follow_up,
)
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store


class Change(msgspec.Struct, frozen=True):
    """What happened to some profiles that others are to be told of; `about` are traits put right."""

    cause: Cause
    profiles: Collection[int]
    about: tuple[str, ...] = ()


class Settling(msgspec.Struct, frozen=True):
    """How far a follow-up has come, who says so, and what is worth noting (a reason, a receipt)."""

    state: State
    by: str = ""
    note: str = ""
    actor: Actor = SYSTEM
    origin: str = ""


class Told(msgspec.Struct, frozen=True):
    """A follow-up with the export it is about."""

    follow_up: FollowUp
    export: Export


def follow_up(connection: Transaction, change: Change, *, source: Source, at_us: int) -> tuple[FollowUp, ...]:
    """Write down what is to be asked, in the transaction of the change; one for each file.

    What is not asked yet of a file takes the new people in.
    """
    waiting = {
        (each.export, each.cause): each
        for each in all_follow_ups(connection, state="open")
        if each.cause == change.cause
    }
    made = []
    for export, theirs in _concerned(connection, change):
        people = np.unique(canon_of(source).of(np.array(theirs, dtype=np.int64)))
        begun = waiting.get((export.number, change.cause))
        started = begun or FollowUp(0, export.number, change.cause, at_us, 0, changed_at_us=at_us)
        made.append(save_follow_up(connection, _more(started, change, theirs=theirs, people=len(people))))
    return tuple(made)


def settle(store: Store, number: int, *, settling: Settling) -> FollowUp:
    """Note that who has a file was asked, that it is done, or that it is impossible, and why.

    Raises `UserError` for a number nobody has, and where no reason is given for the impossible.
    """
    note = settling.note.strip()
    if settling.state == "impossible" and not note:
        raise refuse(
            "reason_missing",
            path="note",
            fr="Dites pourquoi c’est impossible ou disproportionné (RGPD, article 19).",
            en="Say why it is impossible or disproportionate (GDPR, article 19).",
        )
    with store.ledger.writing() as connection:
        found = find_follow_up(connection, number)
        if found is None:
            raise _unknown(number)
        now_us = store.now_us()
        told = msgspec.structs.replace(
            found, state=settling.state, changed_at_us=now_us, by=settling.by, note=note or found.note
        )
        save_follow_up(connection, told)
        details: dict[str, audit.Detail] = {"export": found.export, "cause": found.cause}
        subject = Subject("follow_up", str(number))
        act = audit.Act(
            f"follow_up.{settling.state}", settling.actor, subject, settling.origin, details=details
        )
        audit.record(connection, act, at_us=now_us)
    return told


def told_follow_ups(store: Store, *, state: State | None = None) -> tuple[Told, ...]:
    """Every follow-up, oldest first, or those in one state, each with its export."""
    with store.ledger.reading() as connection:
        exports = {each.number: each for each in listed_exports(connection)}
        found = all_follow_ups(connection, state=state)
    return tuple(Told(each, exports[each.export]) for each in found)


def _concerned(connection: Transaction, change: Change) -> Iterator[tuple[Export, BitMap]]:
    """The exports some of the profiles were in, under their names, with what changed."""
    wanted = BitMap(change.profiles)
    for export in all_exports(connection):
        if export.masked or (change.about and not set(change.about) & set(export.columns)):
            continue
        theirs = members_of(export) & wanted
        if theirs:
            yield export, theirs


def _more(begun: FollowUp, change: Change, *, theirs: BitMap, people: int) -> FollowUp:
    about = tuple(dict.fromkeys((*begun.about, *change.about)))
    if change.cause == "erasure":  # their numbers are in the journal of erasures
        return msgspec.structs.replace(begun, people=begun.people + people)
    known = BitMap.deserialize(begun.members) if begun.members else BitMap()
    added = people if known.isdisjoint(theirs) else 0
    members = (known | theirs).serialize()
    return msgspec.structs.replace(begun, people=begun.people + added, members=members, about=about)


def _unknown(number: int) -> Exception:
    return refuse(
        "unknown_follow_up",
        path=str(number),
        fr=f"Aucune suite à donner n’a le numéro {number}. Pour les voir : vitrail exports follow-ups.",
        en=f"No follow-up has the number {number}. To see them: vitrail exports follow-ups.",
    )
