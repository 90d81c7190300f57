"""Declarations as people write them in YAML: types, words, choices, purposes and channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from vitrail.app.yaml_files import Content, converted, read_yaml, unknown_names
from vitrail.collect.declare import Declaration
from vitrail.model.catalogue import (
    Catalogue,
    Choice,
    Collection,
    Compared,
    Field,
    Gender,
    Geography,
    Label,
    Named,
    Policy,
    Type,
)
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.expectations import CollectionExpectation, FieldExpectation
from vitrail.model.identities import DeclaredKind

PARTS = ("edition", "created", "traits", "events", "records", "scores", "purposes", "channels")

Words = str | dict[str, str] | None


class FieldWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a trait or a property; what is not said stays as it was."""

    type: Type | None = None
    label: Words = None
    choices: list[str] | dict[str, Words] | None = None
    unit: str | None = None
    sensitive: bool | None = None
    purposes: list[str] | None = None
    geography: Geography | None = None
    expects: FieldExpectation | None = None
    identity: DeclaredKind | None = None
    policy: Policy | None = None
    compare: Compared | None = None


class CollectionWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of events or records."""

    label: Words = None
    properties: dict[str, FieldWords | str] = {}
    expects: CollectionExpectation | None = None


def read_declaration(path: str | Path, catalogue: Catalogue) -> Declaration:
    """What a YAML file declares, beside what the catalogue knows already.

    Raises `UserError` with all that is wrong in the file.
    """
    content = read_yaml(path, fr="une déclaration", en="a declaration")
    reading = _Reading(catalogue, unknown_names(content, PARTS))
    found = reading.declaration(content)
    if reading.problems:
        raise UserError(tuple(reading.problems))
    return found


class _Reading:
    """One file on its way to a declaration, gathering all its problems."""

    def __init__(self, catalogue: Catalogue, problems: list[Problem]) -> None:
        self.catalogue = catalogue
        self.problems = problems

    def declaration(self, content: Content) -> Declaration:
        """All parts of the file."""
        events = self._collections(content, "events", kind="event")
        records = self._collections(content, "records", kind="record")
        return Declaration(
            traits=tuple(self._fields(self._part(content, "traits"), self.catalogue.traits, path="traits")),
            collections=(*events, *records),
            scores=tuple(self._named(content, "scores", known=self.catalogue.scores)),
            purposes=tuple(self._named(content, "purposes", known=self.catalogue.purposes)),
            channels=tuple(self._named(content, "channels", known=self.catalogue.channels)),
            created=converted(content.get("created"), str | None, path="created", problems=self.problems),  # type: ignore[arg-type]
        )

    def _part(self, content: Content, name: str) -> dict[str, object]:
        given = content.get(name) or {}
        if isinstance(given, list):
            given = dict.fromkeys(given)
        if isinstance(given, dict):
            return {str(key): value for key, value in given.items()}
        self.problems.append(_not_names(name))
        return {}

    def _collections(
        self, content: Content, part: str, *, kind: Literal["event", "record"]
    ) -> Iterator[Collection]:
        for name, given in self._part(content, part).items():
            path = f"{part}.{name}"
            words = converted(given or {}, CollectionWords, path=path, problems=self.problems)
            if words is None:
                continue
            known = self.catalogue.collections.get(name)
            label = self._label(words.label, known.label if known else None, path=path)
            properties = self._fields(words.properties, known.properties if known else {}, path=path)
            yield Collection(
                name,
                kind,
                "",
                label=label,
                properties={each.name: each for each in properties},
                expects=words.expects or (known.expects if known else None),
            )

    def _fields(
        self, given: Mapping[str, object], known: Mapping[str, Field], *, path: str
    ) -> Iterator[Field]:
        for name, value in given.items():
            place = f"{path}.{name}"
            said = {"type": value} if isinstance(value, str) else value or {}
            words = (
                said
                if isinstance(said, FieldWords)
                else converted(said, FieldWords, path=place, problems=self.problems)
            )
            present = known.get(name)
            kind = words.type if words and words.type else present.type if present else None
            if words is not None and kind is None:
                self.problems.append(_no_type(name, place))
            if words is not None and kind is not None:
                yield self._field(
                    words, present or Field(name=name, type=kind, column=""), kind=kind, path=place
                )

    def _field(self, words: FieldWords, known: Field, *, kind: Type, path: str) -> Field:
        said = {
            "unit": words.unit,
            "sensitive": words.sensitive,
            "geography": words.geography,
            "expects": words.expects,
            "identity": words.identity,
            "policy": words.policy,
            "compare": words.compare,
            "purposes": None if words.purposes is None else tuple(words.purposes),
            "choices": None if words.choices is None else tuple(self._choices(words.choices, path)),
        }
        return msgspec.structs.replace(
            known,
            type=kind,
            label=self._label(words.label, known.label, path=path),
            **{name: value for name, value in said.items() if value is not None},
        )

    def _choices(self, given: list[str] | dict[str, Words], path: str) -> Iterator[Choice]:
        worded = given if isinstance(given, dict) else dict.fromkeys(given)
        for value, words in worded.items():
            yield Choice(value, self._label(words, None, path=f"{path}.choices.{value}"))

    def _named(self, content: Content, part: str, *, known: Mapping[str, Named]) -> Iterator[Named]:
        for key, given in self._part(content, part).items():
            present = known[key].label if key in known else None
            words = converted(given, Words, path=f"{part}.{key}", problems=self.problems)  # type: ignore[arg-type]
            yield Named(key, self._label(words, present, path=f"{part}.{key}"))

    def _label(self, words: Words, known: Label | None, *, path: str) -> Label | None:
        """The words of a label: one text for both languages, or each with its plural and gender."""
        match words:
            case None:
                return known
            case str():
                return Label(fr=words, en=words)
            case dict():
                return self._worded(words, path)

    def _worded(self, words: dict[str, str], path: str) -> Label | None:
        fields = ("fr", "en", "fr_plural", "en_plural", "gender")
        unknown = unknown_names(words, fields, path=f"{path}.label")
        self.problems.extend(unknown)
        text = words.get("fr") or words.get("en")
        if unknown or not text:
            return None
        return Label(
            fr=words.get("fr") or text,
            en=words.get("en") or text,
            fr_plural=words.get("fr_plural", ""),
            en_plural=words.get("en_plural", ""),
            gender=self._gender(words.get("gender"), path=f"{path}.label.gender"),
        )

    def _gender(self, said: str | None, *, path: str) -> Gender | None:
        match said:
            case None | "m" | "f":
                return said
            case _:
                self.problems.append(_no_gender(said, path))
                return None


def _no_gender(said: str, path: str) -> Problem:
    return problem(
        "unknown_gender",
        path=path,
        fr=f"« {said} » n’est pas un genre : m ou f.",
        en=f"“{said}” is not a gender: m or f.",
        hint=("m", "f"),
    )


def _not_names(part: str) -> Problem:
    return problem(
        "not_names",
        path=part,
        fr=f"« {part} » est fait de « nom: valeur ».",
        en=f"“{part}” is made of “name: value”.",
    )


def _no_type(name: str, path: str) -> Problem:
    return problem(
        "no_type",
        path=path,
        fr=f"« {name} » n’est pas encore connu : dites son type (type: text, integer, decimal, date…).",
        en=f"“{name}” is not known yet: say its type (type: text, integer, decimal, date…).",
    )
