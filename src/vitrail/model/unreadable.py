"""What to tell a program whose JSON is not a condition."""

from __future__ import annotations

import re

import msgspec

from vitrail.model.errors import Message, Problem, UserError

_LONGEST = 200

_KINDS = {
    "str": "un texte",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "true ou false",
    "null": "rien (null)",
    "array": "une liste",
    "object": "un objet",
    "date": "une date",
    "datetime": "un instant",
    "decimal": "un nombre",
}

_FRENCH: tuple[tuple[str, str], ...] = (
    (r"Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`", "on attend {wanted}, pas {found}"),
    (r"Expected `(?P<wanted>[^`]+)`", "on attend {wanted}"),
    (r"Object missing required field `(?P<name>.+)`", "il manque le champ « {name} »"),
    (r"Object contains unknown field `(?P<name>.+)`", "le champ « {name} » n’existe pas"),
    (r"Invalid value (?P<name>.+)", "{name} n’est le nom d’aucun élément"),
    (r"Invalid enum value (?P<name>.+)", "{name} n’est pas un choix possible"),
    (r"Invalid RFC3339 encoded .*", "cette date n’existe pas, ou s’écrit autrement : 2025-03-31"),
    (r"Invalid decimal string", "ce nombre s’écrit autrement : 12.50"),
    (r"a whole number has .*", "un nombre entier tient sur 64 bits au plus"),
    (r"a number has at most .*", "un nombre a au plus 18 chiffres avant et 18 après le point"),
    (r"an instant is written .*", "un instant s’écrit en UTC, avec un Z final"),
    (r"a duration is not .*", "une durée n’est pas négative, et d’une taille que l’on écrit"),
    (r"a text holds half a character", "ce texte contient un demi-caractère"),
    (r"a name is not empty", "un nom n’est pas vide"),
    (r"a share is not negative", "une part n’est pas négative"),
    (r"a number of periods .*", "un nombre de périodes n’est pas négatif"),
    (r"a sequence has .*", "une séquence a au moins une étape"),
    (r"`and` joins .*", "« and » réunit deux conditions ou plus"),
    (r"`or` joins .*", "« or » réunit deux conditions ou plus"),
    (r"`in` needs .*", "« in » demande au moins un choix"),
    (r"`has` .*", "« has » demande au moins un choix, et un seul sans « any of » ni « all of »"),
)


def unreadable(error: Exception) -> UserError:
    """The error of a reader as a problem with its path: `left.value`, `conditions[1].of`."""
    match error:
        case RecursionError():
            return _refused(
                "too_deep",
                fr="Cet arbre est trop profond : découpez la condition en plusieurs segments.",
                en="This tree is too deep: cut the condition into several segments.",
            )
        case msgspec.ValidationError():
            return _not_a_condition(str(error))
        case UnicodeError():
            return _refused(
                "not_json",
                fr="Ce texte contient un demi-caractère : ce n’est pas du JSON.",
                en="This text holds half a character: it is not JSON.",
            )
        case _:
            return _refused(
                "not_json", fr=f"Ce texte n’est pas du JSON : {error}.", en=f"This text is not JSON: {error}."
            )


def _not_a_condition(told: str) -> UserError:
    before, found, place = told.rpartition(" - at `$")
    reason = before if found else told
    path = place.removesuffix("`").removeprefix(".") if found else ""
    if len(reason) > _LONGEST:
        reason = f"{reason[:_LONGEST]}…"
    at_fr = f", à l’endroit « {path} »" if path else ""
    at_en = f', at "{path}"' if path else ""
    return _refused(
        "not_a_condition",
        fr=f"Ce JSON n’est pas une condition{at_fr} : {_in_french(reason)}.",
        en=f"This JSON is not a condition{at_en}: {reason}.",
        path=path,
    )


def _refused(code: str, *, fr: str, en: str, path: str = "") -> UserError:
    return UserError((Problem(code=code, path=path, message=Message(fr=fr, en=en)),))


def _in_french(reason: str) -> str:
    for pattern, french in _FRENCH:
        found = re.fullmatch(pattern, reason, re.DOTALL)
        if found:
            words = {name: _kinds(text) for name, text in found.groupdict().items()}
            return french.format(**words)
    return f"on y lit « {reason} »"


def _kinds(text: str) -> str:
    return " ou ".join(_KINDS.get(each, each) for each in text.split(" | "))
