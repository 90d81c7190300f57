import datetime as dt

import pyarrow as pa
import pytest

import vitrail
from tests.app.conftest import DAY, NOW, ORDERS, PEOPLE
from vitrail.app.workspace import create
from vitrail.model.errors import UserError

TICK = dt.timedelta(microseconds=1)
RULES = {
    "everybody": "true",
    "buyers": "did(order)",
    "twice": "count(order) >= 2",
    "top": "percentile(sum(order.amount) among did(order)) >= 60",
    "unknown": "country is unknown",
    "nobody": "sum(order.amount) > 1000",
}


def who(ws, rule, as_of=None):
    return ws.members(rule, as_of)["profile"].to_pylist()


def problem_of(question, *arguments, **named):
    with pytest.raises(UserError) as refused:
        question(*arguments, **named)
    return refused.value.problems[0]


def test_members_are_ordered_by_key(shop):
    assert who(shop, "true") == ["A", "B", "C", "D"]


def test_members_are_the_same_whatever_the_order_of_loads(tmp_path, shop, clock):
    with create(tmp_path / "other", clock=clock) as other:
        for start in (2, 0, 3, 1):
            other.load_events("order", ORDERS.slice(start, 1), profile="who", at="at", key="number")
        other.load_profiles(PEOPLE.slice(1), key="id")
        other.load_profiles(PEOPLE.slice(0, 1), key="id")
        assert other.evaluate(RULES).equals(shop.evaluate(RULES))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_count_is_the_number_of_members(shop, rule):
    assert shop.count(rule) == len(who(shop, rule))


@pytest.mark.parametrize("name", RULES)
def test_many_at_once_are_what_each_is_alone(shop, name):
    table = shop.evaluate(RULES)
    found = [row["profile"] for row in table.to_pylist() if row["segment"] == name]
    assert found == who(shop, RULES[name])


def test_nothing_asked_is_nothing_found(shop):
    assert shop.evaluate({}).schema.names == ["segment", "profile"]


def test_a_workspace_without_data_has_nobody(empty):
    assert who(empty, "true") == []


def test_a_tree_is_a_question_too(shop):
    assert who(shop, vitrail.parse("count(order) >= 2")) == ["A"]


def test_unknown_is_not_another_country(shop):
    assert who(shop, 'country != "FR"') == ["B"]
    assert who(shop, 'not country = "FR"') == ["B", "C", "D"]


# --- as of the past ----------------------------------------------------------------------------


def test_events_after_the_instant_do_not_exist(shop):
    assert who(shop, "count(order) >= 2", NOW - 10 * DAY) == []


def test_people_first_seen_after_the_instant_are_not_there(shop):
    assert who(shop, "not did(order, last 1 day)", NOW - 30 * DAY) == ["A", "C", "D"]


def test_a_first_value_holds_since_always_and_a_changed_one_since_its_load(shop, clock):
    clock.advance(days=10)
    shop.load_profiles(pa.table({"id": ["A"], "country": ["DE"]}), key="id")
    clock.advance(days=1)
    assert who(shop, 'country = "FR"') == []
    assert who(shop, 'country = "FR"', NOW - 30 * DAY) == ["A"]


def test_dated_observations_are_folded_as_of_the_instant(shop):
    dated = pa.table({"id": ["A", "A"], "city": ["Lyon", "Nice"], "seen": [NOW - 9 * DAY, NOW - 2 * DAY]})
    shop.load_profiles(dated, key="id", at="seen")
    assert who(shop, 'city = "Lyon"', NOW - 5 * DAY) == ["A"]
    assert who(shop, 'city = "Nice"') == ["A"]


def test_records_are_those_of_the_instant(shop, clock):
    deals = {"deal": ["d1"], "who": ["A"]}
    shop.load_records("deal", pa.table(deals | {"stage": ["open"]}), profile="who", key="deal")
    clock.advance(days=3)
    shop.load_records("deal", pa.table(deals | {"stage": ["won"]}), profile="who", key="deal")
    clock.advance(days=1)
    assert who(shop, 'count(deal where stage = "won") > 0') == ["A"]
    assert who(shop, 'count(deal where stage = "open") > 0', NOW + DAY) == ["A"]


