"""The purposes of a workspace: the register in force, what a file would change, putting it in force."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vitrail.app.accounts.acting import By, note
from vitrail.app.purpose_files import read_purposes, ready_purposes
from vitrail.consent.purposes import (
    PurposePlan,
    apply_purposes,
    find_purpose,
    fitted,
    plan_purposes,
    register_of,
)
from vitrail.ledger.audit import Subject
from vitrail.ledger.purposes import Register
from vitrail.model.purposes import Controller, Purpose, PurposeFile
from vitrail.warehouse.store import Store


class Proposed(msgspec.Struct, frozen=True):
    """A plan for the register, and the ready-made relations that this workspace cannot tell."""

    plan: PurposePlan
    left_out: tuple[str, ...] = ()


def propose_purposes(
    store: Store, given: str | Path | PurposeFile | None = None, *, prune: bool = False
) -> Proposed:
    """What applying a register would change: one of a file, one given, or without any the ready-made one."""
    if given is None:
        document, left_out = fitted(store, ready_purposes())
        return Proposed(plan_purposes(store, document, prune=prune), left_out)
    document = given if isinstance(given, PurposeFile) else read_purposes(given)
    return Proposed(plan_purposes(store, document, prune=prune))


def define_purposes(store: Store, given: str | Path | PurposeFile | None = None) -> PurposePlan:
    """Put a register in force: one of a file, one given, or the ready-made one; answers what changed."""
    plan = propose_purposes(store, given).plan
    apply_purposes(store, plan)
    return plan


def purposes_in_force(store: Store) -> Register:
    """The register in force."""
    return register_of(store)


def purpose_in_force(store: Store, key: str) -> Purpose:
    """The purpose of that key. Raises `UserError` when there is none."""
    return find_purpose(register_of(store).document, key)


def propose_purpose(store: Store, purpose: Purpose) -> PurposePlan:
    """What adding or changing one purpose would change."""
    return plan_purposes(store, PurposeFile(edition=2026, purposes=(purpose,)))


def propose_controller(store: Store, controller: Controller) -> PurposePlan:
    """What naming who answers for the processing would change."""
    return plan_purposes(store, PurposeFile(edition=2026, controller=controller))


def propose_removal(store: Store, key: str) -> PurposePlan:
    """What taking one purpose away would change; sources and signals that name it no longer do."""
    present = register_of(store).document
    gone = find_purpose(present, key)
    rest = tuple(each for each in present.purposes if each.key != key)
    sources = {
        name: kept
        for name, keys in present.sources.items()
        if (kept := tuple(each for each in keys if each != key))
    }
    left = {known for each in rest for known in (each.key, each.asked)}
    told = (gone.key, gone.asked)
    signals = tuple(each for each in present.signals if each.purpose in left or each.purpose not in told)
    document = msgspec.structs.replace(present, purposes=rest, sources=sources, signals=signals)
    return plan_purposes(store, document, prune=True)


def put_in_force(store: Store, plan: PurposePlan, *, by: By | None = None) -> int:
    """Put the register of a plan in force; answers the number of its version. `by` is told in the trail."""
    version = apply_purposes(store, plan)
    keys = tuple(f"{each.part}:{each.key}" for each in plan.changes if each.action != "unchanged")
    if by is not None:
        note(store, by.act("purposes.apply", Subject("purposes", str(version)), details={"changed": keys}))
    return version
