"""What to tell the person whose text stops being a condition at some place."""

from __future__ import annotations

import difflib
import re

import msgspec
from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from vitrail.language.mistakes import Piece, pieces
from vitrail.language.words import FUNCTION_SYNONYMS, FUNCTIONS, KEYWORDS, SYNONYMS, UNITS
from vitrail.model.errors import Message, Problem

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "between", "in", "contains", "is", "has", "matches")


class Stop(msgspec.Struct, frozen=True):
    """Where reading stopped: what stands there, what was before, which words could have followed.

    `word` is empty at the end of the text. `opened` are the places of the brackets still open, and
    `unclosed` of those that nothing closes later either.
    """

    text: str
    start: int
    word: str
    before: Piece | None
    accepted: frozenset[str]
    opened: tuple[int, ...]
    unclosed: tuple[int, ...]


def syntax_problem(text: str, error: UnexpectedInput) -> Problem:
    """Where the text stops making sense, and what to write instead."""
    stop = _stop(text, error)
    for explain in _EXPLANATIONS:
        found = explain(stop)
        if found:
            return found
    return _unexpected(stop)


def _stop(text: str, error: UnexpectedInput) -> Stop:
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place: int | None = getattr(error, "pos_in_stream", None)
    start = len(text.rstrip()) if at_end or place is None else min(max(place, 0), len(text))
    before: Piece | None = None
    here: Piece | None = None
    opened: list[int] = []
    still: list[int] | None = None
    for piece in pieces(text):
        if piece.start >= start and still is None:
            still = list(opened)
        if piece.start < start:
            before = piece
        elif here is None:
            here = piece
        if piece.text == "(":
            opened.append(piece.start)
        elif piece.text == ")" and opened:
            opened.pop()
    return Stop(
        text=text,
        start=start,
        word=here.text if here else "",
        before=before,
        accepted=_accepted(error),
        opened=tuple(opened if still is None else still),
        unclosed=tuple(opened),
    )


def _accepted(error: UnexpectedInput) -> frozenset[str]:
    if isinstance(error, UnexpectedToken):
        return frozenset(error.accepts or error.expected)
    if isinstance(error, UnexpectedCharacters):
        return frozenset(error.allowed or ())
    return frozenset()


def _told(
    stop: Stop, code: str, *, message: tuple[str, str], hint: tuple[str, ...] = (), at: Piece | None = None
) -> Problem:
    span = (at.start, at.end) if at else (stop.start, stop.start + len(stop.word))
    return Problem(code=code, path="", message=Message(fr=message[0], en=message[1]), span=span, hint=hint)


# --- one kind of trouble each -----------------------------------------------------------------


def _empty(stop: Stop) -> Problem | None:
    if stop.text.strip():
        return None
    return _told(
        stop,
        "empty",
        message=(
            'La règle est vide : écrivez par exemple country = "FR".',
            'The rule is empty: write for example country = "FR".',
        ),
    )


def _number(stop: Stop) -> Problem | None:
    """Decimal commas and spaces between thousands, seen from either of their halves."""
    first = max(stop.start - 40, 0)
    for found in re.finditer(r"(?<![\w.])(\d+),(\d+)(?![\w.])", stop.text[first : stop.start + 40]):
        if first + found.start() < stop.start < first + found.end():
            good = f"{found[1]}.{found[2]}"
            return _told(
                stop,
                "decimal_comma",
                message=(
                    f"Un nombre s’écrit avec un point : {good}.",
                    f"A number is written with a point: {good}.",
                ),
                at=Piece("number", found.group(0), first + found.start()),
            )
    before = stop.before
    if before is None or before.kind not in ("number", "iso") or not re.match(r"[\d_]", stop.word):
        return None
    if before.kind == "iso":
        example = f"{before.text}T08:00:00Z"
        french = f"Un instant s’écrit d’un seul tenant, avec son fuseau : {example}."
        english = f"An instant is written in one piece, with its zone: {example}."
        return _told(stop, "instant_in_pieces", message=(french, english))
    good = f"{before.text}{stop.word.strip('_')}"
    french = f"Un nombre s’écrit sans espace ni séparateur : {good}."
    english = f"A number is written without spaces or separators: {good}."
    return _told(stop, "number_in_pieces", message=(french, english))


