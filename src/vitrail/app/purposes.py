"""The purposes of a workspace: the register in force, what a file would change, putting it in force."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vitrail.app.purpose_files import read_purposes, ready_purposes
from vitrail.consent.purposes import (
    PurposePlan,
    apply_purposes,
    find_purpose,
    fitted,
    plan_purposes,
    register_of,
)
from vitrail.ledger.purposes import Register
from vitrail.model.purposes import Purpose, PurposeFile
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


def put_in_force(store: Store, plan: PurposePlan) -> int:
    """Put the register of a plan in force; answers the number of its version."""
    return apply_purposes(store, plan)
