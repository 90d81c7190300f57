"""What a sentence is said with: the catalogue, the language, the record at hand."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from vitrail.language.sentences.facts import Fact
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import Selection, Step


class Clause(msgspec.Struct, frozen=True):
    """One fact in words, not yet joined to others.

    `bare` is the subject as it follows `whose`. `detail` comes after a colon, or in brackets inside a
    longer sentence; so does `doubt`, which says that an unknown value fits too. A clause is `owned`
    when its subject belongs to the record or profile at hand.
    """

    subject: str
    predicate: str
    bare: str = ""
    detail: str = ""
    doubt: str = ""
    owned: bool = False


class Wording(msgspec.Struct, frozen=True):
    """The words that join clauses in one language."""

    conj: str
    disj: str
    either: tuple[str, str]
    both: str
    colon: str
    false_that: str
    headers: dict[str, str]
    joints: tuple[str, ...]


class Scene(msgspec.Struct, frozen=True):
    """Where a sentence is said: `fields` are the traits, or inside `where` the record's properties.

    `leads` come before each clause that describes a record: one for its own properties (`whose`),
    one for the rest (`where`).
    """

    catalogue: Catalogue
    wording: Wording
    speak: Callable[[Fact, Scene], Clause]
    collection: str | None = None
    leads: tuple[str, str] | None = None

    def field(self, name: str) -> Field | None:
        """A property of the record at hand, if the catalogue knows it."""
        found = self.catalogue.collections.get(self.collection or "")
        return found.properties.get(name) if found else None

    def known_collection(self, name: str) -> Collection | None:
        """A collection, if the catalogue knows it."""
        return self.catalogue.collections.get(name)

    def inside(self, of: Selection | Step, leads: tuple[str, str] | None = None) -> Scene:
        """The scene of what is said about the records of a collection."""
        return msgspec.structs.replace(self, collection=of.collection, leads=leads)

    def alone(self) -> Scene:
        """The same scene, without words before each clause."""
        return msgspec.structs.replace(self, leads=None)
