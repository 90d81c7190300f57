"""British English."""

from __future__ import annotations

from vitrail.language.sentences.english.clauses import speak
from vitrail.language.sentences.english.phrases import bound
from vitrail.language.sentences.natures import nature
from vitrail.language.sentences.scene import Scene, Wording
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Value

_WORDING = Wording(
    conj=" and ",
    disj=" or ",
    either=("either ", " or "),
    both="both ",
    colon=": ",
    false_that="it is not true that",
    headers={
        "all": "all of these conditions:",
        "any": "at least one of these conditions:",
        "none": "none of these conditions:",
        "not_all": "not all of these conditions at once:",
    },
    joints=(", ", " and ", " or ", "(or ", " whose ", " where "),
)


def scene(catalogue: Catalogue) -> Scene:
    """What English sentences are said with."""
    return Scene(catalogue, _WORDING, speak)


def name(value: Value, scene: Scene, *, like: Value | None = None) -> str:
    """A value as a noun phrase."""
    return bound(value, nature(like or value, scene), scene=scene).text
