"""Values and selections in French, as noun phrases."""

from __future__ import annotations

from typing import assert_never

import msgspec

from vitrail.language.sentences import figures, layout
from vitrail.language.sentences.facts import Arrangement, Equal, Fact, Group
from vitrail.language.sentences.french.grammar import (
    NARROW,
    Noun,
    Phrase,
    definite,
    noun,
    of,
    of_words,
    one_of,
    ordinal,
    quoted,
    requoted,
    the,
    the_many,
    to,
)
from vitrail.language.sentences.french.literals import dated, literal, window
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

_LEADS = ("dont ", "où ")
_KINDS = {"catégorie", "marque", "couleur", "type", "taille", "gamme", "famille", "genre", "nature", "classe"}
_PARTICIPLES = {
    "a ": "ayant ",
    "n’a ": "n’ayant ",
    "compte": "comptant",
    "ne compte": "ne comptant",
    "fait ": "faisant ",
    "ne fait ": "ne faisant ",
    "est à": "situés à",
}
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def phrase(value: Value, scene: Scene) -> Phrase:
    """A value as a noun with its article: `le pays`, `la dernière commande`, `l’âge`."""
    match value:
        case Trait(name):
            field = scene.catalogue.traits.get(name)
            word = noun(field.label if field else None, name)
            many = field is not None and field.type == "texts" and field.label and field.label.fr_plural
            return the_many(word.many, word.gender) if many else definite(word)
        case Property():
            return _property(value.name, scene)
        case Now():
            return Phrase("", "maintenant")
        case Arithmetic():
            return _arithmetic(value, scene)
        case Count(selection):
            return the(f"nombre {of_words(many_of(selection, scene))}", "m")
        case Aggregate():
            return _aggregate(value, scene)
        case Moment(which, selection):
            return _moment(which, selection, scene=scene)
        case Score(name):
            return _score(name, scene)
        case Age(of_value):
            return _age(of_value, scene)
        case DatePart():
            return _date_part(value, scene)
        case Rank(ranking, ranked, among):
            head = {"percentile": "percentile", "quintile": "quintile", "decile": "décile", "rank": "rang"}
            reference = f" parmi les {customers(among, scene)}" if among is not None else ""
            return Phrase("le ", f"{head[ranking]} {of(_closed(ranked, scene))}{reference}")
        case Distance():
            return _distance(value, scene)
        case Anniversary(of_value):
            whose = Phrase("le ", "client") if is_birth(of_value) else _closed(of_value, scene)
            return Phrase("l’", f"anniversaire {of(whose)}")
        case _:
            return constant(value, nature(value, scene), scene=scene)


def constant(
    value: Text | Integer | Number | Boolean | Date | Instant | Duration, like: Nature, *, scene: Scene
) -> Phrase:
    """A constant as a noun phrase; days and moments take an article."""
    if isinstance(value, Date | Instant):
        return dated(value, like=like, scene=scene)
    return Phrase("", literal(value, like, scene=scene))


def bound(value: Value, like: Nature, *, scene: Scene) -> Phrase:
    """What a value is compared with, in the units of that value."""
    match value:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant() | Duration():
            return constant(value, like, scene=scene)
        case _:
            return phrase(value, scene)


# --- facts of profiles and records --------------------------------------------------------------


def _property(name: str, scene: Scene) -> Phrase:
    field = scene.field(name)
    if field is None and name == "at":
        return Phrase("la ", "date", "f")
    return definite(noun(field.label if field else None, name))


def _score(name: str, scene: Scene) -> Phrase:
    known = scene.catalogue.scores.get(name)
    word = noun(known.label if known else None, name)
    return Phrase("le ", f"score {word.one}") if word.gender is None else definite(word)


def _age(value: Value, scene: Scene) -> Phrase:
    if is_birth(value):
        return Phrase("l’", "âge")
    return Phrase("le ", f"nombre d’années révolues depuis {_closed(value, scene).text}")


