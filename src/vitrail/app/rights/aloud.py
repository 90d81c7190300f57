"""What is kept of somebody, in the words of who reads it: names, choices, days and hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from vitrail.app.rights.reading import written
from vitrail.language.sentences.figures import with_first
from vitrail.model.catalogue import Catalogue, Field, Label

NAMES: Mapping[str, tuple[str, str]] = {
    "about": ("au sujet de", "about"),
    "at": ("le", "on"),
    "by": ("par", "by"),
    "cells": ("cellules", "cells"),
    "channel": ("canal", "channel"),
    "column": ("colonne", "column"),
    "columns": ("ce qui y était dit", "what it told"),
    "entered": ("entré", "entered"),
    "expected": ("attendu", "expected"),
    "export": ("fichier", "file"),
    "found": ("trouvé", "found"),
    "key": ("identifiant", "identifier"),
    "kind": ("nature", "kind"),
    "line": ("ligne", "line"),
    "masked": ("sous pseudonyme", "under a pseudonym"),
    "message_en": ("explication", "explanation"),
    "message_fr": ("explication", "explanation"),
    "method": ("moyen", "means"),
    "place": ("lieu", "place"),
    "position": ("numéro au registre", "number in the ledger"),
    "profile": ("identifiant", "identifier"),
    "proof": ("preuve", "proof"),
    "purpose": ("finalité", "purpose"),
    "reason": ("raison", "reason"),
    "recorded_at_us": ("inscrit le", "recorded on"),
    "right": ("droit", "right"),
    "seal": ("sceau", "seal"),
    "segment": ("groupe", "group"),
    "state": ("réponse", "answer"),
    "step": ("étape", "step"),
    "trait": ("donnée", "data"),
    "value": ("valeur", "value"),
    "why": ("pourquoi", "why"),
    "wording": ("texte montré", "text shown"),
}
"""What the columns of Vitrail itself are called; those of the base have their own labels."""

ANSWERS: Mapping[str, tuple[str, str]] = {
    "granted": ("oui", "yes"),
    "refused": ("non", "no"),
    "withdrawn": ("retiré", "taken back"),
}
OTHER_LANGUAGE = {"fr": "message_en", "en": "message_fr"}


class Aloud:
    """Reads out rows in one language, at the hours of the workspace."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue = catalogue
        self._language = language
        self._zone = ZoneInfo(catalogue.timezone)
        self._locale = "fr_FR" if language == "fr" else "en_GB"

    def label(self, what: str, name: str) -> str:
        """What people call a value."""
        field = self._field(what, name)
        if field is not None:
            return self._said(field.label, name)
        return self._pick(NAMES.get(name, (name, name)))

    def called(self, what: str) -> str:
        """What people call a collection or a trait."""
        found = self._catalogue.collections.get(what) or self._catalogue.traits.get(what)
        return self._said(None if found is None else found.label, what)

    def values(self, what: str, values: Mapping[str, object]) -> list[tuple[str, str]]:
        """Names and values, without what is said in another language."""
        hidden = OTHER_LANGUAGE[self._language]
        shown = [(name, value) for name, value in values.items() if name != hidden]
        return [(self.label(what, name), self.value(value, what=what, name=name)) for name, value in shown]

    def value(self, value: object, *, what: str, name: str) -> str:
        """A value: its label where it is a choice, a purpose or a group."""
        field = self._field(what, name)
        if field is not None:
            chosen = next((each for each in field.choices if each.value == value), None)
            return self._said(None if chosen is None else chosen.label, self.written(value))
        match name, value:
            case "segment", str():
                return self._said(self._catalogue.segment_labels.get(value), value)
            case "purpose", str():
                known = self._catalogue.purposes.get(value)
                return self._said(None if known is None else known.label, value)
            case "state", str():
                return self._pick(ANSWERS.get(value, (value, value)))
        return self.written(value)

    def written(self, value: object) -> str:
        """A value in a table."""
        match value:
            case dt.datetime():
                pattern = self._pick(("d MMMM y 'à' HH:mm", "d MMMM y 'at' HH:mm"))
                return self._first(
                    format_datetime(value.astimezone(self._zone), pattern, locale=self._locale)
                )
            case dt.date():
                return self._first(format_date(value, "d MMMM y", locale=self._locale))
            case bool():
                return self._pick(("oui", "yes") if value else ("non", "no"))
            case Decimal() | float() if self._language == "fr":
                return written(value).replace(".", ",")
            case list() | tuple():
                return ", ".join(map(self.written, value))
        return written(value)

    def _field(self, what: str, name: str) -> Field | None:
        known = self._catalogue.collections.get(what)
        return self._catalogue.traits.get(name) if known is None else known.properties.get(name)

    def _said(self, label: Label | None, otherwise: str) -> str:
        return otherwise if label is None else self._pick((label.fr, label.en))

    def _first(self, date: str) -> str:
        return with_first(date, language=self._language)

    def _pick(self, words: tuple[str, str]) -> str:
        return words[0] if self._language == "fr" else words[1]
