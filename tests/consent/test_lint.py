"""What a customer would find intrusive in a segment or in the words of a message."""

import pytest

from vitrail.consent.lint.judging import judge, judge_text
from vitrail.consent.lint.rules import rules
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Collection, Field


def field(name, kind="text", **more):
    return Field(name, kind, name, **more)


def collection(name, *fields):
    return Collection(name, "event", name, properties={each.name: each for each in fields})


TRAITS = [
    field("country"),
    field("city"),
    field("email", identity="email"),
    field("birth_date", "date"),
    field("latitude", "float"),
    field("longitude", "float"),
    field("religion"),
    field("basket", "decimal"),
    *(field(f"taste{number}") for number in range(9)),
]
KNOWN = Catalogue(
    traits={each.name: each for each in TRAITS},
    collections={
        each.name: each
        for each in (
            collection("order", field("category"), field("amount", "decimal")),
            collection("view", field("page")),
            collection("divorce_filed"),
        )
    },
)


def told(rule, **more):
    return {each.rule: each.severity for each in judge(parse(rule), KNOWN, **more)}


def tastes(number):
    return " and ".join(f'taste{each} = "x"' for each in range(number))


@pytest.mark.parametrize(
    "rule, expected",
    [
        ('did(order where category = "test de grossesse")', {"pregnancy": "serious"}),
        ('did(order where category = "insuline")', {"illness": "serious"}),
        ('did(view where page contains "obsèques")', {"grief": "serious"}),
        ('not did(view where page contains "obsèques")', {"grief": "note"}),
        ('not (country = "FR" and not did(view where page contains "obsèques"))', {"grief": "serious"}),
        ("did(divorce_filed)", {"breakup": "serious"}),
        ('did(view where page contains "surendettement")', {"money": "serious"}),
        ('religion = "x"', {"sensitive": "serious"}),
        ("age(birth_date) < 18", {"minors": "serious"}),
        ("age(birth_date) <= 18", {}),
        ("age(birth_date) >= 18", {}),
        ("age(birth_date) between 12 and 17", {"minors": "serious"}),
        ("age(birth_date) between 12 and 77", {}),
        ("did(view, last 30 minutes)", {"very_recent": "uneasy"}),
        ("did(view, last 2 hours)", {}),
        ("did(order where hour(at) < 6)", {"night": "uneasy"}),
        ('email = "a@b.fr"', {"one_person": "serious"}),
        ('email in ("a@b.fr", "c@d.fr")', {"one_person": "serious"}),
        ('email contains "@gmail"', {}),
        ('city = "Lyon" and count(order, last 1 year) >= 3', {}),
        (tastes(5), {}),
        (tastes(6), {"too_many_signals": "uneasy"}),
        (tastes(9), {"far_too_many_signals": "serious"}),
    ],
)
def test_a_rule_is_judged(rule, expected):
    assert told(rule) == expected


@pytest.mark.parametrize(
    "kilometres, expected", [("1", {"fine_location"}), ("1.5", {"fine_location"}), ("20", set())]
)
def test_a_small_circle_on_the_map_is_a_trail(kilometres, expected):
    assert set(told(f"distance(latitude, longitude, 48.85, 2.35) < {kilometres}")) == expected


def test_a_place_with_a_sensitive_fact_is_worse_than_either():
    assert "sensitive_place" in told('latitude > 48.1 and religion = "x"')


def test_segments_referred_to_are_looked_into():
    known = KNOWN.with_segments({"quiet": parse("age(birth_date) < 15")})
    assert [each.rule for each in judge(parse('member("quiet")'), known)] == ["minors"]


def test_the_name_of_a_segment_tells_what_it_is_for():
    assert told("true", words={"fr": "Futures mamans"}) == {"pregnancy": "serious"}


@pytest.mark.parametrize("size, expected", [(0, True), (19, True), (20, False)])
def test_a_small_audience_is_told(size, expected):
    found = judge(parse("true"), KNOWN, size=size)
    assert bool(found) is expected
    assert all("20" in each.message.fr and "19" not in each.message.fr for each in found)


def test_the_worst_comes_first():
    found = judge(parse(f'{tastes(6)} and religion = "x"'), KNOWN)
    assert [each.severity for each in found] == ["serious", "uneasy"]


@pytest.mark.parametrize("rule", sorted(rules()))
def test_every_rule_says_why_what_to_do_and_where_it_comes_from(rule):
    written = rules()[rule]
    assert written.says.fr and written.says.en and written.suggests.fr and written.suggests.en
    assert written.source


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Félicitations pour votre grossesse !", ["pregnancy"]),
        ("Sorry for your loss: our funeral flowers", ["grief"]),
        ("Vos repas halal vous attendent", ["sensitive"]),
        ("Votre commande est arrivée", []),
    ],
)
def test_the_words_of_a_message_are_judged(text, expected):
    assert [each.rule for each in judge_text(text)] == expected