def _date_part(value: DatePart, scene: Scene) -> Phrase:
    head = {
        "hour": the("heure", "f"),
        "weekday": the("jour de la semaine", "m"),
        "month": the("mois", "m"),
        "year": the("année", "f"),
    }[value.part]
    if value.of == Property("at"):
        return head
    whose = "de naissance" if is_birth(value.of) else of(_closed(value.of, scene))
    return msgspec.structs.replace(head, body=f"{head.body} {whose}")


def place(value: Distance) -> Phrase:
    """`le point 48,8566 ; 2,3522`."""
    latitude = figures.number(value.to_latitude, language="fr")
    return Phrase("le ", f"point {latitude}{NARROW}; {figures.number(value.to_longitude, language='fr')}")


def spot(value: Distance, scene: Scene) -> Phrase:
    """`le client`, or the place that two values hold."""
    if is_home(value):
        return Phrase("le ", "client")
    origin = f"{phrase(value.latitude, scene).text}{NARROW}; {phrase(value.longitude, scene).text}"
    return Phrase("le ", f"lieu ({origin})")


def _distance(value: Distance, scene: Scene) -> Phrase:
    return the(f"distance {of(spot(value, scene))} {to(place(value))}", "f")


def _arithmetic(value: Arithmetic, scene: Scene) -> Phrase:
    left, right = nature(value.left, scene), nature(value.right, scene)
    match value:
        case Arithmetic(Now(), "-", Duration() as length):
            return Phrase("", f"il y a {literal(length, right, scene=scene)}")
        case Arithmetic(Now(), "+", Duration() as length):
            return Phrase("", f"dans {literal(length, right, scene=scene)}")
        case Arithmetic(Now(), "-", other) if is_dated(right):
            return the(f"temps écoulé depuis {phrase(other, scene).text}", "m")
        case Arithmetic(other, "-", Now()) if is_dated(left):
            return the(f"temps restant jusqu’{to(phrase(other, scene))}", "m")
        case Arithmetic(later, "-", earlier) if is_dated(left) and is_dated(right):
            return the(f"délai entre {phrase(earlier, scene).text} et {phrase(later, scene).text}", "m")
        case Arithmetic(Integer(times), "*", other) | Arithmetic(other, "*", Integer(times)) if times > 1:
            factor = _operand(other, "*", scene=scene, is_right=True)
            return Phrase("", f"{figures.number(times, language='fr')} fois {factor.text}")
        case Arithmetic(first, sign, second):
            start = _operand(first, sign, scene=scene, is_right=False)
            end = _operand(second, sign, scene=scene, is_right=True).text
            return Phrase(start.article, f"{start.body} {_SIGNS[sign]} {end}")


def _closed(value: Value, scene: Scene) -> Phrase:
    """A value inside another, a calculation between brackets."""
    words = phrase(value, scene)
    return Phrase("", f"({words.text})") if isinstance(value, Arithmetic) else words


def _operand(value: Value, sign: str, *, scene: Scene, is_right: bool) -> Phrase:
    words = phrase(value, scene)
    bracketed = isinstance(value, Arithmetic) and (is_right or (sign in "*/" and value.operator in "+-"))
    return Phrase("", f"({words.text})") if bracketed else words


# --- figures over records -----------------------------------------------------------------------


def _aggregate(value: Aggregate, scene: Scene) -> Phrase:
    record = scene.inside(value.of)
    field = record.field(value.property)
    word = noun(field.label if field else None, value.property)
    if field is None and value.property == "at":
        word = Noun("date", "dates", "f")
    if word.gender is None:
        word = Noun(quoted(word.one) if not word.quoted else word.one, word.one, quoted=True)
    like = nature(value, scene)
    owned = f" de ses {selected(value.of, scene, many=True)}"
    if value.property == "at" and value.function == "distinct":
        like = Nature("instant")
    head = _head(value, word, like=like)
    return msgspec.structs.replace(head, body=head.body + owned)


