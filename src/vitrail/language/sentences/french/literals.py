"""Constants and windows in French."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from vitrail.language.sentences import figures
from vitrail.language.sentences.french.grammar import FIXED, Phrase, of, quoted, typographic
from vitrail.language.sentences.natures import Nature
from vitrail.language.sentences.scene import Scene
from vitrail.model.catalogue import Gender
from vitrail.model.tree import (
    Before,
    Between,
    Boolean,
    CalendarUnit,
    Constant,
    Date,
    Duration,
    Instant,
    Integer,
    Last,
    Next,
    Number,
    Period,
    Since,
    Text,
    Unit,
    Window,
)

UNITS: dict[Unit, tuple[str, str, Gender]] = {
    "minute": ("minute", "minutes", "f"),
    "hour": ("heure", "heures", "f"),
    "day": ("jour", "jours", "m"),
    "week": ("semaine", "semaines", "f"),
    "month": ("mois", "mois", "m"),
    "quarter": ("trimestre", "trimestres", "m"),
    "year": ("an", "ans", "m"),
}

_PERIODS: dict[CalendarUnit, tuple[str, str, str]] = {
    "day": ("hier", "aujourd’hui", "demain"),
    "week": ("la semaine dernière", "cette semaine", "la semaine prochaine"),
    "month": ("le mois dernier", "ce mois-ci", "le mois prochain"),
    "quarter": ("le trimestre dernier", "ce trimestre-ci", "le trimestre prochain"),
    "year": ("l’année dernière", "cette année", "l’année prochaine"),
}


# --- constants ----------------------------------------------------------------------------------


def literal(constant: Constant, like: Nature, *, scene: Scene) -> str:
    """A constant as the value it is compared with is written: `France`, `500 €`, `samedi`."""
    match constant:
        case Text(value):
            return choice(value, like) or quoted(value)
        case Integer(value) | Number(value):
            return choice(str(value), like) or figure(value, like)
        case Boolean(value):
            plain = "true" if value else "false"
            return choice(plain, like) or quoted("oui" if value else "non")
        case Date(value):
            midnight = " à 00:00" if like.kind == "instant" else ""
            return f"{figures.day(value, language='fr')}{midnight}"
        case Instant():
            return moment(constant, scene)
        case Duration():
            return duration(constant)
        case _:
            assert_never(constant)


def choice(value: str, like: Nature) -> str:
    """The words of a declared choice; nothing where it has none.

    They are cited where some choice of the field is several common words (`devis envoyé`).
    """
    labels = {each.value: each.label.fr for each in like.choices if each.label}
    if not (words := labels.get(value, "")):
        return ""
    several = any(" " in each and each[0].islower() for each in labels.values())
    return quoted(words) if several else typographic(words)


def figure(value: int | Decimal, like: Nature) -> str:
    """A number with its unit, or the hour, weekday or month it stands for."""
    match like.kind:
        case "hour" if value in range(24):
            return f"{value}{FIXED}h"
        case "weekday" if value in range(1, 8):
            return figures.weekday(int(value), language="fr")
        case "month" if value in range(1, 13):
            return figures.month(int(value), language="fr")
        case "year":
            return str(value)
        case "age":
            return f"{figures.number(value, language='fr')}{FIXED}{'an' if -2 < value < 2 else 'ans'}"
        case _:
            return with_unit(value, like.unit)


def with_unit(value: int | Decimal, unit: str) -> str:
    """`500 €`, `25 km`, `12`."""
    if figures.is_currency(unit, language="fr"):
        return figures.money(value, unit, language="fr")
    plain = figures.number(value, language="fr")
    return f"{plain}{FIXED}{unit}" if unit else plain


def moment(value: Instant, scene: Scene) -> str:
    """`31 mars 2025 à 10:00`, by the clocks of the workspace."""
    local = figures.local(value.value, scene.catalogue.timezone)
    return f"{figures.day(local.date(), language='fr')} à {figures.clock(local.time(), language='fr')}"


def duration(value: Duration) -> str:
    """`90 jours`, `un an`."""
    one, many, gender = UNITS[value.unit]
    if value.count == 1:
        return f"{'une' if gender == 'f' else 'un'} {one}"
    return f"{figures.number(value.count, language='fr')} {one if value.count == 0 else many}"


def dated(bound: Date | Instant, *, like: Nature, scene: Scene) -> Phrase:
    """A day or a moment with its article: `le 1er janvier 2025`."""
    return Phrase("le ", literal(bound, like, scene=scene))


# --- windows ------------------------------------------------------------------------------------


def window(when: Window, scene: Scene) -> str:
    """A window after a verb or a noun: `au cours des 90 derniers jours`, `ce mois-ci`."""
    match when:
        case Last(length):
            return f"au cours {of(_length(length, 'dernier'))}"
        case Next(length):
            return f"dans {_length(length, 'prochain').text}"
        case Period(unit, offset):
            return _PERIODS[unit][offset + 1]
        case Between(start, end):
            return f"entre le {_bound(start, scene)} (inclus) et le {_bound(end, scene)} (exclu)"
        case Since(start):
            return f"depuis le {_bound(start, scene)}"
        case Before(end):
            return f"avant le {_bound(end, scene)}"
        case _:
            assert_never(when)


def _length(length: Duration, adjective: str) -> Phrase:
    """`les 90 derniers jours`; a single unit is said in the smaller ones that make it up."""
    feminine = "dernière" if adjective == "dernier" else "prochaine"
    count = figures.number(length.count, language="fr")
    one, many, gender = UNITS[length.unit]
    match length.unit, length.count:
        case "day", 1:
            return Phrase("les ", "dernières 24 heures" if adjective == "dernier" else "prochaines 24 heures")
        case "week", 1:
            return Phrase("les ", f"7 {adjective}s jours")
        case "month", 1:
            return Phrase("le ", "dernier mois glissant" if adjective == "dernier" else "mois à venir")
        case "quarter", quarters:
            return Phrase("les ", f"{figures.number(quarters * 3, language='fr')} {adjective}s mois")
        case "year", 1:
            return Phrase("les ", f"12 {adjective}s mois")
        case _, 1:
            return Phrase("la ", f"{feminine} {one}")
        case "year", _:
            return Phrase("les ", f"{count} {feminine}s années")
        case _:
            return Phrase("les ", f"{count} {feminine if gender == 'f' else adjective}s {many}")


def _bound(bound: Date | Instant, scene: Scene) -> str:
    match bound:
        case Date(value):
            return figures.day(value, language="fr")
        case Instant():
            return moment(bound, scene)
        case _:
            assert_never(bound)
