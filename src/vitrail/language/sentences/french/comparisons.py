"""Comparisons in French: equal, above, below, between, in the words each kind of value takes."""

from __future__ import annotations

from vitrail.language.sentences import figures
from vitrail.language.sentences.facts import Equal, Ordered, Span
from vitrail.language.sentences.french.grammar import FIXED, Phrase, agreed, neither, of_words, one_of, to
from vitrail.language.sentences.french.literals import figure
from vitrail.language.sentences.french.phrases import bound
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
from vitrail.model.tree import (
    Duration,
    Integer,
    Moment,
    Number,
    Value,
)

_MEASURED = ("number", "duration", "age")


# --- equal --------------------------------------------------------------------------------------


def equal(test: Equal, subject: Phrase, *, scene: Scene, positive: bool) -> str:
    """`est France`, `est de 5`, `n’est ni samedi ni dimanche`."""
    like = common(test.value, test.options[0], scene=scene)
    if len(test.options) == 1 and not is_constant(test.options[0]):
        same = to(bound(test.options[0], like, scene=scene))
        verb = "est" if positive else "n’est pas"
        return f"{verb} {agreed('égal', subject)} {same}"
    if run := run_of(test, like):
        days = f"entre {figure(run[0], like)} et {figure(run[1], like)}"
        return f"{'est' if positive else 'n’est pas'} {days}"
    was = isinstance(test.value, Moment)
    if positive:
        return f"{'a eu lieu' if was else 'est'} {_among(test, like, scene=scene)}"
    words = [_predicative(each, like, test=test, scene=scene) for each in test.options]
    verb, rest = ("n’a", " eu lieu") if was else ("n’est", "")
    return f"{verb} pas{rest} {words[0]}" if len(words) == 1 else f"{verb}{rest} ni {neither(words)}"


def _among(test: Equal, like: Nature, *, scene: Scene) -> str:
    """`France ou Belgique`, `de 1, 2 ou 3`."""
    if len(test.options) > 1 and all(_is_measure(each, like) for each in test.options):
        listed = one_of([bound(each, like, scene=scene).body for each in test.options])
        return f"{of_words(listed)}{_out_of(test.value)}"
    return one_of([_predicative(each, like, test=test, scene=scene) for each in test.options])


def _predicative(option: Value, like: Nature, *, test: Equal, scene: Scene) -> str:
    words = bound(option, like, scene=scene)
    if _is_measure(option, like):
        return f"{of_words(words.body)}{_out_of(test.value)}"
    if like.kind == "hour" and len(test.options) == 1:
        return f"entre {words.body} et {words.body}{FIXED}59"
    return words.text


def _is_measure(option: Value, like: Nature) -> bool:
    number = isinstance(option, Integer | Number | Duration)
    return number and like.kind in _MEASURED and not _is_labelled(option, like)


def _is_labelled(option: Value, like: Nature) -> bool:
    value = str(getattr(option, "value", ""))
    return any(each.label and each.value == value for each in like.choices)


def _out_of(value: Value) -> str:
    """Quintiles are said out of 5, deciles out of 10."""
    most = out_of(value)
    return f" sur {most}" if most else ""


# --- ordered ------------------------------------------------------------------------------------


def ordered(test: Ordered, subject: Phrase, *, scene: Scene) -> str:
    """`dépasse 500 €`, `est d’au moins 18 ans`, `est antérieure au 1er janvier 2025`."""
    like = common(test.value, test.bound, scene=scene)
    other = bound(test.bound, of_bound(test, like), scene=scene)
    if is_dated(like):
        return _dated(test, subject, other=other)
    if not is_constant(test.bound):
        return _against(test, subject, other=other)
    match like.kind:
        case "hour" if isinstance(test.bound, Integer) and test.operator in ("<", ">="):
            return _hour(test, subject, other=other.body)
        case "year":
            return _year(test, subject, other=other.body)
        case "text":
            return _text(test, other.body)
        case _:
            return _measured(test, subject, other=f"{other.body}{_out_of(test.value)}")


def _measured(test: Ordered, subject: Phrase, *, other: str) -> str:
    return {
        ">": f"dépasse {other}",
        ">=": f"est d’au moins {other}",
        "<": f"est {agreed('inférieur', subject)} à {other}",
        "<=": f"est d’au plus {other}",
    }[test.operator]


def _against(test: Ordered, subject: Phrase, *, other: Phrase) -> str:
    """Against another value: `est supérieur ou égal au panier`."""
    equal_to = f" ou {agreed('égal', subject)}" if test.operator in (">=", "<=") else ""
    side = agreed("supérieur" if test.operator in (">", ">=") else "inférieur", subject)
    return f"est {side}{equal_to} {to(other)}"


def _dated(test: Ordered, subject: Phrase, *, other: Phrase) -> str:
    side = agreed("antérieur" if test.operator in ("<", "<=") else "postérieur", subject)
    if test.operator in ("<", ">"):
        return f"est {side} {to(other)}"
    if not is_constant(test.bound):
        return f"est {side} ou {agreed('égal', subject)} {to(other)}"
    verb = "a eu lieu" if isinstance(test.value, Moment) else "est"
    return f"{verb} {other.text} ou {'avant' if test.operator == '<=' else 'après'}"


def _hour(test: Ordered, subject: Phrase, *, other: str) -> str:
    if test.operator == "<":
        return f"est {agreed('antérieur', subject)} à {other}"
    return f"est {other} ou plus tard"


def _year(test: Ordered, subject: Phrase, *, other: str) -> str:
    return {
        ">": f"est {agreed('postérieur', subject)} à {other}",
        ">=": f"est {other} ou après",
        "<": f"est {agreed('antérieur', subject)} à {other}",
        "<=": f"est {other} ou avant",
    }[test.operator]


def _text(test: Ordered, other: str) -> str:
    words = {
        ">": f"vient après {other}",
        ">=": f"est {other} ou vient après",
        "<": f"vient avant {other}",
        "<=": f"est {other} ou vient avant",
    }[test.operator]
    return f"{words} dans l’ordre des caractères"


# --- between ------------------------------------------------------------------------------------


def span(test: Span, subject: Phrase, *, scene: Scene) -> str:
    """`est compris entre 18 et 65 ans inclus`."""
    like = common(test.value, test.low, scene=scene)
    low, high = bound(test.low, like, scene=scene), bound(test.high, like, scene=scene)
    if like.kind == "hour" and isinstance(test.low, Integer) and isinstance(test.high, Integer):
        return f"est {agreed('compris', subject)} entre {low.text} et {high.text}{FIXED}59"
    first = _without_unit(test.low, test.high, like=like, text=low.text)
    return f"est {agreed('compris', subject)} entre {first} et {high.text}{_out_of(test.value)} inclus"


def _without_unit(low: Value, high: Value, *, like: Nature, text: str) -> str:
    """`entre 18 et 65 ans`: the unit once, when both ends are numbers."""
    if like.kind not in ("number", "age") or not isinstance(low, Integer | Number):
        return text
    if not isinstance(high, Integer | Number) or _is_labelled(low, like):
        return text
    return figures.number(low.value, language="fr")
