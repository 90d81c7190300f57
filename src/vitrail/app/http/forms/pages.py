"""The page of a form in one language: its questions, what was answered, what does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from vitrail.app.http.forms.words import WORDS
from vitrail.model.errors import Problem
from vitrail.model.forms import Form, Question, Words

Given = Mapping[str, Sequence[str]]
"""What stands in each field, by the key of its question."""

STYLE = "/f/style.css"
SCALES = {"nps": range(11), "rating": range(1, 6)}


class Shown(msgspec.Struct, frozen=True):
    """One question as the page shows it."""

    key: str
    kind: str
    label: str
    help: str
    required: bool
    options: tuple[dict[str, str], ...]
    scale: tuple[int, ...]
    given: tuple[str, ...]
    problem: str


def form_page(form: Form, *, language: str, given: Given, problems: Sequence[Problem] = ()) -> str:
    """The form, to be answered, or answered wrongly and to be corrected."""
    wrong = {each.path: each.message.in_language(language) for each in problems}
    return _page(
        language,
        title=in_language(form.name, language),
        form=form,
        intro=in_language(form.intro, language),
        problems=wrong,
        questions=[
            _shown(each, language, given=given.get(each.key, ()), problem=wrong.get(each.key, ""))
            for each in form.questions
        ],
    )


def thanks_page(form: Form, *, language: str) -> str:
    """What is said once the answers are kept."""
    told = in_language(form.thanks, language) or WORDS[language]["thanks"]
    return _page(language, title=in_language(form.name, language), told=told, other="")


def sorry_page(problem: Problem, *, language: str) -> str:
    """What is said when a link opens nothing."""
    return _page(language, title=WORDS[language]["sorry"], told=problem.message.in_language(language))


def style() -> bytes:
    """The style sheet of the pages."""
    return files("vitrail.app.http.forms").joinpath("style.css").read_bytes()


def in_language(words: Words, language: str) -> str:
    """The words in a language, or in the first one there is."""
    return words.get(language) or next(iter(words.values()), "")


def _shown(question: Question, language: str, *, given: Sequence[str], problem: str) -> Shown:
    return Shown(
        key=question.key,
        kind=question.kind,
        label=in_language(question.label, language),
        help=in_language(question.help, language),
        required=question.required,
        options=_options(question, language),
        scale=tuple(SCALES.get(question.kind, ())),
        given=tuple(given),
        problem=problem,
    )


def _options(question: Question, language: str) -> tuple[dict[str, str], ...]:
    if question.kind == "yes_no":
        words = WORDS[language]
        return ({"value": "yes", "label": str(words["yes"])}, {"value": "no", "label": str(words["no"])})
    return tuple(
        {"value": option.value, "label": in_language(option.label, language)} for option in question.options
    )


def _page(language: str, **parts: object) -> str:
    empty: dict[str, object] = {"form": None, "told": "", "problems": {}, "intro": "", "questions": []}
    other = "en" if language == "fr" else "fr"
    context = {**empty, "other": other, **parts}
    return _template().render(language=language, say=WORDS[language], style=STYLE, **context)


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("vitrail.app.http.forms", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html")
