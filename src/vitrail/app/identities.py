"""Who is who in a workspace: what may be asked of it, and what may be decided."""

from __future__ import annotations

from typing import TypedDict, Unpack

from vitrail.app.answering import unknown_profile
from vitrail.app.duplicates import Duplicates
from vitrail.collect.duplicates.queue import note_regrouped
from vitrail.collect.identity import decisions
from vitrail.collect.identity.decisions import Word
from vitrail.collect.identity.showing import all_merges, person_of
from vitrail.model.identities import IdentityKind, Merges, Person, Regrouping
from vitrail.warehouse.people import number_of
from vitrail.warehouse.store import Store

SHOWN = 100
"""How many of the largest are told, unless it is said otherwise."""


class Said(TypedDict, total=False):
    """Who decides and why; `preview` tells what would change, and decides nothing."""

    who: str
    why: str
    preview: bool


class Identities:
    """The part of a workspace that knows which profiles are one customer."""

    store: Store

    @property
    def duplicates(self) -> Duplicates:
        """The pairs of profiles that are probably one person: `.find()`, `.list()`, `.merge(…)`."""
        return Duplicates(self.store)

    def identities(self, key: str | int) -> Person:
        """The customer a key leads to: all profiles, their identities, and why they are one.

        Raises `UserError` for a key nobody has.
        """
        source = self.store.source()
        number = number_of(source, str(key))
        if number is None:
            raise unknown_profile(str(key), source)
        return person_of(self.store, number)

    def merges(self, limit: int = SHOWN) -> Merges:
        """Who is merged and why, what is held for review, which devices are shared; the largest of each."""
        return all_merges(self.store, limit=limit)

    def split(self, key: str | int, **said: Unpack[Said]) -> Regrouping:
        """Set a profile apart: what it shares with others does not count for it any more.

        Both get back exactly what was theirs. `undo` takes it back.
        """
        return self._noted(decisions.split(self.store, str(key), word=Word(**said)), said)

    def split_identity(self, kind: IdentityKind, value: str, **said: Unpack[Said]) -> Regrouping:
        """Let an identity (the address of a whole family) link nobody, now or later."""
        return self._noted(decisions.split_identity(self.store, kind, value=value, word=Word(**said)), said)

    def confirm(self, *keys: str | int, **said: Unpack[Said]) -> Regrouping:
        """Say that profiles are one customer or, with one key, that what is held with it may merge."""
        return self._noted(decisions.confirm(self.store, tuple(map(str, keys)), word=Word(**said)), said)

    def undo(self, decision: int, **said: Unpack[Said]) -> Regrouping:
        """Take a decision back, exactly; the decision and its undoing both stay on record."""
        return self._noted(decisions.undo(self.store, decision, word=Word(**said)), said)

    def _noted(self, told: Regrouping, said: Said) -> Regrouping:
        """The answer to a decision, once the probable duplicates it is about say the same."""
        note_regrouped(self.store, told, by=said.get("who", ""))
        return told
