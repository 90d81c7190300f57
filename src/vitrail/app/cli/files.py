"""Files that are written for people: whole or not at all, and never over something by surprise."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from vitrail.model.errors import Problem, UserError, refuse


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write next to `path`, which takes its name once the block has ended well."""
    if not path.absolute().parent.is_dir():
        raise refuse(
            "folder_not_found",
            path=str(path),
            fr=f"Le dossier « {path.parent} » n’existe pas ; rien n’a été écrit.",
            en=f"There is no folder “{path.parent}”; nothing was written.",
        )
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")
    try:
        yield temporary
        if temporary.exists():
            os.replace(temporary, path)
    except UserError as error:
        found = (_renamed(each, str(temporary), path=str(path)) for each in error.problems)
        raise UserError(tuple(found)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _renamed(found: Problem, temporary: str, *, path: str) -> Problem:
    return msgspec.structs.replace(found, path=path) if found.path == temporary else found


def new_file(path: Path) -> Path:
    """The path, unless something is there already, which is kept."""
    if path.exists():
        raise refuse(
            "file_exists",
            path=str(path),
            fr=f"« {path} » existe déjà et reste tel quel. Donnez un autre nom.",
            en=f"“{path}” is already there and stays as it is. Give another name.",
        )
    return path
