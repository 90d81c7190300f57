"""What is sensitive is seen, what only looks like it is left alone; the last word is that of a person."""

from pathlib import Path

import pytest
import yaml

from vitrail.consent.sensitive.places import is_sensitive, revealed, sensitive_places
from vitrail.consent.sensitive.words import all_words, in_name, in_value, is_nir, law_of, name_of
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Choice, Collection, Field, Label

CORPUS = yaml.load((Path(__file__).parent / "sensitive_words.yaml").read_text("utf-8"), yaml.CSafeLoader)
SPOT = {"names": in_name, "values": in_value}


def cases(kind):
    return [(subject, text) for subject, texts in CORPUS[kind].items() for text in texts]


def told(kind, text):
    return {each.subject for each in SPOT[kind](str(text))}


def test_what_is_sensitive_is_seen():
    every = [(kind, *case) for kind in SPOT for case in cases(kind)]
    missed = [(kind, subject, text) for kind, subject, text in every if subject not in told(kind, text)]
    assert len(every) >= 150
    assert len(missed) <= 0.05 * len(every), missed


def test_what_looks_like_it_is_left_alone():
    every = [(kind, text) for kind in SPOT for text in CORPUS["neither"][kind]]
    wrong = [(kind, text, told(kind, text)) for kind, text in every if told(kind, text)]
    assert len(every) >= 140
    assert len(wrong) <= 0.05 * len(every), wrong


@pytest.mark.parametrize("subject", sorted(all_words()))
def test_every_subject_has_its_name_and_its_article(subject):
    assert name_of(subject).fr and name_of(subject).en and law_of(subject).startswith("article ")


@pytest.mark.parametrize("text", ["269054958815780", "2 69 05 49 588 157 80", "1 51 02 2A 818 236 33"])
def test_a_national_number_is_told_by_its_key(text):
    assert is_nir(text)


@pytest.mark.parametrize("text", ["269054958815781", "969054958815780", "26905495881578", "2690549588157800"])
def test_other_figures_are_no_national_number(text):
    assert not is_nir(text)


# --- in a catalogue ------------------------------------------------------------------------------


def field(name, sensitive=None, **more):
    return Field(name, more.pop("type", "text"), name, sensitive=sensitive, **more)


def catalogue(*traits, **collections):
    return Catalogue(
        traits={each.name: each for each in traits},
        collections={
            name: Collection(name, "event", name, properties={each.name: each for each in fields})
            for name, fields in collections.items()
        },
    )


def test_a_no_by_hand_wins():
    assert is_sensitive(field("race")) and not is_sensitive(field("race", sensitive=False))


def test_a_yes_by_hand_wins():
    assert not is_sensitive(field("x12")) and is_sensitive(field("x12", sensitive=True))


def test_the_collection_tells_what_a_property_is_about():
    assert not is_sensitive(field("race"), within="dog")


def test_a_label_tells_as_much_as_a_name():
    assert is_sensitive(field("x12", label=Label(fr="Groupe sanguin", en="Blood type")))


def test_choices_tell_too():
    choices = (Choice("standard"), Choice("m1", Label(fr="halal", en="halal")))
    found = sensitive_places(catalogue(field("meal", choices=choices)))
    assert [(each.subject, each.path, each.what, each.by) for each in found] == [
        ("religion", "traits.meal", "m1", "value")
    ]


# --- in a rule -----------------------------------------------------------------------------------

KNOWN = catalogue(
    field("religion"),
    field("menu"),
    field("plan", sensitive=False),
    order=(field("category"), field("store")),
    pregnancy_test=(),
    animal=(field("race"),),
)


def subjects(rule, known=KNOWN):
    return [(each.subject, each.path) for each in revealed(parse(rule), known)]


@pytest.mark.parametrize(
    "rule, expected",
    [
        ('religion = "x"', [("religion", "left")]),
        ("religion is known", [("religion", "value")]),
        ('menu in ("standard", "halal")', [("religion", "")]),
        ('menu contains "casher"', [("religion", "")]),
        ('plan = "halal"', []),
        ('menu = "standard"', []),
        ("did(pregnancy_test)", [("health", "of")]),
        ('did(order where category = "test de grossesse")', [("health", "of.where")]),
        ('count(order where store starts with "Clinique") > 1', [("health", "left.of.where")]),
        ('did(order where store = "12 rue de l’Église")', []),
        ('did(animal where race = "berger")', []),
        ('not (menu = "x" or religion = "y")', [("religion", "condition.conditions[1].left")]),
        ("true", []),
    ],
)
def test_a_rule_is_read(rule, expected):
    assert subjects(rule) == expected


def test_a_rule_is_read_through_the_segments_it_refers_to():
    known = KNOWN.with_segments({"quiet": parse('religion = "x"'), "loud": parse('member("quiet")')})
    assert subjects('member("loud")', known) == [("religion", "")]
