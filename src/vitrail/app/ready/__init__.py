"""Ready-made segments and segmentations, fitted to the names of a workspace.

The definitions are written with roles (`order`, `order.amount`, `birth_date`); `mapping.yaml` says
how each role is called. What lacks a role is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec.structs import replace

from vitrail.app.live_catalogue import LiveCatalogue
from vitrail.app.ready.renaming import rename
from vitrail.language.check import check
from vitrail.language.format import format as write
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Message
from vitrail.model.tree import Condition, Truth

FILES = (
    "lifecycle.yaml",
    "value.yaml",
    "rfm.yaml",
    "engagement.yaml",
    "satisfaction.yaml",
    "habits.yaml",
    "sales.yaml",
    "moments.yaml",
)

Definition = Segment | Segmentation
Rules = dict[str, Condition]
"""The conditions of one definition, by the key of what they define; `among` under an empty key."""


class LeftOut(msgspec.Struct, frozen=True):
    """A ready-made definition that does not fit a workspace, and why."""

    key: str
    reason: Message


class Ready(msgspec.Struct, frozen=True):
    """What fits a workspace, fitted; and what does not."""

    definitions: DefinitionFile
    left_out: tuple[LeftOut, ...] = ()


def ready(mapping: Mapping[str, str], catalogue: Catalogue | LiveCatalogue) -> Ready:
    """The ready-made definitions with the names of a workspace, as far as its catalogue allows."""
    known = catalogue.current() if isinstance(catalogue, LiveCatalogue) else catalogue
    left_out: list[LeftOut] = []
    fitted: dict[str, tuple[Definition, Rules]] = {}
    for definition in library():
        missing = [role for role in roles(definition) if role not in mapping]
        if missing:
            left_out.append(LeftOut(definition.key, _lacks(definition.key, missing)))
        else:
            fitted[definition.key] = (definition, _renamed(definition, mapping))
    while refused := tuple(_refused(fitted, known)):
        left_out.extend(refused)
        fitted = {key: value for key, value in fitted.items() if key not in {one.key for one in refused}}
    return Ready(_file(_written(*pair) for pair in fitted.values()), tuple(left_out))


def read_mapping(path: str | Path | None = None) -> dict[str, str]:
    """A mapping from its YAML file; without a path, the one that fits the sample shop."""
    text = _text("mapping.yaml") if path is None else Path(path).read_bytes()
    return {role: str(name) for role, name in msgspec.yaml.decode(text, type=dict[str, str | float]).items()}


def mapping_text() -> str:
    """The mapping that fits the sample shop, with its comments, to be filled in for another workspace."""
    return _text("mapping.yaml").decode()


@cache
def library() -> tuple[Definition, ...]:
    """Every ready-made definition, written with roles."""
    documents = [msgspec.yaml.decode(_text(name), type=DefinitionFile) for name in FILES]
    found: list[Definition] = []
    for document in documents:
        found += document.segmentations
        found += document.segments
    return tuple(found)


def roles(definition: Definition) -> tuple[str, ...]:
    """The roles a definition needs, in order of appearance."""
    found: dict[str, None] = {}

    def remember(role: str) -> str:
        found[role] = None
        return "0" if role.startswith("store.") else role

    for condition in _rules(definition).values():
        rename(condition, remember, values=_value_roles())
    return tuple(found)


@cache
def _value_roles() -> frozenset[str]:
    """The roles that are values: `order.status.late`, `interests.garden`."""
    known = read_mapping()
    return frozenset(role for role in known if "." in role and role.rpartition(".")[0] in known)


def _text(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


def _rules(definition: Definition) -> Rules:
    match definition:
        case Segment(key=key, rule=rule):
            return {key: parse(rule)}
        case Segmentation(key=key, classes=classes, among=among):
            whole = {"": parse(among)} if among else {}
            return whole | {f"{key}.{one.key}": parse(one.rule) for one in classes}


def _renamed(definition: Definition, mapping: Mapping[str, str]) -> Rules:
    values = _value_roles()
    return {
        key: rename(condition, mapping.__getitem__, values=values)
        for key, condition in _rules(definition).items()
    }


def _written(definition: Definition, rules: Rules) -> Definition:
    """The definition with its rules as text."""
    match definition:
        case Segment(key=key):
            return replace(definition, rule=write(rules[key]))
        case Segmentation(key=key, classes=classes):
            among = write(rules[""]) if "" in rules else ""
            renewed = tuple(replace(one, rule=write(rules[f"{key}.{one.key}"])) for one in classes)
            return replace(definition, classes=renewed, among=among)


def _file(definitions: Iterator[Definition]) -> DefinitionFile:
    some = tuple(definitions)
    return DefinitionFile(
        edition=2026,
        segments=tuple(one for one in some if isinstance(one, Segment)),
        segmentations=tuple(one for one in some if isinstance(one, Segmentation)),
    )


def _refused(fitted: Mapping[str, tuple[Definition, Rules]], catalogue: Catalogue) -> Iterator[LeftOut]:
    """What the catalogue does not understand, knowing the definitions that are left."""
    known = catalogue.with_segments({**catalogue.segments, **_known_segments(fitted)})
    for key, (_, rules) in fitted.items():
        problems = [one for rule in rules.values() for one in check(rule, known) if one.severity == "error"]
        if problems:
            yield LeftOut(key, _does_not_fit(key, problems[0].message))


def _known_segments(fitted: Mapping[str, tuple[Definition, Rules]]) -> Rules:
    segments = {key: rule for _, rules in fitted.values() for key, rule in rules.items() if key}
    others = (one for one, _ in fitted.values() if isinstance(one, Segmentation))
    return segments | {f"{one.key}.{one.otherwise.key}": Truth(True) for one in others}


def _lacks(key: str, missing: list[str]) -> Message:
    some = ", ".join(missing)
    return Message(
        fr=f"« {key} » n'est pas proposé : la correspondance ne dit pas comment s'appelle ici {some}.",
        en=f"“{key}” is left out: the mapping does not say what {some} is called here.",
    )


def _does_not_fit(key: str, problem: Message) -> Message:
    return Message(fr=f"« {key} » n'est pas proposé : {problem.fr}", en=f"“{key}” is left out: {problem.en}")
