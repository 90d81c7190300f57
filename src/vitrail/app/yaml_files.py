"""Small YAML files that people write: reading them, and saying what does not fit in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import msgspec.inspect
import yaml

from vitrail.language.messages import nearest
from vitrail.model.errors import Message, Problem, UserError, refuse


class _Twice(yaml.MarkedYAMLError):
    """A name that stands twice in one place, where the second would silently win."""


class _Loader(yaml.SafeLoader):
    """The safe loader, which also refuses a name that stands twice in one place."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
        for name, _ in node.value:
            if isinstance(name, yaml.ScalarNode) and names.count(name.value) > 1:
                raise _Twice(problem=name.value, problem_mark=name.start_mark)
        return super().construct_mapping(node, deep)


T = TypeVar("T")
Content = dict[str, object]


def read_yaml(path: str | Path, *, fr: str, en: str) -> Content:
    """The content of a YAML file that holds names and values; `fr` and `en` say what it should be.

    Raises `UserError` when the file is missing, not text, not YAML or something else.
    """
    text = _text(Path(path))
    try:
        content = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _not_yaml(error, path) from None
    if not isinstance(content, dict):
        raise refuse(
            "not_a_mapping",
            path=str(path),
            fr=f"Ce fichier n’est pas {fr} : il n’a pas la forme « nom: valeur ». Rien n’a été changé.",
            en=f"This file is not {en}: it is not made of “name: value”. Nothing was changed.",
        )
    return {str(name): value for name, value in content.items()}


def yaml_text(document: object) -> str:
    """A document as YAML that people like to read: in its own order, accents as they are."""
    return yaml.safe_dump(msgspec.to_builtins(document), allow_unicode=True, sort_keys=False, width=100)


def converted(value: object, kind: type[T], *, path: str, problems: list[Problem]) -> T | None:
    """The value as a type; None, and one problem more, when it does not fit."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$")
        where = f"{path}{place.removesuffix('`')}".removeprefix(".")
        choices = choices_at(kind, place.removesuffix("`"))
        wrong = re.fullmatch(r"Invalid enum value '(.*)'", reason)
        hint = (nearest(wrong[1], choices) or choices) if wrong else ()
        problems.append(Problem(code="bad_value", path=where, message=_reason(reason), hint=hint))
        return None


def choices_at(kind: object, place: str) -> tuple[str, ...]:
    """The words that may stand in a place (`.traits[...].type`) of a type, where it takes but a few."""
    known = [msgspec.inspect.type_info(kind)]
    for step in re.findall(r"\.(\w+)|(\[[^\]]*\])", place):
        known = [below for each in known for below in _below(each, step[0])]
    found = (each.values for each in known if isinstance(each, msgspec.inspect.LiteralType))
    return tuple(str(each) for values in found for each in values)


def _below(kind: msgspec.inspect.Type, name: str) -> Iterator[msgspec.inspect.Type]:
    """The types of what stands in a value: in its field of a name, or in each of its entries."""
    match kind:
        case msgspec.inspect.UnionType(types):
            for each in types:
                yield from _below(each, name)
        case msgspec.inspect.StructType():
            yield from _flat(field.type for field in kind.fields if field.encode_name == name)
        case msgspec.inspect.DictType():
            yield from _flat([kind.value_type])
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType():
            yield from _flat([kind.item_type])
        case _:
            return


def _flat(kinds: Iterable[msgspec.inspect.Type]) -> Iterator[msgspec.inspect.Type]:
    for each in kinds:
        yield from each.types if isinstance(each, msgspec.inspect.UnionType) else [each]


def unknown_names(given: Iterable[str], known: Iterable[str], *, path: str = "") -> list[Problem]:
    """One problem for each name that means nothing here."""
    valid = tuple(known)
    return [
        Problem(
            code="unknown_part",
            path=f"{path}.{name}".removeprefix("."),
            message=Message(fr=f"« {name} » n’a pas de sens ici.", en=f"“{name}” means nothing here."),
            hint=nearest(name, valid) or valid,
        )
        for name in given
        if name not in valid
    ]


def _not_yaml(error: Exception, path: str | Path) -> UserError:
    mark = getattr(error, "problem_mark", None)
    place = f"{path}" if mark is None else f"{path}, line {mark.line + 1}"
    reason = getattr(error, "problem", None) or str(error)
    if isinstance(error, _Twice):
        return refuse(
            "name_twice",
            path=place,
            fr=f"« {reason} » est écrit deux fois au même endroit. Rien n’a été changé.",
            en=f"“{reason}” is written twice in the same place. Nothing was changed.",
        )
    return refuse(
        "not_yaml",
        path=place,
        fr=f"Ce fichier n’est pas du YAML ({reason}) : vérifiez les retraits, sans tabulation, "
        "et mettez entre guillemets les textes qui contiennent « : » ou « # ». Rien n’a été changé.",
        en=f"This file is not YAML ({reason}): check the indents, without tabs, "
        "and put texts that hold a colon or a # between quotes. Nothing was changed.",
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise refuse(
            "file_not_found",
            path=str(path),
            fr=f"Le fichier « {path} » n’existe pas. Rien n’a été changé.",
            en=f"There is no file “{path}”. Nothing was changed.",
        ) from error
    except (UnicodeDecodeError, OSError) as error:
        raise refuse(
            "file_unreadable",
            path=str(path),
            fr=f"« {path} » ne se lit pas comme du texte UTF-8 ({error}). Rien n’a été changé.",
            en=f"“{path}” cannot be read as UTF-8 text ({error}). Nothing was changed.",
        ) from error


def _reason(reason: str) -> Message:
    """What msgspec says of a value, in both languages."""
    for pattern, fr, en in _REASONS:
        if (match := re.fullmatch(pattern, reason)) is not None:
            words = [_WORDS.get(group, (group, group)) for group in match.groups()]
            english = en.format(*(word[1] for word in words))
            return Message(fr=fr.format(*(word[0] for word in words)), en=english[0].upper() + english[1:])
    return Message(fr=f"Cette valeur ne convient pas : {reason}.", en=f"This value does not fit: {reason}.")


_REASONS = (
    (r"Object contains unknown field `(.*)`", "« {0} » n’a pas de sens ici.", "“{0}” means nothing here."),
    (r"Object missing required field `(.*)`", "Il manque « {0} ».", "“{0}” is missing."),
    (
        r"Invalid enum value '(.*)'",
        "« {0} » n’est pas un choix possible.",
        "“{0}” is not one of the choices.",
    ),
    (r"Expected `([a-z]+)(?: \| null)?`, got `([a-z]+)`", "Il faut {0}, pas {1}.", "{0} is needed, not {1}."),
)
_WORDS = {
    "str": ("un texte", "a text"),
    "int": ("un nombre entier", "a whole number"),
    "float": ("un nombre", "a number"),
    "bool": ("true ou false", "true or false"),
    "array": ("une liste", "a list"),
    "object": ("des « nom: valeur »", "some “name: value”"),
    "null": ("rien", "nothing"),
}
