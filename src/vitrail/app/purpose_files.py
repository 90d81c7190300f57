"""Registers of purposes as people write them in YAML, and the one that comes with the product."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from vitrail.app.yaml_files import converted, read_yaml, unknown_names
from vitrail.app.yaml_structs import each_of, edition_of, one_of
from vitrail.model.errors import Problem, UserError
from vitrail.model.purposes import Controller, Purpose, PurposeFile, Relation, Signal


def read_purposes(path: str | Path) -> PurposeFile:
    """The register of one YAML file. Raises `UserError` with all that is wrong in it, each with its place."""
    content = read_yaml(path, fr="un registre de finalités", en="a register of purposes")
    problems: list[Problem] = [*edition_of(content.get("edition"))]
    problems += unknown_names(content, PurposeFile.__struct_fields__)
    purposes = tuple(each_of(content.get("purposes") or [], Purpose, path="purposes", problems=problems))
    signals = tuple(each_of(content.get("signals") or [], Signal, path="signals", problems=problems))
    said = content.get("controller")
    controller = one_of(said, Controller, path="controller", problems=problems) if said else None
    relations = converted(
        content.get("relations") or {}, dict[Relation, str], path="relations", problems=problems
    )
    sources = converted(
        content.get("sources") or {}, dict[str, tuple[str, ...]], path="sources", problems=problems
    )
    if problems:
        raise UserError(tuple(problems))
    return PurposeFile(2026, controller, purposes, relations or {}, sources or {}, signals)


def ready_purposes() -> PurposeFile:
    """The ready-made register of a French shop, to be completed."""
    return msgspec.yaml.decode(ready_purposes_text(), type=PurposeFile)


def ready_purposes_text() -> str:
    """The same as YAML, with its comments, to keep and to change."""
    return files("vitrail.app.ready").joinpath("purposes.yaml").read_text("utf-8")
