"""The decision table: each row grants to those it speaks of, and to nobody else."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import get_args

import pytest

from vitrail.consent.rules import decision_table, rules_for
from vitrail.model.purposes import Basis, Channel, Purpose

TODAY, BEFORE = dt.date(2026, 11, 20), dt.date(2026, 8, 10)

# channel, basis, is it marketing: the rows that grant today
GRANTS: dict[tuple[str, str, bool], tuple[str, ...]] = {
    ("email", "consent", True): ("electronic_consent",),
    ("sms", "consent", True): ("electronic_consent",),
    ("automatic_call", "consent", True): ("electronic_consent",),
    ("email", "legitimate_interests", True): ("similar_products", "professional_email"),
    ("sms", "legitimate_interests", True): ("similar_products",),
    ("phone", "consent", True): ("phone_consent",),
    ("phone", "contract", True): ("phone_contract",),
    ("phone", "legitimate_interests", True): ("phone_contract", "professional_phone"),
    ("post", "legitimate_interests", True): ("post_objection",),
    ("post", "contract", True): ("post_objection",),
    ("post", "consent", True): ("post_consent",),
    ("push", "consent", True): ("push_consent",),
    ("pixel", "consent", True): ("open_pixel",),
    ("pixel", "consent", False): ("open_pixel",),
    **{("web", "consent", marketing): ("web_trackers",) for marketing in (True, False)},
    **{
        ("web", basis, marketing): ("web_own_data",)
        for basis, marketing in itertools.product(("contract", "legitimate_interests"), (True, False))
    },
    ("web", "contract", False): ("web_own_data", "service"),
    **{
        (channel, "consent", False): ("not_marketing_consent",)
        for channel in ("email", "sms", "automatic_call", "phone", "post", "push", "service")
    },
    **{
        (channel, basis, False): ("not_marketing_interest",)
        for channel in ("email", "sms", "phone", "post", "service")
        for basis in ("legitimate_interests", "public_task")
    },
    **{
        (channel, basis, False): ("service",)
        for channel in ("email", "sms", "phone", "post", "push", "service")
        for basis in ("contract", "legal_obligation", "vital_interests")
    },
    **{("web", basis, False): ("service",) for basis in ("legal_obligation", "vital_interests")},
}

CASES = list(itertools.product(get_args(Channel), get_args(Basis), (True, False)))


def rows(channel: str, basis: str, marketing: bool, *, on: dt.date = TODAY) -> tuple[str, ...]:
    purpose = Purpose("p", {}, basis, marketing=marketing, channels=(channel,))
    return tuple(rule.key for rule in rules_for(purpose, channel, on=on))


@pytest.mark.parametrize(("channel", "basis", "marketing"), CASES)
def test_each_case_meets_the_rows_it_should(channel, basis, marketing):
    assert rows(channel, basis, marketing) == GRANTS.get((channel, basis, marketing), ())


def test_every_row_is_met_by_a_case():
    met = {key for keys in GRANTS.values() for key in keys} | {"phone_before_august_2026"}
    assert met == {rule.key for rule in decision_table()}


def test_calls_needed_no_consent_before_the_eleventh_of_august_2026():
    assert rows("phone", "legitimate_interests", True, on=BEFORE) == ("phone_before_august_2026",)
    eleventh = BEFORE + dt.timedelta(days=1)
    assert "phone_before_august_2026" not in rows("phone", "legitimate_interests", True, on=eleventh)


def test_a_purpose_reaches_nobody_on_a_channel_it_does_not_name():
    purpose = Purpose("p", {}, "consent", marketing=True, channels=("sms",))
    assert rules_for(purpose, "email", on=TODAY) == ()


@pytest.mark.parametrize("rule", decision_table(), ids=lambda rule: rule.key)
def test_each_row_says_its_law_in_both_languages(rule):
    for words in (rule.say, rule.otherwise, rule.law):
        assert set(words) == {"fr", "en"}


@pytest.mark.parametrize("rule", decision_table(), ids=lambda rule: rule.key)
def test_direct_marketing_by_machine_never_goes_without_a_yes_or_a_relation(rule):
    machines = {"email", "sms", "automatic_call", "push"} & set(rule.channels)
    if machines and rule.marketing is not False:
        assert rule.needs == "consent" or rule.relations
