"""What people did and where they belong, in French."""

from __future__ import annotations

from typing import assert_never

from vitrail.language.sentences import figures
from vitrail.language.sentences.facts import Quantity, QuantityChoice, QuantitySpan
from vitrail.language.sentences.french.grammar import (
    Noun,
    a_or_an,
    definite,
    noun,
    of_words,
    one_of,
    quoted,
    to,
)
from vitrail.language.sentences.french.literals import UNITS, duration, window
from vitrail.language.sentences.french.phrases import collection_noun, described
from vitrail.language.sentences.french.verbs import having
from vitrail.language.sentences.scene import Clause, Scene
from vitrail.model.tree import (
    CalendarUnit,
    Consented,
    Duration,
    Member,
    Regularly,
    Sample,
    Selection,
    Sequence,
    Step,
)

_CLIENT = "le client"


def records(
    test: Quantity | QuantitySpan | QuantityChoice | Sequence | Regularly, scene: Scene, *, positive: bool
) -> Clause:
    """A clause about the records a profile has."""
    match test:
        case Quantity(selection, operator, count):
            none = (operator, count) in (("=", 0), ("<", 1), ("<=", 0))
            return _having(selection, _quantity(test, scene), scene=scene, none=none)
        case QuantitySpan(selection, low, high):
            many = _many(selection, scene)
            words = (
                f"entre {low} et {high} {many}" if positive else f"moins de {low} ou plus de {high} {many}"
            )
            return _having(selection, words, scene=scene)
        case QuantityChoice(selection, counts):
            return _having(selection, _choice(selection, counts, scene=scene, positive=positive), scene=scene)
        case Sequence():
            return _sequence(test, scene, positive=positive)
        case Regularly():
            return _regularly(test, scene, positive=positive)
        case _:
            assert_never(test)


# --- how many -----------------------------------------------------------------------------------


def _having(selection: Selection, words: str, *, scene: Scene, none: bool = False) -> Clause:
    """`a passé au moins 2 commandes au cours des 90 derniers jours`."""
    verb = having(selection.collection, scene)[none]
    when = window(selection.window, scene) if selection.window is not None else ""
    _, which = described(selection, scene, many=True)
    if when and which:
        return Clause(_CLIENT, f"{verb}, {when}, {words} {which}")
    return Clause(_CLIENT, " ".join(part for part in (verb, words, when, which) if part))


def _one(selection: Selection | Step, scene: Scene) -> str:
    return described(selection, scene, many=False)[0]


def _many(selection: Selection, scene: Scene) -> str:
    return described(selection, scene, many=True)[0]


def _quantity(test: Quantity, scene: Scene) -> str:
    """`au moins 2 commandes`, `aucune commande`, `plus d’une commande`."""
    word = collection_noun(test.selection.collection, scene)
    match test.operator, test.count:
        case ("=", 0) | ("<", 1) | ("<=", 0):
            return f"{_none(word)} {_one(test.selection, scene)}"
        case (">", 0) | ("!=", 0):
            return f"au moins {_counted(1, test.selection, scene=scene)}"
        case "=", count:
            return f"exactement {_counted(count, test.selection, scene=scene)}"
        case "!=", count:
            other = figures.number(count, language="fr")
            return f"un nombre {of_words(_many(test.selection, scene))} autre que {other}"
        case operator, count:
            lead = {">=": "au moins", "<=": "au plus", ">": "plus", "<": "moins"}[operator]
            counted = _counted(count, test.selection, scene=scene)
            return f"{lead} {of_words(counted) if operator in '<>' else counted}"


def _counted(count: int, selection: Selection, *, scene: Scene) -> str:
    if count == 1:
        word = collection_noun(selection.collection, scene)
        return f"{a_or_an(word.gender)} {_one(selection, scene)}"
    name = _many(selection, scene) if count else _one(selection, scene)
    return f"{figures.number(count, language='fr')} {name}"


def _none(word: Noun) -> str:
    return f"auc{a_or_an(word.gender)}"


def _choice(selection: Selection, counts: tuple[int, ...], *, scene: Scene, positive: bool) -> str:
    numbers = one_of([figures.number(count, language="fr") for count in counts])
    many = _many(selection, scene)
    return f"exactement {numbers} {many}" if positive else f"un nombre {of_words(many)} autre que {numbers}"


# --- sequences and regularity -------------------------------------------------------------------


