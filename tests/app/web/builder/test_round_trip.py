"""The form says the whole language: what is drawn reads back as the same tree."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from tests.language.shop import CATALOGUE
from tests.strategies.trees import any_condition, conditions
from vitrail.app.web.builder.drawing import draw
from vitrail.app.web.builder.form import ROOT, Group, Row, below, parts, received
from vitrail.app.web.builder.reading import Ground, read
from vitrail.app.web.builder.subjects import figure_asked, figure_of, figured
from vitrail.language.parse import parse
from vitrail.model.tree import Condition, Selection

GROUNDS = (Ground(CATALOGUE, "fr"), Ground(CATALOGUE, "en"))


def fields(group: Group, path: str = ROOT) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The fields a browser sends for a form."""
    yield f"{path}:kind", (group.kind,)
    for index, part in enumerate(group.parts):
        here = below(path, index)
        yield "node", (here,)
        if isinstance(part, Group):
            yield from fields(part, here)
            continue
        yield f"{here}:about", (part.about,)
        yield from ((f"{here}:{name}", values) for name, values in part.fields.items())
        for number, detail in enumerate(part.details):
            yield from ((f"{here}!{number}:{name}", values) for name, values in detail.items())


def sent(group: Group) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, values in fields(group):
        found.setdefault(name, []).extend(values)
    return found


def there_and_back(condition: Condition, ground: Ground) -> Condition:
    return read(received(sent(draw(condition, ground))), ground).condition


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda each: each.language)
@given(condition=any_condition())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_tree_reads_back(ground: Ground, condition: Condition):
    assert there_and_back(condition, ground) == condition


@pytest.mark.parametrize("ground", GROUNDS, ids=lambda each: each.language)
@given(condition=conditions(CATALOGUE))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_well_typed_tree_reads_back(ground: Ground, condition: Condition):
    assert there_and_back(condition, ground) == condition


FIELDS = """
country = "FR"
country in ("FR", "BE")
country not in ("FR", "BE")
country is unknown
city contains "zoé"
city not starts with "A"
children >= 3
basket = 2.5
basket between 1 and 9.5
newsletter = true
birth_date in last 30 days
birth_date < now - 18 years
signup_date in since 2025-01-01
signup_date in between 2025-01-01 and 2025-02-01
interests has "velo"
interests not has all of ("garden", "wine")
age(birth_date) >= 18
anniversary(birth_date) in next 7 days
did(order)
not did(order, last 90 days)
did(order where amount >= 50 and category = "wine", this month)
did(order where month(at) in (11, 12))
count(order, last 1 year) between 2 and 5
sum(order.amount, last 1 year) >= 500
avg(order.amount) < 12.5
last(order.category) = "wine"
distinct(order.category) > 2
last_time(order) < now - 3 months
first_time(order) in last 90 days
regularly(order, every month, at least 3 of last 4)
not regularly(order where amount > 5, every week, at least 1 of last 2)
member("vip")
not member("vip")
consented(marketing)
not consented(marketing, email)
sample(10%)
sample(2.5%, "a salt")
score("churn") >= 0.5
distance(latitude, longitude, 48.853, -2.369) < 25
true
"""


@pytest.mark.parametrize("text", FIELDS.strip().splitlines())
def test_what_people_write_most_has_fields(text: str):
    rows = [part for _, part in parts(draw(parse(text), GROUNDS[0])) if isinstance(part, Row)]
    assert [row for row in rows if row.about == "text" or row.one("where")] == []


@pytest.mark.parametrize("text", FIELDS.strip().splitlines())
@pytest.mark.parametrize("ground", GROUNDS, ids=lambda each: each.language)
def test_it_reads_back_in_each_language(text: str, ground: Ground):
    assert there_and_back(parse(text), ground) == parse(text)


WRITTEN = """
now - last_time(order) > 180 days
percentile(sum(order.amount) among did(order)) > 90
sequence(order, not order within 3 days)
count(order) > count(order, last 6 months)
"""


@pytest.mark.parametrize("text", WRITTEN.strip().splitlines())
def test_the_rest_stands_in_writing_in_its_place(text: str):
    group = draw(parse(f'country = "FR" and ({text} or member("vip"))'), GROUNDS[0])
    assert [part.about for _, part in parts(group) if isinstance(part, Row)] == [
        "trait:country",
        "text",
        "segment",
    ]


def test_groups_keep_their_order_and_kind():
    condition = parse(
        'not (country = "FR" or did(order)) and (member("a") or not (member("b") and member("c")))'
    )
    kinds = [part.kind for _, part in parts(draw(condition, GROUNDS[0])) if isinstance(part, Group)]
    assert kinds == ["all", "none", "any", "none", "all"]


def test_a_row_that_is_not_whole_is_left_out_and_told():
    empty = Group("all", (Row("trait:country", {"op": ("eq",)}), Row("of:order")))
    found = read(empty, GROUNDS[0])
    assert found.condition == parse("did(order)")
    assert list(found.lacks) == ["r.0"]


def test_an_empty_form_is_everybody():
    assert read(Group("all"), GROUNDS[0]).condition == parse("true")


@pytest.mark.parametrize("kind", ["all", "any", "none"])
def test_an_empty_form_is_everybody_whatever_it_asks(kind: str):
    assert read(Group(kind), GROUNDS[0]).condition == parse("true")  # type: ignore[arg-type]


ORDERS = CATALOGUE.collections["order"]


def test_a_figure_without_its_property_takes_the_first_it_can_be_made_of():
    assert figure_asked("sum", "", collection=ORDERS) == f"sum.{figured('sum', ORDERS)[0]}"
    assert figure_asked("mode", "amount", collection=ORDERS) == f"mode.{figured('mode', ORDERS)[0]}"


def test_a_property_that_is_gone_is_not_replaced_by_another():
    assert figure_asked("sum", "gone", collection=ORDERS) == "sum.gone"
    assert figure_of("sum.gone", Selection("order"), collection=ORDERS) is None
