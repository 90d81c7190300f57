"""What of the catalogue is sensitive, and deciding it: allowed for an explicit purpose, or not sensitive."""

from __future__ import annotations

from collections.abc import Set

import msgspec

from vitrail.app.accounts.acting import By, note
from vitrail.app.counting import Counts
from vitrail.app.workspace import Workspace
from vitrail.collect.declare import Declaration
from vitrail.consent.minors import ADULT_AGE, CONSENT_AGE, ages_of, of_unknown_age, too_young
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.consent.sensitive.permitting import permits
from vitrail.consent.sensitive.places import By as How
from vitrail.consent.sensitive.places import sensitive_places
from vitrail.consent.small_groups import Figure
from vitrail.ledger.audit import Subject
from vitrail.model.access import Permission
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.errors import UserError, refuse


class SensitiveItem(msgspec.Struct, frozen=True):
    """Something sensitive: what it reveals, how that is known, the purposes it is kept for.

    `permitting` are the purposes of the register that may use it; `field` says that it can be decided here.
    """

    path: str
    what: str
    subjects: tuple[str, ...]
    by: How
    purposes: tuple[str, ...]
    permitting: tuple[str, ...]
    field: bool


class Decision(msgspec.Struct, frozen=True):
    """What is decided of a trait or property: `allow` it for a purpose, or say it is `not` sensitive."""

    path: str
    do: str
    purpose: str = ""


class AgesKnown(msgspec.Struct, frozen=True):
    """How many are minors, and whose age is not known; by which traits it is."""

    traits: tuple[str, ...]
    under_consent: Figure
    under_adult: Figure
    unknown: Figure
    consent_age: int = CONSENT_AGE
    adult_age: int = ADULT_AGE


def sensitive_items(ws: Workspace) -> tuple[SensitiveItem, ...]:
    """All that is sensitive in the catalogue, what awaits a decision first."""
    catalogue, register = ws.catalogue.current(), register_of(ws.store).document
    places: dict[str, SensitiveItem] = {}
    for each in sensitive_places(catalogue):
        field = _field(catalogue, each.path)
        present = places.get(each.path)
        subjects = (*(present.subjects if present else ()), each.subject)
        permitting = tuple(
            purpose.key for purpose in register.purposes if all(permits(purpose, name) for name in subjects)
        )
        places[each.path] = SensitiveItem(
            path=each.path,
            what=each.what,
            subjects=tuple(dict.fromkeys(subjects)),
            by=each.by if present is None else present.by,
            purposes=field[1].purposes if field else (),
            permitting=permitting,
            field=field is not None,
        )
    return tuple(sorted(places.values(), key=lambda each: (each.by == "declared", each.path)))


def decide(ws: Workspace, decision: Decision, *, by: By) -> None:
    """Say that a field is sensitive and kept for a purpose that permits it, or that it is not sensitive.

    Raises `UserError` for a field nobody has declared, and a purpose that does not permit its data.
    """
    found = _field(ws.catalogue.current(), decision.path)
    if found is None:
        raise _no_field(decision.path)
    collection, field = found
    if decision.do == "not":
        changed = msgspec.structs.replace(field, sensitive=False)
    elif decision.do == "allow":
        changed = msgspec.structs.replace(field, sensitive=True, purposes=_allowed(ws, decision, field=field))
    else:
        raise refuse("no_choice", path="do", fr="Dites quoi décider.", en="Say what to decide.")
    if collection is None:
        ws.catalogue.declare(Declaration(traits=(changed,)))
    else:
        whole = msgspec.structs.replace(collection, properties={changed.name: changed})
        ws.catalogue.declare(Declaration(collections=(whole,)))
    details = {"decision": decision.do, "purpose": decision.purpose}
    note(ws.store, by.act("catalogue.sensitive", Subject("field", decision.path), details=details))


def ages_known(ws: Workspace, can: Set[Permission]) -> AgesKnown:
    """How many are too young to agree, under age, or of unknown age."""
    catalogue = ws.catalogue.current()
    ages = ages_of(catalogue)
    figures = Counts(ws, can).rules(
        {
            "consent": too_young(catalogue, CONSENT_AGE),
            "adult": too_young(catalogue, ADULT_AGE),
            "unknown": of_unknown_age(catalogue),
        }
    )
    return AgesKnown((*ages.births, *ages.ages), figures["consent"], figures["adult"], figures["unknown"])


def _allowed(ws: Workspace, decision: Decision, *, field: Field) -> tuple[str, ...]:
    purpose = find_purpose(register_of(ws.store).document, decision.purpose)
    item = next((each for each in sensitive_items(ws) if each.path == decision.path), None)
    subjects = item.subjects if item else ("declared",)
    if not all(permits(purpose, each) for each in subjects):
        raise refuse(
            "purpose_does_not_permit",
            path="purpose",
            fr=f"La finalité « {purpose.key} » ne dit pas ce qui permet ces données (RGPD, article 9(2)) : "
            "complétez-la d’abord.",
            en=f"The purpose “{purpose.key}” does not say what permits these data (GDPR, article 9(2)): "
            "complete it first.",
        )
    return tuple(dict.fromkeys((*field.purposes, purpose.key)))


def _field(catalogue: Catalogue, path: str) -> tuple[Collection | None, Field] | None:
    """The field at a place of the catalogue, with the collection it is a property of."""
    parts = path.split(".")
    if len(parts) == 2 and parts[0] == "traits" and parts[1] in catalogue.traits:
        return None, catalogue.traits[parts[1]]
    if len(parts) == 3 and (collection := catalogue.collections.get(parts[1])) is not None:
        field = collection.properties.get(parts[2])
        return None if field is None else (collection, field)
    return None


def _no_field(path: str) -> UserError:
    return refuse(
        "unknown_field",
        path=path[:200],
        fr=f"Rien dans le catalogue ne s’appelle « {path[:200]} ».",
        en=f"Nothing in the catalogue is called “{path[:200]}”.",
    )
