"""The rights of people in a workspace: `ws.privacy`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, Unpack

import msgspec
import numpy as np

from vitrail.app.answering import unknown_profile
from vitrail.app.rights.access import Dossier, write_access
from vitrail.app.rights.holders import HOLDERS
from vitrail.app.rights.portable import Portable, write_portable
from vitrail.collect.contacts import own_contacts
from vitrail.collect.identity import normalise
from vitrail.collect.rectifying import Correction, rectify
from vitrail.consent.rights import erasing, standing
from vitrail.consent.rights.erasing import Erased, Patience
from vitrail.consent.rights.proofs import proofs_of
from vitrail.consent.rights.standing import Said, Someone
from vitrail.consent.rights.tombstones import lift_tombstones
from vitrail.consent.rights.words import gather
from vitrail.engine.duckdb import DuckDB
from vitrail.language.messages import nearest
from vitrail.ledger import audit
from vitrail.ledger.audit import Subject
from vitrail.ledger.erasures import Erasure, all_erasures
from vitrail.ledger.proofs import Proof
from vitrail.ledger.rectifications import Rectification, all_rectifications
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import refuse
from vitrail.model.identities import KINDS
from vitrail.model.reports import LoadReport
from vitrail.model.standing import ALL_MARKETING, Act, Right
from vitrail.warehouse.holding import People
from vitrail.warehouse.people import keys_of, number_of
from vitrail.warehouse.store import Store

Values = Mapping[str, object]
"""Values by the name of their trait."""


class Noted(TypedDict, total=False):
    """Who notes what a person asked for, why, what shows it, and whom the audit trail names."""

    by: str
    why: str
    proof: str
    actor: Actor


class Held(msgspec.Struct, frozen=True):
    """What is kept of some people: rows by holder; values looked for in the end; those others have too."""

    profiles: tuple[int, ...]
    holders: dict[str, int]
    words: int
    shared: tuple[str, ...]


class Privacy:
    """What one person may ask for, and what was asked for."""

    def __init__(self, store: Store, database: DuckDB) -> None:
        self._store = store
        self._database = database

    def object(self, key: str | int, purpose: str = ALL_MARKETING, **noted: Unpack[Noted]) -> tuple[Act, ...]:
        """Note that somebody opposes a purpose or, without one, all marketing (article 21); at once in force.

        Raises `UserError` for a key nobody has, or a purpose that is not declared.
        """
        self._check_purpose(purpose)
        return self._if_still_known(key, standing.object_to(self._found(key), purpose, said=Said(**noted)))

    def restrict(self, key: str | int, **noted: Unpack[Noted]) -> tuple[Act, ...]:
        """Freeze somebody's data: kept, and used for nothing (article 18); at once in force."""
        return self._if_still_known(key, standing.restrict(self._found(key), said=Said(**noted)))

    def lift(
        self, key: str | int, right: Right, *, purpose: str = ALL_MARKETING, **noted: Unpack[Noted]
    ) -> tuple[Act, ...]:
        """Note that an objection or a restriction ended, because the person said so."""
        person = self._found(key)
        held = standing.standing_of(person)
        if not any((act.right, act.about) == (right, purpose) for act in held):
            raise _nothing_to_lift(str(key), right)
        return standing.lift(person, (right, purpose), said=Said(**noted))

    def standing(self, key: str | int) -> tuple[Act, ...]:
        """What somebody opposed or froze that holds now."""
        return standing.standing_of(self._found(key))

    def access(self, key: str | int, to: str | Path, **noted: Unpack[Noted]) -> Dossier:
        """Write all that is kept of somebody into a ZIP (article 15): pages in both languages, and JSON."""
        person = self._found(key)
        dossier = write_access(person, Path(to), database=self._database)
        self._record("access.give", person, noted=noted)
        return dossier

    def port(self, key: str | int, to: str | Path, **noted: Unpack[Noted]) -> Portable:
        """Write what somebody provided, or what was observed of them, into a ZIP (article 20).

        JSON lines, which any workspace imports as they are, and CSV.
        """
        person = self._found(key)
        portable = write_portable(person, Path(to))
        self._record("portable.give", person, noted=noted)
        return portable

    def rectify(self, key: str | int, values: Values, **noted: Unpack[Noted]) -> LoadReport:
        """Put traits right because their person says so (article 16); segments follow at the next refresh.

        The right values hold over every policy, and no import brings the wrong ones back.
        """
        person = self._found(key)
        own = keys_of(person.source, np.array([person.profile]))[0]
        told = (noted.get("by", ""), noted.get("why", ""), noted.get("proof", ""))
        report = rectify(self._store, Correction(own, person.parts, values, *told))
        self._record("rectification.make", person, noted=noted)
        return report

    def rectifications(self) -> tuple[Rectification, ...]:
        """What was put right, oldest first: whoever was given the wrong values is to be told (article 19)."""
        with self._store.ledger.reading() as connection:
            return tuple(all_rectifications(connection))

    def look(self, *keys: str | int) -> Held:
        """What is kept of some people, by holder: what an erasure would take away. Nothing is changed."""
        people = self._people(keys)
        held = {holder.name: holder.find(self._store, people) for holder in HOLDERS}
        return Held(people.profiles, held, len(people.words), people.shared)

    def erase(self, *keys: str | int, patience: Patience | None = None, **noted: Unpack[Noted]) -> Erased:
        """Erase people (article 17): every file and table, the search at the end included.

        It cannot be undone. Stopped at any point, `resume` or the next refresh finishes it. Raises
        `UserError` for a key nobody has.
        """
        erasure = self.begin_erasure(*keys, **noted)
        return erasing.finish(self._store, erasure, holders=HOLDERS, patience=patience)

    def begin_erasure(self, *keys: str | int, **noted: Unpack[Noted]) -> Erasure:
        """Write down that people are to be erased, and answer at once; `resume` does the rest.

        From now on they cannot come back. It cannot be undone.
        """
        people = self._people(keys)
        contacts = own_contacts(self._store, people.profiles)
        return erasing.begin(self._store, people, said=Said(**noted), contacts=contacts)

    def erasures(self) -> tuple[Erasure, ...]:
        """Every erasure with the steps it has done, the oldest first."""
        with self._store.ledger.reading() as connection:
            return all_erasures(connection)

    def resume(self, *, patience: Patience | None = None) -> tuple[Erased, ...]:
        """Finish the erasures that were stopped on their way."""
        waiting = erasing.pending(self._store)
        return tuple(
            erasing.finish(self._store, each, holders=HOLDERS, patience=patience) for each in waiting
        )

    def readmit(self, identity: str, *, why: str) -> int:
        """Let somebody who was erased come back, since they ask for it; answers how many marks fell."""
        forms = [(kind, form) for kind in KINDS if isinstance(form := normalise(kind, identity), str)]
        return lift_tombstones(self._store, forms, why=why)

    def proofs(self, identity: str) -> tuple[Proof, ...]:
        """What somebody erased had agreed to, refused or opposed, who comes with an address or a key."""
        with self._store.ledger.writing() as connection:
            act = audit.Act("proof.look", SYSTEM, Subject("proofs"))
            audit.record(connection, act, at_us=self._store.now_us())
        return proofs_of(self._store, identity)

    def _record(self, name: str, person: Someone, *, noted: Noted) -> None:
        """Let the audit trail name an act about somebody, by their number."""
        told = audit.Act(name, noted.get("actor", SYSTEM), Subject("profile", str(person.profile)))
        with self._store.ledger.writing() as connection:
            audit.record(connection, told, at_us=self._store.now_us())

    def _if_still_known(self, key: str | int, acts: tuple[Act, ...]) -> tuple[Act, ...]:
        """The acts; raises `UserError` where a load that was taken back meanwhile took whom it made known."""
        self._found(key)
        return acts

    def _people(self, keys: tuple[str | int, ...]) -> People:
        """Some people with all their profiles and what tells of them."""
        found = [self._found(key) for key in keys]
        return gather(self._store, [part for each in found for part in each.parts])

    def _found(self, key: str | int) -> Someone:
        source = self._store.source()
        number = number_of(source, str(key))
        if number is None:
            raise unknown_profile(str(key), source)
        return Someone(self._store, source, number)

    def _check_purpose(self, purpose: str) -> None:
        declared = tuple(self._store.catalogue.purposes)
        if purpose != ALL_MARKETING and purpose not in declared:
            raise refuse(
                "unknown_purpose",
                path=purpose,
                fr=f"La finalité « {purpose} » n’est pas déclarée. Sans finalité, l’opposition vaut "
                "pour toute la prospection.",
                en=f"The purpose “{purpose}” is not declared. Without a purpose, the objection is to all "
                "marketing.",
                hint=nearest(purpose, declared),
            )


class Rights:
    """The part of a workspace that knows what people may ask for."""

    store: Store
    database: DuckDB

    @property
    def privacy(self) -> Privacy:
        """The rights of people: `.access(…)`, `.erase(…)`, `.object(…)`, `.restrict(…)`, `.lift(…)`."""
        return Privacy(self.store, self.database)


def _nothing_to_lift(key: str, right: Right) -> Exception:
    words = {"objection": ("opposition", "objection"), "restriction": ("limitation", "restriction")}
    french, english = words[right]
    return refuse(
        "nothing_to_lift",
        path=key,
        fr=f"« {key} » n’a aucune {french} en cours : rien n’a été changé.",
        en=f"“{key}” has no {english} in force: nothing was changed.",
    )
