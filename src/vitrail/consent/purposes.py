"""The purposes of a workspace: what declaring some would change, and putting them in force."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal

import msgspec

from vitrail.consent.register_check import check_register, fitting_relations, repeated_keys
from vitrail.language.messages import nearest
from vitrail.ledger.database import Transaction
from vitrail.ledger.purposes import Register, current_register, register_at, save_register
from vitrail.model.catalogue import Catalogue, Label, Named
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.model.purposes import Purpose, PurposeFile, Words
from vitrail.warehouse.refresh import catalogue_in_force
from vitrail.warehouse.store import Store

Action = Literal["added", "changed", "removed", "unchanged"]
Part = Literal["purpose", "controller", "relation", "source", "signal"]


class PurposeChange(msgspec.Struct, frozen=True):
    """What happens to one purpose, or to another part of the register."""

    part: Part
    key: str
    action: Action


class PurposePlan(msgspec.Struct, frozen=True):
    """What applying a register would do; `version` is the version it starts from."""

    version: int
    document: PurposeFile
    changes: tuple[PurposeChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return all(each.action == "unchanged" for each in self.changes)


def register_of(store: Store, *, at_us: int | None = None) -> Register:
    """The purposes in force now, or at an instant."""
    with store.ledger.reading() as connection:
        return current_register(connection) if at_us is None else register_at(connection, at_us)


def find_purpose(register: PurposeFile, key: str) -> Purpose:
    """The purpose of that key. Raises `UserError` when there is none."""
    found = register.find(key)
    if found is None:
        raise UserError((unknown_purpose(key, register, path=key),))
    return found


def unknown_purpose(key: str, register: PurposeFile, *, path: str) -> Problem:
    """A key that no purpose has."""
    return problem(
        "unknown_purpose",
        path=path,
        fr=f"Aucune finalité ne s’appelle « {key} ». Pour les voir : vitrail purposes list.",
        en=f"There is no purpose “{key}”. To see them: vitrail purposes list.",
        hint=nearest(key, [each.key for each in register.purposes]),
    )


def plan_purposes(store: Store, given: PurposeFile, *, prune: bool = False) -> PurposePlan:
    """Compare a register with the one in force; nothing is changed.

    What is given is added or replaces; `prune` also removes all it does not hold. Raises `UserError` with
    all problems.
    """
    present = register_of(store)
    document = given if prune else _merged(present.document, given)
    found = [*repeated_keys(given), *check_register(document, catalogue_in_force(store))]
    if found:
        raise UserError(tuple(found))
    return PurposePlan(present.version, document, tuple(_changes(present.document, document)))


def apply_purposes(store: Store, plan: PurposePlan, *, note: str = "") -> int:
    """Put the register of a plan in force; answers the number of its version.

    Conditions may then ask for its consents. Raises `UserError` when another register was applied since.
    """
    with store.writing() as writer:
        if writer.look(current_register).version != plan.version:
            raise _overtaken()
        keep = partial(_keep, plan=plan, at_us=writer.now_us, note=note)
        writer.commit(_knowing(writer.catalogue, plan.document), also=(keep,))
    return register_of(store).version


def fitted(store: Store, given: PurposeFile) -> tuple[PurposeFile, tuple[str, ...]]:
    """A ready-made register without the relations that this workspace cannot tell, and which those are."""
    kept = fitting_relations(given.relations, catalogue_in_force(store))
    left_out = tuple(key for key in given.relations if key not in kept)
    return msgspec.structs.replace(given, relations=kept), left_out


def _keep(connection: Transaction, *, plan: PurposePlan, at_us: int, note: str) -> None:
    save_register(connection, plan.document, at_us=at_us, note=note)


def _knowing(catalogue: Catalogue, register: PurposeFile) -> Catalogue:
    """The catalogue with the purposes and channels of a register; words it has stay."""
    purposes = dict(catalogue.purposes)
    channels = dict(catalogue.channels)
    for each in register.purposes:
        purposes[each.key] = Named(each.key, _label(each.name, each.key))
        purposes.setdefault(each.asked, Named(each.asked))
        for channel in each.channels:
            channels.setdefault(channel, Named(channel, CHANNEL_WORDS.get(channel)))
    return msgspec.structs.replace(catalogue, purposes=purposes, channels=channels)


def _label(words: Words, key: str) -> Label:
    french, english = words.get("fr") or words.get("en") or key, words.get("en") or words.get("fr") or key
    return Label(fr=french[:1].lower() + french[1:], en=english[:1].lower() + english[1:])


CHANNEL_WORDS: Mapping[str, Label] = {
    "email": Label("e-mail", "e-mail", gender="m"),
    "sms": Label("SMS", "text message", gender="m"),
    "automatic_call": Label("automate d’appel", "automatic call", gender="m"),
    "phone": Label("téléphone", "phone", gender="m"),
    "post": Label("courrier postal", "post", gender="m"),
    "push": Label("notification", "push notification", gender="f"),
    "web": Label("site", "website", gender="m"),
    "pixel": Label("pixel d’ouverture", "open pixel", gender="m"),
    "service": Label("message de service", "service message", gender="m"),
}
"""What people call each channel."""


def _merged(present: PurposeFile, given: PurposeFile) -> PurposeFile:
    purposes = {each.key: each for each in (*present.purposes, *given.purposes)}
    signals = {(each.purpose, each.channel): each for each in (*present.signals, *given.signals)}
    return PurposeFile(
        edition=2026,
        controller=given.controller or present.controller,
        purposes=tuple(purposes.values()),
        relations={**present.relations, **given.relations},
        sources={**present.sources, **given.sources},
        signals=tuple(signals.values()),
    )


def _changes(before: PurposeFile, after: PurposeFile) -> list[PurposeChange]:
    parts: dict[Part, tuple[dict[str, object], dict[str, object]]] = {
        "purpose": (_by_key(before), _by_key(after)),
        "controller": (_controller(before), _controller(after)),
        "relation": (_relations(before), _relations(after)),
        "source": (dict(before.sources), dict(after.sources)),
        "signal": (_signals(before), _signals(after)),
    }
    return [
        PurposeChange(part, key, _action(old.get(key), new.get(key)))
        for part, (old, new) in parts.items()
        for key in dict.fromkeys([*new, *old])
    ]


def _action(before: object, after: object) -> Action:
    if before == after:
        return "unchanged"
    return "added" if before is None else "removed" if after is None else "changed"


def _by_key(register: PurposeFile) -> dict[str, object]:
    return {each.key: each for each in register.purposes}


def _controller(register: PurposeFile) -> dict[str, object]:
    return {} if register.controller is None else {register.controller.name: register.controller}


def _relations(register: PurposeFile) -> dict[str, object]:
    return {str(key): rule for key, rule in register.relations.items()}


def _signals(register: PurposeFile) -> dict[str, object]:
    return {
        f"{each.purpose}, {each.channel}" if each.channel else each.purpose: each for each in register.signals
    }


def _overtaken() -> UserError:
    return refuse(
        "plan_overtaken",
        fr="Un autre registre des finalités a été appliqué entre-temps : rien n’a été changé. Recommencez.",
        en="Another register of purposes was applied meanwhile: nothing was changed. Start again.",
    )
