"""From definitions to conditions: every segment and every class of a segmentation, checked together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from vitrail.language.check import check
from vitrail.language.messages import nearest
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Label
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segment, Segmentation
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.tree import All, Condition, Not, Truth

KEY = "[a-z_][a-z0-9_]*"

Named = TypeVar("Named", Segment, Segmentation)


class Rule(msgspec.Struct, frozen=True):
    """One rule as somebody wrote it, with its place in the definitions."""

    key: str
    path: str
    text: str


class Compiled(msgspec.Struct, frozen=True):
    """Definitions ready to run: a condition and a label for each key, classes as `segmentation.class`."""

    document: DefinitionFile
    conditions: dict[str, Condition]
    labels: dict[str, Label]
    warnings: tuple[Problem, ...] = ()

    def catalogue(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue, knowing these segments and no others."""
        return msgspec.structs.replace(catalogue, segments=self.conditions, segment_labels=self.labels)


EMPTY = DefinitionFile(edition=2026)


def compile_definitions(document: DefinitionFile, catalogue: Catalogue) -> Compiled:
    """Parse and check every rule of a document against the catalogue and against one another.

    Raises `UserError` with all problems of all rules.
    """
    problems = [*_bad_keys(document), *_bad_names(document)]
    rules = list(rules_of(document))
    parsed: dict[str, Condition] = {}
    for rule in rules:
        try:
            parsed[rule.path] = parse(rule.text)
        except UserError as error:
            problems.extend(_placed(each, rule) for each in error.problems)
    conditions = dict(_conditions(document, parsed))
    known = catalogue.with_segments(conditions)
    found = [_placed(each, rule) for rule in rules if rule.path in parsed for each in check(rule.text, known)]
    problems.extend(each for each in found if each.severity == "error")
    if problems:
        raise UserError(tuple(problems))
    doubtful = [each for each in found if each.severity == "warning"]
    warnings = (*doubtful, *_unknown_purposes(document, catalogue))
    return Compiled(document, conditions, dict(labels_of(document)), warnings)


def merge(present: DefinitionFile, changes: DefinitionFile, *, prune: bool = False) -> DefinitionFile:
    """The present definitions with those of `changes` added or replaced; `prune` drops all others."""
    if prune:
        return changes
    return DefinitionFile(
        edition=2026,
        segments=_merged(present.segments, changes.segments),
        segmentations=_merged(present.segmentations, changes.segmentations),
    )


def without(present: DefinitionFile, keys: Sequence[str]) -> DefinitionFile:
    """The present definitions without some segments and segmentations."""
    valid = [each.key for each in present.segments] + [each.key for each in present.segmentations]
    unknown = [key for key in keys if key not in valid]
    if unknown:
        raise UserError(tuple(unknown_segment(key, valid) for key in unknown))
    return DefinitionFile(
        edition=2026,
        segments=tuple(each for each in present.segments if each.key not in keys),
        segmentations=tuple(each for each in present.segmentations if each.key not in keys),
    )


def unknown_segment(key: str, valid: Iterable[str]) -> Problem:
    """A key that nothing is defined under."""
    return problem(
        "unknown_segment",
        path=key,
        fr=f"Aucun segment n’est défini sous la clé « {key} ».",
        en=f'No segment is defined under the key "{key}".',
        hint=nearest(key, valid),
    )


def _merged(present: tuple[Named, ...], changes: tuple[Named, ...]) -> tuple[Named, ...]:
    merged = {each.key: each for each in present}
    merged.update((each.key, each) for each in changes)
    return tuple(merged.values())


# --- rules and conditions ---------------------------------------------------------------------


def rules_of(document: DefinitionFile) -> Iterator[Rule]:
    """Every rule of a document, as it is written."""
    for segment in document.segments:
        yield Rule(segment.key, f"segments.{segment.key}.rule", segment.rule)
    for segmentation in document.segmentations:
        base = f"segmentations.{segmentation.key}"
        if segmentation.among:
            yield Rule(segmentation.key, f"{base}.among", segmentation.among)
        for each in segmentation.classes:
            yield Rule(f"{segmentation.key}.{each.key}", f"{base}.{each.key}.rule", each.rule)


def _conditions(document: DefinitionFile, parsed: Mapping[str, Condition]) -> Iterator[tuple[str, Condition]]:
    """Each key with its condition; a rule that could not be read stands as `false` for the check."""
    for segment in document.segments:
        yield segment.key, parsed.get(f"segments.{segment.key}.rule", Truth(False))
    for segmentation in document.segmentations:
        yield from _classes(segmentation, parsed)


