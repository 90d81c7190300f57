"""Recipes kept for the next file: a file with the same columns is imported as the last one was."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from vitrail.app.tasks.kept import PLACE, ColumnSaid, Said
from vitrail.app.tasks.mapping import Mapped

KEPT = "recipes"


class KeptRecipe(msgspec.Struct, frozen=True):
    """How files with these columns are imported, as was said the last time."""

    said: Said
    header: tuple[str, ...]


def keep_recipe(root: Path, plan: Mapped, *, said: Said, header: Sequence[str]) -> None:
    """Keep what was said, for the next file with these columns; answers about one file alone are left out."""
    place = root / PLACE / KEPT
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    columns = {
        name: msgspec.structs.replace(said.columns.get(name, ColumnSaid()), becomes=role)
        for name, role in plan.roles.items()
    }
    answers = _lasting(plan.recipe.answers)
    kind, name = plan.recipe.kind, plan.recipe.name
    whole = msgspec.structs.replace(said, kind=kind, name=name, answers=answers, columns=columns)
    path = place / f"{_mark(header)}.json"
    temporary = path.with_suffix(".new")
    temporary.write_bytes(msgspec.json.encode(KeptRecipe(whole, tuple(header))))
    os.replace(temporary, path)


def recipe_for(root: Path, header: Sequence[str]) -> Said | None:
    """What was said of the last file with these columns; None for the first."""
    try:
        found = (root / PLACE / KEPT / f"{_mark(header)}.json").read_bytes()
    except FileNotFoundError:
        return None
    return msgspec.json.decode(found, type=KeptRecipe).said


def _mark(header: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(sorted(header)).encode()).hexdigest()[:24]


def _lasting(answers: dict[str, str]) -> dict[str, str]:
    return {key: said for key, said in answers.items() if key not in ("encoding", "member")}
