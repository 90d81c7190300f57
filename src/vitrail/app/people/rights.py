"""What one customer may ask for (GDPR, articles 15 to 21), what is in force, how an erasure goes."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.instants import instant
from vitrail.app.people.sight import Sight
from vitrail.app.rights.holders import HOLDERS, holder_label
from vitrail.app.rights.requests import Dated, list_requests
from vitrail.app.workspace import Workspace
from vitrail.consent.purposes import register_of
from vitrail.consent.rights.erasing import LEDGER, OLD_FILES, SEARCH
from vitrail.consent.rights.standing import Someone, standing_of
from vitrail.ledger.erasures import Erasure
from vitrail.ledger.rectifications import Rectification
from vitrail.model.catalogue import Field
from vitrail.model.errors import Message, refuse
from vitrail.model.purposes import Purpose
from vitrail.model.standing import Act

ERASED: dict[str, Message] = {holder.name: holder.label for holder in HOLDERS}
"""What an erasure goes through, by holder."""

KEPT: tuple[tuple[Message, Message], ...] = (
    (
        Message(
            "une empreinte chiffrée de ses identifiants, pour qu’aucun import ne la ramène",
            "a keyed hash of their identities, so that no import brings them back",
        ),
        Message("RGPD, articles 17(1) et 5(1)(f)", "GDPR, articles 17(1) and 5(1)(f)"),
    ),
    (
        Message(
            "une empreinte de son adresse si elle est sur la liste d’exclusion, pour ne plus lui écrire",
            "a hash of their address if it is on the suppression list, so as not to write to them again",
        ),
        Message("RGPD, articles 17(3)(b) et 21(3)", "GDPR, articles 17(3)(b) and 21(3)"),
    ),
    (
        Message(
            "les sceaux du registre des consentements, sans ce qu’elle avait dit",
            "the seals of the consent ledger, without what they had said",
        ),
        Message("RGPD, articles 7(1) et 17(3)(e)", "GDPR, articles 7(1) and 17(3)(e)"),
    ),
    (
        Message(
            "le journal d’audit et celui des effacements, où elle n’est qu’un numéro",
            "the audit trail and the journal of erasures, where they are a number",
        ),
        Message("RGPD, articles 5(2) et 30", "GDPR, articles 5(2) and 30"),
    ),
)
"""What is kept after an erasure, and by which article."""


class Rights(msgspec.Struct, frozen=True):
    """What holds of a customer, the purposes they may oppose, the traits that can be put right."""

    standing: tuple[Act, ...]
    purposes: tuple[Purpose, ...]
    traits: tuple[Field, ...]
    rectified: tuple[Rectification, ...]
    requests: tuple[Dated, ...]


class Step(msgspec.Struct, frozen=True):
    """One step of an erasure: what it is about, and how much it took away; None while it waits."""

    name: str
    label: Message
    removed: int | None


class Journal(msgspec.Struct, frozen=True):
    """One erasure on its way: its steps in their order, when it began and ended."""

    erasure: Erasure
    steps: tuple[Step, ...]
    begun: dt.datetime
    finished: dt.datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether something of it is left to do."""
        return self.finished is None


def rights_of(seen: Sight) -> Rights:
    """What holds of a customer, and what may be done for them."""
    store = seen.ws.store
    parts = set(seen.parts)
    return Rights(
        standing=standing_of(Someone(store, seen.source, seen.profile)),
        purposes=register_of(store).document.purposes,
        traits=tuple(field for field in seen.catalogue.traits.values() if can_be_rectified(field)),
        rectified=tuple(each for each in seen.ws.privacy.rectifications() if each.profile in parts),
        requests=tuple(each for each in list_requests(store) if each.request.profile in parts),
    )


def can_be_rectified(field: Field) -> bool:
    """Whether a trait can be put right: one that is computed follows from others."""
    return field.computed is None


def journal_of(ws: Workspace, number: int) -> Journal:
    """How far an erasure has come. Raises `UserError` where there is none of that number."""
    found = next((each for each in ws.privacy.erasures() if each.number == number), None)
    if found is None:
        raise refuse(
            "unknown_erasure",
            path=str(number),
            fr=f"Aucun effacement n’a le numéro {number}.",
            en=f"No erasure has the number {number}.",
        )
    names = [*(holder.name for holder in HOLDERS), OLD_FILES, LEDGER, SEARCH]
    steps = tuple(Step(name, _label(name), _removed(found, name)) for name in names)
    ended = found.finished_at_us
    return Journal(found, steps, instant(found.begun_at_us), None if ended is None else instant(ended))


def _removed(erasure: Erasure, name: str) -> int | None:
    if name == SEARCH:
        return erasure.found
    return erasure.steps.get(name)


def _label(name: str) -> Message:
    own = {
        OLD_FILES: Message("Anciens fichiers", "Old files"),
        LEDGER: Message("Registre réécrit", "Ledger written anew"),
        SEARCH: Message("Recherche de traces dans chaque fichier", "Search for traces in every file"),
    }
    return own.get(name) or holder_label(name) or Message(name, name)
