"""Secrets that sources need: named in their definition as `${NAME}`, kept elsewhere, never shown."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

import yaml

from vitrail.language.messages import nearest
from vitrail.ledger.sealing import KEY, KEY_FILE
from vitrail.model.errors import Problem, UserError, problem, refuse

FILE = "VITRAIL_SECRETS"
"""The environment variable that names a file of secrets."""

PREFIX = "VITRAIL_SECRET_"
"""How the secrets of sources begin in the environment: `${CRM_TOKEN}` is `VITRAIL_SECRET_CRM_TOKEN`."""

ALLOWED = "VITRAIL_SECRETS_ALLOW"
"""The environment variable that lists, with commas, the others a source may name as they are."""

KEPT = "source/"
"""How the names begin of the secrets that the workspace keeps for its sources."""

OURS = frozenset({KEY, KEY_FILE, ""})
NONE_KEPT: Mapping[str, str] = {}

VEIL = "•••"
"""What stands in the place of a secret wherever a person may read."""

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SHORTEST = 4


class Secrets:
    """The secrets a program was given; it remembers which it handed out, to veil them in messages."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self._told: set[str] = set()

    def fill(self, text: str, *, path: str = "") -> str:
        """The text with each `${NAME}` replaced. Raises `UserError` with all those nobody told."""
        return self._filled(text, path=path, quotes=False)

    def fill_address(self, text: str, *, path: str = "") -> str:
        """The same for an address, in which a secret that is a part of it is written as addresses want."""
        return self._filled(text, path=path, quotes=_REFERENCE.fullmatch(text) is None)

    def veil(self, text: str) -> str:
        """The text without any secret that was handed out."""
        for secret in sorted(self._told, key=len, reverse=True):
            text = text.replace(secret, VEIL)
        return text

    def _filled(self, text: str, *, path: str, quotes: bool) -> str:
        missing = [name for name in names_in(text) if name not in self._known]
        if missing:
            raise UserError(tuple(_untold(name, self._known, path=path) for name in missing))
        return _REFERENCE.sub(lambda found: self._hand_out(found[1], quotes=quotes), text)

    def _hand_out(self, name: str, *, quotes: bool) -> str:
        secret = self._known[name]
        written = quote(secret, safe="") if quotes else secret
        self._told |= {each for each in (secret, written) if len(each) >= _SHORTEST}
        return written


def names_in(text: str) -> tuple[str, ...]:
    """The names of the secrets a text refers to, each once."""
    return tuple(dict.fromkeys(_REFERENCE.findall(text)))


def is_reference(text: str) -> bool:
    """Whether a text is one reference to a secret, and nothing else."""
    return _REFERENCE.fullmatch(text) is not None


def read_secrets(
    environment: Mapping[str, str] = os.environ, *, workspace: Path, kept: Mapping[str, str] = NONE_KEPT
) -> Secrets:
    """The secrets in the environment, then those in the file that `VITRAIL_SECRETS` names, then those kept.

    In the environment, `${NAME}` is `VITRAIL_SECRET_NAME`: a definition cannot name whatever else the
    program was started with, save what `VITRAIL_SECRETS_ALLOW` lists. The file is YAML made of
    `NAME: text`. Others than its owner must not be able to read it, and it must not lie in the
    workspace, which is copied and handed around. `kept` are those that the workspace keeps sealed.
    """
    named = environment.get(FILE)
    in_file = _file(Path(named), workspace=workspace) if named else {}
    return Secrets({**kept, **in_file, **_of_environment(environment)})


def _of_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """What the environment tells to sources: neither the key of what is sealed, nor anything else."""
    allowed = {name.strip() for name in environment.get(ALLOWED, "").split(",")} - OURS
    told = {name: environment[name] for name in allowed if name in environment}
    for name in environment:
        if name.startswith(PREFIX) and name not in OURS:
            told[name] = told[name.removeprefix(PREFIX)] = environment[name]
    return told


def _file(path: Path, *, workspace: Path) -> dict[str, str]:
    if not path.is_file():
        raise _bad_file(path, fr="il n’existe pas", en="it does not exist", todo=("Créez-le.", "Make it."))
    if path.resolve().is_relative_to(workspace.resolve()):
        raise _bad_file(
            path,
            fr="il est dans l’espace de travail",
            en="it lies in the workspace",
            todo=("Déplacez-le ailleurs.", "Move it elsewhere."),
        )
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise _bad_file(
            path,
            fr="d’autres que son propriétaire peuvent le lire",
            en="others than its owner can read it",
            todo=(f"Faites : chmod 600 {path}", f"Run: chmod 600 {path}"),
        )
    content = yaml.safe_load(path.read_text("utf-8")) or {}
    if not isinstance(content, dict) or not all(isinstance(each, str) for each in content.values()):
        raise _bad_file(
            path,
            fr="il n’est pas fait de « NOM: texte »",
            en="it is not made of “NAME: text”",
            todo=("Mettez les nombres entre guillemets.", "Put numbers between quotes."),
        )
    return {str(name): value for name, value in content.items()}


def _untold(name: str, known: Iterable[str], *, path: str) -> Problem:
    return problem(
        "secret_missing",
        path=path,
        fr=f"Le secret « {name} » n’est connu nulle part : ni gardé (vitrail secrets set {name}), "
        f"ni dans l’environnement ({PREFIX}{name}), ni dans le fichier {FILE}. Rien n’a été lu.",
        en=f"The secret “{name}” is known nowhere: neither kept (vitrail secrets set {name}), "
        f"nor in the environment ({PREFIX}{name}), nor in the file {FILE}. Nothing was read.",
        hint=nearest(name, known),
    )


def _bad_file(path: Path, *, fr: str, en: str, todo: tuple[str, str]) -> UserError:
    return refuse(
        "bad_secrets_file",
        path=str(path),
        fr=f"Le fichier de secrets « {path} » ne sert pas : {fr}. {todo[0]}",
        en=f"The file of secrets “{path}” is not used: {en}. {todo[1]}",
    )
