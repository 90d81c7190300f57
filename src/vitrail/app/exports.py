"""What was taken away of a workspace: `ws.exports`: the register, and what is to be asked of who has it."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from vitrail.app.masking import BEGINNING, pseudonyms_of
from vitrail.collect.files.formulas import original
from vitrail.consent.exports import following_up, register
from vitrail.consent.exports.following_up import Settling, Told
from vitrail.ledger.exports import Export, FollowUp, State, listed_exports
from vitrail.model.errors import refuse
from vitrail.warehouse.leaving import GONE
from vitrail.warehouse.people import all_keys
from vitrail.warehouse.store import Store

LARGEST = 1 << 30


class Gone(msgspec.Struct, frozen=True):
    """The rows of a file that are nobody's any more: how many rows it has, and the keys to take out."""

    rows: int
    keys: tuple[str, ...]


class Exports:
    """The register of exports of a workspace, and what is to be asked of those who have the files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, *, before: int | None = None, limit: int | None = None) -> tuple[Export, ...]:
        """Every file that was taken away, the newest first, or so many before one of them."""
        with self._store.ledger.reading() as connection:
            return listed_exports(connection, before=before, limit=limit)

    def find(self, number: int) -> Export:
        """One of them, with who was in it. Raises `UserError` for a number none has."""
        return register.find(self._store, number)

    def follow_ups(self, state: State | None = None) -> tuple[Told, ...]:
        """What is to be asked of those who have a file, oldest first; or what is in one state."""
        return following_up.told_follow_ups(self._store, state=state)

    def settle(self, number: int, settling: Settling) -> FollowUp:
        """Note that a follow-up was asked, is done, or is impossible and why."""
        return following_up.settle(self._store, number, settling=settling)

    def gone(self, path: str | Path) -> Gone:
        """Which rows of a file that was taken away are of people who were erased since."""
        return gone_from(self._store, Path(path))


class Taken:
    """The part of a workspace that knows what was taken away."""

    store: Store

    @property
    def exports(self) -> Exports:
        """What was taken away: `.all()`, `.follow_ups()`, `.settle(…)`, `.gone("file.csv")`."""
        return Exports(self.store)


def gone_from(store: Store, path: Path) -> Gone:
    """The keys in the first column of a file (.csv, .parquet) that no customer has (any more).

    Keys stay with whoever was merged: only an erasure takes one away. Raises `UserError` for a file that
    is none of ours.
    """
    keys = _first_column(path)
    known = all_keys(store.source())
    lost = [key for key, found in zip(keys, _among(keys, known), strict=True) if not found]
    gone = tuple(key for key in lost if not _is_pseudonym(store, key, known=known))
    if keys and len(gone) == len(keys) > 1:
        raise refuse(
            "not_our_file",
            path=str(path),
            fr=f"Aucune ligne de « {path.name} » ne porte la clé d’un client en première colonne : "
            "est-ce bien un fichier emporté d’ici ?",
            en=f"No row of “{path.name}” has the key of a customer in its first column: was it taken away "
            "from here?",
        )
    return Gone(len(keys), gone)


def _among(keys: list[str], known: pa.Array) -> list[bool]:
    found: list[bool] = pa.compute.is_in(pa.array(keys, pa.string()), value_set=known).to_pylist()
    return found


def _is_pseudonym(store: Store, key: str, *, known: pa.Array) -> bool:
    """Whether a text is the pseudonym of somebody who is there."""
    number = pseudonyms_of(store).number(key) if key.startswith(BEGINNING) else None
    if number is None or number >= len(known):
        return False
    return bool(np.asarray(known.take(pa.array([number])))[0] != GONE)


def _first_column(path: Path) -> list[str]:
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path)
        if path.suffix.lower() == ".parquet":
            return [str(each) for each in parquet.read_table(path).column(0).to_pylist()]
        text = path.read_text("utf-8-sig")
        rows = csv.reader(text.splitlines(), delimiter=";" if ";" in text.partition("\n")[0] else ",")
        return [original(row[0]) for row in list(rows)[1:] if row]
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowInvalid, IndexError):
        raise _unreadable(path) from None


def _unreadable(path: Path) -> Exception:
    return refuse(
        "unreadable_export",
        path=str(path),
        fr=f"« {path} » ne se lit pas : donnez un fichier .csv ou .parquet emporté d’ici.",
        en=f"“{path}” cannot be read: give a .csv or .parquet file that was taken away from here.",
    )
