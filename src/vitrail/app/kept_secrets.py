"""The secrets that a workspace keeps for its sources: giving, listing, forgetting, and a new key for all."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from vitrail.app.instants import instant
from vitrail.collect.sources.secrets import KEPT, OURS
from vitrail.language.messages import nearest
from vitrail.ledger import secrets
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.store import Store

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


class Kept(msgspec.Struct, frozen=True):
    """A secret, as it may be told: its name, what it is for, the name of its key, and since when."""

    name: str
    use: str
    key: str
    since: dt.datetime


def keep_for_sources(store: Store, name: str, *, text: str) -> None:
    """Keep the secret that sources name as `${NAME}`, in the place of a former one."""
    if not _NAME.fullmatch(name) or name in OURS:
        raise _bad_name(name)
    if not text:
        raise _empty(name)
    now_us = store.now_us()
    with store.ledger.writing() as connection:
        secrets.keep_secret(connection, f"{KEPT}{name}", text=text, at_us=now_us)


def forget_for_sources(store: Store, name: str) -> None:
    """Forget a secret of sources. Raises `UserError` for one nobody gave."""
    with store.ledger.writing() as connection:
        known = [each.name.removeprefix(KEPT) for each in secrets.kept_secrets(connection, prefix=KEPT)]
        if not secrets.forget_secret(connection, f"{KEPT}{name}"):
            raise _unknown(name, known)


def all_kept(store: Store) -> tuple[Kept, ...]:
    """Every secret, by name; what it says is told to nobody."""
    with store.ledger.reading() as connection:
        return tuple(_kept(each) for each in secrets.kept_secrets(connection))


def rotate(store: Store) -> int:
    """Seal every secret under a new key; answers how many there are."""
    with store.ledger.writing() as connection:
        return secrets.rotate_key(connection)


def _kept(found: secrets.KeptSecret) -> Kept:
    use, slash, rest = found.name.partition("/")
    return Kept(rest if slash else found.name, use, found.key, instant(found.at_us))


def _bad_name(name: str) -> UserError:
    return refuse(
        "bad_secret_name",
        path=name,
        fr=f"« {name} » ne peut pas nommer un secret : des lettres sans accent, des chiffres et _, "
        "100 au plus. Exemple : CRM_TOKEN.",
        en=f"“{name}” cannot name a secret: letters without accents, digits and _, at most 100. "
        "Example: CRM_TOKEN.",
    )


def _empty(name: str) -> UserError:
    return refuse(
        "empty_secret",
        path=name,
        fr=f"Le secret « {name} » serait vide. Rien n’a été changé.",
        en=f"The secret “{name}” would be empty. Nothing was changed.",
    )


def _unknown(name: str, known: list[str]) -> UserError:
    return refuse(
        "unknown_secret",
        path=name,
        fr=f"Aucun secret ne s’appelle « {name} ». Pour les voir : vitrail secrets list.",
        en=f"There is no secret “{name}”. To see them: vitrail secrets list.",
        hint=nearest(name, known),
    )
