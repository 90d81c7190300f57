"""Refused rows grouped by the repair that would save them: one decision for hundreds of rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from vitrail.collect.habits import AMOUNT, EMPTIES, LOCAL
from vitrail.model.errors import Message
from vitrail.model.reports import RefusalGroup, Reject

Shape = Literal["", "no_such_day", "local_date", "amount", "fraction", "nothing", "too_long"]

SHOWN = 5
FRACTION = re.compile(r"[+-]?[0-9]+[.,][0-9]{1,2}")
"""A number that is not whole, whatever its mark; before three figures the mark may part thousands."""


class Group(msgspec.Struct):
    """A group that grows while rows are refused."""

    first: Reject
    shape: Shape
    lines: list[int] = []
    samples: dict[str, None] = {}
    rows: int = 0
    last_line: int = -1


class Groups:
    """The groups of one load; it owns their counts."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str, str], Group] = {}

    def add(self, rejects: Iterable[Reject]) -> None:
        """Count refused cells in their groups."""
        for reject in rejects:
            shape = _shape(reject)
            key = (reject.code, reject.column, shape)
            group = self._groups.get(key)
            if group is None:
                group = self._groups[key] = Group(reject, shape, [], {})
            if group.last_line != reject.line:
                group.rows, group.last_line = group.rows + 1, reject.line
            if len(group.lines) < SHOWN:
                group.lines.append(reject.line)
            if len(group.samples) < SHOWN and reject.found:
                group.samples[reject.found] = None

    def all(self) -> tuple[RefusalGroup, ...]:
        """The groups, the largest first."""
        ordered = sorted(self._groups.values(), key=lambda group: -group.rows)
        return tuple(_told(group) for group in ordered)


def _told(group: Group) -> RefusalGroup:
    first = group.first
    message, repair = _words(first, group.shape)
    return RefusalGroup(
        code=first.code,
        column=first.column,
        rows=group.rows,
        message=message,
        repair=repair,
        samples=tuple(group.samples),
        lines=tuple(group.lines),
        answer=_ANSWERS.get(group.shape, "") and f"{_ANSWERS[group.shape]}:{first.column}",
    )


def _shape(reject: Reject) -> Shape:
    """What the refused cell looks like, which tells the repair."""
    if reject.code != "type":
        return ""
    text = reject.found.strip()
    if text in EMPTIES:
        return "nothing"
    if reject.expected in ("date", "instant", "moment"):
        return _shape_of_date(text)
    if reject.expected not in ("integer", "decimal", "float"):
        return ""
    if len(re.sub(r"[^0-9]", "", text)) > 18:
        return "too_long"
    if reject.expected == "integer" and FRACTION.fullmatch(text):
        return "fraction"
    return "amount" if AMOUNT.fullmatch(text) else ""


def _shape_of_date(text: str) -> Shape:
    iso = re.match(r"[0-9]{4}-([0-9]{2})-([0-9]{2})", text)
    if iso is not None:
        return "no_such_day"
    found = LOCAL.fullmatch(text)
    if found is None:
        return ""
    first, second, year = int(found[1]), int(found[3]), found[4]
    standard = len(found[1]) == len(found[3]) == 2 and found[2] == "/" and len(year) == 4
    return "no_such_day" if standard and second <= 12 and first <= 31 else "local_date"


def _words(first: Reject, shape: Shape) -> tuple[Message, Message]:
    """What is wrong with the rows of a group, and what to do."""
    name = first.column
    match shape:
        case "no_such_day":
            return _pair(name, "cette date n’existe pas", "this date does not exist", *_REPAIR)
        case "local_date":
            return _pair(
                name,
                "la date est écrite autrement (jour/mois, année courte…)",
                "the date is written otherwise (day/month, short year…)",
                "Choisissez l’écriture des dates une fois pour toute la colonne",
                "Choose how dates are written, once for the whole column",
            )
        case "amount":
            return _pair(
                name,
                "le nombre a des séparateurs ou une unité",
                "the number has separators or a unit",
                "Choisissez le signe décimal une fois pour toute la colonne",
                "Choose the decimal mark, once for the whole column",
            )
        case "fraction":
            return _pair(
                name,
                "la colonne attend des nombres entiers, celui-ci a des décimales",
                "the column takes whole numbers, this one has decimals",
                "Déclarez-la du type decimal (vitrail declare), puis importez de nouveau le fichier",
                "Declare it of the type decimal (vitrail declare), then import the file again",
            )
        case "nothing":
            return _pair(
                name,
                "un mot tient lieu de cellule vide (NULL, #N/A…)",
                "a word stands for an empty cell (NULL, #N/A…)",
                "Dites que ces mots valent une cellule vide",
                "Say that these words count as empty cells",
            )
        case "too_long":
            return _pair(
                name,
                "le nombre est trop long",
                "the number is too long",
                "Gardez la colonne comme texte (types)",
                "Keep the column as text (types)",
            )
        case "":
            return _by_code(first)


