"""Why am I seeing this: true, about oneself alone, in plain words."""

import re

import pytest

from tests.consent.shop import orders, people
from tests.language.shop import CATALOGUE
from tests.language.test_describe import RULES
from vitrail.consent.why import Grounds, spelt_out, why_seen
from vitrail.language.describe import describe_to
from vitrail.language.parse import parse
from vitrail.model.definitions import Segment
from vitrail.model.errors import Message
from vitrail.model.tree import Member
from vitrail.model.walk import walk

QUOTED = re.compile(
    r"«.*?»|“.*?”|\(égal ou .*?\)|parmi les clients .*|among customers .*|of customers .*", re.DOTALL
)
GROUNDS = Grounds(
    Message("vous parler de nos vins", "telling you about our wines"), "consent", contact="dpo@shop.fr"
)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_said_to_the_customer_in_french(rule):
    told = QUOTED.sub("", describe_to(parse(rule), CATALOGUE, language="fr"))
    assert not re.search(r"\ble client\b|\bses\b|\bsa\b|\bson\b|vous (a|n’a|est|compte|fait)\b", told), told


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_said_to_the_customer_in_english(rule):
    told = QUOTED.sub("", describe_to(parse(rule), CATALOGUE, language="en"))
    assert not re.search(r"\bthe customer\b|\btheir\b|you (has|is)\b", told), told


def test_segments_referred_to_are_spelt_out():
    known = CATALOGUE.with_segments({"a": parse('country = "FR"'), "b": parse('not member("a")')})
    found = spelt_out(parse('member("b") and did(order)'), known)
    assert not [node for _, node in walk(found) if isinstance(node, Member)]
    assert found == parse('(not country = "FR") and did(order)')


def asked(ws, rule, who="A", language="en", grounds=GROUNDS):
    return why_seen(ws.explain(rule, who), grounds, catalogue=ws.catalogue.current(), language=language)


def values(told):
    return {each.label: each.value for each in told.values}


def test_the_rule_and_the_values_are_theirs(shop):
    told = asked(shop, 'count(order, last 90 days) >= 2 and country = "FR"')
    assert told.because.startswith("You receive this because you have at least 2 “order”")
    assert list(values(told).values()) == ["2", "“FR”"]


def test_in_french_too(shop):
    told = asked(shop, "count(order, last 90 days) >= 2", language="fr")
    assert told.because.startswith("Vous recevez ceci parce que vous comptez au moins 2 «")
    assert told.basis == "votre consentement (RGPD, article 6(1)(a))"


def test_of_alternatives_those_that_were_met_are_told(shop):
    told = asked(shop, 'country = "BE" or sum(order.amount) > 5')
    assert list(values(told)) == ["the total “amount” of your “order”"]


def test_their_own_days_are_told(shop):
    assert values(asked(shop, "did(order)")) == {"your “order”": "22 April 2025, 27 May 2025"}


def test_nobody_else_is_told_of(shop):
    told = asked(shop, "percentile(sum(order.amount)) >= 50")
    assert not re.search(r"\b[BCD]\b|7\.25", told.text())


def test_who_is_not_in_hears_nothing_of_the_rule(shop):
    told = asked(shop, "count(order) >= 2", who="C")
    assert (told.inside, told.values, "order" in told.text()) == (False, (), False)


def test_everybody_is_told_that_nothing_was_looked_at(shop):
    assert "nothing else was looked at" in asked(shop, "true").because


@pytest.mark.parametrize(
    "basis, marketing, expected",
    [
        ("consent", True, "withdraw your consent"),
        ("legitimate_interests", True, "without giving a reason"),
        ("legitimate_interests", False, "particular situation"),
        ("contract", False, "ask to see your data"),
        ("legal_obligation", False, "ask to see your data"),
    ],
)
def test_how_to_say_no_depends_on_the_basis(shop, basis, marketing, expected):
    grounds = Grounds(Message("x", "y"), basis, marketing=marketing, contact="dpo@shop.fr")
    told = asked(shop, "did(order)", grounds=grounds)
    assert expected in told.rights and "dpo@shop.fr" in told.rights


def test_a_rule_without_a_purpose_only_counts(shop):
    assert "only counts" in asked(shop, "did(order)", grounds=None).rights


def test_a_workspace_tells_the_purpose_of_the_segment(ws):
    people(ws, "ann")
    ws.define(Segment("buyers", {"en": "Buyers"}, "did(order)", purposes=("prospecting_email",)))
    orders(ws, "ann")
    ws.refresh()
    told = ws.why_seen("ann", "buyers", language="en")
    assert (told.purpose, told.inside) == ("Marketing by e-mail", True)
    assert "withdraw your consent" in told.rights
