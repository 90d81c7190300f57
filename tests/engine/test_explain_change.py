"""The smallest change: what it is, that it works, and that honesty wins where there is none."""

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings

from tests.engine.people import context, event, instant, orders, person, worth
from tests.engine.test_explain_time import ASKED, RULES, anybody, hour
from vitrail.engine.explain import explain, smallest_change
from vitrail.engine.explain.moves import after, cost, flips
from vitrail.engine.explain.ways import ways
from vitrail.engine.profile import Context, evaluate, with_ranks
from vitrail.engine.profile.context import Scope
from vitrail.language.parse import parse
from vitrail.model.explanation import Explanation
from vitrail.model.tree import Not


def change(rule, someone, *others, when="2025-03-31T08:00:00", **asked):
    condition = parse(rule)
    ready = with_ranks([condition], [someone, *others], context=context(when, **asked))
    return smallest_change(condition, someone, context=ready)


def said(rule, someone, *others, **asked):
    flip = change(rule, someone, *others, **asked)
    return None if flip is None else flip.label.en


def test_one_more_record_with_its_deadline():
    flip = change(
        "count(order, last 90 days) >= 3", person(events=orders("2025-01-02T09:00:00", "2025-03-01"))
    )
    assert flip.label.en == "one more “order”, before 2 April 2025 at 11:00"
    assert flip.label.fr == "un «\u202forder\u202f» de plus, avant le 2 avril 2025 à 11:00"
    assert flip.before == instant("2025-04-02T09:00:00")


def test_the_amount_that_is_missing():
    assert (
        said("sum(order.amount) >= 500", person(events=worth("487.60")))
        == "one more “order” (“amount”: 12.4)"
    )


def test_more_than_is_a_cent_more():
    assert (
        said("sum(order.amount) > 500", person(events=worth("487.60")))
        == "one more “order” (“amount”: 12.41)"
    )


def test_a_record_like_those_asked_for():
    rule = 'count(order where category = "wine" and amount >= 20) >= 2'
    assert said(rule, person()) == "2 more “order” (“category”: “wine”, “amount”: 20)"


def test_a_trait_takes_the_value_asked_for():
    assert said('country = "FR"', person(country="BE")) == "“country” becomes “FR”"
    assert said("level >= 5", person(level=3)) == "“level” becomes 5"


def test_a_trait_may_become_anything_else():
    assert change('country != "BE"', person(country="BE")).changes[0].kind == "other"


def test_all_that_is_false_must_turn_and_the_cheapest_of_several_does():
    someone = person(country="BE", level=3)
    assert said('country = "FR" and level = 4', someone) == "“country” becomes “FR” and “level” becomes 4"
    assert said('count(order) > 1 or country = "FR"', someone) == "“country” becomes “FR”"


def test_the_same_record_serves_two_tests():
    rule = 'did(order where category = "wine") and sum(order.amount) >= 10'
    assert said(rule, person()) == "one more “order” (“category”: “wine”, “amount”: 10)"


def test_what_is_in_may_leave():
    assert said('not country = "FR"', person(country="BE")) == "“country” becomes “FR”"
    assert said("did(order, last 7 days)", person(events=orders("2025-03-30"))) == (
        "no new “order” until 6 April 2025 at 02:00 (6 days)"
    )


def test_an_absence_takes_time():
    cart = person(events={"cart": (event("2025-03-31T07:00:00"),)})
    assert change("sequence(cart, not order within 24 hours)", cart).changes[0].until == instant(
        "2025-04-01T07:00:00"
    )


def test_time_then_a_record():
    """Waiting for the order to be old makes the visit old: a visit must follow."""
    someone = person(events={"visit": (event("2025-03-30"),), "order": (event("2025-03-30"),)})
    flip = change("did(visit, last 7 days) and not did(order, last 30 days)", someone)
    assert [each.kind for each in flip.changes] == ["wait", "add"]
    assert ", then one more “visit”" in flip.label.en


def test_texts_are_gained_and_lost():
    someone = person(tags=frozenset({"a"}))
    assert said('tags has all of ("a", "b", "c")', someone) == "“tags” gains b, c"
    assert said('not tags has "a"', someone) == "“tags” loses a"


def test_a_consent_is_given():
    assert said("consented(marketing)", person()) == "the customer gives consent: “marketing”"


def test_a_rank_becomes_the_value_to_reach():
    others = [person(f"p{n}", events=worth(n * 10)) for n in range(1, 11)]
    assert said("percentile(sum(order.amount)) >= 90", person(), *others) == "one more “order” (“amount”: 90)"


