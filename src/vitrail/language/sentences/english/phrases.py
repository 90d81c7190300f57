"""Values and selections in English, as noun phrases."""

from __future__ import annotations

from typing import assert_never

import msgspec

from vitrail.language.sentences import figures, layout
from vitrail.language.sentences.english.grammar import (
    Noun,
    Phrase,
    definite,
    noun,
    one_of,
    quoted,
    requoted,
)
from vitrail.language.sentences.english.literals import literal, window
from vitrail.language.sentences.facts import Arrangement, Equal, Fact, Group
from vitrail.language.sentences.natures import Nature, is_birth, is_dated, nature
from vitrail.language.sentences.places import is_home
from vitrail.language.sentences.reading import arrange
from vitrail.language.sentences.scene import Clause, Scene
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Arithmetic,
    Boolean,
    Condition,
    Count,
    Date,
    DatePart,
    Distance,
    Duration,
    Instant,
    Integer,
    Member,
    Moment,
    Now,
    Number,
    Property,
    Rank,
    Score,
    Selection,
    Step,
    Text,
    Trait,
    Value,
)

_LEADS = ("whose ", "where ")
_KINDS = {"category", "brand", "colour", "type", "size", "range", "family", "kind", "class", "style"}
_PLURALS = {"has": "have", "is": "are"}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def phrase(value: Value, scene: Scene) -> Phrase:
    """A value as a noun with its article: `the country`, `the last order`, `the age`."""
    match value:
        case Trait(name):
            field = scene.catalogue.traits.get(name)
            word = noun(field.label if field else None, name)
            many = field is not None and field.type == "texts" and field.label and field.label.en_plural
            return Phrase(word.many, plural=True) if many else definite(word)
        case Property(name):
            return _property(name, scene)
        case Now():
            return Phrase("now", "")
        case Arithmetic():
            return _arithmetic(value, scene)
        case Count(selection):
            return Phrase(f"number of {selected(selection, scene)}")
        case Aggregate():
            return _aggregate(value, scene)
        case Moment(which, selection):
            rank = "first" if which == "first_time" else "last"
            return Phrase(f"{rank} {selected(selection, scene, many=False)}")
        case Score(name):
            return _score(name, scene)
        case Age(of):
            return Phrase("age" if is_birth(of) else f"number of full years since {_closed(of, scene)}")
        case DatePart():
            return _date_part(value, scene)
        case Rank(ranking, ranked, among):
            reference = f" among {customers(among, scene)}" if among is not None else ""
            return Phrase(f"{ranking} of {_closed(ranked, scene)}{reference}")
        case Distance():
            return _distance(value, scene)
        case Anniversary(of):
            return _anniversary(of, scene)
        case _:
            return Phrase(literal(value, nature(value, scene), scene=scene), "")


def bound(value: Value, like: Nature, *, scene: Scene) -> Phrase:
    """What a value is compared with, in the units of that value."""
    match value:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration():
            return Phrase(literal(value, like, scene=scene), "")
        case _:
            return phrase(value, scene)


# --- facts of profiles and records --------------------------------------------------------------


def _property(name: str, scene: Scene) -> Phrase:
    field = scene.field(name)
    if field is None and name == "at":
        return Phrase("date")
    return definite(noun(field.label if field else None, name))


def _score(name: str, scene: Scene) -> Phrase:
    known = scene.catalogue.scores.get(name)
    word = noun(known.label if known else None, name)
    return Phrase(f"{word.one} score") if word.quoted else definite(word)


def _date_part(value: DatePart, scene: Scene) -> Phrase:
    head = "day of the week" if value.part == "weekday" else value.part
    if value.of == Property("at"):
        return Phrase(head)
    return Phrase(f"{head} of {'birth' if is_birth(value.of) else _closed(value.of, scene)}")


def _anniversary(value: Value, scene: Scene) -> Phrase:
    if is_birth(value):
        return Phrase("customer’s birthday")
    return Phrase(f"anniversary of {_closed(value, scene)}")


def place(value: Distance) -> str:
    """`the point 48.8566, 2.3522`."""
    latitude = figures.number(value.to_latitude, language="en")
    return f"the point {latitude}, {figures.number(value.to_longitude, language='en')}"


def spot(value: Distance, scene: Scene) -> str:
    """`the customer`, or the place that two values hold."""
    if is_home(value):
        return "the customer"
    return f"the place ({phrase(value.latitude, scene).text}, {phrase(value.longitude, scene).text})"


def _distance(value: Distance, scene: Scene) -> Phrase:
    return Phrase(f"distance from {spot(value, scene)} to {place(value)}")


def _arithmetic(value: Arithmetic, scene: Scene) -> Phrase:
    left, right = nature(value.left, scene), nature(value.right, scene)
    match value:
        case Arithmetic(Now(), "-", Duration() as length):
            return Phrase(f"{literal(length, right, scene=scene)} ago", "")
        case Arithmetic(Now(), "+", Duration() as length):
            return Phrase(f"{literal(length, right, scene=scene)} from now", "")
        case Arithmetic(Now(), "-", other) if is_dated(right):
            return Phrase(f"time since {phrase(other, scene).text}")
        case Arithmetic(other, "-", Now()) if is_dated(left):
            return Phrase(f"time left until {phrase(other, scene).text}")
        case Arithmetic(later, "-", earlier) if is_dated(left) and is_dated(right):
            return Phrase(f"time between {phrase(earlier, scene).text} and {phrase(later, scene).text}")
        case Arithmetic(Integer(times), "*", other) | Arithmetic(other, "*", Integer(times)) if times > 1:
            factor = _operand(other, "*", scene=scene, is_right=True)
            often = "twice" if times == 2 else f"{figures.number(times, language='en')} times"
            return Phrase(f"{often} {factor}", "")
        case Arithmetic(first, sign, second):
            start = _operand(first, sign, scene=scene, is_right=False)
            return Phrase(f"{start} {_SIGNS[sign]} {_operand(second, sign, scene=scene, is_right=True)}", "")


