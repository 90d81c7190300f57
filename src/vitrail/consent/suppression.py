"""The suppression list of a workspace: adding addresses, taking them off, looking one up."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from vitrail.consent.addresses import in_one_form, prints
from vitrail.ledger import audit
from vitrail.ledger.audit import Subject
from vitrail.ledger.suppressions import (
    AddressKind,
    Suppression,
    SuppressionReason,
    add_suppressions,
    make_suppression_key,
    suppressed,
    suppression_key,
)
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.store import Store


class Suppressing(msgspec.Struct, frozen=True):
    """Why addresses go on the list, or off it, and who says so."""

    reason: SuppressionReason = "manual"
    note: str = ""
    actor: Actor = SYSTEM


class Listed(msgspec.Struct, frozen=True):
    """What adding did: how many addresses are new on the list, how many were there, which are none."""

    added: int
    known: int
    refused: tuple[str, ...] = ()


def kind_of(address: str) -> AddressKind:
    """What sort of address a text is."""
    return "email" if "@" in address else "phone"


def suppress(store: Store, addresses: Sequence[str], *, why: Suppressing) -> Listed:
    """Never reach some addresses again; each is kept as a keyed hash alone. Once more changes nothing."""
    with store.ledger.writing() as connection:
        key, now_us = make_suppression_key(connection), store.now_us()
        marks, refused = _marks(addresses, key=key)
        present = suppressed(connection)
        new = {mark: kind for mark, kind in marks.items() if mark not in present}
        entries = [
            Suppression(now_us, mark, kind, why.reason, by=why.actor.id, note=why.note)
            for mark, kind in new.items()
        ]
        add_suppressions(connection, entries)
        told = {"added": len(new), "reason": why.reason}
        act = audit.Act("suppression.add", why.actor, Subject("suppressions"), details=told)
        audit.record(connection, act, at_us=now_us)
    return Listed(len(new), len(marks) - len(new), refused)


def unsuppress(store: Store, address: str, *, why: Suppressing) -> bool:
    """Take an address off the list; False when it was not on it. Raises `UserError` for what is none."""
    with store.ledger.writing() as connection:
        key, now_us = make_suppression_key(connection), store.now_us()
        marks, refused = _marks([address], key=key)
        if refused:
            raise UserError((no_address(address),))
        present = suppressed(connection)
        gone = [
            msgspec.structs.replace(present[mark], at_us=now_us, removed=True, by=why.actor.id, note=why.note)
            for mark in marks
            if mark in present
        ]
        add_suppressions(connection, gone)
        if gone:
            act = audit.Act("suppression.remove", why.actor, Subject("suppressions"), details={"removed": 1})
            audit.record(connection, act, at_us=now_us)
    return bool(gone)


def find_suppression(store: Store, address: str) -> Suppression | None:
    """Whether an address is on the list, since when and why; None when it is not."""
    with store.ledger.reading() as connection:
        key, present = suppression_key(connection), suppressed(connection)
    if key is None:
        return None
    marks, refused = _marks([address], key=key)
    if refused:
        raise UserError((no_address(address),))
    return next((present[mark] for mark in marks if mark in present), None)


def all_suppressed(store: Store) -> tuple[Suppression, ...]:
    """What is on the list now, oldest first: hashes, reasons and dates; the addresses are not kept."""
    with store.ledger.reading() as connection:
        return tuple(sorted(suppressed(connection).values(), key=lambda each: each.at_us))


def no_address(text: str) -> Problem:
    """A text that is neither an e-mail address nor a telephone number."""
    return problem(
        "no_address",
        path="ADDRESS",
        fr=f"« {text} » n’est ni une adresse e-mail ni un numéro de téléphone.",
        en=f"“{text}” is neither an e-mail address nor a telephone number.",
    )


def _marks(addresses: Sequence[str], *, key: str) -> tuple[dict[str, AddressKind], tuple[str, ...]]:
    """The hash of each address that is one, with its kind; and the texts that are none."""
    marks: dict[str, AddressKind] = {}
    refused: list[str] = []
    kinds: tuple[AddressKind, ...] = ("email", "phone")
    for kind in kinds:
        some = [each for each in addresses if kind_of(each) == kind]
        forms = in_one_form(pa.array(some, pa.string()), kind)
        refused += [text for text, form in zip(some, forms.to_pylist(), strict=True) if form is None]
        marks |= dict.fromkeys(prints(forms, key=key, kind=kind), kind)
    return marks, tuple(refused)
