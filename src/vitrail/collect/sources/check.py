"""Checking definitions of sources: every problem, before anything is kept or read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from vitrail.collect.sources.cursor import seconds_of, span_of
from vitrail.collect.sources.definition import Bucket, Database, Folder, Http, Source, Target, Tryton
from vitrail.collect.sources.schedule import parse_schedule
from vitrail.collect.sources.secrets import is_reference, names_in
from vitrail.language.messages import nearest
from vitrail.model.errors import Problem, UserError, problem

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PASSWORD = re.compile(r"://[^/@:]*:([^/@]+)@")
_NEEDED = {"profiles": ("key",), "events": ("profile", "at", "key"), "records": ("profile", "key")}
_POSSIBLE = {"profiles": ("at", "created"), "events": (), "records": ("at",)}


def check_sources(sources: Sequence[Source]) -> Iterator[Problem]:
    """All that is wrong in the definitions."""
    keys = [source.key for source in sources]
    yield from (_twice(key) for key in sorted({key for key in keys if keys.count(key) > 1}))
    for source in sources:
        yield from _check(source)


def _check(source: Source) -> Iterator[Problem]:
    if not _KEY.fullmatch(source.key):
        yield _bad_key(source.key)
    if source.schedule:
        yield from _raised(lambda: parse_schedule(source.schedule, path=f"{source.key}.schedule"))
    match source:
        case Database():
            yield from _check_database(source)
        case Http():
            yield from _check_http(source)
        case Folder() | Bucket():
            yield from _check_files(source)
        case Tryton():
            yield from check_target(source.load, path=f"{source.key}.load")
            yield from _check_fields(source.load, source.fields, key=source.key)
            if not names_in(source.password):
                yield in_the_clear(f"{source.key}.password")
        case _:
            assert_never(source)


def _check_database(source: Database) -> Iterator[Problem]:
    key = source.key
    yield from check_target(source.load, path=f"{key}.load")
    if bool(source.table) == bool(source.query):
        yield problem(
            "table_or_query",
            path=key,
            fr="Dites ce qui est lu : « table » ou « query », et un seul des deux.",
            en="Say what is read: “table” or “query”, and only one of them.",
        )
    if source.only and source.query:
        yield problem(
            "only_with_query",
            path=f"{key}.only",
            fr="« only » choisit les colonnes d’une table ; dans une requête, choisissez-les vous-même.",
            en="“only” chooses columns of a table; in a query, choose them there.",
        )
    if source.overlap:
        yield from _raised(lambda: span_of(source.overlap, path=f"{key}.overlap"))
    if (written := _PASSWORD.search(source.url)) is not None and not is_reference(written[1]):
        yield in_the_clear(f"{key}.url")


def _check_http(source: Http) -> Iterator[Problem]:
    key = source.key
    yield from check_target(source.load, path=f"{key}.load")
    yield from _check_fields(source.load, source.fields, key=key)
    secrets = {
        name: getattr(source.auth, name)
        for name in ("token", "password", "value", "client_secret")
        if hasattr(source.auth, name)
    }
    yield from (
        in_the_clear(f"{key}.auth.{name}") for name, text in secrets.items() if text and not names_in(text)
    )
    if source.since is not None and source.since.overlap:
        overlap = source.since.overlap
        yield from _raised(lambda: span_of(overlap, path=f"{key}.since.overlap"))


def _check_files(source: Folder | Bucket) -> Iterator[Problem]:
    key = source.key
    if source.load is not None:
        yield from check_target(source.load, path=f"{key}.load", keyed=False)
    if (source.load is None) != (source.format == "ga4"):
        yield problem(
            "load_or_format",
            path=key,
            fr="Dites ce que deviennent les lignes avec « load », sauf pour « format: ga4 » qui le sait.",
            en="Say what the rows become with “load”, save for “format: ga4”, which knows.",
        )
    yield from _raised(lambda: seconds_of(source.settle or "0", path=f"{key}.settle"))
    if isinstance(source, Bucket) and source.secret_key and not names_in(source.secret_key):
        yield in_the_clear(f"{key}.secret_key")


def _check_fields(target: Target, fields: Iterable[str], *, key: str) -> Iterator[Problem]:
    """The columns that play a part are among the fields."""
    known = list(fields)
    told = {part: getattr(target.columns, part) for part in target.columns.__struct_fields__}
    for part, column in told.items():
        if column is not None and column not in known:
            yield problem(
                "column_missing",
                path=f"{key}.load.columns.{part}",
                fr=f"« {column} » n’est pas un des champs de « fields ».",
                en=f"“{column}” is none of the fields in “fields”.",
                hint=nearest(column, known),
            )


def check_target(target: Target, *, path: str, keyed: bool = True) -> Iterator[Problem]:
    """What is wrong in what the rows become; events that are read again need a key, those of files do not."""
    needed, possible = _NEEDED[target.kind], _POSSIBLE[target.kind]
    if target.kind == "events" and not keyed:
        needed, possible = ("profile", "at"), ("key",)
    told = {name for name in target.columns.__struct_fields__ if getattr(target.columns, name) is not None}
    yield from (_missing(part, target, path=path) for part in needed if part not in told)
    yield from (_spare(part, target, path=path) for part in sorted(told - {*needed, *possible}))
    if target.kind != "profiles" and not target.name.strip():
        yield problem(
            "no_name",
            path=f"{path}.name",
            fr="Donnez un nom à ce qui est chargé : name: order.",
            en="Give a name to what is loaded: name: order.",
        )


def in_the_clear(path: str) -> Problem:
    """A secret that is written where everybody can read it."""
    return problem(
        "secret_in_the_clear",
        path=path,
        fr="Un secret ne s’écrit pas ici : mettez ${NOM}, et donnez sa valeur : vitrail secrets set NOM "
        "(ou la variable VITRAIL_SECRET_NOM, ou le fichier VITRAIL_SECRETS). Rien n’a été changé.",
        en="A secret is not written here: put ${NAME}, and give its value: vitrail secrets set NAME "
        "(or the variable VITRAIL_SECRET_NAME, or the file VITRAIL_SECRETS). Nothing was changed.",
    )


def _raised(work: object) -> Iterable[Problem]:
    try:
        work()  # type: ignore[operator]
    except UserError as error:
        return error.problems
    return ()


def _bad_key(key: str) -> Problem:
    return problem(
        "bad_source_name",
        path=key,
        fr=f"« {key} » ne peut pas nommer une source : des minuscules sans accent, des chiffres, "
        "- et _, 64 au plus. Exemple : commandes-boutique.",
        en=f"“{key}” cannot name a source: lower-case letters, digits, - and _, at most 64. "
        "Example: shop-orders.",
    )


def _twice(key: str) -> Problem:
    return problem(
        "source_twice",
        path=key,
        fr=f"Deux sources s’appellent « {key} ».",
        en=f"Two sources are called “{key}”.",
    )


def _missing(part: str, target: Target, *, path: str) -> Problem:
    return problem(
        "part_missing",
        path=f"{path}.columns.{part}",
        fr=f"Dites quelle colonne joue le rôle de « {part} » ({target.kind}) : columns: {{{part}: …}}.",
        en=f"Say which column plays the part of “{part}” ({target.kind}): columns: {{{part}: …}}.",
    )


def _spare(part: str, target: Target, *, path: str) -> Problem:
    return problem(
        "part_spare",
        path=f"{path}.columns.{part}",
        fr=f"« {part} » n’a pas de sens ici ({target.kind}).",
        en=f"“{part}” means nothing here ({target.kind}).",
    )
