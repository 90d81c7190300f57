"""What `truths.py` plants is in the data: each test recovers one effect from the tables alone."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.app.shops import SHOP, SPAN, column, counted, days_of, groups, rows_of, table
from vitrail.app.shop import EVENTS, RECORDS, truths
from vitrail.app.shop.products import STORES
from vitrail.app.shop.purchases import purchases
from vitrail.app.shop.seasons import campaign_day, date_of, in_heat_wave, in_sales, opening_day


def created_days():
    return np.array([moment.timestamp() / 86_400 for moment in column("profiles", "created_at")])


def each_day(test):
    """Whether a test of dates holds on the day of each order."""
    known = {day: test(date_of(day)) for day in range(SPAN.start - 1, SPAN.end + 1)}
    return np.array([known[day] for day in days_of("order").astype(int)])


def odds(some):
    return some.mean() / (1 - some.mean())


def spread(one, other):
    """The standard error of the difference of two means."""
    return np.sqrt(one.var() / len(one) + other.var() / len(other))


@pytest.mark.parametrize("group", truths.GROUPS, ids=lambda group: group.key)
def test_groups_have_their_share(group):
    assert (groups() == group.key).mean() == pytest.approx(group.share, abs=0.011)


@pytest.mark.parametrize("group", truths.GROUPS, ids=lambda group: group.key)
def test_the_rate_of_orders_of_each_group_is_planted(group):
    """Over the last year, among those who settled in long before it and have not left."""
    active = (groups() == group.key) & (created_days() < SPAN.end - 365 - 200) & (dropped_days() > SPAN.end)
    recent = counted("order", days_of("order") >= SPAN.end - 365)[active]
    expected = group.orders
    assert recent.mean() == pytest.approx(
        expected, abs=4 * recent.std() / np.sqrt(len(recent)) + 0.12 * expected
    )


def dropped_days():
    """When each customer left for good: hidden in the data, known to the generator."""
    dropped = np.concatenate([purchases(block).dropped for block in SHOP.blocks])
    return dropped[: SHOP.customers] / 86_400


def test_groups_are_told_nowhere_in_the_data():
    for name in ("profiles", *EVENTS, *RECORDS):
        for field in table(name).schema:
            if field.type == pa.string():
                assert not set(pc.unique(table(name)[field.name]).to_pylist()) & set(truths.GROUP_KEYS)


def test_a_dissatisfied_ticket_makes_people_leave():
    """Satisfaction is drawn at random, so comparing those who were and were not is fair: do they
    order again between four and twelve months after their first ticket?"""
    customer, first = np.unique(rows_of("support_ticket"), return_index=True)
    asked, satisfied = days_of("support_ticket")[first], column("support_ticket", "satisfied")[first]
    early = asked < SPAN.end - 365
    orders = rows_of("order") * 1e6 + days_of("order")
    clock = (customer * 1e6 + asked)[early]
    again = np.searchsorted(orders, clock + 365) > np.searchsorted(orders, clock + 120)
    happy, angry = (again[satisfied[early] == answer].astype(float) for answer in (True, False))
    assert happy.mean() - angry.mean() > 3 * spread(happy, angry)


def test_a_bad_experience_multiplies_the_hazard():
    """Departures over time at risk after the first ticket, unsatisfied against satisfied. The ratio is a
    little lower than planted: the fragile leave first, and the satisfied meet other mishaps later."""
    customer, first = np.unique(rows_of("support_ticket"), return_index=True)
    asked, satisfied = days_of("support_ticket")[first], column("support_ticket", "satisfied")[first]
    left = dropped_days()[customer]
    exposure, death = np.minimum(left, SPAN.end) - asked, left < SPAN.end
    alive = exposure > 0
    rates = [
        death[alive & (satisfied == answer)].sum() / exposure[alive & (satisfied == answer)].sum()
        for answer in (False, True)
    ]
    assert 0.55 * truths.BAD_EXPERIENCE_HAZARD < rates[0] / rates[1] < 1.15 * truths.BAD_EXPERIENCE_HAZARD


def orders_after_the_campaign():
    day = campaign_day(SPAN)
    ordered = (days_of("order") >= day) & (days_of("order") < day + truths.CAMPAIGN_DAYS)
    return counted("order", ordered).astype(float)


def variants():
    drawn = np.full(SHOP.customers, "", dtype=object)
    drawn[rows_of("experiment_assignment")] = column("experiment_assignment", "variant")
    return drawn


def test_the_campaign_moves_the_group_it_is_meant_for():
    orders, mine = orders_after_the_campaign(), groups() == truths.CAMPAIGN_GROUP
    treated, held_out = orders[mine & (variants() == "traité")], orders[mine & (variants() == "témoin")]
    lift = treated.mean() / held_out.mean() - 1
    error = spread(treated, held_out) / held_out.mean()
    assert lift > 3 * error
    assert abs(lift - truths.CAMPAIGN_LIFT) < 3 * error


def test_the_campaign_moves_nobody_else():
    orders, mine = orders_after_the_campaign(), groups() == truths.CAMPAIGN_GROUP
    treated, held_out = orders[~mine & (variants() == "traité")], orders[~mine & (variants() == "témoin")]
    assert abs(treated.mean() - held_out.mean()) < 3 * spread(treated, held_out)


def test_the_campaign_was_sent_to_the_treated_alone():
    sent = counted("email_sent", column("email_sent", "campaign") == truths.CAMPAIGN)
    assert ((sent == 1) == (variants() == "traité")).all()


def test_the_two_sides_of_the_campaign_are_halves():
    drawn = variants()[variants() != ""]
    assert (drawn == "traité").mean() == pytest.approx(truths.CAMPAIGN_TREATED_SHARE, abs=0.02)


def test_gardens_are_for_spring():
    spring = each_day(lambda day: day.month in truths.GARDEN_MONTHS)
    summer = each_day(lambda day: day.month in (8, 9, 10))
    garden = (column("order", "category") == "jardin") & (groups() != "gardeners")[rows_of("order")]
    ratio = odds(garden[spring]) / odds(garden[summer])
    assert ratio == pytest.approx(truths.GARDEN_ODDS, rel=0.25)


def fan_odds_in_the_heat(lives):
    """By how much the heat wave multiplies the odds of a fan where people live, and the log's error.

    Spring is left aside: gardens take the place of everything else then."""
    fans = column("order", "category") == truths.HEAT_WAVE_CATEGORY
    hot = each_day(in_heat_wave)
    here = lives[rows_of("order")] & ~each_day(lambda day: day.month in truths.GARDEN_MONTHS)
    cells = [(fans & hot & here).sum(), (~fans & hot & here).sum(), (fans & ~hot & here).sum()]
    return odds(fans[hot & here]) / odds(fans[~hot & here]), np.sqrt(sum(1 / cell for cell in cells))


def test_heat_waves_sell_fans_in_the_south():
    ratio, error = fan_odds_in_the_heat(np.isin(column("profiles", "region"), truths.HEAT_WAVE_REGIONS))
    assert abs(np.log(ratio / truths.HEAT_WAVE_ODDS)) < 3 * error


def test_heat_waves_sell_no_more_fans_elsewhere():
    regions = column("profiles", "region")
    ratio, error = fan_odds_in_the_heat(np.isin(regions, [*truths.HEAT_WAVE_REGIONS, None], invert=True))
    assert abs(np.log(ratio)) < 3 * error


def near_the_new_store():
    place = STORES[-1]
    assert place.name == truths.OPENING_STORE
    latitude, longitude = (column("profiles", name).astype(float) for name in ("latitude", "longitude"))
    north = (latitude - place.latitude) * 111.2
    east = (longitude - place.longitude) * 111.2 * np.cos(np.radians(place.latitude))
    return np.hypot(north, east) <= truths.OPENING_KM


def test_the_new_store_raises_orders_around_it():
    """A difference of differences, over customers who were there before and a year on both sides."""
    day, there = opening_day(SPAN), created_days() < SPAN.start
    near = near_the_new_store()
    before = counted("order", days_of("order") < day).astype(float)
    after = counted("order", days_of("order") >= day).astype(float)
    change = {
        side: after[there & (near == side)].sum() / before[there & (near == side)].sum()
        for side in (True, False)
    }
    ratio = change[True] / change[False]
    error = np.sqrt(1.5 / before[there & near].sum() + 1.5 / after[there & near].sum())
    assert np.log(ratio) > 2 * error
    assert abs(np.log(ratio / (1 + truths.OPENING_LIFT))) < 3 * error


def test_nobody_buys_in_the_new_store_before_it_opens():
    there = column("order", "store") == truths.OPENING_STORE
    assert days_of("order")[there].min() >= opening_day(SPAN)


def test_customers_brought_by_a_friend_are_like_the_others():
    brought = column("profiles", truths.FALSE_TRAIT)
    orders = counted("order", np.ones(len(rows_of("order")), dtype=bool)).astype(float)
    yes, no = (
        orders[brought == truths.FALSE_VALUE],
        orders[np.isin(brought, [truths.FALSE_VALUE, None], invert=True)],
    )
    assert len(yes) > 1_500
    assert abs(yes.mean() - no.mean()) < 2.5 * spread(yes, no)


def test_december_is_busier_than_october():
    december = each_day(lambda day: day.month == 12 and day.day <= 23)
    october = each_day(lambda day: day.month == 10 and day.day <= 23)
    assert december.sum() > 1.25 * october.sum()


def test_saturdays_are_the_busiest_day():
    weekday = pc.day_of_week(table("order")["at"]).to_numpy()
    assert np.bincount(weekday).argmax() == 5


def test_the_best_twentieth_brings_a_large_part_of_the_revenue():
    amounts = np.array([float(amount) for amount in column("order", "amount")])
    revenue = np.bincount(rows_of("order"), weights=amounts, minlength=SHOP.customers)
    best = np.sort(revenue)[-SHOP.customers // 20 :]
    assert 0.3 < best.sum() / revenue.sum() < 0.7


def test_sale_hunters_buy_in_the_sales():
    hunters = (groups() == "sale_hunters")[rows_of("order")]
    on_sale = each_day(in_sales)
    assert on_sale[hunters].mean() > 2 * on_sale[~hunters].mean()
