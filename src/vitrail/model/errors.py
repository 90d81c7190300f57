"""Problems and errors: what is wrong, where, what was expected, what to do, in French and English."""

from __future__ import annotations

from typing import Literal

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One sentence in both languages of the product."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        """The sentence in `fr` or `en`; English for any other language."""
        return self.fr if language == "fr" else self.en


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong (or doubtful) in what was given.

    `code` is stable and made for programs; `path` says where in the tree or file (`left.of.where`,
    `segments.vip.rule`); `span` is the start and end in the text, in characters, where there is a
    text; `hint` holds the nearest valid choices, best first.
    """

    code: str
    path: str
    message: Message
    span: tuple[int, int] | None = None
    hint: tuple[str, ...] = ()
    severity: Literal["error", "warning"] = "error"

    def text(self, language: str = "en") -> str:
        """The problem as one line for a person."""
        sentence = self.message.in_language(language)
        if not self.hint:
            return sentence
        lead = "Vouliez-vous dire" if language == "fr" else "Did you mean"
        close = " ?" if language == "fr" else "?"
        return f"{sentence} {lead} {', '.join(self.hint)}{close}"


class VitrailError(Exception):
    """The root of every error Vitrail raises on purpose."""


class UserError(VitrailError):
    """The request is wrong: all its problems at once, fit to be shown to the person who asked."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(_placed(problem) for problem in problems))
        self.problems = problems


def _placed(problem: Problem) -> str:
    """The English line of a problem, after its place where a file or a definition has one."""
    place = problem.path.partition(":")[0]
    text = problem.text("en")
    told = problem.span is not None and place == problem.path
    return text if told or not place or place in text else f"{place}: {text}"


class Bug(VitrailError):
    """The program is wrong: not to be shown to a customer, to be reported to us."""


def problem(
    code: str,
    *,
    fr: str,
    en: str,
    path: str = "",
    hint: tuple[str, ...] = (),
) -> Problem:
    """A problem without a span, from its two sentences."""
    return Problem(code=code, path=path, message=Message(fr=fr, en=en), hint=hint)


def refuse(code: str, *, fr: str, en: str, path: str = "", hint: tuple[str, ...] = ()) -> UserError:
    """A user error that holds one problem."""
    return UserError((problem(code, fr=fr, en=en, path=path, hint=hint),))