def _sequence(test: Sequence, scene: Scene, *, positive: bool) -> Clause:
    when = f" {window(test.window, scene)}" if test.window is not None else ""
    steps = ", puis ".join(_step(step, scene, first=index == 0) for index, step in enumerate(test.steps))
    return Clause(_CLIENT, f"{'a' if positive else 'n’a pas'} suivi cet enchaînement{when}", detail=steps)


def _step(step: Step, scene: Scene, *, first: bool) -> str:
    word = collection_noun(step.collection, scene)
    name, which = described(step, scene, many=False)
    lead = _none(word) if step.absent else a_or_an(word.gender)
    if step.absent and step.within is None and not first:
        lead = f"plus {lead}"
    within = _delay(step.within) if step.within is not None else ""
    return " ".join(part for part in (lead, name, which, within) if part)


def _delay(length: Duration) -> str:
    match length.unit, length.count:
        case "day", 1:
            return "dans les 24 heures"
        case "week", 1:
            return "dans les 7 jours"
        case "hour", 1:
            return "dans l’heure"
        case "minute", 1:
            return "dans la minute"
        case _, 1:
            return f"dans un délai d’{duration(length)}"
        case _:
            return f"dans les {duration(length)}"


def _regularly(test: Regularly, scene: Scene, *, positive: bool) -> Clause:
    """`a passé au moins une commande lors d’au moins 3 des 4 derniers mois entiers`."""
    none = not positive and test.at_least == 1
    verb = having(test.of.collection, scene)[none]
    word = collection_noun(test.of.collection, scene)
    name, which = described(test.of, scene, many=False)
    lead = _none(word) if none else f"au moins {a_or_an(word.gender)}"
    when = window(test.of.window, scene) if test.of.window is not None else ""
    periods = _periods(test, positive=positive)
    middle = f" {when}" if when else ""
    return Clause(
        _CLIENT,
        f"{verb}, {periods}{middle}, {lead} {name} {which}".rstrip()
        if which
        else f"{verb} {lead} {name}{middle} {periods}",
    )


def _periods(test: Regularly, *, positive: bool) -> str:
    last = _last_periods(test.every, test.of_last)
    if test.at_least == 1:
        return f"au cours {last}"
    if positive:
        if test.at_least == test.of_last:
            return f"lors de chac{'une' if _period(test.every)[1] == 'f' else 'un'} {last}"
        return f"lors d’au moins {test.at_least} {last}"
    none = "d’aucune" if _period(test.every)[1] == "f" else "d’aucun"
    return f"lors de moins de {test.at_least} {last} (voire {none})"


def _last_periods(unit: CalendarUnit, count: int) -> str:
    name, gender = _period(unit)
    feminine = gender == "f"
    plural = name if name.endswith("s") else f"{name}s"
    if count == 1:
        lead = "de la dernière" if feminine else "du dernier"
        return f"{lead} {name} {'entière' if feminine else 'entier'}"
    last = "dernières" if feminine else "derniers"
    return f"des {count} {last} {plural} {'entières' if feminine else 'entiers'}"


def _period(unit: CalendarUnit) -> tuple[str, str]:
    return ("année", "f") if unit == "year" else (UNITS[unit][0], UNITS[unit][2])


# --- belonging ----------------------------------------------------------------------------------


def belonging(test: Member | Consented | Sample, scene: Scene, *, positive: bool) -> Clause:
    """A clause about segments, consents and samples."""
    match test:
        case Member(segment):
            label = scene.catalogue.segment_labels.get(segment)
            verb = "fait partie" if positive else "ne fait pas partie"
            return Clause(_CLIENT, f"{verb} du segment {quoted(label.fr if label and label.fr else segment)}")
        case Consented():
            return Clause(_CLIENT, _consented(test, scene, positive=positive))
        case Sample(share, salt):
            verb = "fait partie d’un" if positive else "ne fait pas partie du"
            named = f" {quoted(salt)}" if salt else ""
            part = figures.share(share, language="fr")
            return Clause(_CLIENT, f"{verb} tirage stable{named} de {part} des clients")
        case _:
            assert_never(test)


def _consented(test: Consented, scene: Scene, *, positive: bool) -> str:
    purpose = scene.catalogue.purposes.get(test.purpose)
    aim = to(definite(noun(purpose.label if purpose else None, test.purpose)))
    if test.channel is None:
        return (
            f"a consenti {aim} sur au moins un canal" if positive else f"n’a consenti {aim} sur aucun canal"
        )
    channel = scene.catalogue.channels.get(test.channel)
    by = noun(channel.label if channel else None, test.channel).one
    return f"{'a' if positive else 'n’a pas'} consenti {aim} par {by}"
