"""Facts in English: one clause each."""

from __future__ import annotations

from typing import assert_never

from vitrail.language.sentences.english import people
from vitrail.language.sentences.english.comparisons import equal, ordered, span
from vitrail.language.sentences.english.grammar import Phrase, each_of, one_of, quoted
from vitrail.language.sentences.english.literals import duration, literal, window, with_unit
from vitrail.language.sentences.english.phrases import phrase, place, spot
from vitrail.language.sentences.english.ranks import share, top
from vitrail.language.sentences.facts import (
    Asked,
    Elapsed,
    Equal,
    Fact,
    Near,
    Ordered,
    Quantity,
    QuantityChoice,
    QuantitySpan,
    Share,
    Span,
    Top,
)
from vitrail.language.sentences.natures import Nature, has_happened, is_owned, nature
from vitrail.language.sentences.scene import Clause, Scene
from vitrail.model.tree import (
    Anniversary,
    Consented,
    Has,
    Known,
    Last,
    Like,
    Member,
    Moment,
    Next,
    Period,
    Regularly,
    Sample,
    Sequence,
    Since,
    Truth,
    Value,
    Window,
    Within,
)

_LIKE = {
    "contains": ("contains", "does not contain"),
    "starts with": ("starts with", "does not start with"),
    "ends with": ("ends with", "does not end with"),
    "matches": ("matches the pattern", "does not match the pattern"),
}


def speak(fact: Fact, scene: Scene) -> Clause:
    """One fact as a clause."""
    match fact.test:
        case Quantity() | QuantitySpan() | QuantityChoice() | Sequence() | Regularly():
            return people.records(fact.test, scene, positive=fact.positive)
        case Member() | Consented() | Sample():
            return people.belonging(fact.test, scene, positive=fact.positive)
        case Truth(value):
            return Clause("", f"it is always {'true' if value else 'false'}")
        case Near():
            return _near(fact, fact.test, scene=scene)
        case Share(rank) | Top(rank):
            return _about(fact, rank.of, test=fact.test, scene=scene)
        case Equal(value) | Ordered(value) | Span(value) | Elapsed(value):
            return _about(fact, value, test=fact.test, scene=scene)
        case Like(value) | Within(value) | Known(value) | Has(value):
            return _about(fact, value, test=fact.test, scene=scene)
        case _:
            assert_never(fact.test)


def _about(fact: Fact, value: Value, *, test: Asked, scene: Scene) -> Clause:
    """A clause whose subject is the value asked about, with what becomes of unknown values."""
    subject = phrase(value, scene)
    predicate, doubt = _predicate(test, subject, scene=scene, positive=fact.positive), ""
    if fact.unknown == "excluded":
        predicate = (
            f"{_knowing(fact, value, subject=subject)}{predicate}{_others_known(fact, value, scene=scene)}"
        )
    elif fact.unknown == "included":
        doubt = _doubt(fact, value, subject=subject, scene=scene)
    return Clause(subject.text, predicate, bare=subject.body, doubt=doubt, owned=is_owned(value))


def _knowing(fact: Fact, value: Value, *, subject: Phrase) -> str:
    """`is known and`: what comes before a difference from something fixed."""
    if fact.doubtful != (value,):
        return ""
    return "exists and " if isinstance(value, Moment) else f"{_is(subject)} known and "


def _others_known(fact: Fact, value: Value, *, scene: Scene) -> str:
    """What comes after a difference from something that can be unknown."""
    if fact.doubtful == (value,):
        return ""
    if len(fact.doubtful) > 1:
        return " (these values being known)"
    return f" ({phrase(fact.doubtful[0], scene).text} being known)"


def _doubt(fact: Fact, value: Value, *, subject: Phrase, scene: Scene) -> str:
    if len(fact.doubtful) > 1:
        return "one of these values is unknown"
    if fact.doubtful[0] != value and isinstance(fact.test, Equal | Ordered | Span):
        other = phrase(fact.doubtful[0], scene)
        return f"{other.text} {_is(other)} unknown"
    return "there is none" if isinstance(value, Moment) else f"{_is(subject)} unknown"