def test_arithmetic_is_undone():
    assert said("level * 2 + 1 >= 12", person(level=3)) == "“level” becomes 6"
    assert said("due - now < 30 days", person(due=dt.date(2026, 1, 1))) == "“due” becomes 30 April 2025"


def test_a_record_set_gains_a_record():
    someone = person(records={"deal": []})
    assert said('did(deal where stage = "visit")', someone) == "one more “deal” (“stage”: “visit”)"


def test_inside_another_segment():
    assert said('member("french")', person(country="BE"), french='country = "FR"') == "“country” becomes “FR”"


@pytest.mark.parametrize(
    "rule", ["sample(0%)", "count(order) = 0", "false", "first_time(order) > 2025-03-30"]
)
def test_no_simple_change_is_said_so(rule):
    assert change(rule, person(events=orders("2025-03-01"))) is None


def test_who_is_not_known_yet_has_no_change():
    assert change("did(order)", person(seen="2026-01-01")) is None


@settings(max_examples=60, deadline=None)
@given(RULES, anybody())
def test_every_change_found_turns_the_answer_and_none_of_it_is_too_much(rule, someone):
    condition, scope = parse(rule), Scope(someone, Context(hour(0), ASKED))
    target = not evaluate(condition, someone, context=scope.context)
    for moves in ways(condition, target=target, scope=scope):
        assert flips(moves, condition, target=target, scope=scope)
        assert not any(
            flips(moves[:n] + moves[n + 1 :], condition, target=target, scope=scope)
            for n in range(len(moves))
        )
        then = after(moves, scope)
        assert evaluate(Not(condition), then.history, context=then.context) is not target


def test_fewer_changes_come_first():
    scope = Scope(person(country="BE"), context())
    found = ways(parse('count(order) >= 2 or country = "FR"'), target=True, scope=scope)
    assert [cost(moves)[0] for moves in found] == [1, 2]


# --- the whole answer -------------------------------------------------------------------------


def whole(rule, someone, **asked):
    condition = parse(rule)
    return explain(condition, someone, context=with_ranks([condition], [someone], context=context(**asked)))


def test_an_explanation_says_truth_values_and_records():
    buyer = person(country="FR", events=worth("10.50", "2.00"))
    told = whole('country = "FR" and sum(order.amount) >= 10', buyer)
    assert told.inside
    country, total = told.finding.parts
    assert [part.path for part in told.finding.parts] == ["conditions[0]", "conditions[1]"]
    assert (country.truth, country.found[0].figure.value) == (True, "FR")
    assert total.found[0].figure.value == "12.50"
    assert [record.properties["amount"].value for record in total.records] == ["10.50", "2.00"]


def test_records_that_nearly_count_are_shown_as_such():
    told = whole("did(order, last 7 days)", person(events=orders("2025-01-01")))
    assert [(record.id, record.counts) for record in told.finding.records] == [("o0", False)]


def test_at_most_five_records_the_latest():
    told = whole("did(order)", person(events=worth(*range(9))))
    assert [record.id for record in told.finding.records] == ["o4", "o5", "o6", "o7", "o8"]


@pytest.mark.parametrize(
    "figure", ["max(order.amount) > 90", "first(order.amount) = 99", "first_time(order) is known"]
)
def test_the_record_that_decides_is_among_the_five(figure):
    told = whole(figure, person(events=worth(99, *range(8))))
    assert [record.id for record in told.finding.records] == ["o0", "o5", "o6", "o7", "o8"]


def test_a_segment_inside_is_explained_too():
    told = whole('member("active")', person(), active="did(order)")
    assert [(part.path, part.truth) for part in told.finding.parts] == [("segments.active", False)]


def test_an_explanation_travels_as_json():
    someone = person(tags=frozenset({"a"}), events=worth("1.50"), level=Decimal("2.5"), d=dt.date(2025, 1, 1))
    rule = (
        'tags has "a" and avg(order.amount) > 1 and now - last_time(order) < 3 days and level > 1 and d < now'
    )
    told = whole(rule, someone)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Explanation) == told


def test_the_summary_says_it_in_both_languages():
    told = whole("did(order, last 7 days)", person(events=orders("2025-03-30T09:00:00")))
    assert told.summary.en == (
        "The customer is in since 30 March 2025 at 11:00. "
        "To leave: no new “order” until 6 April 2025 at 11:00 (6 days). "
        "With time alone, this changes on 6 April 2025 at 11:00."
    )
    assert told.summary.fr.startswith(
        "Le client en fait partie depuis le 30 mars 2025 à 11:00. Pour en sortir : "
    )
