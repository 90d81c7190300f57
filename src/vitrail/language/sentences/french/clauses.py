"""Facts in French: one clause each."""

from __future__ import annotations

from typing import assert_never

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
from vitrail.language.sentences.french import people
from vitrail.language.sentences.french.comparisons import equal, ordered, span
from vitrail.language.sentences.french.grammar import (
    Phrase,
    agreed,
    each_of,
    neither,
    of,
    of_words,
    one_of,
    quoted,
)
from vitrail.language.sentences.french.literals import dated, duration, literal, window, with_unit
from vitrail.language.sentences.french.phrases import phrase, place, spot
from vitrail.language.sentences.french.ranks import share, top
from vitrail.language.sentences.french.verbs import negated
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
    "contains": "contient",
    "starts with": "commence par",
    "ends with": "finit par",
    "matches": "correspond au motif",
}


def speak(fact: Fact, scene: Scene) -> Clause:
    """One fact as a clause."""
    match fact.test:
        case Quantity() | QuantitySpan() | QuantityChoice() | Sequence() | Regularly():
            return people.records(fact.test, scene, positive=fact.positive)
        case Member() | Consented() | Sample():
            return people.belonging(fact.test, scene, positive=fact.positive)
        case Truth(value):
            return Clause("", f"c’est toujours {'vrai' if value else 'faux'}")
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
    return Clause(subject.text, predicate, bare=subject.text, doubt=doubt, owned=is_owned(value))


def _knowing(fact: Fact, value: Value, *, subject: Phrase) -> str:
    """`est connu et`: what comes before a difference from something fixed."""
    if fact.doubtful != (value,):
        return ""
    return "existe et " if isinstance(value, Moment) else f"{_is(subject)} {agreed('connu', subject)} et "


def _others_known(fact: Fact, value: Value, *, scene: Scene) -> str:
    """What comes after a difference from something that can be unknown."""
    if fact.doubtful == (value,):
        return ""
    if len(fact.doubtful) > 1:
        return " (ces valeurs étant connues)"
    other = phrase(fact.doubtful[0], scene)
    return f" ({other.text} étant {agreed('connu', other)})"


def _doubt(fact: Fact, value: Value, *, subject: Phrase, scene: Scene) -> str:
    if len(fact.doubtful) > 1:
        return "l’une de ces valeurs est inconnue"
    if fact.doubtful[0] != value and isinstance(fact.test, Equal | Ordered | Span):
        other = phrase(fact.doubtful[0], scene)
        return f"{other.text} {_is(other)} {agreed('inconnu', other)}"
    return "n’existe pas" if isinstance(value, Moment) else f"{_is(subject)} {agreed('inconnu', subject)}"


def _is(subject: Phrase) -> str:
    return "sont" if subject.plural else "est"


def _predicate(test: Asked, subject: Phrase, *, scene: Scene, positive: bool) -> str:
    match test:
        case Equal():
            return equal(test, subject, scene=scene, positive=positive)
        case Ordered():
            return ordered(test, subject, scene=scene)
        case Span():
            return negated(span(test, subject, scene=scene), positive=positive)
        case Elapsed():
            return negated(_elapsed(test, subject), positive=positive)
        case Share():
            return share(test, subject, scene=scene)
        case Top():
            return top(test, subject, scene=scene)
        case Like(_, operator, pattern):
            return negated(f"{_LIKE[operator]} {quoted(pattern)}", positive=positive)
        case Within(value, when):
            return _within(value, when, scene=scene, positive=positive)
        case Known():
            return f"{_is(subject)} {agreed('connu' if positive else 'inconnu', subject)}"
        case Has():
            return _has(test, subject, scene=scene, positive=positive)
        case _:
            assert_never(test)


# --- time ---------------------------------------------------------------------------------------


def _elapsed(test: Elapsed, subject: Phrase) -> str:
    """`date de plus de 180 jours`, `remonte à plus de 3 mois`, `est dans moins de 30 jours`."""
    length = duration(test.duration)
    short = test.operator in ("<", "<=")
    if test.ahead:
        past = f" ou déjà {agreed('passé', subject)}"
        return f"est dans {_amount(test.operator, length)}{past if short else ''}"
    if isinstance(test.value, Moment):
        return f"date {of_words(_amount(test.operator, length))}"
    to_come = " ou est à venir" if short and not has_happened(test.value) else ""
    return f"remonte à {_amount(test.operator, length)}{to_come}"


def _amount(operator: str, length: str) -> str:
    match operator:
        case "<" | ">":
            return f"{'moins' if operator == '<' else 'plus'} {of_words(length)}"
        case "<=" | ">=":
            return f"{length} au {'plus' if operator == '<=' else 'moins'}"
        case _:
            return f"exactement {length}"


def _within(value: Value, when: Window, *, scene: Scene, positive: bool) -> str:
    words = f"{window(when, scene)}{_limits(value, when, scene=scene)}"
    if isinstance(value, Moment):
        return f"{'a' if positive else 'n’a pas'} eu lieu {words}"
    verb = "tombe" if isinstance(when, Next | Period) and not has_happened(value) else "se situe"
    if isinstance(when, Since) and not has_happened(value):
        now = "aujourd’hui (inclus)" if nature(value, scene).kind == "date" else "maintenant"
        words = f"entre {dated(when.start, like=Nature('date'), scene=scene).text} et {now}"
    return f"{verb if positive else f'ne {verb} pas'} {words}"


def _limits(value: Value, when: Window, *, scene: Scene) -> str:
    """What goes without saying for what has happened, and must be said of a date that can be to come."""
    if has_happened(value):
        return ""
    whole_days = nature(value, scene).kind == "date"
    match when:
        case Last() if whole_days:
            return " (aujourd’hui exclu)"
        case Next() if whole_days:
            return " (aujourd’hui compris)"
        case Period(unit, 0) if unit != "day" and not isinstance(value, Anniversary):
            return f" (jusqu’à {'aujourd’hui' if whole_days else 'maintenant'})"
        case _:
            return ""


# --- sets and places ----------------------------------------------------------------------------


def _has(test: Has, subject: Phrase, *, scene: Scene, positive: bool) -> str:
    like = nature(test.value, scene)
    words = [literal(each, like, scene=scene) for each in test.choices]
    verb = "comprennent" if subject.plural else "comprend"
    match test.quantifier:
        case "one" | "any":
            if positive:
                return f"{verb} {one_of(words)}"
            return f"ne {verb} pas {words[0]}" if len(words) == 1 else f"ne {verb} ni {neither(words)}"
        case "all":
            if positive:
                return f"{verb} {each_of(words)}"
            together = f"à la fois {each_of(words)}" if len(words) > 1 else words[0]
            return f"ne {verb} pas {together}"
        case _:
            assert_never(test.quantifier)


def _near(fact: Fact, test: Near, *, scene: Scene) -> Clause:
    far = with_unit(test.kilometres, "km")
    words = {
        "<": f"à moins de {far}",
        "<=": f"à {far} au plus",
        ">": f"à plus de {far}",
        ">=": f"à {far} au moins",
    }[test.operator]
    doubt = "sa position est inconnue" if fact.unknown == "included" else ""
    subject = spot(test.distance, scene).text
    return Clause(subject, f"est {words} {of(place(test.distance))}", bare=subject, doubt=doubt)
