"""Comparisons in English: equal, above, below, between, in the words each kind of value takes."""

from __future__ import annotations

from vitrail.language.sentences.english.grammar import neither, one_of
from vitrail.language.sentences.english.literals import figure
from vitrail.language.sentences.english.phrases import bound
from vitrail.language.sentences.facts import Equal, Ordered, Span
from vitrail.language.sentences.natures import (
    Nature,
    common,
    is_constant,
    is_dated,
    of_bound,
    out_of,
    run_of,
)
from vitrail.language.sentences.scene import Scene
from vitrail.model.tree import Integer, Moment, Value


def _verb(value: Value, *, positive: bool = True) -> str:
    """What happened `was`; what is `is`."""
    verb = "was" if isinstance(value, Moment) else "is"
    return verb if positive else f"{verb} not"


# --- equal --------------------------------------------------------------------------------------


def equal(test: Equal, scene: Scene, *, positive: bool) -> str:
    """`is France`, `is not 5`, `is neither Saturday nor Sunday`."""
    like = common(test.value, test.options[0], scene=scene)
    verb = _verb(test.value, positive=positive)
    if len(test.options) == 1 and not is_constant(test.options[0]):
        return f"{verb} equal to {bound(test.options[0], like, scene=scene).text}"
    if run := run_of(test, like):
        return f"{verb} between {figure(run[0], like)} and {figure(run[1], like)}"
    words = [_predicative(each, like, test=test, scene=scene) for each in test.options]
    if positive or len(words) == 1:
        return f"{verb} {one_of(words)}"
    return f"{_verb(test.value)} {neither(words)}"


def _predicative(option: Value, like: Nature, *, test: Equal, scene: Scene) -> str:
    words = bound(option, like, scene=scene).text
    if like.kind == "hour" and len(test.options) == 1:
        return f"between {words} and {words[:-2]}59" if words.endswith(":00") else words
    if is_dated(like):
        return f"on {words}"
    return f"{words}{_out_of(test.value)}"


def _out_of(value: Value) -> str:
    """Quintiles are said out of 5, deciles out of 10."""
    most = out_of(value)
    return f" out of {most}" if most else ""


# --- ordered ------------------------------------------------------------------------------------


def ordered(test: Ordered, scene: Scene) -> str:
    """`is more than €500`, `is at least 18`, `is before 1 January 2025`."""
    like = common(test.value, test.bound, scene=scene)
    other, verb = bound(test.bound, of_bound(test, like), scene=scene).text, _verb(test.value)
    if is_dated(like):
        on = "on" if of_bound(test, like).kind == "date" else "at"
        lead = {"<": "before", "<=": f"{on} or before", ">": "after", ">=": f"{on} or after"}
    elif like.kind == "year":
        lead = {"<": "before", "<=": "no later than", ">": "after", ">=": "no earlier than"}
    elif like.kind == "text":
        lead = {"<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}
        other = f"{other} in character order"
    elif like.kind == "hour" and isinstance(test.bound, Integer) and test.operator in ("<", ">="):
        return f"is before {other}" if test.operator == "<" else f"is {other} or later"
    else:
        lead = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
        other = f"{other}{_out_of(test.value) if is_constant(test.bound) else ''}"
    return f"{verb} {lead[test.operator]} {other}"


# --- between ------------------------------------------------------------------------------------


def span(test: Span, scene: Scene, *, positive: bool) -> str:
    """`is between 18 and 65 inclusive`."""
    like = common(test.value, test.low, scene=scene)
    low, high = bound(test.low, like, scene=scene).text, bound(test.high, like, scene=scene).text
    verb = _verb(test.value, positive=positive)
    if like.kind == "hour" and high.endswith(":00") and isinstance(test.high, Integer):
        return f"{verb} between {low} and {high[:-2]}59"
    return f"{verb} between {low} and {high}{_out_of(test.value)} inclusive"
