"""Reading forms as people write them in YAML, with every problem and its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vitrail.app.yaml_files import read_yaml, unknown_names
from vitrail.app.yaml_structs import each_of, edition_of
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.forms import Form, FormFile, Question

PARTS = ("edition", "forms")
LONGEST_KEY = 60


def read_forms(path: str | Path) -> FormFile:
    """The forms of one YAML file. Raises `UserError` with all that is wrong in it, each with its place."""
    content = read_yaml(path, fr="un fichier de formulaires", en="a file of forms")
    problems = [*edition_of(content.get("edition")), *unknown_names(content, PARTS)]
    forms = tuple(each_of(content.get("forms") or [], Form, path="forms", problems=problems))
    for form in forms:
        problems += _wrong_in(form, path=f"forms.{form.key}")
    problems += _repeated([form.key for form in forms], path="forms")
    if problems:
        raise UserError(tuple(problems))
    return FormFile(edition=2026, forms=forms)


def _wrong_in(form: Form, *, path: str) -> Iterator[Problem]:
    """What a form lacks although each of its words fits."""
    yield from _bad_key(form.key, path=path)
    if not form.questions:
        yield problem(
            "no_question",
            path=f"{path}.questions",
            fr="Un formulaire pose au moins une question.",
            en="A form asks at least one question.",
        )
    yield from _repeated([each.key for each in form.questions], path=f"{path}.questions")
    for each in form.questions:
        yield from _wrong_question(each, path=f"{path}.questions.{each.key}")
    if not 1 <= form.days <= 3650:
        yield problem(
            "bad_days",
            path=f"{path}.days",
            fr="Un lien vaut de 1 à 3650 jours.",
            en="A link is good for 1 to 3650 days.",
        )


def _wrong_question(question: Question, *, path: str) -> Iterator[Problem]:
    yield from _bad_key(question.key, path=path)
    chooses = question.kind in ("choice", "choices")
    if chooses and not question.options:
        yield problem(
            "no_option",
            path=f"{path}.options",
            fr="Une question à choix a besoin de choix : « options ».",
            en='A question to choose from needs choices: "options".',
        )
    if not chooses and question.options:
        yield problem(
            "spare_options",
            path=f"{path}.options",
            fr=f"Une question de ce genre ({question.kind}) n’a pas de choix.",
            en=f"A question of this kind ({question.kind}) has no choices.",
        )
    yield from _repeated([each.value for each in question.options], path=f"{path}.options")


def _bad_key(key: str, *, path: str) -> Iterator[Problem]:
    if not key.isidentifier() or not key.isascii() or len(key) > LONGEST_KEY or key in ("at", "form"):
        yield problem(
            "bad_key",
            path=f"{path}.key",
            fr=f"« {key} » ne peut pas servir de clé : des lettres sans accent, des chiffres et _, "
            "60 au plus, et ni « at » ni « form ».",
            en=f"“{key}” cannot be a key: letters without accents, digits and _, 60 at most, "
            "and neither “at” nor “form”.",
        )


def _repeated(names: list[str], *, path: str) -> Iterator[Problem]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield problem(
            "key_twice", path=path, fr=f"« {name} » est écrit deux fois.", en=f"“{name}” is written twice."
        )
