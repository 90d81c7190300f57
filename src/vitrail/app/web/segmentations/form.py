"""The form of a segmentation: what it holds, what its buttons do, and the definition it makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from vitrail.app.masking import refuse_personal
from vitrail.app.web.builder.saving import free_key
from vitrail.app.written import whole_number
from vitrail.language.check import check
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import Class, Remainder, Segmentation
from vitrail.model.errors import Problem, UserError, problem

Sent = Mapping[str, Sequence[str]]
MOST = 40
"""So many classes a segmentation has at most: nobody reads more."""


class Row(msgspec.Struct, frozen=True):
    """One class as it stands in the form; `key` is empty for a new one."""

    key: str = ""
    fr: str = ""
    en: str = ""
    what_fr: str = ""
    what_en: str = ""
    rule: str = ""


class Draft(msgspec.Struct, frozen=True):
    """A segmentation as it stands in the form; the order of the rows is that of the classes."""

    name_fr: str = ""
    name_en: str = ""
    about_fr: str = ""
    about_en: str = ""
    among: str = ""
    tags: str = ""
    rest_fr: str = ""
    rest_en: str = ""
    rows: tuple[Row, ...] = (Row(), Row())


def draft_of(segmentation: Segmentation) -> Draft:
    """The form of a segmentation that is defined."""
    return Draft(
        name_fr=segmentation.name.get("fr", ""),
        name_en=segmentation.name.get("en", ""),
        about_fr=segmentation.description.get("fr", ""),
        about_en=segmentation.description.get("en", ""),
        among=segmentation.among,
        tags=", ".join(segmentation.tags),
        rest_fr=segmentation.otherwise.name.get("fr", ""),
        rest_en=segmentation.otherwise.name.get("en", ""),
        rows=tuple(map(_row, segmentation.classes)),
    )


def draft_sent(sent: Sent) -> Draft:
    """The form as it was sent."""
    single = {name: _first(sent, name) for name in Draft.__struct_fields__ if name != "rows"}
    columns = [sent.get(f"class_{name}", ()) for name in Row.__struct_fields__]
    longest = min(MOST, max(map(len, columns), default=0))
    rows = (
        tuple(column[place] if place < len(column) else "" for column in columns) for place in range(longest)
    )
    return Draft(**single, rows=tuple(Row(*(value.strip() for value in row)) for row in rows))


def acted(draft: Draft, do: str) -> Draft:
    """The form after a button: `up:2`, `down:2`, `remove:2` or `add`; others change nothing."""
    what, _, which = do.partition(":")
    rows = list(draft.rows)
    if what == "add" and len(rows) < MOST:
        rows.append(Row())
    elif (place := whole_number(which)) is not None and place < len(rows):
        other = {"up": place - 1, "down": place + 1}.get(what)
        if what == "remove":
            del rows[place]
        elif other is not None and 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return msgspec.structs.replace(draft, rows=tuple(rows))


def segmentation_of(
    draft: Draft, present: Segmentation | None, *, catalogue: Catalogue, hides: bool
) -> Segmentation:
    """The definition the form makes. Raises `UserError` with all that is missing or wrong.

    `hides` refuses rules that ask for personal values.
    """
    problems = [*_missing(draft), *_wrong(draft, catalogue)]
    if problems:
        raise UserError(tuple(problems))
    for rule in (*(row.rule for row in draft.rows), draft.among):
        if rule and hides:
            refuse_personal(parse(rule), catalogue)
    taken = {key.partition(".")[0] for key in catalogue.segments}
    rest = present.otherwise if present else Remainder("", {})
    classes = tuple(_classes(draft.rows, reserved=rest.key or "others"))
    return Segmentation(
        key=present.key if present else free_key(draft.name_en or draft.name_fr, taken),
        name=_words(draft.name_fr, draft.name_en),
        classes=classes,
        otherwise=Remainder(
            rest.key or free_key("others", [each.key for each in classes]),
            _words(draft.rest_fr, draft.rest_en),
            rest.description,
        ),
        description=_words(draft.about_fr, draft.about_en),
        among=draft.among,
        tags=tuple(dict.fromkeys(tag.strip() for tag in draft.tags.split(",") if tag.strip())),
        purposes=present.purposes if present else (),
    )


def _row(each: Class) -> Row:
    return Row(
        each.key,
        each.name.get("fr", ""),
        each.name.get("en", ""),
        each.description.get("fr", ""),
        each.description.get("en", ""),
        each.rule,
    )


def _classes(rows: Iterable[Row], *, reserved: str) -> Iterator[Class]:
    used = {row.key for row in rows if row.key} | {reserved}
    for row in rows:
        key = row.key or free_key(row.en or row.fr, used)
        used.add(key)
        yield Class(key, _words(row.fr, row.en), row.rule, _words(row.what_fr, row.what_en))


def _missing(draft: Draft) -> Iterator[Problem]:
    if not (draft.name_fr or draft.name_en):
        yield problem(
            "no_name",
            path="name",
            fr="Donnez un nom à la segmentation, en français ou en anglais.",
            en="Give the segmentation a name, in French or in English.",
        )
    if not draft.rows:
        yield problem(
            "no_class",
            path="classes",
            fr="Une segmentation a au moins une classe, en plus de celle des autres clients.",
            en="A segmentation has one class at least, besides that of all others.",
        )
    if not (draft.rest_fr or draft.rest_en):
        yield problem(
            "no_rest_name",
            path="rest",
            fr="Donnez un nom à la classe de tous les autres clients.",
            en="Give a name to the class of all others.",
        )
    for number, row in enumerate(draft.rows, start=1):
        if not (row.fr or row.en):
            yield problem(
                "no_class_name",
                path=f"classes.{number}",
                fr=f"Classe {number} : il lui manque un nom.",
                en=f"Class {number}: it has no name.",
            )
        if not row.rule:
            yield problem(
                "no_class_rule",
                path=f"classes.{number}",
                fr=f"Classe {number} : il lui manque une règle.",
                en=f"Class {number}: it has no rule.",
            )


def _wrong(draft: Draft, catalogue: Catalogue) -> Iterator[Problem]:
    """What cannot be read in a rule, with the class it is in."""
    rules = [(f"{number}", row.rule) for number, row in enumerate(draft.rows, start=1)]
    for number, rule in (*rules, ("", draft.among)):
        for each in check(rule, catalogue) if rule else ():
            if each.severity == "error":
                fr, en = (f"Classe {number} : ", f"Class {number}: ") if number else ("Parmi : ", "Among: ")
                said = problem(
                    each.code, path=f"classes.{number}", fr=fr + each.message.fr, en=en + each.message.en
                )
                yield msgspec.structs.replace(said, hint=each.hint)


def _words(french: str, english: str) -> dict[str, str]:
    return {language: words for language, words in (("fr", french), ("en", english)) if words}


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "").strip()
