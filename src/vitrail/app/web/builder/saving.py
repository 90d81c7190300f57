"""From the form to a definition: its names, its description, its rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

import msgspec

from vitrail.app.web.builder.form import Sent, first
from vitrail.app.web.builder.reading import Ground
from vitrail.app.web.builder.session import Built
from vitrail.app.workspace import Workspace
from vitrail.model.definitions import Class, DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.refresh import defined


class Naming(msgspec.Struct, frozen=True):
    """What a segment is called and said to be, as it stands in the form."""

    name_fr: str = ""
    name_en: str = ""
    description_fr: str = ""
    description_en: str = ""
    tags: str = ""
    owner: str = ""
    purposes: tuple[str, ...] = ()

    def fields(self) -> dict[str, object]:
        """The fields by name."""
        return msgspec.structs.asdict(self)

    def title(self, language: str) -> str:
        """The name in a language, or in the other."""
        return (self.name_fr or self.name_en) if language == "fr" else (self.name_en or self.name_fr)


def definition(ws: Workspace, key: str) -> Segment:
    """The segment of a key, or the class of a segmentation. Raises `UserError` when there is none."""
    document = defined(ws.store)[1].document
    found = next((each for each in document.segments if each.key == key), None) or _as_segment(document, key)
    if found is None:
        raise UserError((unknown_segment(key, [each.key for each in document.segments]),))
    return found


def to_define(ws: Workspace, wanted: Segment) -> Segment | Segmentation:
    """What is defined when a segment is saved: for a class, its segmentation with the class in its place."""
    base, _, inner = wanted.key.partition(".")
    if not inner:
        return wanted
    document = defined(ws.store)[1].document
    whole = next(each for each in document.segmentations if each.key == base)
    part = Class(inner, wanted.name, wanted.rule, wanted.description)
    classes = tuple(part if each.key == inner else each for each in whole.classes)
    return msgspec.structs.replace(whole, classes=classes)


def _as_segment(document: DefinitionFile, key: str) -> Segment | None:
    """A class as the builder edits it, by its whole key; the remainder has no rule to be edited."""
    for whole in document.segmentations:
        for each in whole.classes:
            if f"{whole.key}.{each.key}" == key:
                return Segment(key, each.name, each.rule, each.description, purposes=whole.purposes)
    return None


def naming_of(segment: Segment | None) -> Naming:
    """The names of a segment; none for a new one."""
    if segment is None:
        return Naming()
    return Naming(
        name_fr=segment.name.get("fr", ""),
        name_en=segment.name.get("en", ""),
        description_fr=segment.description.get("fr", ""),
        description_en=segment.description.get("en", ""),
        tags=", ".join(segment.tags),
        owner=segment.owner,
        purposes=segment.purposes,
    )


def naming_sent(sent: Sent) -> Naming:
    """The names that were sent."""
    texts = {name: first(sent, name) for name in Naming.__struct_fields__ if name != "purposes"}
    return Naming(**texts, purposes=tuple(dict.fromkeys(each for each in sent.get("purposes", ()) if each)))


def named(built: Built, naming: Naming, *, present: Segment | None, ground: Ground) -> Segment:
    """The definition to save. Raises `UserError` with all that is missing."""
    problems = [*_missing(built, naming)]
    if problems:
        raise UserError(tuple(problems))
    taken = ground.catalogue.segments
    named = {"fr": naming.name_fr, "en": naming.name_en}
    described = {"fr": naming.description_fr, "en": naming.description_en}
    return Segment(
        key=present.key if present else free_key(naming.name_en or naming.name_fr, taken),
        name={language: words for language, words in named.items() if words},
        rule=built.rule or "true",
        description={language: words for language, words in described.items() if words},
        tags=tuple(dict.fromkeys(tag.strip() for tag in naming.tags.split(",") if tag.strip())),
        owner=naming.owner,
        purposes=naming.purposes,
        archived=present.archived if present else False,
    )


def free_key(name: str, taken: Iterable[str]) -> str:
    """A key made of a name that no segment has: `loyal_customers`, `loyal_customers_2`."""
    plain = "".join(each for each in normalize("NFKD", name.lower()) if not combining(each))
    base = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:60] or "segment"
    base = base if base[0].isalpha() else f"s_{base}"
    used = {each.partition(".")[0] for each in taken}
    number = 1
    while (key := base if number == 1 else f"{base}_{number}") in used:
        number += 1
    return key


def _missing(built: Built, naming: Naming) -> Iterable[Problem]:
    if not (naming.name_fr or naming.name_en):
        yield problem(
            "no_name",
            fr="Donnez un nom au segment, en français ou en anglais.",
            en="Give the segment a name, in French or in English.",
        )
    if not built.said.is_whole:
        yield problem(
            "not_whole",
            fr="Complétez ou retirez les conditions inachevées avant d’enregistrer.",
            en="Complete or remove the unfinished conditions before saving.",
        )
    yield from built.errors
    yield from built.draft.problems
