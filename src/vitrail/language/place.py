"""Where a node of a condition stands, which decides what its names mean."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from vitrail.language import messages
from vitrail.language.kinds import Kind
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.errors import Problem
from vitrail.model.walk import joined

AT = Field(name="at", type="instant", column="at_us")
"""The record's own time, a property every event has."""


def properties(collection: Collection) -> dict[str, Field]:
    """The properties a condition on a record may name, its own time included for events."""
    if collection.kind == "event":
        return {**collection.properties, "at": AT}
    return collection.properties


class Place(msgspec.Struct, frozen=True):
    """The path of a node, what it speaks of, and the list its problems go to.

    Inside `where`, `in_record` is true and `record` is the collection, or None when the catalogue
    does not know it.
    """

    catalogue: Catalogue
    problems: list[Problem]
    path: str = ""
    in_record: bool = False
    record: Collection | None = None

    def below(self, step: str) -> Place:
        """The place one step further down."""
        return msgspec.structs.replace(self, path=joined(self.path, step))

    def inside(self, collection: str) -> Place:
        """The place after `where`, in which a record of this collection speaks."""
        known = self.catalogue.collections.get(collection)
        return msgspec.structs.replace(self, in_record=True, record=known)

    def complain(self, problem: Problem) -> None:
        """Add a problem found here; its path is relative to this place."""
        path = joined(self.path, problem.path) if problem.path else self.path
        self.problems.append(msgspec.structs.replace(problem, path=path))

    def expect(self, kind: Kind | None, allowed: Iterable[Kind], *, what: str) -> bool:
        """Whether a type is among those allowed; an unknown one was complained of already."""
        if kind is None:
            return False
        expected = frozenset(allowed)
        if kind not in expected:
            self.complain(messages.wrong_type(what=what, found=kind, expected=expected))
        return kind in expected
