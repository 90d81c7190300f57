"""What is said of sensitive data to those who write rules: in a check, and in the plan of definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from vitrail.consent.purposes import register_of
from vitrail.consent.sensitive.permitting import blocked_by_name, warned
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Problem
from vitrail.model.purposes import Purpose, PurposeFile
from vitrail.model.tree import Condition
from vitrail.warehouse.changes import Plan
from vitrail.warehouse.definitions import labels_of, rules_of
from vitrail.warehouse.refresh import catalogue_in_force
from vitrail.warehouse.store import Store

MARKED = "sensitive"
"""The code of what the catalogue's marks alone say; the words of the lexicon say it better."""


def with_sensitive(
    problems: Iterable[Problem],
    rule: str | Condition,
    *,
    catalogue: Catalogue,
    store: Store,
    purpose: str | None,
) -> list[Problem]:
    """The problems of a rule and, where it can be read, what it reveals that its purpose does not permit."""
    found = list(problems)
    purposes = [each for each in (register_of(store).document.find(purpose or ""),) if each is not None]
    if any(each.severity == "error" for each in found) or (purpose is not None and not purposes):
        return found
    condition = parse(rule) if isinstance(rule, str) else rule
    revealing = warned(condition, catalogue, purposes=purposes)
    said = {each.path for each in revealing}
    return [*(each for each in found if each.code != MARKED or each.path not in said), *revealing]


def plan_with_sensitive(plan: Plan, store: Store) -> Plan:
    """The plan, with what its rules reveal that their purposes do not permit among its warnings."""
    register = register_of(store).document
    known = catalogue_in_force(store)
    known = known.with_segments({**known.segments, **_conditions(plan.document)})
    labels = known.segment_labels | dict(labels_of(plan.document))
    known = msgspec.structs.replace(known, segment_labels=labels)
    revealing = list(_revealing(plan.document, known, register=register))
    said = {each.path for each in revealing}
    rest = (each for each in plan.warnings if each.code != MARKED or each.path not in said)
    return msgspec.structs.replace(plan, warnings=(*rest, *revealing))


def _revealing(document: DefinitionFile, catalogue: Catalogue, *, register: PurposeFile) -> Iterator[Problem]:
    for rule in rules_of(document):
        purposes = _purposes(document, rule.key.partition(".")[0], register=register)
        for each in warned(parse(rule.text), catalogue, purposes=purposes):
            path = f"{rule.path}:{each.path}" if each.path else rule.path
            yield msgspec.structs.replace(each, path=path)
        for each in blocked_by_name(rule.key, catalogue, purposes=purposes):
            yield msgspec.structs.replace(each, path=f"{rule.path}:name", severity="warning")


def _purposes(document: DefinitionFile, key: str, *, register: PurposeFile) -> list[Purpose]:
    named = [each.purposes for each in document.segments if each.key == key]
    named += [each.purposes for each in document.segmentations if each.key == key]
    found = (register.find(purpose) for purposes in named for purpose in purposes)
    return [each for each in found if each is not None]


def _conditions(document: DefinitionFile) -> dict[str, Condition]:
    return {each.key: parse(each.rule) for each in document.segments}
