"""The words of the form: what tests, figures, windows and subjects are called."""

from __future__ import annotations

from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech
from vitrail.model.catalogue import Catalogue, Collection, Field, Label, Named

TESTS: dict[str, dict[str, str]] = {
    "general": {
        "eq": later("is"), "ne": later("is not"), "in": later("is one of"), "nin": later("is none of"),
        "contains": later("contains"), "ncontains": later("does not contain"),
        "starts": later("starts with"), "nstarts": later("does not start with"),
        "ends": later("ends with"), "nends": later("does not end with"),
        "matches": later("matches the pattern"), "nmatches": later("does not match the pattern"),
        "known": later("is known"), "unknown": later("is unknown"),
        "true": later("is yes"), "false": later("is no"),
        "lt": later("is less than"), "le": later("is at most"), "gt": later("is more than"),
        "ge": later("is at least"), "between": later("is between"), "nbetween": later("is not between"),
        "within": later("is in the period"), "nwithin": later("is not in the period"),
        "older": later("is older than"), "newer": later("is more recent than"),
        "has": later("include"), "nhas": later("do not include"),
        "has_any": later("include one of"), "nhas_any": later("include none of"),
        "has_all": later("include all of"), "nhas_all": later("do not include all of"),
    },
    "moment": {
        "lt": later("is before"), "le": later("is at the latest on"), "gt": later("is after"),
        "ge": later("is from … on"),
    },
    "text": {
        "lt": later("comes before"), "le": later("comes before or is"), "gt": later("comes after"),
        "ge": later("comes after or is"),
    },
}  # fmt: skip
"""What each test is called, in general and for some families of types."""

FIGURES = {
    "did": later("at least one"),
    "never": later("none"),
    "count": later("number of"),
    "first_time": later("date of the first"),
    "last_time": later("date of the last"),
    "regularly": later("regularly"),
    "sum": later("total of"),
    "avg": later("average of"),
    "min": later("smallest"),
    "max": later("largest"),
    "distinct": later("number of different values of"),
    "first": later("first value of"),
    "last": later("last value of"),
    "mode": later("most frequent"),
}

WINDOWS = {
    "": later("at any time"),
    "last": later("in the last"),
    "next": later("in the next"),
    "today": later("today"),
    "yesterday": later("yesterday"),
    "tomorrow": later("tomorrow"),
    "this_week": later("this week"),
    "last_week": later("last week"),
    "next_week": later("next week"),
    "this_month": later("this month"),
    "last_month": later("last month"),
    "next_month": later("next month"),
    "this_quarter": later("this quarter"),
    "last_quarter": later("last quarter"),
    "next_quarter": later("next quarter"),
    "this_year": later("this year"),
    "last_year": later("last year"),
    "next_year": later("next year"),
    "since": later("since"),
    "before": later("before"),
    "between": later("between two dates"),
}
PAST = (
    "", "last", "today", "yesterday", "this_week", "last_week", "this_month", "last_month",
    "this_quarter", "last_quarter", "this_year", "last_year", "since", "before", "between",
)  # fmt: skip
"""What can be said of things that happened."""

UNITS = {
    "minute": later("minutes"),
    "hour": later("hours"),
    "day": later("days"),
    "week": later("weeks"),
    "month": later("months"),
    "quarter": later("quarters"),
    "year": later("years"),
}
EVERY = {
    "day": later("every day"),
    "week": later("every week"),
    "month": later("every month"),
    "quarter": later("every quarter"),
    "year": later("every year"),
}
PARTS = {
    "hour": later("hour of %(date)s"),
    "weekday": later("day of the week of %(date)s (1 is Monday)"),
    "month": later("month of %(date)s"),
    "year": later("year of %(date)s"),
}
KINDS = {"all": later("all of"), "any": later("at least one of"), "none": later("none of")}


def test_word(test: str, family: str, *, speech: Speech) -> str:
    """What a test is called."""
    word = TESTS.get(family, {}).get(test) or TESTS["general"][test]
    return speech.say(word)


def noun(label: Label | None, name: str, *, language: str, many: bool = False) -> str:
    """The words of a name, or the name itself."""
    if label is None:
        return name
    plural = label.fr_plural if language == "fr" else label.en_plural
    one = label.fr if language == "fr" else label.en
    return (plural if many else "") or one or name


def segment_word(key: str, catalogue: Catalogue, *, speech: Speech) -> str:
    """What a segment is called; a class after its segmentation, since each has its own *New*."""
    over, dot, _ = key.partition(".")
    name = noun(catalogue.segment_labels.get(key), key, language=speech.language)
    if not dot:
        return name
    return (
        f"{noun(catalogue.segment_labels.get(over), over, language=speech.language)}{speech.say(': ')}{name}"
    )


def titled(text: str) -> str:
    """The same words, with a capital."""
    return text[:1].upper() + text[1:]


def named(found: Named | None, key: str, *, language: str) -> str:
    """The words of a purpose, a channel or a score."""
    return noun(found.label if found else None, key, language=language)


def detail_word(code: str, collection: Collection, *, speech: Speech) -> str:
    """What a property, or a part of a date, is called."""
    part, of, name = code.partition(" of ")
    if of and part in PARTS:
        return speech.say(PARTS[part], date=property_word(name, collection, speech=speech))
    return property_word(code, collection, speech=speech)


def property_word(name: str, collection: Collection, *, speech: Speech) -> str:
    """What a property of a collection is called."""
    field: Field | None = collection.properties.get(name)
    if field is None and name == "at":
        return speech.say("date")
    return noun(field.label if field else None, name, language=speech.language)


def subject_word(about: str, catalogue: Catalogue, *, speech: Speech) -> str:
    """What a row is about, as its first words."""
    what, _, name = about.partition(":")
    language = speech.language
    trait = catalogue.traits.get(name)
    words = noun(trait.label if trait else None, name, language=language)
    match what:
        case "trait":
            return titled(words)
        case "age":
            return speech.say("Age (from the %(date)s)", date=words)
        case "anniversary":
            return speech.say("Anniversary of the %(date)s", date=words)
        case "of":
            known = catalogue.collections.get(name)
            return titled(noun(known.label if known else None, name, language=language))
        case "score":
            score = named(catalogue.scores.get(name), name, language=language)
            return speech.say("Score: %(name)s", name=score)
        case _:
            return speech.say(_OTHERS.get(what, "In writing"))


_OTHERS = {
    "segment": later("Segment"),
    "consent": later("Consent"),
    "place": later("Distance to a place"),
    "sample": later("Random sample"),
    "text": later("In writing"),
    "group": later("Group of conditions"),
}