def _closed(value: Value, scene: Scene) -> str:
    """A value inside another, a calculation between brackets."""
    text = phrase(value, scene).text
    return f"({text})" if isinstance(value, Arithmetic) else text


def _operand(value: Value, sign: str, *, scene: Scene, is_right: bool) -> str:
    text = phrase(value, scene).text
    if not isinstance(value, Arithmetic):
        return text
    bracketed = is_right or (sign in "*/" and value.operator in "+-")
    return f"({text})" if bracketed else text


# --- figures over records -----------------------------------------------------------------------


def _aggregate(value: Aggregate, scene: Scene) -> Phrase:
    field = scene.inside(value.of).field(value.property)
    word = noun(field.label if field else None, value.property)
    if field is None and value.property == "at":
        word = Noun("date", "dates")
    owned = f"of their {selected(value.of, scene)}"
    return Phrase(f"{_head(value, word, like=nature(value, scene))} {owned}")


def _head(value: Aggregate, word: Noun, *, like: Nature) -> str:
    match value.function:
        case "sum":
            return f"total {word.one}"
        case "avg":
            return f"average {word.one}"
        case "distinct":
            return f"number of different {word.many}"
        case "first" | "last":
            return f"{value.function} {word.one}"
        case "mode":
            return f"most frequent {word.one}"
        case "min":
            return f"{'earliest' if is_dated(like) else 'smallest'} {word.one}"
        case "max":
            return f"{'latest' if is_dated(like) else 'largest'} {word.one}"
        case _:
            assert_never(value.function)


# --- selections ---------------------------------------------------------------------------------


def collection_noun(name: str, scene: Scene) -> Noun:
    """The noun of a collection: `order`, `orders`."""
    known = scene.known_collection(name)
    return noun(known.label if known else None, name)


def selected(selection: Selection, scene: Scene, *, many: bool = True) -> str:
    """Some records, without article: `orders of category wine in the last 90 days`."""
    named, which = described(selection, scene, many=many)
    when = window(selection.window, scene) if selection.window is not None else ""
    return " ".join(part for part in (named, when, which) if part)


def described(of_records: Selection | Step, scene: Scene, *, many: bool) -> tuple[str, str]:
    """The noun with what qualifies it directly, and the clause that says which ones."""
    word = collection_noun(of_records.collection, scene)
    name = word.many if many else word.one
    if of_records.where is None:
        return name, ""
    direct, rest = _qualifiers(arrange(of_records.where), scene.inside(of_records))
    named = f"{name} {' and '.join(direct)}" if direct else name
    if rest is None:
        return named, ""
    clause = _clause(rest, scene.inside(of_records, _LEADS))
    return named, clause


def _clause(node: Arrangement, scene: Scene) -> str:
    if layout.is_flat(node, scene.alone()):
        return layout.inline(node, scene)
    return f"where ({layout.inline(node, scene.alone())})"


def _qualifiers(node: Arrangement, scene: Scene) -> tuple[list[str], Arrangement | None]:
    """What a noun takes directly (`of category wine`), and what is left for a clause."""
    parts = node.parts if isinstance(node, Group) and node.kind == "all" else (node,)
    direct = {index: words for index, part in enumerate(parts) if (words := _qualifier(part, scene))}
    rest = tuple(part for index, part in enumerate(parts) if index not in direct)
    if not rest:
        return list(direct.values()), None
    return list(direct.values()), rest[0] if len(rest) == 1 else Group("all", rest)


def _qualifier(part: Arrangement, scene: Scene) -> str:
    match part:
        case Fact(Equal(Property(name), options), True, "silent") if all(
            isinstance(each, Text) for each in options
        ):
            field = scene.field(name)
            word = noun(field.label if field else None, name)
            if word.one.split(" ")[-1].casefold() not in _KINDS:
                return ""
            like = nature(Property(name), scene)
            return f"of {word.one} {one_of([bound(each, like, scene=scene).text for each in options])}"
        case _:
            return ""


# --- people -------------------------------------------------------------------------------------


def customers(among: Condition, scene: Scene) -> str:
    """The profiles that meet a condition: `customers whose country is France`."""
    node = arrange(among)
    match node:
        case Fact(Member(segment), True):
            label = scene.catalogue.segment_labels.get(segment)
            return f"the members of the segment {quoted(label.en if label and label.en else segment)}"
        case Fact():
            clause = scene.speak(node, scene)
            if clause.owned:
                return f"customers {layout.joined(clause, msgspec.structs.replace(scene, leads=_LEADS))}"
            return _doing(clause, scene) or _meeting(layout.joined(clause, scene.alone()))
        case _:
            return _meeting(layout.inline(node, scene.alone()))


def _doing(clause: Clause, scene: Scene) -> str:
    """`customers who have one order`; nothing where the clause is not about what a customer does."""
    verb, _, rest = clause.predicate.partition(" ")
    if clause.subject != "the customer" or clause.doubt:
        return ""
    acting = msgspec.structs.replace(
        clause, subject="customers who", predicate=f"{_PLURALS.get(verb, verb)} {rest}"
    )
    return layout.joined(acting, scene.alone())


def _meeting(rule: str) -> str:
    return f"customers who meet the rule {requoted(rule)}"
