"""Answers given willingly: read against their questions, and links that cannot be guessed."""

import datetime as dt
from decimal import Decimal

import pytest

from vitrail.collect.answers.links import form_of, sign, unsign
from vitrail.collect.answers.reading import read_answers
from vitrail.model.errors import UserError
from vitrail.model.forms import Form, Option, Question

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
WORDS = {"fr": "Un mot", "en": "A word"}
TOPICS = tuple(Option(value, WORDS) for value in ("garden", "kitchen"))
QUESTIONS = (
    Question("score", "nps", WORDS, required=True),
    Question("quality", "rating", WORDS),
    Question("topic", "choice", WORDS, options=TOPICS),
    Question("topics", "choices", WORDS, options=TOPICS),
    Question("again", "yes_no", WORDS),
    Question("why", "text", WORDS),
    Question("when", "date", WORDS),
    Question("spent", "number", WORDS),
)
FORM = Form("nps", WORDS, QUESTIONS, days=30)


def answers(kind="survey", **given):
    posted = {"score": "9"} | given
    form = Form("nps", WORDS, QUESTIONS, kind=kind)
    return read_answers(
        form, {key: [text] if isinstance(text, str) else text for key, text in posted.items()}
    )


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("score", "0", 0),
        ("score", "10", 10),
        ("quality", "5", 5),
        ("topic", "garden", "garden"),
        ("topics", ["kitchen", "garden", "kitchen"], ("garden", "kitchen")),
        ("again", "no", False),
        ("why", "  Très bien\r\nmerci \x00", "Très bien\nmerci"),
        ("when", "2025-03-31", dt.date(2025, 3, 31)),
        ("spent", "1 234,50", Decimal("1234.50")),
    ],
)
def test_an_answer_is_read(key, text, value):
    assert answers(**{key: text})[key] == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("score", "11"),
        ("score", "-1"),
        ("score", "٣"),
        ("quality", "0"),
        ("topic", "cellar"),
        ("topics", ["garden", "cellar"]),
        ("again", "maybe"),
        ("why", "x" * 2001),
        ("when", "31/03/2025"),
        ("spent", "a lot"),
        ("spent", "NaN"),
    ],
)
def test_an_answer_that_does_not_fit_is_told(key, text):
    with pytest.raises(UserError) as told:
        answers(**{key: text})
    assert [each.path for each in told.value.problems] == [key]


def test_all_that_does_not_fit_is_told_at_once():
    with pytest.raises(UserError) as told:
        answers(score="", quality="9", when="soon")
    assert [each.path for each in told.value.problems] == ["score", "quality", "when"]


def test_a_question_left_empty_is_no_answer():
    assert answers() == {"score": 9}


def test_choices_taken_back_in_a_preference_centre_are_an_answer():
    assert answers("preferences")["topics"] == ()


def test_a_link_opens_its_form_for_its_profile():
    token = sign("nps", 12, secret="s", at=NOW)
    opened = unsign(token, FORM, secret="s", at=NOW + dt.timedelta(days=29))
    assert (form_of(token), opened.form, opened.profile) == ("nps", "nps", 12)


def test_a_link_stops_opening_when_its_time_has_passed():
    token = sign("nps", 12, secret="s", at=NOW)
    with pytest.raises(UserError, match="no longer good"):
        unsign(token, FORM, secret="s", at=NOW + dt.timedelta(days=31))


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t[::-1], lambda t: ""])
def test_a_changed_link_opens_nothing(change):
    token = sign("nps", 12, secret="s", at=NOW)
    with pytest.raises(UserError, match="not complete"):
        unsign(change(token), FORM, secret="s", at=NOW)


def test_the_link_of_another_workspace_opens_nothing():
    with pytest.raises(UserError, match="not complete"):
        unsign(sign("nps", 12, secret="s", at=NOW), FORM, secret="other", at=NOW)
