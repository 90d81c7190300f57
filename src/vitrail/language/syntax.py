"""What to tell the person whose text is not a condition."""

from __future__ import annotations

import difflib
import re

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from vitrail.model.errors import Message, Problem

KEYWORDS = frozenset(
    [
        "age",
        "and",
        "anniversary",
        "avg",
        "before",
        "between",
        "consented",
        "contains",
        "count",
        "decile",
        "did",
        "distance",
        "distinct",
        "false",
        "first",
        "first_time",
        "has",
        "hour",
        "in",
        "is",
        "last",
        "last_time",
        "matches",
        "max",
        "member",
        "min",
        "mode",
        "month",
        "next",
        "not",
        "now",
        "or",
        "percentile",
        "quintile",
        "rank",
        "regularly",
        "sample",
        "score",
        "sequence",
        "since",
        "sum",
        "this",
        "today",
        "true",
        "weekday",
        "where",
        "year",
        "yesterday",
    ]
)
"""Words that mean something by themselves; a name spelled so goes in backticks."""

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "contains", "is", "has", "matches")


def syntax_problem(text: str, error: UnexpectedInput) -> Problem:
    """Where the text stops making sense, what stands there, what could stand there."""
    start = min(max(error.pos_in_stream or 0, 0), len(text))
    found = re.match(r"\w+|\S", text[start:])
    word = found.group(0) if found else ""
    if not word:
        start = len(text.rstrip())
    names = _accepted_names(error)
    accepted = _words(names)
    near = tuple(difflib.get_close_matches(word, accepted, n=3, cutoff=0.6)) if word else ()
    if "NAME" in names and "STRING" in names:
        accepted = []
    if text[start - 1 : start + 1] == "==":
        near = ("=",)
    return Problem(
        code="syntax",
        path="",
        span=(start, start + len(word)),
        message=_message(word, start, accepted),
        hint=near,
    )


def _accepted_names(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected)
    if isinstance(error, UnexpectedCharacters):
        return set(error.allowed or ())
    return set()


def _words(names: set[str]) -> list[str]:
    words: list[str] = []
    for name in sorted(names):
        words.extend(_WORDS.get(name, (name.lower(),)))
    return list(dict.fromkeys(words))


_WORDS: dict[str, tuple[str, ...]] = {
    "COMPARISON": ("=", "!=", "<", "<=", ">", ">="),
    "ADDITION": ("+",),
    "MULTIPLICATION": ("*", "/"),
    "MINUS": ("-",),
    "SIGN": ("-",),
    "LPAR": ("(",),
    "RPAR": (")",),
    "COMMA": (",",),
    "DOT": (".",),
    "$END": (),
    "STRING": ('"…"',),
    "INTEGER": ("1",),
    "DECIMAL": (),
    "PERCENT": ("10%",),
    "DATE": ("2025-03-31",),
    "INSTANT": (),
    "NAME": (),
    "QUOTED_NAME": (),
    "UNIT": ("days", "weeks", "months", "years", "hours"),
    "FUNCTION": ("sum", "avg", "min", "max", "distinct", "first", "last", "mode"),
    "MOMENT": ("first_time", "last_time"),
    "PART": ("hour", "weekday", "month", "year"),
    "RANKING": ("percentile", "quintile", "decile", "rank"),
    "WS": (),
}


def _message(word: str, start: int, accepted: list[str]) -> Message:
    if not word:
        return Message(
            fr=f"La règle s’arrête trop tôt : il manque quelque chose à la fin{_expected_fr(accepted)}.",
            en=f"The rule ends too early: something is missing at the end{_expected_en(accepted)}.",
        )
    return Message(
        fr=f"« {word} » n’a pas sa place ici (caractère {start + 1}){_expected_fr(accepted)}.",
        en=f'"{word}" does not belong here (character {start + 1}){_expected_en(accepted)}.',
    )


def _expected_fr(accepted: list[str]) -> str:
    if not accepted:
        return " ; on attend un attribut, une valeur ou une fonction comme count(order)"
    return f" ; on attend par exemple {'  '.join(_few(accepted))}"


def _expected_en(accepted: list[str]) -> str:
    if not accepted:
        return "; a trait, a value or a function such as count(order) is expected"
    return f"; expected for example {'  '.join(_few(accepted))}"


def _few(accepted: list[str]) -> list[str]:
    operators = [word for word in _OPERATORS if word in accepted]
    rest = [word for word in accepted if word not in operators]
    return (operators + rest)[:7]
