"""What the quality gate says, in plain sentences."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from vitrail.collect.quality.arrivals import PoorDay
from vitrail.model import typography
from vitrail.model.catalogue import Label
from vitrail.model.errors import Message, Problem

Severity = Literal["error", "warning"]

FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Subject(msgspec.Struct, frozen=True):
    """What a sentence is about, in both languages."""

    fr: str
    en: str


def subject_of(name: str, label: Label | None, *, many: bool = False) -> Subject:
    """The words for a field or a collection: its label, in the plural for what there are many of."""
    if label is None:
        return Subject(f"« {name} »", f"“{name}”")
    french = (label.fr_plural or label.fr) if many else label.fr
    english = (label.en_plural or label.en) if many else label.en
    return Subject(f"« {french} »", f"“{english}”")


def stale(
    path: str, subject: Subject, *, days: int, promised: float | None = None, usual: int | None = None
) -> Problem:
    """The latest value is older than it should be."""
    if promised is not None:
        bound = f"{promised:g}"
        reason = Message(
            fr=f" ; le catalogue en demande de moins de {bound} {_french_days(promised)}",
            en=f"; the catalogue asks for less than {bound} {_english_days(promised)}",
        )
    else:
        most = usual or 0
        reason = Message(
            fr=f" ; d’habitude, jamais plus de {most + 1} {_french_days(most + 1)}",
            en=f"; usually never more than {most + 1} {_english_days(most + 1)}",
        )
    return _problem(
        "stale",
        path,
        fr=f"{subject.fr} : la dernière donnée date de {_grouped(days)} {_french_days(days)}{reason.fr}.",
        en=f"{subject.en}: the latest is {days:,} {_english_days(days)} old{reason.en}.",
        severity="warning" if promised is None else "error",
    )


def silent_source(source: str, *, days: int, usual: int) -> Problem:
    """A source that came regularly does not come any more."""
    return _problem(
        "silent_source",
        f"sources.{source}",
        fr=f"La source « {source} » se tait depuis {days} jours, alors qu’elle chargeait au moins tous les "
        f"{usual} {_french_days(usual)}.",
        en=f"The source “{source}” has been silent for {days} days, while it used to load at least every "
        f"{usual} {_english_days(usual)}.",
    )


def too_few(path: str, subject: Subject, *, day: dt.date, rows: int, promised: int) -> Problem:
    """A day brought fewer rows than were declared."""
    french, english = _days_told(day)
    return _problem(
        "few_rows",
        path,
        fr=f"{subject.fr} : {_grouped(rows)} le {french} ; il en faut {_grouped(promised)} par jour.",
        en=f"{subject.en}: {rows:,} on {english}; the catalogue asks for at least {promised:,} a day.",
        severity="error",
    )


def unusually_few(path: str, subject: Subject, *, poor: PoorDay, days: int) -> Problem:
    """A day brought fewer rows than days of its name do."""
    place = poor.day.weekday()
    low, high = round(poor.usual.low), round(poor.usual.high)
    french, english = _days_told(poor.day)
    more = Message(
        fr=f" ({days} jours anormaux sur les 7 derniers)" if days > 1 else "",
        en=f" ({days} unusual days of the last 7)" if days > 1 else "",
    )
    return _problem(
        "few_rows",
        path,
        fr=f"{subject.fr} : {_grouped(poor.rows)} le {french}, alors qu’un {FRENCH_DAYS[place]} "
        f"en apporte d’habitude de {_grouped(low)} à {_grouped(high)}{more.fr}.",
        en=f"{subject.en}: {poor.rows:,} on {english}, while a {ENGLISH_DAYS[place]} usually "
        f"brings {low:,} to {high:,}{more.en}.",
    )


def low_fill(path: str, subject: Subject, *, share: float, promised: float) -> Problem:
    """A field is filled less than was declared."""
    return _problem(
        "low_fill",
        path,
        fr=f"{subject.fr} : rempli à {_percent(share)} % ; le catalogue demande {_percent(promised)} %.",
        en=f"{subject.en}: filled at {_percent(share)}%; the catalogue asks for {_percent(promised)}%.",
        severity="error",
    )


def emptied(path: str, subject: Subject, *, before: float, after: float) -> Problem:
    """A property that used to be filled is so no more."""
    return _problem(
        "emptied",
        path,
        fr=f"{subject.fr} : rempli à {_percent(after)} % ces 7 derniers jours, contre {_percent(before)} % "
        "les semaines précédentes.",
        en=f"{subject.en}: filled at {_percent(after)}% in the last 7 days, against {_percent(before)}% "
        "in the weeks before.",
    )


def other_values(path: str, subject: Subject, *, count: int) -> Problem:
    """Some values are not among the declared choices."""
    french = _counted(count, one="valeur", many="valeurs")
    english = _counted(count, one="value is", many="values are")
    return _problem(
        "other_values",
        path,
        fr=f"{subject.fr} : {french} hors des choix déclarés.",
        en=f"{subject.en}: {english} not among the declared choices.",
        severity="error",
    )


def repeated_values(path: str, subject: Subject, *, count: int) -> Problem:
    """Some values that should be alone are not."""
    french = _counted(count, one="valeur en répète une autre", many="valeurs en répètent d’autres")
    english = _counted(count, one="value repeats another", many="values repeat others")
    return _problem(
        "repeated",
        path,
        fr=f"{subject.fr} : {french}, alors que chacune devrait être unique.",
        en=f"{subject.en}: {english}, while each should be alone.",
        severity="error",
    )


def in_segment(problem: Problem, name: Subject) -> Problem:
    """The same problem, with what it means for a segment."""
    message = Message(
        fr=typography.french(
            f"{problem.message.fr} Le segment {name.fr} peut donc oublier des clients ou en garder à tort."
        ),
        en=f"{problem.message.en} The segment {name.en} may be missing people, or holding some wrongly.",
    )
    return msgspec.structs.replace(problem, message=message)


def _problem(code: str, path: str, *, fr: str, en: str, severity: Severity = "warning") -> Problem:
    return Problem(code=code, path=path, message=Message(fr=typography.french(fr), en=en), severity=severity)


def _french_days(number: float) -> str:
    return "jour" if number < 2 else "jours"


def _english_days(number: float) -> str:
    return "day" if number == 1 else "days"


def _days_told(day: dt.date) -> tuple[str, str]:
    """A day as each language writes it."""
    first = "1er" if day.day == 1 else str(day.day)
    french = f"{first} {FRENCH_MONTHS[day.month - 1]} {day.year}"
    return french, f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _grouped(number: int) -> str:
    """A number in French, its thousands apart."""
    return f"{number:,}".replace(",", typography.NARROW)


def _percent(share: float) -> str:
    """A share in whole percents, rounded down: what is asked for and not reached must not look reached."""
    return str(int(share * 100))


def _counted(count: int, *, one: str, many: str) -> str:
    return f"{count} {one if count < 2 else many}"
