"""What a person answered in a form: read, checked against the questions, all problems at once."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import assert_never

import msgspec

from vitrail.model.errors import Message, Problem, UserError
from vitrail.model.forms import Form, Question

Value = str | int | bool | Decimal | dt.date | tuple[str, ...]
Posted = Mapping[str, Sequence[str]]
"""What a browser sends: the texts of each field, by name."""

LONGEST = 2000
GREATEST = Decimal(10) ** 14


class Misfit(msgspec.Struct, frozen=True):
    """Why an answer does not fit its question."""

    message: Message


def read_answers(form: Form, posted: Posted) -> dict[str, Value]:
    """The answers by the keys of their questions; a question left empty is absent.

    Several choices left empty are an answer, the empty set, in a preference centre, which shows what
    it had. Raises `UserError` with a problem for each answer that does not fit; `path` is the key.
    """
    found: dict[str, Value] = {}
    problems = []
    for question in form.questions:
        texts = [_clean(text) for text in posted.get(question.key, ())]
        answer = _read(question, [text for text in texts if text], kept=form.kind == "preferences")
        if isinstance(answer, Misfit):
            problems.append(Problem(code="bad_answer", path=question.key, message=answer.message))
        elif answer is not None:
            found[question.key] = answer
    if problems:
        raise UserError(tuple(problems))
    return found


def _read(question: Question, texts: Sequence[str], *, kept: bool) -> Value | Misfit | None:
    if not texts:
        if question.required:
            return _misfit("Répondez à cette question.", "Please answer this question.")
        return () if kept and question.kind == "choices" else None
    text = texts[-1]
    match question.kind:
        case "nps":
            return _whole(text, least=0, greatest=10)
        case "rating":
            return _whole(text, least=1, greatest=5)
        case "choice":
            return text if text in _values(question) else _not_a_choice()
        case "choices":
            return tuple(sorted(set(texts))) if set(texts) <= _values(question) else _not_a_choice()
        case "yes_no":
            return text == "yes" if text in ("yes", "no") else _not_a_choice()
        case "text":
            return text if len(text) <= LONGEST else _too_long(len(text))
        case "date":
            return _date(text)
        case "number":
            return _number(text)
        case _:
            assert_never(question.kind)


def _values(question: Question) -> set[str]:
    return {option.value for option in question.options}


def _whole(text: str, *, least: int, greatest: int) -> int | Misfit:
    if text.isascii() and text.isdigit() and least <= int(text[:3]) <= greatest and len(text) < 3:
        return int(text)
    return _misfit(
        f"Choisissez une note de {least} à {greatest}.", f"Choose a score from {least} to {greatest}."
    )


def _date(text: str) -> dt.date | Misfit:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return _misfit("Écrivez la date ainsi : 2025-03-31.", "Write the date like this: 2025-03-31.")


def _number(text: str) -> Decimal | Misfit:
    plain = "".join(each for each in text if not each.isspace()).replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return _not_a_number()
    return number if number.is_finite() and abs(number) < GREATEST else _not_a_number()


def _clean(text: str) -> str:
    """A text in one Unicode form, without control characters, lines kept."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(each for each in composed if each == "\n" or unicodedata.category(each)[0] != "C").strip()


def _not_a_choice() -> Misfit:
    return _misfit(
        "Cette réponse n’est pas parmi les choix proposés.", "This answer is not among the choices offered."
    )


def _not_a_number() -> Misfit:
    return _misfit("Écrivez un nombre, par exemple 12,5.", "Write a number, for example 12.5.")


def _too_long(length: int) -> Misfit:
    return _misfit(
        f"Cette réponse est trop longue : {length} caractères, {LONGEST} au plus.",
        f"This answer is too long: {length} characters, {LONGEST} at most.",
    )


def _misfit(fr: str, en: str) -> Misfit:
    return Misfit(Message(fr=fr, en=en))