def _head(value: Aggregate, word: Noun, *, like: Nature) -> Phrase:
    gender = word.gender or "m"
    feminine = "e" if gender == "f" else ""
    match value.function:
        case "sum":
            return the(f"total {_all_of(word)}", "m")
        case "avg":
            return the(f"moyenne {_all_of(word)}", "f")
        case "distinct":
            return the(f"nombre {of_words(word.many)} différent{feminine}s", "m")
        case "first" | "last":
            return the(
                f"{ordinal('premier' if value.function == 'first' else 'dernier', gender)} {word.one}", gender
            )
        case "mode":
            return the(f"{word.one} {'la' if feminine else 'le'} plus fréquent{feminine}", gender)
        case "min" | "max":
            return the(f"plus {_extreme(value, feminine, like=like)} {word.one}", gender)
        case _:
            assert_never(value.function)


def _all_of(word: Noun) -> str:
    return of_words(word.one) if word.quoted else f"des {word.many}"


def _extreme(value: Aggregate, feminine: str, *, like: Nature) -> str:
    if is_dated(like):
        return f"ancien{'ne' if feminine else ''}" if value.function == "min" else f"récent{feminine}"
    return f"petit{feminine}" if value.function == "min" else f"grand{feminine}"


def _moment(which: str, selection: Selection, *, scene: Scene) -> Phrase:
    word = collection_noun(selection.collection, scene)
    rank = ordinal("premier" if which == "first_time" else "dernier", word.gender)
    return the(f"{rank} {selected(selection, scene, many=False)}", word.gender or "m")


# --- selections ---------------------------------------------------------------------------------


def collection_noun(name: str, scene: Scene) -> Noun:
    """The noun of a collection: `commande`, `commandes`."""
    known = scene.known_collection(name)
    return noun(known.label if known else None, name)


def many_of(selection: Selection, scene: Scene) -> str:
    """`commandes de catégorie vin au cours des 90 derniers jours`."""
    return selected(selection, scene, many=True)


def selected(selection: Selection, scene: Scene, *, many: bool) -> str:
    """Some records, without article: what they are, when, and which."""
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
    named = f"{name} {' et '.join(direct)}" if direct else name
    if rest is None:
        return named, ""
    clause = _clause(rest, scene.inside(of_records, _LEADS))
    return named, clause


def _clause(node: Arrangement, scene: Scene) -> str:
    if layout.is_flat(node, scene.alone()):
        return layout.inline(node, scene)
    return f"où ({layout.inline(node, scene.alone())})"


def _qualifiers(node: Arrangement, scene: Scene) -> tuple[list[str], Arrangement | None]:
    """What a noun takes directly (`de catégorie vin`), and what is left for a clause."""
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
            if word.one.split(" ")[0].casefold() not in _KINDS:
                return ""
            like = nature(Property(name), scene)
            return of_words(f"{word.one} {one_of([bound(each, like, scene=scene).body for each in options])}")
        case _:
            return ""


# --- people -------------------------------------------------------------------------------------


def customers(among: Condition, scene: Scene) -> str:
    """The profiles that meet a condition: `clients dont le pays est France`."""
    node = arrange(among)
    match node:
        case Fact(Member(segment), True):
            label = scene.catalogue.segment_labels.get(segment)
            return f"membres du segment {quoted(label.fr if label and label.fr else segment)}"
        case Fact():
            clause = scene.speak(node, scene)
            if clause.owned:
                return f"clients {layout.joined(clause, msgspec.structs.replace(scene, leads=_LEADS))}"
            return _doing(clause, scene) or _meeting(layout.joined(clause, scene.alone()))
        case _:
            return _meeting(layout.inline(node, scene.alone()))


def _doing(clause: Clause, scene: Scene) -> str:
    """`clients ayant passé une commande`; nothing where the clause is not about what a client does."""
    for verb, participle in _PARTICIPLES.items():
        if clause.subject == "le client" and clause.predicate.startswith(verb) and not clause.doubt:
            acting = msgspec.structs.replace(
                clause, subject="clients", predicate=f"{participle}{clause.predicate[len(verb) :]}"
            )
            return layout.joined(acting, scene.alone())
    return ""


def _meeting(rule: str) -> str:
    return f"clients répondant à la règle {requoted(rule)}"
