"""The rows that were refused: all of them in a file, the first ones at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, assert_never

import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.files.encodings import BAD_BYTE
from vitrail.collect.files.rows import Fault
from vitrail.collect.repairs import Groups
from vitrail.model.errors import Message
from vitrail.model.reports import Reject
from vitrail.warehouse.packing import PACKED

SHOWN = 1000

Unknown = Literal["erased", "unknown_profile", "unknown_state", "unknown_purpose", "unknown_channel"]
Reason = Fault | Unknown | Literal["type", "empty", "clash", "stored"]

_SCHEMA = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("found", pa.string()),
        ("expected", pa.string()),
        ("message_fr", pa.string()),
        ("message_en", pa.string()),
    ]
)


class Refusals:
    """The refused cells of one load: it owns the file they go to, which is made with the first of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.turned_away = 0
        self.shown: list[Reject] = []
        self.groups = Groups()
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def turn_away(self, lines: Sequence[int], *, column: str) -> None:
        """Count the rows of people who were erased, and write them nowhere."""
        self.rows += len(lines)
        self.turned_away += len(lines)
        rejects = [reject("erased", line=line, column=column, found="") for line in lines[:SHOWN]]
        self.shown.extend(rejects[: max(0, SHOWN - len(self.shown))])

    def add(self, rejects: Sequence[Reject], *, rows: int) -> None:
        """Note refused cells, which belong to so many rows that nobody counted yet."""
        self.rows += rows
        if not rejects:
            return
        self.groups.add(rejects)
        self.shown.extend(rejects[: max(0, SHOWN - len(self.shown))])
        if self._file is None:
            self._file = pq.ParquetWriter(self.path, _SCHEMA, **PACKED)
        self._file.write_table(_table(rejects))


def reject(reason: Reason, *, line: int, column: str, found: str, expected: str = "") -> Reject:
    """One refused cell with its sentence."""
    shown = _shown(found[:200])
    return Reject(
        line, column, shown, expected, _message(reason, column, found=shown, expected=expected), code=reason
    )


def _message(reason: Reason, column: str, *, found: str, expected: str) -> Message:
    match reason:
        case "type":
            french, english = _WORDS.get(expected, (expected, expected))
            return Message(
                fr=f"« {column} » : « {found} » n'est pas du type attendu ({french}).",
                en=f"“{column}”: “{found}” is not of the expected type ({english}).",
            )
        case "empty":
            return Message(
                fr=f"« {column} » est vide ; une valeur est nécessaire.",
                en=f"“{column}” is empty; a value is needed.",
            )
        case "cells":
            return Message(
                fr=f"Nombre de cellules de la ligne : {found} au lieu de {expected}.",
                en=f"Number of cells on the line: {found} instead of {expected}.",
            )
        case "bytes":
            return Message(
                fr=f"« {found} » contient des octets qui ne sont pas des lettres.",
                en=f"“{found}” holds bytes that are no letters.",
            )
        case "total":
            return Message(
                fr=f"« {found} » : cette ligne est un total, pas une donnée.",
                en=f"“{found}”: this line is a total, not data.",
            )
        case "header":
            return Message(
                fr="Cette ligne répète l’en-tête.",
                en="This line is the header once more.",
            )
        case "json":
            return Message(
                fr=f"Cette ligne n’est pas un objet JSON ({found}).",
                en=f"This line is not a JSON object ({found}).",
            )
        case "key_twice":
            return Message(
                fr=f"« {found} » se trouve deux fois dans cet objet JSON.",
                en=f"“{found}” stands twice in this JSON object.",
            )
        case "clash":
            return Message(
                fr=f"« {column} » : « {found} » revient dans ce chargement avec un autre contenu.",
                en=f"“{column}”: “{found}” comes again in this load with another content.",
            )
        case "stored":
            return Message(
                fr=f"« {column} » : « {found} » est déjà là avec un autre contenu, qui est conservé.",
                en=f"“{column}”: “{found}” is already there with another content, which is kept.",
            )
        case "erased" | "unknown_profile" | "unknown_state" | "unknown_purpose" | "unknown_channel":
            return _unknown(reason, column, found=found)
        case _:
            assert_never(reason)


def _unknown(reason: Unknown, column: str, *, found: str) -> Message:
    match reason:
        case "erased":
            return Message(
                fr=f"« {column} » : ce client a été effacé à sa demande ; la ligne n’est gardée nulle part.",
                en=f"“{column}”: this customer was erased on request; the row is kept nowhere.",
            )
        case "unknown_profile":
            return Message(
                fr=f"« {column} » : le profil « {found} » n'existe pas.",
                en=f"“{column}”: there is no profile “{found}”.",
            )
        case "unknown_state":
            return Message(
                fr=f"« {column} » : « {found} » ne dit ni oui, ni non, ni plus maintenant.",
                en=f"“{column}”: “{found}” says neither yes, nor no, nor no longer.",
            )
        case "unknown_purpose":
            return Message(
                fr=f"« {column} » : la finalité « {found} » n'est pas déclarée.",
                en=f"“{column}”: the purpose “{found}” is not declared.",
            )
        case "unknown_channel":
            return Message(
                fr=f"« {column} » : le canal « {found} » n'est pas déclaré.",
                en=f"“{column}”: the channel “{found}” is not declared.",
            )
        case _:
            assert_never(reason)


def _shown(text: str) -> str:
    """The text with a sign where bytes are no letters."""
    return "".join("\ufffd" if ord(letter) >= BAD_BYTE else letter for letter in text)


def _table(rejects: Sequence[Reject]) -> pa.Table:
    rows = [
        {
            "line": entry.line,
            "column": entry.column,
            "found": entry.found,
            "expected": entry.expected,
            "message_fr": entry.message.fr,
            "message_en": entry.message.en,
        }
        for entry in rejects
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


_WORDS = {
    "text": ("texte", "text"),
    "integer": ("nombre entier de 18 chiffres au plus", "a whole number of at most 18 digits"),
    "decimal": ("nombre décimal de 18 chiffres au plus", "a decimal number of at most 18 digits"),
    "float": ("nombre", "a number"),
    "boolean": ("booléen : true, false, vrai, faux, oui ou non", "true, false, vrai, faux, oui or non"),
    "date": ("date : AAAA-MM-JJ ou JJ/MM/AAAA", "a date: YYYY-MM-DD or DD/MM/YYYY"),
    "instant": (
        "instant : AAAA-MM-JJThh:mm:ss ou JJ/MM/AAAA hh:mm, avec ou sans fuseau",
        "an instant: YYYY-MM-DDThh:mm:ss or DD/MM/YYYY hh:mm, with or without a zone",
    ),
    "texts": ("ensemble de textes", "a set of texts"),
    "identifier": ("identifiant : texte ou nombre entier", "an identifier: a text or a whole number"),
    "moment": (
        "date ou instant : AAAA-MM-JJ, JJ/MM/AAAA, AAAA-MM-JJThh:mm:ss ou JJ/MM/AAAA hh:mm",
        "a date or an instant: YYYY-MM-DD, DD/MM/YYYY, YYYY-MM-DDThh:mm:ss or DD/MM/YYYY hh:mm",
    ),
}