def _by_code(first: Reject) -> tuple[Message, Message]:
    if first.code in _CODES:
        (what_fr, what_en), (do_fr, do_en) = _CODES[first.code]
        return _pair(first.column, what_fr, what_en, do_fr, do_en)
    return first.message, Message(fr=_REPAIR[0], en=_REPAIR[1])


def _pair(name: str, *words: str) -> tuple[Message, Message]:
    what_fr, what_en, do_fr, do_en = words
    lead_fr, lead_en = (f"« {name} » : ", f"“{name}”: ") if name else ("", "")
    return Message(fr=f"{lead_fr}{what_fr}.", en=f"{lead_en}{what_en}."), Message(
        fr=f"{do_fr}.", en=f"{do_en}."
    )


_REPAIR = (
    "Corrigez ces cellules dans le fichier des lignes refusées, puis importez-le",
    "Correct these cells in the file of refused rows, then import it",
)
_ANSWERS: dict[Shape, str] = {"local_date": "day-month", "amount": "decimal", "nothing": "empty-words"}
_CODES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "type": (("la valeur n’est pas du type attendu", "the value is not of the expected type"), _REPAIR),
    "empty": (
        ("la cellule est vide, une valeur est nécessaire", "the cell is empty, a value is needed"),
        ("Complétez le fichier des lignes refusées", "Complete the file of refused rows"),
    ),
    "cells": (
        ("la ligne a trop ou trop peu de cellules", "the line has too many or too few cells"),
        (
            "Cherchez un séparateur en trop, souvent dans une adresse : guillemets autour",
            "Look for a separator too many, often in an address: put quotes around",
        ),
    ),
    "bytes": (
        ("des octets n’y sont pas des lettres", "some bytes are no letters there"),
        ("Retapez les lettres accentuées de ces lignes", "Type the accented letters of these lines again"),
    ),
    "total": (
        ("la ligne est un total", "the line is a total"),
        ("Rien à faire : un total n’est pas une donnée", "Nothing to do: a total is not data"),
    ),
    "header": (
        ("la ligne répète l’en-tête", "the line is the header once more"),
        ("Rien à faire : l’en-tête n’est pas une donnée", "Nothing to do: the header is not data"),
    ),
    "json": (
        ("la ligne n’est pas un objet JSON", "the line is not a JSON object"),
        ("Corrigez la ligne à sa source", "Correct the line where it comes from"),
    ),
    "key_twice": (
        ("un nom se trouve deux fois dans l’objet", "a name stands twice in the object"),
        ("Corrigez la ligne à sa source", "Correct the line where it comes from"),
    ),
    "clash": (
        ("la même clé revient avec un autre contenu", "the same key comes again with another content"),
        ("Gardez une seule ligne par clé", "Keep one line for each key"),
    ),
    "stored": (
        ("la même clé est déjà là, avec un autre contenu", "the same key is already there, otherwise"),
        ("Un événement ne change pas : changez sa clé", "An event does not change: change its key"),
    ),
    "unknown_profile": (
        ("ce client n’est pas connu", "this customer is not known"),
        ("Importez d’abord les clients", "Import the customers first"),
    ),
    "unknown_state": (
        ("ni oui, ni non, ni plus maintenant", "neither yes, nor no, nor no longer"),
        ("Écrivez oui, non ou retiré", "Write yes, no or withdrawn"),
    ),
    "unknown_purpose": (
        ("cette finalité n’est pas déclarée", "this purpose is not declared"),
        ("Déclarez-la avec vitrail declare", "Declare it with vitrail declare"),
    ),
    "unknown_channel": (
        ("ce canal n’est pas déclaré", "this channel is not declared"),
        ("Déclarez-le avec vitrail declare", "Declare it with vitrail declare"),
    ),
}  # fmt: skip
