"""Where a ledger lies: in the folder of its workspace, or in a PostgreSQL database that a small file names.

The file names the database and the schema, and never a password: that is in `VITRAIL_LEDGER`, or where
PostgreSQL looks for it itself (`PGPASSWORD`, `PGPASSFILE`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec
from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from vitrail.model.errors import UserError, refuse

VARIABLE = "VITRAIL_LEDGER"
"""The environment variable with the address of the database: where new ledgers go, and how it is reached."""

NAMES = ("postgresql", "postgres", "postgresql+psycopg")


class LedgerPlace(msgspec.Struct, frozen=True):
    """The database a ledger lies in, without its password, and the schema that is its own."""

    address: str
    schema: str


def wanted_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """The address that the environment gives; None where ledgers lie in the folders. Raises `UserError`."""
    written = environment.get(VARIABLE, "").strip()
    if not written:
        return None
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        raise _bad_address() from None
    if url.drivername not in NAMES or not url.database or "@" in (url.host or ""):
        raise _bad_address()
    return written


def new_place(address: str) -> LedgerPlace:
    """A place for one more ledger in a database."""
    return LedgerPlace(_without_password(make_url(address)), f"vitrail_{secrets.token_hex(6)}")


def read_place(file: Path) -> LedgerPlace | None:
    """The place that a file names; None where there is no such file. Raises `UserError`."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=LedgerPlace)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError:
        raise _bad_file(file) from None


def write_place(file: Path, place: LedgerPlace) -> None:
    """Name a place in a new file."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(place), indent=2) + b"\n")


def reachable(place: LedgerPlace, environment: Mapping[str, str] = os.environ) -> str:
    """The address to reach a place by: the one of the environment goes before the one that was written."""
    return wanted_address(environment) or place.address


def shown_address(address: str) -> str:
    """An address as it may be told."""
    return _without_password(make_url(address))


def _without_password(url: URL) -> str:
    query = {name: value for name, value in url.query.items() if name != "password"}
    bare = URL.create(
        "postgresql",
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
        query=query,
    )
    return bare.render_as_string(hide_password=False)


def _bad_address() -> UserError:
    return refuse(
        "bad_ledger_address",
        path=VARIABLE,
        fr=f"{VARIABLE} n’est pas l’adresse d’une base PostgreSQL. "
        "Exemple : postgresql://vitrail:MOT_DE_PASSE@hote/vitrail. Rien n’a été changé.",
        en=f"{VARIABLE} is not the address of a PostgreSQL database. "
        "Example: postgresql://vitrail:PASSWORD@host/vitrail. Nothing was changed.",
    )


def _bad_file(file: Path) -> UserError:
    return refuse(
        "bad_ledger_file",
        path=str(file),
        fr=f"« {file} » ne dit pas où est le registre. Remettez-le d’une sauvegarde du dossier.",
        en=f"“{file}” does not say where the ledger is. Put it back from a copy of the folder.",
    )
