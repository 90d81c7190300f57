"""French."""

from __future__ import annotations

from vitrail.language.sentences.french.clauses import speak
from vitrail.language.sentences.french.phrases import bound
from vitrail.language.sentences.natures import nature
from vitrail.language.sentences.scene import Scene, Wording
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Value

_WORDING = Wording(
    conj=" et ",
    disj=" ou ",
    either=("soit ", ", soit "),
    both="à la fois ",
    colon="\u00a0: ",
    false_that="il est faux que",
    headers={
        "all": "toutes ces conditions\u00a0:",
        "any": "au moins une de ces conditions\u00a0:",
        "none": "aucune de ces conditions\u00a0:",
        "not_all": "pas toutes ces conditions à la fois\u00a0:",
    },
    joints=(", ", " et ", " ou ", "(ou ", " dont ", " où "),
)


def scene(catalogue: Catalogue) -> Scene:
    """What French sentences are said with."""
    return Scene(catalogue, _WORDING, speak)


def name(value: Value, scene: Scene, *, like: Value | None = None) -> str:
    """A value as a noun phrase."""
    return bound(value, nature(like or value, scene), scene=scene).text