def _bracket(stop: Stop) -> Problem | None:
    if stop.word == ")" and not stop.opened:
        return _told(
            stop,
            "extra_bracket",
            message=(
                "Cette parenthèse ne ferme rien : retirez-la.",
                "This bracket closes nothing: remove it.",
            ),
        )
    if not stop.unclosed or ("RPAR" not in stop.accepted and (stop.word or _is_hanging(stop))):
        return None
    if not stop.word:
        place = stop.unclosed[-1]
        return _told(
            stop,
            "unclosed_bracket",
            message=(
                "Cette parenthèse n’est pas fermée : ajoutez « ) ».",
                'This bracket is not closed: add ")".',
            ),
            at=Piece("other", "(", place),
        )
    shown = _brief(stop.word)
    french, english = _expected(stop) if stop.accepted != {"RPAR"} else ("", "")
    return _told(
        stop,
        "missing_bracket",
        message=(
            f"Il manque sans doute « ) » avant « {shown} »" + (f" ; sinon, {french}." if french else "."),
            f'A ")" is probably missing before "{shown}"' + (f"; otherwise, {english}." if english else "."),
        ),
    )


def _is_hanging(stop: Stop) -> bool:
    """Whether the text ends on a word that asks for more, which matters more than a bracket."""
    return stop.before is None or stop.before.text != "("


def _function(stop: Stop) -> Problem | None:
    name = stop.before
    if stop.word != "(" or name is None or name.kind != "word" or name.text in KEYWORDS:
        return None
    if "COMPARISON" not in stop.accepted and "RPAR" not in stop.accepted:
        return None
    near = difflib.get_close_matches(name.text[:40], sorted(FUNCTIONS), n=3, cutoff=0.6)
    known = FUNCTION_SYNONYMS.get(name.text)
    shown = _brief(name.text)
    return _told(
        stop,
        "unknown_function",
        message=(f"Il n’y a pas de fonction « {shown} ».", f'There is no function "{shown}".'),
        hint=(known,) if known else tuple(near),
        at=name,
    )


def _unit(stop: Stop) -> Problem | None:
    if stop.accepted != {"UNIT"} or stop.before is None:
        return None
    count, unit = _brief(stop.before.text), UNITS.get(stop.word, "days")
    units = "minutes, hours, days, weeks, months, quarters, years"
    return _told(
        stop,
        "missing_unit",
        message=(
            f"Il manque une unité après {count} : écrivez {count} {unit} ({units}).",
            f"A unit is missing after {count}: write {count} {unit} ({units}).",
        ),
        hint=(unit,) if stop.word in UNITS else (),
    )


def _wanted(stop: Stop) -> Problem | None:
    """Places where one kind of thing alone can follow."""
    if stop.before is None:
        return None
    before = _brief(stop.before.text)
    if stop.accepted == {"STRING"}:
        example = f'"{_brief(stop.word)}"' if re.match(r"\w", stop.word) else '"…"'
        french = f"Après « {before} » vient un texte entre guillemets : {example}."
        english = f'A text between double quotes comes after "{before}": {example}.'
        return _told(stop, "missing_quotes", message=(french, english))
    if stop.accepted == {"PERCENT"}:
        said = ("Une part s’écrit en pour cent : 10%.", "A share is written in percent: 10%.")
        return _told(stop, "missing_percent", message=said)
    if stop.accepted == {"DOT"}:
        french = f"Dites quelle propriété de « {before} » : {before}.amount par exemple."
        english = f'Say which property of "{before}": {before}.amount for example.'
        return _told(stop, "missing_property", message=(french, english), at=stop.before)
    if stop.word == "." and "COMPARISON" in stop.accepted:
        french = (
            f"Résumez la propriété, sum({before}.amount) par exemple ; après « where », écrivez-la seule."
        )
        english = f'Sum the property up, sum({before}.amount) for example; after "where", write it alone.'
        return _told(stop, "bare_property", message=(french, english), at=stop.before)
    if stop.before.text == "in" and stop.word[:1] in '"0123456789':
        french = f"Une liste s’écrit entre parenthèses : in ({_brief(stop.word)})."
        english = f"A list is written between brackets: in ({_brief(stop.word)})."
        return _told(stop, "list_without_brackets", message=(french, english))
    if stop.before.text == "not" and stop.word in ("=", "<", ">", "<=", ">="):
        french = "Écrivez « != », ou mettez « not » devant toute la comparaison."
        english = 'Write "!=", or put "not" in front of the whole comparison.'
        return _told(stop, "misplaced_not", message=(french, english), at=stop.before)
    return None


def _window(stop: Stop) -> Problem | None:
    """Windows without their comma, outside their brackets or without their first word."""
    if stop.before is None:
        return None
    if stop.word in _WINDOWS and "COMMA" in stop.accepted and "RPAR" in stop.accepted:
        french = f"Il manque une virgule avant « {stop.word} »."
        return _told(stop, "missing_comma", message=(french, f'A comma is missing before "{stop.word}".'))
    if stop.word in _WINDOWS and stop.before.text == ")" and "COMPARISON" in stop.accepted:
        french = "La période s’écrit dans les parenthèses : count(order, last 90 days)."
        english = "The window is written inside the brackets: count(order, last 90 days)."
        return _told(stop, "window_outside", message=(french, english))
    if "SINCE" in stop.accepted and "STRING" not in stop.accepted and stop.word.isdigit():
        french = f"Dites de quel côté : last {stop.word} days, next {stop.word} days."
        english = f"Say which way: last {stop.word} days, next {stop.word} days."
        return _told(stop, "bare_duration", message=(french, english))
    return None


