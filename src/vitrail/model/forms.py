"""Forms that people answer willingly: surveys and preference centres, as they are written in YAML."""

from __future__ import annotations

from typing import Literal

import msgspec

QuestionKind = Literal["nps", "rating", "choice", "choices", "yes_no", "text", "date", "number"]
FormKind = Literal["survey", "preferences"]
Words = dict[str, str]
"""Words by language: `{fr: …, en: …}`."""


class Option(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One possible answer: the value that is kept, and the words people read."""

    value: str
    label: Words


class Question(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question of a form.

    `nps` is the likelihood to recommend, from 0 to 10 (Reichheld, Harvard Business Review, December
    2003); `rating` goes from 1 to 5. The answer becomes the property `key` of the event, and the
    value of the trait named by `trait`, if any. `help` stands below the question.
    """

    key: str
    kind: QuestionKind
    label: Words
    help: Words = {}
    options: tuple[Option, ...] = ()
    required: bool = False
    trait: str = ""


class Form(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A survey, which is answered; or a preference centre, which shows what is known and may change it.

    Every set of answers is one event of the collection `event`, from the source `declared`. A link
    stays good for `days` days.
    """

    key: str
    name: Words
    questions: tuple[Question, ...]
    kind: FormKind = "survey"
    intro: Words = {}
    thanks: Words = {}
    event: str = "survey_answer"
    days: int = 90


class FormFile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One YAML document of forms; `edition` says which rules of the format it follows."""

    edition: Literal[2026]
    forms: tuple[Form, ...] = ()
