"""Reading definitions as people write them in YAML, with every problem and its place."""

from __future__ import annotations

from pathlib import Path

from vitrail.app.yaml_files import read_yaml, unknown_names
from vitrail.app.yaml_structs import each_of, edition_of
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Problem, UserError

PARTS = ("edition", "segments", "segmentations")


class Misread(UserError):
    """Something in a file does not fit; `readable` holds the definitions that do."""

    def __init__(self, problems: tuple[Problem, ...], readable: DefinitionFile) -> None:
        super().__init__(problems)
        self.readable = readable


def read_definitions(path: str | Path) -> DefinitionFile:
    """The definitions of one YAML file.

    Raises `UserError` with all that is wrong in it: not YAML, another edition, unknown or missing
    words, wrong types, each with its place.
    """
    content = read_yaml(path, fr="un fichier de définitions", en="a file of definitions")
    problems = [*edition_of(content.get("edition")), *unknown_names(content, PARTS)]
    segments = tuple(each_of(content.get("segments") or [], Segment, path="segments", problems=problems))
    listed = content.get("segmentations") or []
    segmentations = tuple(each_of(listed, Segmentation, path="segmentations", problems=problems))
    document = DefinitionFile(edition=2026, segments=segments, segmentations=segmentations)
    if problems:
        raise Misread(tuple(problems), document)
    return document