def _synonym(stop: Stop) -> Problem | None:
    good = UNITS.get(stop.word) if "UNIT" in stop.accepted else None
    good = good or SYNONYMS.get(stop.word)
    if good is None:
        return None
    return _told(
        stop,
        "other_word",
        message=(
            f"« {stop.word} » n’est pas un mot du langage ici : écrivez « {good} ».",
            f'"{stop.word}" is not a word of the language here: write "{good}".',
        ),
    )


def _uncompared(stop: Stop) -> Problem | None:
    last = stop.before
    if last is None or "COMPARISON" not in stop.accepted or stop.word not in ("", ")", ",", "and", "or"):
        return None
    shown = _brief(last.text)
    french = f"« {shown} » n’est comparé à rien : écrivez par exemple « = … » ou « is known » après."
    english = f'"{shown}" is compared with nothing: write for example "= …" or "is known" after it.'
    return _told(stop, "missing_comparison", message=(french, english), at=last)


def _end(stop: Stop) -> Problem | None:
    if stop.word:
        return None
    last = stop.before
    if last and last.text in ("and", "or", "not"):
        french = f"La règle finit par « {last.text} » : ajoutez une condition après, ou retirez ce mot."
        english = f'The rule ends with "{last.text}": add a condition after it, or remove the word.'
        return _told(stop, "unfinished", message=(french, english), at=last)
    shown = _brief(last.text) if last else ""
    french, english = _expected(stop)
    return _told(
        stop,
        "unfinished",
        message=(
            f"Il manque quelque chose après « {shown} » : {french}.",
            f'Something is missing after "{shown}": {english}.',
        ),
    )


def _reserved(stop: Stop) -> Problem | None:
    """A word of the language that was read as a name, which shows at what follows it."""
    name = stop.before
    if name is None or name.text not in KEYWORDS:
        return None
    if stop.accepted == {"LPAR"} and name.text in FUNCTIONS:
        french = (
            f"« {name.text} » est une fonction : écrivez {name.text}(…), ou `{name.text}` si c’est un nom."
        )
        english = f'"{name.text}" is a function: write {name.text}(…), or `{name.text}` if it is a name.'
        return _told(stop, "reserved_word", message=(french, english), at=name)
    if "ADDITION" not in stop.accepted or name.text in _VALUES:
        return None
    french = f"« {name.text} » est un mot du langage : il manque quelque chose avant ou après lui."
    english = f'"{name.text}" is a word of the language: something is missing before or after it.'
    return _told(stop, "misplaced_word", message=(french, english), at=name)


def _unexpected(stop: Stop) -> Problem:
    french, english = _expected(stop)
    shown = _brief(stop.word)
    near = difflib.get_close_matches(stop.word[:40], _words(stop.accepted), n=3, cutoff=0.6)
    return _told(
        stop,
        "syntax",
        message=(
            f"« {shown} » n’a pas sa place ici : {french}.",
            f'"{shown}" does not belong here: {english}.',
        ),
        hint=tuple(near),
    )


_WINDOWS = frozenset({"last", "next", "since", "before", "between", "today", "yesterday", "this"})
_VALUES = frozenset({"true", "false", "now"})
_BEFORE = (_empty, _number, _reserved, _window, _bracket, _function, _unit)
_EXPLANATIONS = (*_BEFORE, _wanted, _synonym, _uncompared, _end)

# --- what could follow ------------------------------------------------------------------------

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


def _words(accepted: frozenset[str]) -> list[str]:
    words: list[str] = []
    for name in sorted(accepted):
        words.extend(_WORDS.get(name, (name.lower(),)))
    return list(dict.fromkeys(words))


def _expected(stop: Stop) -> tuple[str, str]:
    """What could stand here, in both languages."""
    if {"NAME", "STRING"} <= stop.accepted:
        return (
            "on attend un attribut, une valeur ou une fonction comme count(order)",
            "a trait, a value or a function such as count(order) is expected",
        )
    if "NAME" in stop.accepted:
        return "on attend un nom", "a name is expected"
    words = _words(stop.accepted)
    if not words:
        return "la règle devrait finir", "the rule should end"
    if len(words) == 1:
        return f"on attend « {words[0]} »", f'"{words[0]}" is expected'
    operators = [word for word in _OPERATORS if word in words]
    few = "  ".join([*operators, *(word for word in words if word not in operators)][:7])
    return f"on attend par exemple {few}", f"expected for example {few}"


def _brief(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
