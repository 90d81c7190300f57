"""What people did and where they belong, in English."""

from __future__ import annotations

from typing import assert_never

from vitrail.language.sentences import figures
from vitrail.language.sentences.english.grammar import a_or_an, noun, one_of, quoted
from vitrail.language.sentences.english.literals import duration, window
from vitrail.language.sentences.english.phrases import described
from vitrail.language.sentences.facts import Quantity, QuantityChoice, QuantitySpan
from vitrail.language.sentences.scene import Clause, Scene
from vitrail.model.tree import Consented, Member, Regularly, Sample, Selection, Sequence, Step

_CUSTOMER = "the customer"


def records(
    test: Quantity | QuantitySpan | QuantityChoice | Sequence | Regularly, scene: Scene, *, positive: bool
) -> Clause:
    """A clause about the records a profile has."""
    match test:
        case Quantity(selection):
            return _having(selection, _quantity(test, scene), scene=scene)
        case QuantitySpan(selection, low, high):
            many = _many(selection, scene)
            words = (
                f"between {low} and {high} {many}"
                if positive
                else f"fewer than {low} or more than {high} {many}"
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


def _having(selection: Selection, words: str, *, scene: Scene) -> Clause:
    """`has at least 2 orders in the last 90 days`."""
    when = window(selection.window, scene) if selection.window is not None else ""
    _, which = described(selection, scene, many=True)
    return Clause(_CUSTOMER, " ".join(part for part in ("has", words, when, which) if part))


def _one(selection: Selection | Step, scene: Scene) -> str:
    return described(selection, scene, many=False)[0]


def _many(selection: Selection, scene: Scene) -> str:
    return described(selection, scene, many=True)[0]


def _quantity(test: Quantity, scene: Scene) -> str:
    """`at least 2 orders`, `no order`, `more than one order`."""
    match test.operator, test.count:
        case ("=", 0) | ("<", 1) | ("<=", 0):
            return f"no {_one(test.selection, scene)}"
        case (">", 0) | ("!=", 0):
            return f"at least {_counted(1, test.selection, scene=scene)}"
        case "!=", count:
            other = figures.number(count, language="en")
            return f"a number of {_many(test.selection, scene)} other than {other}"
        case operator, count:
            lead = {"=": "exactly", ">=": "at least", "<=": "at most", ">": "more than", "<": "fewer than"}
            return f"{lead[operator]} {_counted(count, test.selection, scene=scene)}"


def _counted(count: int, selection: Selection, *, scene: Scene) -> str:
    if count == 1:
        return f"one {_one(selection, scene)}"
    return f"{figures.number(count, language='en')} {_many(selection, scene)}"


def _choice(selection: Selection, counts: tuple[int, ...], *, scene: Scene, positive: bool) -> str:
    numbers = one_of([figures.number(count, language="en") for count in counts])
    many = _many(selection, scene)
    return f"exactly {numbers} {many}" if positive else f"a number of {many} other than {numbers}"


# --- sequences and regularity -------------------------------------------------------------------


def _sequence(test: Sequence, scene: Scene, *, positive: bool) -> Clause:
    when = f" {window(test.window, scene)}" if test.window is not None else ""
    steps = ", then ".join(_step(step, scene, first=index == 0) for index, step in enumerate(test.steps))
    return Clause(
        _CUSTOMER, f"{'went' if positive else 'did not go'} through this sequence{when}", detail=steps
    )


def _step(step: Step, scene: Scene, *, first: bool) -> str:
    name, which = described(step, scene, many=False)
    lead = "no" if step.absent else a_or_an(name)
    if step.absent and step.within is None and not first:
        lead = "no further"
    within = f"within {duration(step.within)}" if step.within is not None else ""
    return " ".join(part for part in (lead, name, which, within) if part)


def _regularly(test: Regularly, scene: Scene, *, positive: bool) -> Clause:
    """`has at least one order in at least 3 of the last 4 full months`."""
    none = not positive and test.at_least == 1
    name, which = described(test.of, scene, many=False)
    when = window(test.of.window, scene) if test.of.window is not None else ""
    parts = ("has", "no" if none else "at least one", name, when, _periods(test, positive=positive), which)
    return Clause(_CUSTOMER, " ".join(part for part in parts if part))


def _periods(test: Regularly, *, positive: bool) -> str:
    one = test.of_last == 1
    last = f"the last full {test.every}" if one else f"the last {test.of_last} full {test.every}s"
    if test.at_least == 1:
        return f"in {last}"
    if positive and test.at_least == test.of_last:
        return f"in each of {last}"
    if positive:
        return f"in at least {test.at_least} of {last}"
    return f"in fewer than {test.at_least} of {last} (or in none)"


# --- belonging ----------------------------------------------------------------------------------


def belonging(test: Member | Consented | Sample, scene: Scene, *, positive: bool) -> Clause:
    """A clause about segments, consents and samples."""
    match test:
        case Member(segment):
            label = scene.catalogue.segment_labels.get(segment)
            verb = "is" if positive else "is not"
            return Clause(
                _CUSTOMER, f"{verb} in the segment {quoted(label.en if label and label.en else segment)}"
            )
        case Consented():
            return Clause(_CUSTOMER, _consented(test, scene, positive=positive))
        case Sample(share, salt):
            part = figures.share(share, language="en")
            named = f" {quoted(salt)}" if salt else ""
            verb = "is in a" if positive else "is not in the"
            return Clause(_CUSTOMER, f"{verb} stable sample{named} of {part} of customers")
        case _:
            assert_never(test)


def _consented(test: Consented, scene: Scene, *, positive: bool) -> str:
    purpose = scene.catalogue.purposes.get(test.purpose)
    aim = noun(purpose.label if purpose else None, test.purpose).one
    verb = "has consented" if positive else "has not consented"
    if test.channel is None:
        return f"{verb} to {aim} on {'at least one' if positive else 'any'} channel"
    channel = scene.catalogue.channels.get(test.channel)
    return f"{verb} to {aim} by {noun(channel.label if channel else None, test.channel).one}"
