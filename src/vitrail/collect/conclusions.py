"""What a column of texts is, from all its cells: a type, a way of writing, or a question."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

import msgspec

from vitrail.collect.files.asking import Answers, Choice, Question, chosen
from vitrail.collect.guess import Evidence
from vitrail.collect.habits import Century, Days, Habit, Mark, Serial, Unreadable, as_answers
from vitrail.collect.meanings import is_code, is_date, is_name
from vitrail.model.catalogue import Type
from vitrail.model.errors import Message, Problem


class Conclusion(msgspec.Struct, frozen=True):
    """The type of a column (None: it is empty), how it is written, and what must be asked."""

    kind: Type | None
    habit: Habit = Habit()
    questions: tuple[Question, ...] = ()
    notes: tuple[Problem, ...] = ()


def conclude(name: str, evidence: Evidence, *, answers: Answers) -> Conclusion:
    """What the evidence makes of a column, with what was answered about it."""
    found = _conclude(name, evidence, answers=answers)
    if evidence.odd:
        found = _with_odd(name, evidence, found=found, answers=answers)
    if not evidence.empties or found.kind in (None, "text"):
        return found
    habit = msgspec.structs.replace(found.habit, empties=True)
    return msgspec.structs.replace(found, habit=habit, notes=(*found.notes, _empties(name)))


def _conclude(name: str, evidence: Evidence, *, answers: Answers) -> Conclusion:
    if not evidence.seen:
        return Conclusion(None)
    if evidence.boolean:
        return Conclusion("boolean")
    if evidence.serial and is_date(name):
        return _serial(name, evidence, answers=answers)
    if evidence.integer:
        return Conclusion("text" if evidence.long_digits or is_code(name) else "integer")
    if _is_plain_decimal(evidence):
        return Conclusion("decimal")
    if evidence.iso_date:
        return Conclusion("date", Habit(days="iso"))
    if evidence.instant:
        return Conclusion("instant", Habit(days="iso"))
    if evidence.local:
        return _local(name, evidence, answers=answers)
    if evidence.either and evidence.short_comma and evidence.short_point and not is_code(name):
        return Conclusion("decimal", notes=(_two_marks(name),))
    marked = evidence.units or evidence.commas or evidence.points
    if evidence.amount and marked and not is_code(name):
        return _amount(name, evidence, answers=answers)
    return Conclusion("text", notes=_suspicion(name, evidence))


def _with_odd(name: str, evidence: Evidence, *, found: Conclusion, answers: Answers) -> Conclusion:
    """A column of numbers or dates where a few cells are neither: what becomes of these is asked.

    Where they are more than a few, or the name speaks of codes, the column is of texts.
    """
    if found.kind in (None, "text", "boolean"):
        return found
    if evidence.odd > FEW * evidence.cells or is_name(name):
        return Conclusion("text")
    asked = unreadable(name, evidence, dates=found.kind in ("date", "instant"))
    said = chosen(answers, asked)
    if said == "text":
        return Conclusion("text", Habit(unreadable="text"))
    if said is None:
        return msgspec.structs.replace(found, questions=(*found.questions, asked))
    kept: Unreadable = "empty" if said == "empty" else "refuse"
    return msgspec.structs.replace(found, habit=msgspec.structs.replace(found.habit, unreadable=kept))


def _is_plain_decimal(evidence: Evidence) -> bool:
    french = evidence.comma and not evidence.long_comma
    return evidence.point or french or (evidence.spaced and evidence.gaps and evidence.fraction)


def _local(name: str, evidence: Evidence, *, answers: Answers) -> Conclusion:
    """Dates of figures: which comes first is proved by one above 12, or asked; so is a short year."""
    questions: list[Question] = []
    days: Days | None = None
    if evidence.day_first != evidence.month_first:
        days = "day" if evidence.day_first else "month"
    order = day_order(name, evidence.samples)
    said = chosen(answers, order)
    if said in ("day", "month"):
        days = "day" if said == "day" else "month"
    elif days is None:
        questions.append(order)
    century: Century | None = None
    if evidence.short_year:
        asked = _century(name, evidence.samples)
        said = chosen(answers, asked)
        century = _CENTURIES.get(said or "")
        questions += [asked] if said is None else []
    return Conclusion(
        "instant" if evidence.timed else "date", Habit(days=days, century=century), tuple(questions)
    )


def _amount(name: str, evidence: Evidence, *, answers: Answers) -> Conclusion:
    """Amounts with a currency or thousands: the decimal mark is proved by its place, or asked."""
    mark: Mark | None = None
    if evidence.short_comma != evidence.short_point:
        mark = "comma" if evidence.short_comma else "point"
    elif not evidence.commas and not evidence.points:
        mark = "comma"
    elif evidence.short_comma:
        return Conclusion("text", notes=_suspicion(name, evidence))
    asked = _decimal(name, evidence.samples)
    said = chosen(answers, asked)
    if said is not None:
        mark = "comma" if said == "comma" else "point"
    return Conclusion("decimal", Habit(decimal=mark), () if mark else (asked,))


def _serial(name: str, evidence: Evidence, *, answers: Answers) -> Conclusion:
    """Dates that came out of a spreadsheet as numbers of days."""
    asked = Question(
        f"serial:{name}",
        Message(
            fr=f"« {name} » contient des nombres comme {evidence.samples[0]} : des dates d’un tableur ?",
            en=f"“{name}” holds numbers such as {evidence.samples[0]}: are they the dates of a spreadsheet?",
        ),
        (
            Choice("1900", Message(fr="oui, de Windows", en="yes, of Windows")),
            Choice("1904", Message(fr="oui, d’un ancien Mac", en="yes, of an old Mac")),
            Choice("number", Message(fr="non, des nombres", en="no, numbers")),
        ),
        name,
        evidence.samples[:SHOWN],
    )
    said = chosen(answers, asked)
    if said == "number":
        return Conclusion("integer" if evidence.integer else "decimal")
    if said is None:
        return Conclusion("date", questions=(asked,))
    start: Serial = "1904" if said == "1904" else "1900"
    return Conclusion("date" if evidence.integer else "instant", Habit(days="iso", serial=start))


def day_order(name: str, samples: tuple[str, ...]) -> Question:
    """The question whether the day or the month comes first."""
    shown = next((each for each in samples if _tells_apart(each)), samples[0] if samples else "03/04/2025")
    first, second = (int(part) for part in re.split(r"[/.\-]", shown)[:2])
    day_fr, day_en = _date_words(first, second)
    month_fr, month_en = _date_words(second, first)
    return Question(
        f"day-month:{name}",
        Message(
            fr=f"« {name} » : dans {shown}, le jour vient-il avant le mois ?",
            en=f"“{name}”: in {shown}, does the day come before the month?",
        ),
        (
            Choice("day", Message(fr=f"jour/mois : {day_fr}", en=f"day/month: {day_en}")),
            Choice("month", Message(fr=f"mois/jour : {month_fr}", en=f"month/day: {month_en}")),
        ),
        name,
        samples[:SHOWN],
    )


def _tells_apart(sample: str) -> bool:
    parts = re.split(r"[/.\-]", sample)
    return len(parts) > 2 and parts[0] != parts[1] and int(parts[0]) <= 12 and int(parts[1]) <= 12


def _date_words(day: int, month: int) -> tuple[str, str]:
    """A day of a month in both languages; a month that does not exist keeps its number."""
    french, english = _MONTHS[month - 1] if 1 <= month <= 12 else (f"mois {month}", f"month {month}")
    return f"le {day} {french}", f"{day} {english}"


def _century(name: str, samples: tuple[str, ...]) -> Question:
    shown = next((each for each in samples if re.search(r"[/.\-][0-9]{2}([T ]|$)", each)), samples[0])
    return Question(
        f"century:{name}",
        Message(
            fr=f"« {name} » : dans {shown}, l’année n’a que deux chiffres. De quel siècle est-elle ?",
            en=f"“{name}”: in {shown}, the year has two digits only. Which century is it of?",
        ),
        (
            Choice(
                "past", Message(fr="jamais dans le futur (68 : 1968)", en="never in the future (68: 1968)")
            ),
            Choice("2000", Message(fr="toujours 20..", en="always 20..")),
            Choice("1900", Message(fr="toujours 19..", en="always 19..")),
        ),
        name,
        samples[:SHOWN],
    )


def _decimal(name: str, samples: tuple[str, ...]) -> Question:
    shown = next((each for each in samples if re.search(r"[.,]", each)), samples[0])
    if "," in shown:
        comma, point = ("décimale", "a decimal comma"), ("séparateur de milliers", "between thousands")
        choices = (Choice("comma", _both(comma)), Choice("point", _both(point)))
    else:
        comma, point = ("séparateur de milliers", "between thousands"), ("décimal", "a decimal point")
        choices = (Choice("point", _both(point)), Choice("comma", _both(comma)))
    return Question(
        f"decimal:{name}",
        Message(
            fr=f"« {name} » : dans {shown}, que sépare le signe avant les trois derniers chiffres ?",
            en=f"“{name}”: in {shown}, what is the mark before the last three digits?",
        ),
        choices,
        name,
        samples[:SHOWN],
    )


def to_ask(found: Mapping[str, Conclusion], *, settled: Container[str]) -> list[Question]:
    """What is to be asked of columns; where it is settled what one is, cells that do not fit are refused."""
    return [
        question
        for name, each in found.items()
        for question in each.questions
        if name not in settled or not question.key.startswith(UNREADABLE)
    ]


def unreadable(name: str, evidence: Evidence, *, dates: bool) -> Question:
    """The question what becomes of the few cells of a column that are no numbers, or no dates."""
    what_fr, what_en = ("dates", "dates") if dates else ("nombres", "numbers")
    one = evidence.odd == 1
    cells_fr = (
        f"1 cellule sur {evidence.cells} ne se lit"
        if one
        else (f"{evidence.odd} cellules sur {evidence.cells} ne se lisent")
    )
    cells_en = "1 cell" if one else f"{evidence.odd} cells"
    return Question(
        f"{UNREADABLE}{name}",
        Message(
            fr=f"«\u00a0{name}\u00a0»\u00a0: {cells_fr} pas comme des {what_fr}. Que faire\u202f?",
            en=f"“{name}”: {cells_en} of {evidence.cells} cannot be read as {what_en}. "
            f"What should become of {'it' if one else 'them'}?",
        ),
        (
            Choice(
                "refuse",
                Message(
                    fr="refuser ces lignes, à corriger puis à rapporter",
                    en="refuse these rows, to be corrected and brought again",
                ),
            ),
            Choice("empty", Message(fr="laisser ces cellules vides", en="leave these cells empty")),
            Choice(
                "text",
                Message(
                    fr=f"garder la colonne comme texte, et non comme {what_fr}",
                    en=f"keep the column as text, not as {what_en}",
                ),
            ),
        ),
        name,
        evidence.odds[:SHOWN],
    )


def _both(words: tuple[str, str]) -> Message:
    return Message(fr=words[0], en=words[1])


def _empties(name: str) -> Problem:
    return Problem(
        code="words_for_nothing",
        path=name,
        message=Message(
            fr=f"« {name} » : des mots comme NULL, #N/A ou - y comptent pour des cellules vides.",
            en=f"“{name}”: words such as NULL, #N/A or - count as empty cells there.",
        ),
        severity="warning",
    )


def _two_marks(name: str) -> Problem:
    return Problem(
        code="two_decimal_marks",
        path=name,
        message=Message(
            fr=f"« {name} »\u00a0: des nombres ont une virgule décimale, d’autres un point. Aucun n’a trois "
            "chiffres après\u00a0: tous se lisent sans doute possible.",
            en=f"“{name}”: some numbers have a decimal comma, others a point. None has three digits "
            "behind it, so all can be read without a doubt.",
        ),
        severity="warning",
    )


def _suspicion(name: str, evidence: Evidence) -> tuple[Problem, ...]:
    """What to tell of a column of figures that stays a text."""
    if not evidence.figures:
        return ()
    message = Message(
        fr=f"« {name} » : ces nombres ou dates ne se lisent pas tels quels, la colonne est gardée comme "
        "texte. Pour compter avec, écrivez 1234.50 ou 2025-03-31.",
        en=f"“{name}”: these numbers or dates cannot be read as they are, the column is kept as text. "
        "To count with it, write 1234.50 or 2025-03-31.",
    )
    return (Problem(code="figures_as_text", path=name, message=message, severity="warning"),)


def settled(name: str, found: Conclusion) -> dict[str, str]:
    """The answers that make the next file of the same shape ask nothing."""
    return as_answers(found.habit, name)


SHOWN = 5
UNREADABLE = "unreadable:"
"""What the question about broken cells begins with."""
FEW = 0.02
"""The share of cells that may be neither numbers nor dates in a column that is."""
_CENTURIES: dict[str, Century] = {"past": "past", "2000": "2000", "1900": "1900"}
_MONTHS = (
    ("janvier", "January"), ("février", "February"), ("mars", "March"), ("avril", "April"),
    ("mai", "May"), ("juin", "June"), ("juillet", "July"), ("août", "August"),
    ("septembre", "September"), ("octobre", "October"), ("novembre", "November"), ("décembre", "December"),
)  # fmt: skip
