"""Text to tree: `parse` reads a condition, and says in plain words where it cannot."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from lark import Lark, Token, UnexpectedInput
from lark import Tree as Parsed

from vitrail.language.diagnosis import diagnose
from vitrail.language.mistakes import DATE_LIKE, pieces
from vitrail.language.syntax import syntax_problem
from vitrail.model import tree
from vitrail.model.errors import Message, Problem, UserError
from vitrail.model.walk import walk

Span = tuple[int, int]
MAX_CHARACTERS = 50_000
MAX_NESTING = 64


class Refused(Exception):
    """A piece of text that has the right form and no meaning (`2025-02-31`)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class Located(msgspec.Struct, frozen=True):
    """A condition with, for each of its nodes by path, the span of its text."""

    condition: tree.Condition
    spans: dict[str, Span]


def parse(text: str) -> tree.Condition:
    """Read a condition from its text.

    Raises `UserError` with the place and what was expected there.

    >>> parse('country = "FR"')
    Compare(left=Trait(name='country'), operator='=', right=Text(value='FR'))
    """
    return parse_located(text).condition


def parse_located(text: str) -> Located:
    """Read a condition and remember where each node stands in the text."""
    if len(text) > MAX_CHARACTERS:
        raise UserError((_too_long(text),))
    if not _has_foreign_date(text):
        try:
            return _located(text)
        except Refused:
            pass
    raise UserError(diagnose(text, _first_problem))


def _has_foreign_date(text: str) -> bool:
    """Whether a date is written `31/03/2025`, which would read as a division."""
    return bool(DATE_LIKE.search(text)) and any(piece.kind == "date" for piece in pieces(text))


def _first_problem(text: str) -> Problem | None:
    try:
        _located(text)
    except Refused as refused:
        return refused.problem
    return None


def _located(text: str) -> Located:
    try:
        parsed = _grammar().parse(text)
    except UnexpectedInput as error:
        raise Refused(syntax_problem(text, error)) from None
    _refuse_nesting(parsed, text)
    reader = _Reader()
    condition = reader.read(parsed.children[0])
    return Located(condition, _paths(condition, reader.spans))