def test_an_instant_without_a_zone_is_refused(shop):
    found = problem_of(shop.count, "true", as_of=dt.datetime(2025, 1, 1))  # noqa: DTZ001
    assert found.code == "naive_instant"


# --- explaining and describing -----------------------------------------------------------------


def test_explain_tells_truth_since_when_and_what_next(shop):
    told = shop.explain("count(order, last 30 days) >= 1", "A")
    assert told.inside
    assert told.since == NOW - 5 * DAY + TICK
    assert told.next_change == NOW + 25 * DAY + TICK


def outline(shop, rule: str, key: str) -> list[str]:
    return shop.explain(rule, key).text("en").splitlines()[2:-2]


@pytest.mark.parametrize("rule", ["not did(order)", "not not not did(order)"])
def test_a_test_is_told_once_whatever_negates_it(shop, rule: str):
    first, *below = outline(shop, rule, "A")
    assert first == "✗ the customer has no “order”"
    assert below and not any("✓" in line or "✗" in line for line in below)


def test_a_group_that_is_negated_is_told_with_its_parts(shop):
    signs = [
        line.strip("├└│─ ")[0]
        for line in outline(shop, "not (did(order) or count(order) >= 2 or count(order) >= 9)", "A")
    ]
    assert signs[:3] == ["✗", "✓", "✓"]


def test_an_explanation_reads_as_text(shop):
    lines = shop.explain("count(order) >= 2", "B").text("fr").splitlines()
    assert lines[0] == "✗ B n’en fait pas partie."
    assert lines[2].startswith("✗ ") and lines[3].startswith("├── ")
    assert lines[-1] == shop.explain("count(order) >= 2", "B").summary.fr


def test_explain_tells_the_smallest_change(shop):
    flip = shop.explain("count(order) >= 2", "B").flip
    assert flip is not None
    assert [(change.kind, change.name, change.count) for change in flip.changes] == [("add", "order", 1)]


def test_explain_agrees_with_members(shop):
    for rule in RULES.values():
        assert [key for key in "ABCD" if shop.explain(rule, key).inside] == who(shop, rule)


def test_explain_shows_the_records_that_count(shop):
    records = shop.explain("sum(order.amount) > 10", "A").finding.records
    assert {record.id for record in records} == {"1", "2"}


def test_explain_refuses_a_profile_nobody_knows(shop):
    assert problem_of(shop.explain, "true", profile="Z").code == "unknown_profile"


def test_explain_takes_the_number_of_a_customer(empty):
    empty.load_profiles(pa.table({"id": [12]}), key="id")
    assert empty.explain("true", profile=12).key == "12"


def test_sentences_are_in_both_languages(shop):
    rule = "count(order, last 90 days) >= 2"
    assert shop.describe(rule, "fr").endswith("au cours des 90 derniers jours")
    assert shop.describe(rule, "en").endswith("in the last 90 days")


# --- what is wrong -----------------------------------------------------------------------------


def test_an_unknown_trait_comes_with_the_nearest(shop):
    found = problem_of(shop.members, 'contry = "FR"')
    assert found.code == "unknown_trait"
    assert found.hint == ("country",)


def test_an_unknown_collection_comes_with_the_nearest(shop):
    assert problem_of(shop.count, "did(ordre)").hint == ("order",)


def test_an_unknown_property_comes_with_the_nearest(shop):
    assert problem_of(shop.count, "sum(order.amont) > 1").hint[0] == "amount"


def test_all_problems_come_at_once(shop):
    codes = [found.code for found in shop.check("contry = 3 and did(ordre) and country > 3")]
    assert len(codes) == 3


def test_a_question_that_can_be_asked_has_no_problem(shop):
    assert shop.check('country = "FR" and did(order)') == []


def test_evaluate_refuses_before_it_asks(shop):
    assert problem_of(shop.evaluate, {"good": "true", "bad": "did(nothing)"}).code == "unknown_collection"