def _is(subject: Phrase) -> str:
    return "are" if subject.plural else "is"


def _predicate(test: Asked, subject: Phrase, *, scene: Scene, positive: bool) -> str:
    match test:
        case Equal():
            return equal(test, scene, positive=positive)
        case Ordered():
            return ordered(test, scene)
        case Span():
            return span(test, scene, positive=positive)
        case Elapsed():
            return _elapsed(test, positive=positive)
        case Share():
            return share(test, scene)
        case Top():
            return top(test, subject, scene=scene)
        case Like(_, operator, pattern):
            return f"{_LIKE[operator][0 if positive else 1]} {quoted(pattern)}"
        case Within(value, when):
            return _within(value, when, scene=scene, positive=positive)
        case Known():
            return f"{_is(subject)} {'known' if positive else 'unknown'}"
        case Has():
            return _has(test, subject, scene=scene, positive=positive)
        case _:
            assert_never(test)


# --- time ---------------------------------------------------------------------------------------


def _elapsed(test: Elapsed, *, positive: bool) -> str:
    """`was more than 180 days ago`, `is less than 30 days away`."""
    lead = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least", "=": "exactly"}
    amount = f"{'' if positive else 'not '}{lead[test.operator]} {duration(test.duration)}"
    short = test.operator in ("<", "<=")
    if test.ahead:
        return f"is {amount} away{' or already past' if short else ''}"
    to_come = " or is still to come" if short and not has_happened(test.value) else ""
    return f"was {amount} ago{to_come}"


def _within(value: Value, when: Window, *, scene: Scene, positive: bool) -> str:
    verb = f"{'was' if isinstance(value, Moment) else 'is'}{'' if positive else ' not'}"
    if isinstance(when, Since) and not has_happened(value):
        now = "today (included)" if nature(value, scene).kind == "date" else "now"
        start = literal(when.start, Nature("date"), scene=scene)
        return f"{verb} between {start} and {now}"
    return f"{verb} {window(when, scene)}{_limits(value, when, scene=scene)}"


def _limits(value: Value, when: Window, *, scene: Scene) -> str:
    """What goes without saying for what has happened, and must be said of a date that can be to come."""
    if has_happened(value):
        return ""
    whole_days = nature(value, scene).kind == "date"
    match when:
        case Last() if whole_days:
            return " (today excluded)"
        case Next() if whole_days:
            return " (today included)"
        case Period(unit, 0) if unit != "day" and not isinstance(value, Anniversary):
            return f" (up to {'today' if whole_days else 'now'})"
        case _:
            return ""


# --- sets and places ----------------------------------------------------------------------------


def _has(test: Has, subject: Phrase, *, scene: Scene, positive: bool) -> str:
    like = nature(test.value, scene)
    words = [literal(each, like, scene=scene) for each in test.choices]
    plural = subject.plural
    verb = ("include" if plural else "includes") if positive else f"{'do' if plural else 'does'} not include"
    match test.quantifier:
        case "one" | "any":
            either = "" if positive or len(words) == 1 else ("either " if len(words) == 2 else "any of ")
            return f"{verb} {either}{one_of(words)}"
        case "all":
            both = "" if positive or len(words) == 1 else ("both " if len(words) == 2 else "all of ")
            return f"{verb} {both}{each_of(words)}"
        case _:
            assert_never(test.quantifier)


def _near(fact: Fact, test: Near, *, scene: Scene) -> Clause:
    far = with_unit(test.kilometres, "km")
    lead = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}[test.operator]
    doubt = "its position is unknown" if fact.unknown == "included" else ""
    subject = spot(test.distance, scene)
    if doubt and subject == "the customer":
        doubt = "their position is unknown"
    return Clause(subject, f"is {lead} {far} from {place(test.distance)}", bare=subject, doubt=doubt)
