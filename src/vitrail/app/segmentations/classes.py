"""What each class of a segmentation holds, and whom it loses because another one comes first."""

from __future__ import annotations

import msgspec
from pyroaring import BitMap

from vitrail.app.segmentations.moving import class_keys, evaluated
from vitrail.app.workspace import Workspace
from vitrail.language.parse import parse
from vitrail.model.definitions import DefinitionFile, Segmentation
from vitrail.model.tree import All, Condition, Member
from vitrail.model.walk import walk
from vitrail.warehouse.definitions import Compiled
from vitrail.warehouse.refresh import defined


class Lost(msgspec.Struct, frozen=True):
    """Those who meet the rule of a class, and are in one above it: by the class that took them."""

    key: str
    people: BitMap
    taken: dict[str, BitMap]


def lost_to_order(ws: Workspace, segmentation: Segmentation) -> dict[str, Lost]:
    """For each class with a rule, whom the classes above it took, as of now."""
    compiled = defined(ws.store)[1]
    rules = _alone(segmentation)
    known = msgspec.structs.replace(compiled, conditions={**compiled.conditions, **rules})
    classes = class_keys(segmentation)
    found = evaluated(ws.store, known, keys=(*classes, *rules), database=ws.database)
    lost = {}
    for place, each in enumerate(segmentation.classes):
        meeting = found[f"{segmentation.key}.{each.key} "]
        taken = {key: common for key in classes[:place] if (common := meeting & found[key])}
        lost[classes[place]] = Lost(classes[place], BitMap.union(BitMap(), *taken.values()), taken)
    return lost


def _alone(segmentation: Segmentation) -> dict[str, Condition]:
    """The rule of each class as if it were alone, under a key that no class can have."""
    among = (parse(segmentation.among),) if segmentation.among else ()
    return {
        f"{segmentation.key}.{each.key} ": All((*among, parse(each.rule))) if among else parse(each.rule)
        for each in segmentation.classes
    }


def users_of(compiled: Compiled, segmentation: Segmentation) -> dict[str, tuple[str, ...]]:
    """Which segments and classes elsewhere refer to its classes: by class."""
    own = set(class_keys(segmentation))
    found: dict[str, list[str]] = {}
    for key, condition in compiled.conditions.items():
        if key in own:
            continue
        for name in dict.fromkeys(node.segment for _, node in walk(condition) if isinstance(node, Member)):
            if name in own:
                found.setdefault(name, []).append(key)
    return {key: tuple(users) for key, users in found.items()}


def version_of(document: DefinitionFile, key: str) -> Segmentation | None:
    """A segmentation as a document has it; None where it has none of that key."""
    return next((each for each in document.segmentations if each.key == key), None)
