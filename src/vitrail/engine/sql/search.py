"""Looking for people by what is written of them: one pass over the columns of texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlglot import exp

from vitrail.engine.sql.sources import below, select
from vitrail.engine.sql.write import E, both, case, cast, column, compared, either, named, whole

EDGE = "\x1f"
"""What stands before and after each text where they are put in a row: no text holds it."""

PUNCTUATION = " .-()/+"
WHOLE, BEGINS, HOLDS = 0, 1, 2
"""How well somebody was found: by a whole value, by how one begins, by words within."""


class Chosen(msgspec.Struct, frozen=True):
    """Some of the declared values of a column; `is_set` for a column of sets of texts."""

    column: str
    values: tuple[str, ...]
    is_set: bool = False


class Word(msgspec.Struct, frozen=True):
    """One word that was typed, folded, and the declared values it may stand for."""

    text: str
    chosen: tuple[Chosen, ...] = ()


class Probes(msgspec.Struct, frozen=True):
    """What is looked for in which columns.

    `texts` are the columns read as one text, where `whole` is looked for as a whole value, as a
    beginning where `within`, and all `words` anywhere. `phones` end with `digits`; `codes` are `code` without
    punctuation. `equal` maps columns of other types to a literal of their type.
    """

    texts: tuple[str, ...] = ()
    whole: str = ""
    words: tuple[Word, ...] = ()
    within: bool = True
    phones: tuple[str, ...] = ()
    digits: str = ""
    codes: tuple[str, ...] = ()
    code: str = ""
    chosen: tuple[Chosen, ...] = ()
    equal: Mapping[str, tuple[str, str]] = {}


def found_query(rows: E, probes: Probes) -> exp.Query:
    """`profile` and `place` (how well) of everybody in some rows whom a probe finds."""
    tests = list(_tests(probes))
    hay = named(_haystack(probes.texts), "hay~")
    inner = select([exp.Star(), hay], rows)
    branches = [(test, whole(place)) for place, test in tests]
    where = either([test.copy() for _, test in tests])
    items = [column("profile"), named(case(branches), "place")]
    return select(items, below(inner, "looked"), where=where)


def parameters_of(probes: Probes) -> dict[str, str]:
    """The texts of the probes, which go to the engine apart from the query."""
    told = {
        "whole": f"{EDGE}{probes.whole}{EDGE}",
        "begins": f"{EDGE}{probes.whole}",
        "digits": probes.digits,
        "code": probes.code,
    }
    told |= {f"word{number}": word.text for number, word in enumerate(probes.words)}
    for place, each in enumerate(_every_choice(probes)):
        told |= {f"choice{place}x{number}": value for number, value in enumerate(each.values)}
    return told


def identified_query(rows: E, columns: Sequence[str], *, forms: int) -> exp.Query:
    """`profile` and the column of every row in which one of some columns is one of `$form0`, `$form1`…"""
    wanted = [exp.Placeholder(this=f"form{number}") for number in range(forms)]
    tests = [exp.In(this=column(name), expressions=[each.copy() for each in wanted]) for name in columns]
    return select([column("profile"), *map(column, columns)], rows, where=either(tests))


def _tests(probes: Probes) -> Iterable[tuple[int, E]]:
    hay = column("hay~")
    if probes.digits:
        for name in probes.phones:
            yield WHOLE, _call("suffix", _bare(column(name)), exp.Placeholder(this="digits"))
    if probes.code:
        for name in probes.codes:
            bare = exp.Upper(this=_bare(column(name)))
            yield WHOLE, compared(bare, exp.Placeholder(this="code"), operator="=")
    for name, (kind, literal) in probes.equal.items():
        yield WHOLE, compared(column(name), cast(exp.Literal.string(literal), kind), operator="=")
    if probes.texts and probes.whole:
        yield WHOLE, _call("contains", hay, exp.Placeholder(this="whole"))
        if probes.within:
            yield BEGINS, _call("contains", hay.copy(), exp.Placeholder(this="begins"))
    places = {id(each): place for place, each in enumerate(_every_choice(probes))}
    for each in probes.chosen:
        yield HOLDS, _among(each, places[id(each)])
    if probes.within and probes.words:
        yield HOLDS, both([_word(word, number, places=places) for number, word in enumerate(probes.words)])


def _word(word: Word, number: int, *, places: Mapping[int, int]) -> E:
    anywhere = _call("contains", column("hay~"), exp.Placeholder(this=f"word{number}"))
    return either([anywhere, *(_among(each, places[id(each)]) for each in word.chosen)])


def _among(chosen: Chosen, place: int) -> E:
    values: list[E] = [
        exp.Placeholder(this=f"choice{place}x{number}") for number in range(len(chosen.values))
    ]
    if chosen.is_set:
        return _call("list_has_any", column(chosen.column), exp.Array(expressions=values))
    return exp.In(this=column(chosen.column), expressions=values)


def _every_choice(probes: Probes) -> list[Chosen]:
    return [*probes.chosen, *(each for word in probes.words for each in word.chosen)]


def _haystack(texts: Sequence[str]) -> E:
    """The texts in a row without accents, an edge around each."""
    edge = _call("chr", whole(ord(EDGE)))
    parts = [exp.Coalesce(this=column(name), expressions=[exp.Literal.string("")]) for name in texts]
    empty = exp.Literal.string("")
    return _call("strip_accents", _call("concat_ws", edge, empty, *parts, empty.copy()))


def _bare(text: E) -> E:
    """A text without the signs people put between digits."""
    return _call("translate", text, exp.Literal.string(PUNCTUATION), exp.Literal.string(""))


def _call(name: str, *arguments: E) -> E:
    return exp.Anonymous(this=name, expressions=list(arguments))
