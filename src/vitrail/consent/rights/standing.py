"""Who opposed what, and whose data are frozen: for the gate, at an instant; and for one person.

An act counts from the moment it is noted, without a refresh. Among the profiles of one customer the
strictest counts: what one of them opposed, the customer opposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.consent.exports.following_up import Change, follow_up
from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.ledger import audit
from vitrail.ledger.audit import Subject
from vitrail.ledger.standing import add_acts, all_acts
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.standing import ALL_MARKETING, Act, KeptAct, Right, Step
from vitrail.warehouse.store import Store

_Subject = tuple[Right, str]


class Standing(msgspec.Struct, frozen=True):
    """The customers, by their dense numbers, that opposed or froze something, at an instant.

    `objects_to_marketing`: all direct marketing and the profiling it rests on, absolutely (article 21(2)
    and (3)). `objects_to`: by purpose (article 21(1)). `restricted`: data are kept, and used for nothing
    (article 18).
    """

    objects_to_marketing: BitMap
    objects_to: Mapping[str, BitMap]
    restricted: BitMap


class Said(msgspec.Struct, frozen=True):
    """Who notes what a person asked for, why, and what shows it; `actor` is who the audit trail names."""

    by: str = ""
    why: str = ""
    proof: str = ""
    actor: Actor = SYSTEM


class Someone(msgspec.Struct, frozen=True):
    """One customer of a workspace, by the dense number of a snapshot."""

    store: Store
    source: Source
    profile: int

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers of all profiles the customer is made of."""
        return canon_of(self.source).parts(self.profile)


def standing_at(store: Store, source: Source, *, at_us: int | None = None) -> Standing:
    """The standing of all customers of a snapshot at an instant; by default, now."""
    until_us = store.now_us() if at_us is None else at_us
    with store.ledger.reading() as connection:
        raised = _raised(all_acts(connection, until_us=until_us))
    canon = canon_of(source)
    sets = {
        subject: BitMap(canon.of(np.array(list(people), dtype=np.int64)).astype(np.uint32))
        for subject, people in raised.items()
        if people
    }
    return Standing(
        objects_to_marketing=sets.get(("objection", ALL_MARKETING), BitMap()),
        objects_to={about: found for (right, about), found in sets.items() if right == "objection" and about},
        restricted=sets.get(("restriction", ""), BitMap()),
    )


def acts_of(person: Someone) -> tuple[KeptAct, ...]:
    """All that one customer asked for, under every profile, in the order it counts."""
    with person.store.ledger.reading() as connection:
        return tuple(all_acts(connection, profiles=person.parts))


def standing_of(person: Someone) -> tuple[Act, ...]:
    """What one customer opposed or froze that holds now."""
    now_us = person.store.now_us()
    held: dict[tuple[int, _Subject], Act] = {}
    for each in acts_of(person):
        if each.act is not None and each.act.at_us <= now_us:
            held[each.act.profile, (each.act.right, each.act.about)] = each.act
    return tuple(act for act in held.values() if act.step == "raised")


def object_to(person: Someone, about: str, *, said: Said) -> tuple[Act, ...]:
    """Note that a customer opposes a purpose, or all marketing; in force once it returns."""
    return _note(person, ("objection", about), step="raised", said=said)


def restrict(person: Someone, *, said: Said, asked: bool = True) -> tuple[Act, ...]:
    """Freeze the data of a customer: kept, and used for nothing; in force once it returns.

    `asked`: the person did (article 18), so that those who have the data are to be told (article 19).
    """
    told = Change("restriction", person.parts) if asked else None
    return _note(person, ("restriction", ""), step="raised", said=said, told=told)


def lift(person: Someone, subject: tuple[Right, str], *, said: Said) -> tuple[Act, ...]:
    """Note that an objection or a restriction ended, because the person said so (article 18(3))."""
    return _note(person, subject, step="lifted", said=said)


def _note(
    person: Someone, subject: _Subject, *, step: Step, said: Said, told: Change | None = None
) -> tuple[Act, ...]:
    """The same act for every profile of the customer: a later split leaves none of them without it."""
    right, about = subject
    now_us = person.store.now_us()
    made = tuple(
        Act(part, right, step, now_us, about, said.by, said.why, said.proof) for part in person.parts
    )
    name, subjects = f"{right}.{step}", Subject("profile", str(person.profile))
    act = audit.Act(name, said.actor, subjects, details={"about": about or "*"})
    with person.store.ledger.writing() as connection:
        add_acts(connection, made, at_us=now_us)
        if told is not None:
            follow_up(connection, told, source=person.source, at_us=now_us)
        audit.record(connection, act, at_us=now_us)
    return made


def _raised(kept: Iterable[KeptAct]) -> dict[_Subject, set[int]]:
    """Who last raised each thing, and did not lift it."""
    raised: dict[_Subject, set[int]] = {}
    for each in kept:
        if each.act is None:
            continue
        people = raised.setdefault((each.act.right, each.act.about), set())
        (people.add if each.act.step == "raised" else people.discard)(each.act.profile)
    return raised
