"""The French of the pages: whole, certain, and with French typography."""

import datetime as dt
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

import vitrail
from tools.words import french, renewed
from vitrail.app.web.privacy.acts import ACTS, SUBJECTS
from vitrail.app.web.speech import Speech
from vitrail.model.typography import french as printed

MESSAGES = [message for message in french() if message.id]


def key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def said(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def test_every_sentence_has_its_french_and_no_other_is_kept():
    assert {key(each) for each in MESSAGES} == {key(each) for each in renewed() if each.id}


@pytest.mark.parametrize("message", MESSAGES, ids=key)
def test_a_sentence_is_translated(message: Message):
    assert all(said(message)) and not message.fuzzy


@pytest.mark.parametrize("message", MESSAGES, ids=key)
def test_french_has_its_spaces_and_apostrophes(message: Message):
    for each in said(message):
        assert printed(each) == each


@pytest.mark.parametrize("message", MESSAGES, ids=key)
def test_french_names_the_same_parts(message: Message):
    parts = set(re.findall(r"%\(\w+\)s", str(message.id)))
    for each in said(message):
        assert set(re.findall(r"%\(\w+\)s", each)) <= parts
        assert len(said(message)) > 1 or set(re.findall(r"%\(\w+\)s", each)) == parts


def test_one_and_zero_are_singular_in_french_and_only_one_in_english():
    words = ("%(num)s customer", "%(num)s customers")
    assert [Speech("fr").many(*words, number=number) for number in (0, 1, 2)] == [
        "0 client",
        "1 client",
        "2 clients",
    ]
    assert [Speech("en").many(*words, number=number) for number in (0, 1)] == ["0 customers", "1 customer"]


def test_numbers_are_written_as_in_each_language():
    assert (Speech("fr").count(12345), Speech("en").count(12345)) == ("12\u202f345", "12,345")
    assert (Speech("fr").share(0.123), Speech("en").share(0.123)) == ("12,3\u00a0%", "12.3%")
    assert (Speech("fr").money(1234), Speech("en").money(1234)) == ("1\u202f234\u00a0€", "€1,234")


def test_a_small_share_is_not_written_as_nothing():
    assert Speech("en").share(0.0001) == "< 0.1%"
    assert Speech("en").share(0) == "0%"


CALLED = re.compile(
    r"(?:\b[aA]ct\(|_noted\(\w+,|_told\(\w+,|_record\(|\bact ?=|\bname =)\s*"
    r'f?"([a-z_]+\.[a-z_{}]+)"(?: if [^"\n]+ else "([a-z_]+\.[a-z_]+)")?'
)
MADE = {
    "source.{do}": {"source.add", "source.rotate", "source.remove", "source.pause", "source.resume"},
    "quarantine.{act}": {"quarantine.replay", "quarantine.discard"},
}


def test_every_act_of_the_trail_and_its_subject_are_told_in_words():
    sources = [file.read_text() for file in Path(vitrail.__file__).parent.rglob("*.py")]
    acts = {act for text in sources for found in CALLED.findall(text) for act in found if act}
    assert len(acts) > 70
    assert acts - ACTS.keys() == MADE.keys()
    assert all(each <= ACTS.keys() for each in MADE.values())
    subjects = {kind for text in sources for kind in re.findall(r'\bSubject\(\s*"([a-z_]+)"', text)}
    assert subjects - SUBJECTS.keys() == set()


def test_the_first_of_a_month_is_written_as_french_writes_it():
    speech, first = Speech("fr"), dt.date(2026, 10, 1)
    assert (speech.day(first), speech.day_month(first)) == ("1er octobre 2026", "1er octobre")
    assert speech.moment(dt.datetime(2026, 10, 1, 8, 5, tzinfo=dt.UTC)).startswith("1er octobre 2026")


def test_the_eleventh_of_a_month_stays_a_number():
    assert Speech("fr").day(dt.date(2026, 10, 11)) == "11 octobre 2026"


@pytest.mark.parametrize(
    ("text", "kind", "french", "english"),
    [
        ("3.0000", "decimal", "3", "3"),
        ("7.9000", "decimal", "7,9", "7.9"),
        ("1300.0000", "decimal", "1\u202f300", "1,300"),
        ("10 – 20", "decimal", "10 – 20", "10 – 20"),
        ("true", "boolean", "oui", "yes"),
        ("1980-03-01", "date", "1er mars 1980", "1 March 1980"),
        ("3.0000", "text", "3.0000", "3.0000"),
    ],
)
def test_a_value_is_shown_as_people_write_it(text: str, kind: str, french: str, english: str):
    assert (Speech("fr").fact(text, kind), Speech("en").fact(text, kind)) == (french, english)
