import datetime as dt
import subprocess
import sys

import pytest

from tests.app.shops import END, SHOP, table
from vitrail.app import shop

EVERYTHING = [*shop.EVENTS, *shop.RECORDS]


def made(name, customers, seed=shop.SEED, end=END):
    one = shop.sample_shop(customers, seed=seed, end=end)
    return (shop.events if name in shop.EVENTS else shop.records)(one, name).read_all()


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_same_seed_gives_the_same_shop(name):
    assert made(name, 3_000).equals(made(name, 3_000))


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_larger_shop_begins_with_the_customers_of_a_smaller_one(name):
    smaller = made(name, 2_345)
    assert smaller.num_rows > 0
    assert smaller.equals(table(name).slice(0, smaller.num_rows))


def test_the_next_customers_are_others():
    assert made("order", 2_346).num_rows >= made("order", 2_345).num_rows
    assert shop.profiles(shop.sample_shop(2_345, end=END)).read_all().num_rows == 2_345


def test_another_seed_gives_another_shop():
    assert not made("order", 500, seed=1).equals(made("order", 500, seed=2))


def test_the_hour_of_the_end_changes_nothing():
    assert made("order", 500).equals(made("order", 500, end=END + dt.timedelta(hours=3)))


def test_an_empty_shop_has_its_columns():
    assert made("order", 0).schema == table("order").schema
    assert made("order", 0).num_rows == 0


def test_an_end_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        shop.sample_shop(10, end=dt.datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_end_may_be_a_leap_day():
    made_then = made("order", 200, end=dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC))
    assert made_then.num_rows > 0


GROWTH = """
import datetime as dt, resource, sys
from vitrail.app import shop
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
one = shop.sample_shop(100_000, end=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
for number, batch in enumerate(shop.events(one, "page_view")):
    if number == 16:
        before = peak()
print(number + 1, peak() - before)
"""


def test_streaming_keeps_memory_flat():
    said = subprocess.run([sys.executable, "-c", GROWTH], capture_output=True, text=True, check=True)
    batches, kilobytes = map(int, said.stdout.split())
    assert batches == 50
    assert kilobytes < 40_000


def test_the_default_end_is_today_in_paris():
    before = shop.sample_shop(1, end=dt.datetime.now(dt.UTC)).span
    by_default = shop.sample_shop(1).span
    assert by_default in (before, shop.sample_shop(1, end=dt.datetime.now(dt.UTC)).span)


def test_the_shop_lasts_two_years():
    assert SHOP.span.days in (730, 731)
