"""How the cells of a column are written where that is not Vitrail's way, and the same cells rewritten."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Literal, get_args

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.files.asking import Answers, answer_to
from vitrail.model.errors import Problem, problem

Days = Literal["day", "month", "iso"]
Century = Literal["past", "2000", "1900"]
Mark = Literal["comma", "point"]
Serial = Literal["1900", "1904", "number"]
Unreadable = Literal["refuse", "empty", "text"]


class Habit(msgspec.Struct, frozen=True, omit_defaults=True):
    """The writing of one column.

    `days`: what comes first in 03/04/2025; `century`: what 68 means; `decimal`: the mark in front of
    decimals; `serial`: numbers are days counted since then; `empties`: words such as NULL and #N/A
    stand for an empty cell; `unreadable`: what becomes of a cell that is no number or date.
    """

    days: Days | None = None
    century: Century | None = None
    decimal: Mark | None = None
    serial: Serial | None = None
    empties: bool = False
    unreadable: Unreadable | None = None


KEYS = {
    "days": "day-month",
    "century": "century",
    "decimal": "decimal",
    "serial": "serial",
    "unreadable": "unreadable",
}
"""What each habit is called in answers."""

CHOICES: dict[str, tuple[str, ...]] = {
    "day-month": get_args(Days),
    "century": get_args(Century),
    "decimal": get_args(Mark),
    "serial": get_args(Serial),
    "empty-words": ("yes", "no"),
    "unreadable": get_args(Unreadable),
}
"""What may be answered about the writing of a column."""

QUESTIONS = (*CHOICES, "sheet", "member", "encoding", "header", "kind", "key", "profile", "at", "value")
"""All that a file may leave open."""

EMPTIES = (
    *("NULL", "null", r"\N", "N/A", "n/a", "NA", "NaN", "-", "--"),
    *("#N/A", "#REF!", "#VALUE!", "#VALEUR!", "#DIV/0!"),
)
"""Words that stand for nothing where a number or a date is expected."""


def wrong_answers(answers: Answers) -> list[Problem]:
    """Answers to no question, or that are no choice; whether a file has a sheet or column is seen later."""
    found = [_wrong(key, said) for key, said in answers.items() if said]
    return [each for each in found if each is not None]


def _wrong(key: str, said: str) -> Problem | None:
    question = key.partition(":")[0]
    choices = CHOICES.get(question)
    if question not in QUESTIONS:
        return problem(
            "no_such_question",
            path=key,
            fr=f"Aucun fichier ne demande « {key} ». Rien n’a été chargé.",
            en=f"No file asks “{key}”. Nothing was loaded.",
            hint=tuple(difflib.get_close_matches(question, QUESTIONS, n=3)) or QUESTIONS[: len(CHOICES)],
        )
    if choices is None or said in choices:
        return None
    return problem(
        "no_such_answer",
        path=key,
        fr=f"« {said} » ne répond pas à « {key} ». Choix : {', '.join(choices)}. Rien n’a été chargé.",
        en=f"“{said}” does not answer “{key}”. Choices: {', '.join(choices)}. Nothing was loaded.",
    )


def told_habit(answers: Answers, name: str) -> Habit:
    """What the answers say of a column."""
    told = {part: answer_to(answers, f"{key}:{name}") for part, key in KEYS.items()}
    known = {part: said for part, said in told.items() if said is not None}
    empties = answer_to(answers, f"empty-words:{name}") == "yes"
    return msgspec.convert({**known, "empties": empties}, Habit)


def as_answers(habit: Habit, name: str) -> dict[str, str]:
    """A habit as the answers that tell it."""
    told = {f"{key}:{name}": getattr(habit, part) for part, key in KEYS.items()}
    known = {key: said for key, said in told.items() if said is not None}
    return {**known, f"empty-words:{name}": "yes"} if habit.empties else known


def rewritten(cells: pa.StringArray, habit: Habit | None) -> pa.StringArray:
    """The cells in Vitrail's writing; one that cannot be rewritten stays as it is."""
    if habit is None or not _is_odd(habit) or cells.type != pa.string():
        return cells
    if habit.empties:
        nothing = pc.is_in(pc.ascii_trim_whitespace(cells), pa.array(EMPTIES))
        cells = pc.if_else(nothing, pa.scalar(None, pa.string()), cells)
    if not _is_odd(msgspec.structs.replace(habit, empties=False)):
        return cells
    coded = pc.dictionary_encode(cells)
    words = coded.dictionary
    odd = pc.invert(pc.match_substring_regex(words, _usual(habit)))
    if not pc.any(odd, min_count=0).as_py():
        return cells
    change = partial(_rewrite, habit=habit)
    pairs = zip(words.to_pylist(), odd.to_pylist(), strict=True)
    new = pa.array([change(word) if strange else word for word, strange in pairs], pa.string())
    return new.take(coded.indices)


def _is_odd(habit: Habit) -> bool:
    """Whether the habit is not Vitrail's own."""
    dated = habit.days in ("day", "month") or habit.serial in ("1900", "1904")
    return dated or habit.decimal is not None or habit.empties