def _classes(segmentation: Segmentation, parsed: Mapping[str, Condition]) -> Iterator[tuple[str, Condition]]:
    """The first rule that holds takes the profile: each class excludes those before it."""
    base = f"segmentations.{segmentation.key}"
    among = (parsed.get(f"{base}.among", Truth(False)),) if segmentation.among else ()
    taken: list[Condition] = []
    for each in segmentation.classes:
        rule = parsed.get(f"{base}.{each.key}.rule", Truth(False))
        yield f"{segmentation.key}.{each.key}", _all((*among, *taken, rule))
        taken.append(Not(rule))
    yield f"{segmentation.key}.{segmentation.otherwise.key}", _all((*among, *taken))


def _all(conditions: tuple[Condition, ...]) -> Condition:
    if not conditions:
        return Truth(True)
    return conditions[0] if len(conditions) == 1 else All(conditions)


def _placed(found: Problem, rule: Rule) -> Problem:
    path = f"{rule.path}:{found.path}" if found.path else rule.path
    return msgspec.structs.replace(found, path=path)


# --- names ------------------------------------------------------------------------------------


def _bad_keys(document: DefinitionFile) -> Iterator[Problem]:
    keys = [(f"segments.{each.key}", each.key) for each in document.segments]
    for segmentation in document.segmentations:
        base = f"segmentations.{segmentation.key}"
        keys.append((base, segmentation.key))
        inner = [*(each.key for each in segmentation.classes), segmentation.otherwise.key]
        yield from _repeated([(f"{base}.{key}", key) for key in inner])
    yield from _repeated(keys)


def _repeated(keys: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, key in keys:
        if not re.fullmatch(KEY, key):
            yield problem(
                "bad_key",
                path=path,
                fr=f"« {key} » n’est pas une clé : des minuscules sans accent, des chiffres et _.",
                en=f'"{key}" is not a key: use lower-case letters without accents, digits and _.',
            )
        if key in seen:
            yield problem(
                "repeated_key",
                path=path,
                fr=f"La clé « {key} » est définie deux fois.",
                en=f'The key "{key}" is defined twice.',
            )
        seen.add(key)


def _bad_names(document: DefinitionFile) -> Iterator[Problem]:
    for path, each in _named(document):
        if not any(each.name.get(language) for language in ("fr", "en")):
            yield problem(
                "no_name",
                path=f"{path}.name",
                fr=f"« {each.key} » n’a pas de nom, ni en français (fr) ni en anglais (en).",
                en=f'"{each.key}" has no name, neither in French (fr) nor in English (en).',
            )


def _unknown_purposes(document: DefinitionFile, catalogue: Catalogue) -> Iterator[Problem]:
    """Purposes that nobody declared: nobody is reached for them."""
    named = [(f"segments.{each.key}", each.purposes) for each in document.segments]
    named += [(f"segmentations.{each.key}", each.purposes) for each in document.segmentations]
    for path, purposes in named:
        for key in purposes:
            if key not in catalogue.purposes:
                found = problem(
                    "unknown_purpose",
                    path=path,
                    fr=f"La finalité « {key} » n’est pas déclarée : personne ne sera joint pour elle.",
                    en=f"The purpose “{key}” is not declared: nobody will be reached for it.",
                    hint=nearest(key, catalogue.purposes),
                )
                yield msgspec.structs.replace(found, severity="warning")


def labels_of(document: DefinitionFile) -> Iterator[tuple[str, Label]]:
    """What each segment, segmentation and class is called, by key."""
    for path, each in _named(document):
        key = path.split(".", 1)[1]
        french, english = each.name.get("fr", ""), each.name.get("en", "")
        yield key, Label(fr=french or english, en=english or french)


def _named(
    document: DefinitionFile,
) -> Iterator[tuple[str, Segment | Segmentation | Class | Remainder]]:
    for segment in document.segments:
        yield f"segments.{segment.key}", segment
    for segmentation in document.segmentations:
        yield f"segmentations.{segmentation.key}", segmentation
        base = f"segmentations.{segmentation.key}"
        for each in segmentation.classes:
            yield f"{base}.{each.key}", each
        yield f"{base}.{segmentation.otherwise.key}", segmentation.otherwise
