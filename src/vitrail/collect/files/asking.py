"""What a file leaves open, as questions with choices; the answers, which a recipe keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from vitrail.model.errors import Message, Problem, UserError

Answers = Mapping[str, str]
"""What was answered: `sheet`, `day-month` for all columns, or `day-month:born` for one."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One possible answer: the word to give, and what it means."""

    value: str
    label: Message


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing the file does not tell. `key` names it in answers: `day-month:born`, `sheet`.

    `samples` are cells it is about.
    """

    key: str
    text: Message
    choices: tuple[Choice, ...]
    column: str = ""
    samples: tuple[str, ...] = ()


class Unanswered(UserError):
    """The file cannot be read before some questions are answered."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(tuple(as_problem(each) for each in questions))
        self.questions = tuple(questions)


def answer_to(answers: Answers, key: str) -> str | None:
    """What was answered to a question: for its column, or else for all columns."""
    return answers.get(key) or answers.get(key.partition(":")[0])


def chosen(answers: Answers, question: Question) -> str | None:
    """The choice that was made, if one was; refuses what is no choice."""
    said = answer_to(answers, question.key)
    values = tuple(each.value for each in question.choices)
    if said is None or said in values:
        return said
    raise UserError((_no_choice(question, said, values=values),))


def as_problem(question: Question) -> Problem:
    """A question as a problem: what is asked, the choices, how to answer."""
    fr = [f"{each.value} ({each.label.fr})" for each in question.choices[:SHOWN]]
    en = [f"{each.value} ({each.label.en})" for each in question.choices[:SHOWN]]
    more = ["…"] if len(question.choices) > SHOWN else []
    asked_fr, asked_en = (text + cells_of(question) for text in (question.text.fr, question.text.en))
    flag = f"--answer {quoted(question.key + '=…')}"
    return Problem(
        code="question",
        path=question.key,
        message=Message(
            fr=f"{asked_fr} Choix : {', '.join(fr + more)}. Répondez avec {flag} ou dans la recette "
            "(answers). Rien n’a été chargé.",
            en=f"{asked_en} Choices: {', '.join(en + more)}. Answer with {flag} or in the recipe "
            "(answers). Nothing was loaded.",
        ),
    )


def cells_of(question: Question) -> str:
    """The cells a question is about, in brackets, where its words show none."""
    told = any(each in question.text.en for each in question.samples)
    return "" if told or not question.samples else f" [{' · '.join(question.samples[:3])}]"


def quoted(text: str) -> str:
    """A word of a command line, between quotes where it holds spaces."""
    return f'"{text}"' if " " in text else text


def _no_choice(question: Question, said: str, *, values: tuple[str, ...]) -> Problem:
    return Problem(
        code="no_such_answer",
        path=question.key,
        message=Message(
            fr=f"« {said} » ne répond pas à « {question.key} » : {question.text.fr}",
            en=f"“{said}” does not answer “{question.key}”: {question.text.en}",
        ),
        hint=values[:SHOWN],
    )


SHOWN = 12
"""Choices shown in one line."""