def _usual(habit: Habit) -> str:
    """What is in Vitrail's writing already; the day comes first in its dates with slashes."""
    if habit.days == "day":
        return r"^([0-9]{4}-[0-9]{2}-[0-9]{2}.*|[0-9]{2}/[0-9]{2}/[0-9]{4}([T ][0-9]{2}:.*)?)$"
    if habit.decimal is not None:
        return r"^-?[0-9]+(,[0-9]+)?$" if habit.decimal == "comma" else r"^-?[0-9]+(\.[0-9]+)?$"
    return r"^[0-9]{4}-[0-9]{2}-[0-9]{2}" if habit.days == "month" else r"^$"


def _rewrite(word: str, habit: Habit) -> str:
    text = word.strip(" \t\u00a0\u202f")
    for applies, change in _CHANGES:
        if applies(habit) and (found := change(text, habit)) is not None:
            return found
    return word


def _date(text: str, habit: Habit) -> str | None:
    """A date of figures, with or without a time, as ISO."""
    found = LOCAL.fullmatch(text)
    if found is None:
        return None
    first, second, year, time = found.group(1, 3, 4, 5)
    day, month = (second, first) if habit.days == "month" else (first, second)
    if len(year) == 2:
        if habit.century is None:
            return None
        year = str(_year(int(year), habit.century))
    return f"{year}-{month:0>2}-{day:0>2}{_time(time or '')}"


def _time(text: str) -> str:
    """The time as ISO: `T08:05:00`."""
    found = re.fullmatch(r"[T ]+([0-9]{1,2})[:hH]([0-9]{2})(.*)", text)
    return text if found is None else f"T{found.group(1):0>2}:{found.group(2)}{found.group(3)}"


def _year(short: int, century: Century) -> int:
    match century:
        case "2000":
            return 2000 + short
        case "1900":
            return 1900 + short
        case "past":
            this_year = dt.datetime.now(dt.UTC).year
            return 2000 + short if 2000 + short <= this_year else 1900 + short


def _serial(text: str, habit: Habit) -> str | None:
    """A number of days since the start of 1900 or 1904 as a date; the part of a day as a time."""
    if re.fullmatch(r"[0-9]{1,6}([.,][0-9]+)?", text) is None:
        return None
    start = dt.datetime(1904, 1, 1) if habit.serial == "1904" else dt.datetime(1899, 12, 30)  # noqa: DTZ001
    days = Decimal(text.replace(",", "."))
    moment = start + dt.timedelta(days=int(days), seconds=round((days % 1) * 86_400))
    return moment.date().isoformat() if days % 1 == 0 else moment.isoformat()


def _number(text: str, habit: Habit) -> str | None:
    """An amount without its currency and its thousands; a percentage as the share it is.

    With a decimal comma, 3.5 is neither 3.5 nor 35: no parser reads what then stands for it.
    """
    found = AMOUNT.fullmatch(text)
    if found is None:
        return None
    mark = "," if habit.decimal == "comma" else "."
    whole, _, fraction = found.group("figures").partition(mark)
    if WHOLE[mark].fullmatch(whole) is None or re.fullmatch("[0-9]*", fraction) is None:
        return UNREADABLE
    plain = re.sub("[^0-9]", "", whole) + ("." + fraction if fraction else "")
    negative = "-" in (found.group("sign"), found.group("sign2")) or text.startswith("(")
    value = Decimal(plain) / (100 if "%" in text else 1)
    return format(-value if negative else value, "f")


Change = Callable[[str, Habit], str | None]
_CHANGES: tuple[tuple[Callable[[Habit], bool], Change], ...] = (
    (lambda habit: habit.days in ("day", "month"), _date),
    (lambda habit: habit.serial in ("1900", "1904"), _serial),
    (lambda habit: habit.decimal is not None, _number),
)

LOCAL = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})([T ]+[0-9]{1,2}[:hH][0-9]{2}.*)?")
_MONEY = r"(?:€|\$|£|EUR|USD|GBP|CHF|%)"
_GAPS = "[ \u00a0\u202f]"
UNREADABLE = "?"
WHOLE = {
    mark: re.compile(rf"[0-9]+|[0-9]{{1,3}}(?:{apart}[0-9]{{2,3}})*{apart}[0-9]{{3}}")
    for mark, apart in ((",", rf"(?:[.'’]|{_GAPS})"), (".", rf"(?:[,'’]|{_GAPS})"))
}
"""The figures before each decimal mark: together, or by threes (in India by twos but for the last)."""
AMOUNT = re.compile(
    rf"\(?{_GAPS}?{_MONEY}?{_GAPS}?(?P<sign>[+-]?){_GAPS}?{_MONEY}?{_GAPS}?"
    rf"(?P<figures>[0-9](?:[0-9.,'’]|{_GAPS}(?=[0-9]{{3}}))*)"
    rf"{_GAPS}?{_MONEY}?(?P<sign2>-?)\)?"
)
