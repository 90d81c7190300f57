"""Help in place: what the test, the figure and the period of a row mean, one sentence each."""

from __future__ import annotations

from vitrail.app.web.builder.comparing import family, test_of
from vitrail.app.web.builder.form import Row
from vitrail.app.web.builder.subjects import figure_asked, figure_of, subject_of
from vitrail.app.web.builder.words import FIGURES, WINDOWS, test_word
from vitrail.app.web.pages import later
from vitrail.app.web.speech import Speech
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Selection

MEANS = {
    "all": later("each of them must hold"),
    "any": later("one of them is enough"),
    "none": later("whoever meets a single one is out"),
}
"""What the word of a group asks, beside it."""

TESTS = {
    "eq": later("exactly this value; who has none is out."),
    "ne": later("a known value other than this one; who has none is out."),
    "in": later("one of these values is enough."),
    "nin": later("a known value that is none of these; who has none is out."),
    "contains": later("these letters somewhere, in capitals or not."),
    "ncontains": later("a known text without these letters; who has none is out."),
    "starts": later("these letters first, in capitals or not."),
    "nstarts": later("a known text that begins otherwise."),
    "ends": later("these letters last, in capitals or not."),
    "nends": later("a known text that ends otherwise."),
    "matches": later("a regular expression (RE2), found anywhere in the text."),
    "nmatches": later("a known text in which the regular expression is not found."),
    "known": later("there is a value, whatever it is."),
    "unknown": later("there is no value: it was never given, or it was taken back."),
    "true": later("the answer is yes; who did not answer is out."),
    "false": later("the answer is no; who did not answer is out."),
    "lt": later("below this value, which does not count itself."),
    "le": later("this value or below."),
    "gt": later("beyond this value, which does not count itself."),
    "ge": later("this value or beyond."),
    "between": later("both ends count."),
    "nbetween": later("outside of the two ends; who has no value is out."),
    "within": later("the date falls in the period."),
    "nwithin": later("a known date that falls outside of the period."),
    "older": later("longer ago than this."),
    "newer": later("less long ago than this, or in the future."),
    "has": later("this value is among theirs."),
    "nhas": later("this value is not among theirs."),
    "has_any": later("at least one of these values is among theirs."),
    "nhas_any": later("none of these values is among theirs."),
    "has_all": later("all these values are among theirs, perhaps with others."),
    "nhas_all": later("at least one of these values is missing among theirs."),
}
ASKED = {
    "did": later("one is enough; the details below say which ones count."),
    "never": later("not a single one in the period; who never had any is in."),
    "count": later("how many there are; none counts as 0."),
    "first_time": later("when the first one happened; who has none is out."),
    "last_time": later("when the last one happened; who has none is out."),
    "regularly": later("one at least in so many whole periods; the present one is not looked at."),
    "sum": later("all of them added up; none counts as 0."),
    "avg": later("the total shared among those whose value is known."),
    "min": later("the smallest of the known values; who has none is out."),
    "max": later("the largest of the known values; who has none is out."),
    "distinct": later("how many different known values."),
    "first": later("the value of the oldest one that has a value."),
    "last": later("the value of the newest one that has a value."),
    "mode": later("the value met most often."),
}
PERIODS = {
    "last": later(
        "up to the moment of the count; a day is 24 hours, a month and a year are of the calendar."
    ),
    "next": later("from the moment of the count on."),
    "since": later("from that day on, the day included."),
    "before": later("up to that day, the day not included."),
    "between": later("the first day counts, the last one does not."),
}


def help_of(row: Row, catalogue: Catalogue, *, speech: Speech) -> tuple[tuple[str, str], ...]:
    """What the words chosen in a row mean: each word and its sentence."""
    what, _, name = row.about.partition(":")
    found: list[tuple[str, str]] = []
    collection = catalogue.collections.get(name) if what == "of" else None
    if collection is not None:
        code = figure_asked(row.one("figure"), row.one("of"), collection=collection)
        function = code.partition(".")[0]
        if function in ASKED and function in FIGURES:
            found.append((speech.say(FIGURES[function]), speech.say(ASKED[function])))
        subject = figure_of(code, Selection(collection.name), collection=collection)
    else:
        subject = subject_of(row.about, catalogue)
    if subject is not None:
        test = test_of(row.fields, subject.kind)
        if test in TESTS:
            word = test_word(test, family(subject.kind), speech=speech)
            found.append((word, speech.say(TESTS[test])))
    for field in ("w", "tw"):
        period = row.one(field)
        if period in PERIODS:
            found.append((speech.say(WINDOWS[period]), speech.say(PERIODS[period])))
    return tuple(found)
