"""Letting go of what is past its period: exactly the plan that was shown, or nothing.

People are erased by the journal of erasures, which a killed program takes up again; data leave in one
snapshot for each name. Whatever was done before a stop is not done twice: the next plan no longer holds it.
"""

from __future__ import annotations

import msgspec
from pyroaring import BitMap

from vitrail.consent.retention.planning import (
    BY,
    DueData,
    DuePeople,
    Ground,
    RetentionPlan,
    parts_of,
    plan_retention,
    proof_start,
)
from vitrail.consent.rights import erasing
from vitrail.consent.rights.erasing import Erased, Patience
from vitrail.consent.rights.standing import Said, Someone, restrict
from vitrail.consent.rights.words import gather
from vitrail.ledger import audit, erasures, exports, proofs, standing
from vitrail.ledger.audit import Subject
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import refuse
from vitrail.model.retention import RetentionFile


class Retained(msgspec.Struct, frozen=True):
    """What a run did: people erased and frozen and data taken out by rule, and what the searches found."""

    erased: dict[str, int]
    restricted: dict[str, int]
    data: dict[str, int]
    traces: int = 0
    proofs: int = 0


def run_retention(
    rules: RetentionFile,
    plan: RetentionPlan,
    *,
    ground: Ground,
    patience: Patience | None = None,
    actor: Actor = SYSTEM,
) -> Retained:
    """Do what a plan says, after planning again: who or what goes must still be the same.

    Raises `UserError` when it is not; nothing is changed then.
    """
    now = plan_retention(rules, ground)
    if now.seal != plan.seal:
        raise _moved_on()
    let_come_back(ground)
    data: dict[str, int] = {}
    for part in now.data:
        if part.rows:
            data[part.rule] = data.get(part.rule, 0) + _take_out(part, ground)
    erased: dict[str, int] = {}
    restricted: dict[str, int] = {}
    traces = 0
    for each in now.people:
        if each.profiles and each.then == "erase":
            traces += len(_erase(each, ground, patience=patience, actor=actor).traces)
            erased[each.rule] = len(each.profiles)
        elif each.profiles:
            restricted[each.rule] = _restrict(each, ground, actor=actor)
    let_come_back(ground)
    proved = _drop_proofs(rules, ground)
    done = Retained(erased, restricted, data, traces, proved)
    _record(done, ground, actor=actor)
    return done


def let_come_back(ground: Ground) -> int:
    """Lift the marks that keep away whom retention erased: they asked for nothing, and may come back.

    Who is loaded again as old as before is past the period again, and goes with the next run.
    """
    store = ground.store
    with store.writing(), store.ledger.writing() as connection:
        ours = {each.number for each in erasures.all_erasures(connection) if each.by == BY}
        marks = standing.erased_prints(connection)
        lifted = {
            each.print: msgspec.structs.replace(each, at_us=store.now_us(), lifted=True, why=BY)
            for each in standing.all_tombstones(connection)
            if each.erasure in ours and each.print in marks
        }
        standing.add_tombstones(connection, list(lifted.values()))
    return len(lifted)


def _erase(due: DuePeople, ground: Ground, *, patience: Patience | None, actor: Actor) -> Erased:
    store = ground.store
    people = gather(store, parts_of(store.source(), BitMap(due.profiles)))
    said = Said(by=BY, why=due.rule, actor=actor)
    erasure = erasing.begin(store, people, said=said)
    return erasing.finish(store, erasure, holders=ground.holders, patience=patience)


def _restrict(due: DuePeople, ground: Ground, *, actor: Actor) -> int:
    source = ground.store.source()
    said = Said(by=BY, why=due.rule, actor=actor)
    for profile in due.profiles:
        restrict(Someone(ground.store, source, profile), said=said, asked=False)
    return len(due.profiles)


def _drop_proofs(rules: RetentionFile, ground: Ground) -> int:
    store, now_us = ground.store, ground.store.now_us()
    before_us = proof_start(rules, store, at_us=now_us)
    with store.ledger.writing() as connection:
        gone = proofs.drop_past(connection, at_us=now_us)
        return gone + exports.forget_listed(connection, before_us)


def _take_out(due: DueData, ground: Ground) -> int:
    kind = ground.ages(due.kind)
    return sum(kind.take_out(ground.store, name, before_us=due.before_us) for name in due.rows)


def _record(done: Retained, ground: Ground, *, actor: Actor) -> None:
    details: dict[str, audit.Detail] = {
        f"{kind}.{rule}": count
        for kind, counts in (
            ("erased", done.erased),
            ("restricted", done.restricted),
            ("data", done.data),
        )
        for rule, count in counts.items()
    }
    if done.proofs:
        details["proofs"] = done.proofs
    act = audit.Act("retention.run", actor, Subject("retention"), details=details)
    with ground.store.ledger.writing() as connection:
        audit.record(connection, act, at_us=ground.store.now_us())


def _moved_on() -> Exception:
    return refuse(
        "retention_moved_on",
        fr="Qui ou ce qui doit partir a changé depuis ce plan\u00a0: rien n’a été fait. Refaites le plan.",
        en="Who or what has to go has changed since this plan: nothing was done. Plan again.",
    )
