"""Counts as they are shown to those who may not see people."""

import pyarrow as pa
import pytest

from tests.app.conftest import NOW
from vitrail import Class, Remainder, Segment, Segmentation
from vitrail.app.counting import Counts
from vitrail.app.respect_settings import choose_smallest_group, respect_of
from vitrail.consent.small_groups import Figure
from vitrail.model.access import permissions_of
from vitrail.model.errors import UserError

CITIES = ["Brest"] * 3 + ["Lyon"] * 27 + ["Paris"] * 60


@pytest.fixture
def base(empty):
    ids = [f"C{number:02}" for number in range(len(CITIES))]
    visits = pa.array(range(len(CITIES)), pa.int64())
    empty.load_profiles(pa.table({"id": ids, "city": CITIES, "visits": visits}), key="id")
    return empty


def reader(ws):
    return Counts(ws, permissions_of("reader"))


def test_an_owner_sees_every_count(base):
    assert Counts(base, permissions_of("owner")).rule('city = "Brest"') == Figure(value=3)


def test_a_reader_sees_no_small_group(base):
    assert reader(base).rule('city = "Brest"') == Figure(under=20)


def test_a_reader_cannot_subtract_one_count_from_another(base):
    counts = reader(base)
    assert counts.rule("visits >= 30") == counts.rule("visits >= 30 and visits != 41") == Figure(value=60)


def test_another_reader_cannot_either(base):
    assert reader(base).rule("visits >= 30") == reader(base).rule("visits >= 31")


def test_a_lone_small_class_is_not_the_rest(base):
    classes = (Class("b", {"en": "B"}, 'city = "Brest"'), Class("l", {"en": "L"}, 'city = "Lyon"'))
    base.define(Segmentation("where", {"en": "Where"}, classes, Remainder("rest", {"en": "Rest"})))
    base.refresh()
    assert reader(base).segments() == {
        "where.b": Figure(under=20),
        "where.l": Figure(value=27),
        "where.rest": Figure(),
    }


def test_the_history_of_a_segment_does_not_show_who_came_today(base, clock):
    base.define(Segment("known", {"en": "Known"}, "city is known"))
    base.refresh()
    clock.now = NOW.replace(hour=13)
    base.load_profiles(pa.table({"id": ["new"], "city": ["Nice"]}), key="id")
    base.refresh()
    assert [each.figure.value for each in reader(base).history("known")] == [90, 90]
    assert [each.figure.value for each in Counts(base, permissions_of("owner")).history("known")] == [90, 91]


def test_the_size_of_a_small_group_is_a_setting(base):
    choose_smallest_group(base.store, 50)
    assert respect_of(base.store).smallest_group == 50
    assert reader(base).rule('city = "Lyon"') == Figure(under=50)


@pytest.mark.parametrize("k", [0, 4, 1001])
def test_a_group_that_hides_nobody_is_refused(base, k):
    with pytest.raises(UserError):
        choose_smallest_group(base.store, k)