@cache
def _grammar() -> Lark:
    source = files("vitrail.language").joinpath("condition.lark").read_text("utf-8")
    return Lark(source, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def _paths(condition: tree.Condition, spans: dict[int, tuple[tree.Node, Span]]) -> dict[str, Span]:
    return {path: spans[id(node)][1] for path, node in walk(condition) if id(node) in spans}


def _too_long(text: str) -> Problem:
    return Problem(
        code="too_long",
        path="",
        span=(0, len(text)),
        message=Message(
            fr=f"La règle compte {len(text)} caractères ; le maximum est {MAX_CHARACTERS}.",
            en=f"The rule has {len(text)} characters; the most is {MAX_CHARACTERS}.",
        ),
    )


def _refuse_nesting(parsed: Parsed[Token], text: str) -> None:
    level = [(parsed, 1)]
    while level:
        node, depth = level.pop()
        if depth > MAX_NESTING:
            raise Refused(_too_deep(text))
        level.extend((below, depth + 1) for below in node.children if isinstance(below, Parsed))


def _too_deep(text: str) -> Problem:
    return Problem(
        code="too_deep",
        path="",
        span=(0, len(text)),
        message=Message(
            fr="La règle est trop imbriquée : découpez-la en plusieurs segments.",
            en="The rule is nested too deeply: cut it into several segments.",
        ),
    )


class _Reader:
    """Turns the parser's tree into nodes, keeping the span of each."""

    def __init__(self) -> None:
        self.spans: dict[int, tuple[tree.Node, Span]] = {}  # holding a node keeps its id its own
        self.inside_record = False

    def read(self, parsed: Any) -> Any:
        """The node for one rule of the grammar; None stays None."""
        if parsed is None:
            return None
        if isinstance(parsed, Token):
            return str(parsed)
        span = (parsed.meta.start_pos, parsed.meta.end_pos)
        try:
            node = _BUILDERS[parsed.data](self, parsed.children)
        except (ValueError, OverflowError) as error:
            raise Refused(_meaningless(str(error), parsed.data, span=span)) from None
        if isinstance(node, tree.Node):
            self.spans.setdefault(id(node), (node, span))
        return node

    def where(self, parsed: Any) -> Any:
        """The condition after `where`, in which names are properties of the record."""
        outside, self.inside_record = self.inside_record, True
        condition = self.read(parsed)
        self.inside_record = outside
        return condition

    def all(self, parsed: list[Any]) -> tuple[Any, ...]:
        return tuple(self.read(item) for item in parsed)


def _meaningless(reason: str, rule: str, *, span: Span) -> Problem:
    no_such_day = ("Ce jour ou cet instant n’existe pas.", "This day or instant does not exist.")
    other = no_such_day if rule in ("date", "instant") else _MEANINGLESS["a whole number has at most 64 bits"]
    french, english = _MEANINGLESS.get(reason, other)
    return Problem(code="bad_literal", path="", span=span, message=Message(fr=french, en=english))


_MEANINGLESS = {
    "a whole number has at most 64 bits": (
        "Un nombre entier tient sur 64 bits au plus.",
        "A whole number has at most 64 bits.",
    ),
    "an instant needs its zone": (
        "Un instant dit son fuseau : terminez-le par Z (UTC) ou par un décalage comme +02:00.",
        "An instant says its zone: end it with Z (UTC) or with an offset such as +02:00.",
    ),
    "a calendar period is a day or more": (
        "Une période du calendrier est un jour, une semaine, un mois, un trimestre ou une année.",
        "A calendar period is a day, a week, a month, a quarter or a year.",
    ),
    "a calendar period has no number": (
        "Écrivez « last 3 days » avec un nombre, ou « last day » au singulier.",
        'Write "last 3 days" with a number, or "last day" in the singular.',
    ),
    "a name is not empty": ("Un nom n’est pas vide.", "A name is not empty."),
    "a duration is not negative, and has a size that people write": (
        "Cette durée dépasse tout calendrier.",
        "This duration is beyond any calendar.",
    ),
    "a number has at most 18 digits before and 18 after the point": (
        "Un nombre a au plus 18 chiffres avant et 18 après le point.",
        "A number has at most 18 digits before and 18 after the point.",
    ),
    "a text holds half a character": (
        "Ce texte contient un demi-caractère (un « surrogate » isolé).",
        "This text holds half a character (a lone surrogate).",
    ),
}

Builder = Callable[[_Reader, list[Any]], Any]


def _text(token: str) -> str:
    value = json.loads(token)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("a text holds half a character")
    return str(value)


def _name(token: str) -> str:
    return token[1:-1].replace("``", "`") if token.startswith("`") else str(token)


def _percent(token: str) -> Decimal:
    return _scaled(Decimal(token[:-1]), -2)


def _scaled(number: Decimal, places: int) -> Decimal:
    """The number times a power of ten, with all its digits."""
    sign, digits, exponent = number.as_tuple()
    return Decimal((sign, digits, int(exponent) + places))


def _instant(token: str) -> dt.datetime:
    value = dt.datetime.fromisoformat(token)
    if value.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return value.astimezone(dt.UTC)


def _signed(sign: str | None, number: str) -> Decimal:
    return Decimal(number).copy_negate() if sign else Decimal(number)


def _unit(token: str) -> Any:
    return str(token).removesuffix("s")


def _period(offset: Any) -> Builder:
    return lambda _, parts: tree.Period(_calendar(parts[0]), offset)


def _calendar(token: str) -> Any:
    unit = _unit(token)
    if unit in ("minute", "hour"):
        raise ValueError("a calendar period is a day or more")
    if token.endswith("s"):
        raise ValueError("a calendar period has no number")
    return unit


def _arithmetic(reader: _Reader, parts: list[Any]) -> tree.Arithmetic:
    left, operator, right = reader.all(parts)
    return tree.Arithmetic(left, operator, right)


def _like(operator: tree.TextOperator) -> Builder:
    def build(reader: _Reader, parts: list[Any]) -> tree.Like:
        value, negation, pattern = parts
        return tree.Like(reader.read(value), operator, _text(pattern), negation is not None)

    return build


def _has(quantifier: Any) -> Builder:
    def build(reader: _Reader, parts: list[Any]) -> tree.Has:
        value, negation, choices = reader.all(parts)
        if quantifier == "one" and len(choices) > 1:
            return tree.Has(value, "any", choices, negation is not None)
        return tree.Has(value, quantifier, choices, negation is not None)

    return build


def _selection(reader: _Reader, parts: list[Any]) -> tree.Selection:
    collection, where, window = [*parts, None][:3]
    return tree.Selection(reader.read(collection), reader.where(where), reader.read(window))


def _aggregate(reader: _Reader, parts: list[Any]) -> tree.Aggregate:
    function, inner = parts
    collection, name, where, window = inner.children
    selection = _selection(reader, [collection, where, window])
    reader.spans[id(selection)] = (selection, (inner.meta.start_pos, inner.meta.end_pos))
    return tree.Aggregate(function.value, reader.read(name), selection)


def _step(reader: _Reader, parts: list[Any]) -> tree.Step:
    negation, collection, where, within = parts
    return tree.Step(reader.read(collection), reader.where(where), reader.read(within), negation is not None)


def _sequence(reader: _Reader, parts: list[Any]) -> tree.Sequence:
    read = reader.all(parts)
    if isinstance(read[-1], tree.Step):
        return tree.Sequence(read)
    return tree.Sequence(read[:-1], read[-1])


def _regularly(reader: _Reader, parts: list[Any]) -> tree.Regularly:
    selection, *window, regularity = reader.all(parts)
    every, at_least, of_last = regularity
    whole = tree.Selection(selection.collection, selection.where, window[0] if window else None)
    reader.spans[id(whole)] = (whole, (parts[0].meta.start_pos, parts[-2].meta.end_pos))
    return tree.Regularly(whole, every, at_least, of_last)


def _coordinate(_: _Reader, parts: list[Any]) -> Decimal:
    return _signed(parts[0], parts[1])


def _distance(reader: _Reader, parts: list[Any]) -> tree.Distance:
    return tree.Distance(*reader.all(parts))


def _name_value(reader: _Reader, parts: list[Any]) -> tree.Trait | tree.Property:
    name = reader.read(parts[0])
    return tree.Property(name) if reader.inside_record else tree.Trait(name)


_BUILDERS: dict[str, Builder] = {
    "condition": lambda r, p: tree.AnyOf(r.all(p)),
    "disjunct": lambda r, p: tree.All(r.all(p)),
    "negation": lambda r, p: tree.Not(r.read(p[0])),
    "true_condition": lambda r, p: tree.Truth(True),
    "false_condition": lambda r, p: tree.Truth(False),
    "compare": lambda r, p: tree.Compare(r.read(p[0]), p[1].value, r.read(p[2])),
    "range": lambda r, p: tree.Range(r.read(p[0]), r.read(p[2]), r.read(p[3]), p[1] is not None),
    "one_of": lambda r, p: tree.OneOf(r.read(p[0]), r.read(p[2]), p[1] is not None),
    "contains": _like("contains"),
    "starts_with": _like("starts with"),
    "ends_with": _like("ends with"),
    "matches": _like("matches"),
    "within": lambda r, p: tree.Within(r.read(p[0]), r.read(p[2]), p[1] is not None),
    "known": lambda r, p: tree.Known(r.read(p[0]), p[1] is not None),
    "unknown": lambda r, p: tree.Known(r.read(p[0]), p[1] is None),
    "has_one": _has("one"),
    "has_any": _has("any"),
    "has_all": _has("all"),
    "did": lambda r, p: tree.Did(r.read(p[0])),
    "sequence": _sequence,
    "regularly": _regularly,
    "member": lambda r, p: tree.Member(_text(p[0])),
    "consented": lambda r, p: tree.Consented(*r.all(p)),
    "sample": lambda r, p: tree.Sample(_percent(p[0]), _text(p[1]) if p[1] else ""),
    "choices": lambda r, p: r.read(p[0]) if p[0].data == "literals" else (r.read(p[0]),),
    "literals": lambda r, p: r.all(p),
    "arithmetic": _arithmetic,
    "subtraction": lambda r, p: tree.Arithmetic(r.read(p[0]), "-", r.read(p[1])),
    "name_value": _name_value,
    "now": lambda r, p: tree.Now(),
    "count": lambda r, p: tree.Count(r.read(p[0])),
    "aggregate": _aggregate,
    "moment": lambda r, p: tree.Moment(p[0].value, r.read(p[1])),
    "score": lambda r, p: tree.Score(_text(p[0])),
    "age": lambda r, p: tree.Age(r.read(p[0])),
    "date_part": lambda r, p: tree.DatePart(p[0].value, r.read(p[1])),
    "rank": lambda r, p: tree.Rank(p[0].value, r.read(p[1]), r.read(p[2])),
    "distance": _distance,
    "anniversary": lambda r, p: tree.Anniversary(r.read(p[0])),
    "bare_selection": _selection,
    "selection": _selection,
    "last": lambda r, p: tree.Last(r.read(p[0])),
    "next": lambda r, p: tree.Next(r.read(p[0])),
    "between_bounds": lambda r, p: tree.Between(*r.all(p)),
    "since": lambda r, p: tree.Since(r.read(p[0])),
    "before": lambda r, p: tree.Before(r.read(p[0])),
    "today": lambda r, p: tree.Period("day"),
    "yesterday": lambda r, p: tree.Period("day", -1),
    "this": _period(0),
    "last_period": _period(-1),
    "next_period": _period(1),
    "step": _step,
    "regularity": lambda r, p: (_calendar(p[0]), int(p[1]), int(p[2])),
    "text": lambda r, p: tree.Text(_text(p[0])),
    "negative_integer": lambda r, p: tree.Integer(-int(p[0])),
    "integer": lambda r, p: tree.Integer(int(p[0])),
    "negative_decimal": lambda r, p: tree.Number(Decimal(p[0]).copy_negate()),
    "decimal": lambda r, p: tree.Number(Decimal(p[0])),
    "negative_percent": lambda r, p: tree.Number(_percent(p[0]).copy_negate()),
    "percent": lambda r, p: tree.Number(_percent(p[0])),
    "true_literal": lambda r, p: tree.Boolean(True),
    "false_literal": lambda r, p: tree.Boolean(False),
    "date": lambda r, p: tree.Date(dt.date.fromisoformat(p[0])),
    "instant": lambda r, p: tree.Instant(_instant(p[0])),
    "duration": lambda r, p: tree.Duration(int(p[0]), _unit(p[1])),
    "coordinate": _coordinate,
    "name": lambda r, p: _name(p[0]),
}
