"""The page about the sample shop says the numbers that are planted."""

import re
from pathlib import Path

import pytest

from tests.app.shops import table
from vitrail.app import shop
from vitrail.app.shop import truths
from vitrail.app.shop.declare import KEYS

PAGE = " ".join(
    (Path(__file__).parents[2] / "docs" / "reference" / "sample-shop.md").read_text("utf-8").split()
)


def percent(share):
    return f"{share * 100:g} %"


@pytest.mark.parametrize("group", truths.GROUPS, ids=lambda group: group.key)
def test_groups_are_told(group):
    cells = [
        group.en,
        percent(group.share),
        f"{group.orders:g}",
        f"{group.dropout:g}",
        f"{group.browsing:g}",
        percent(group.first_order),
        percent(group.newsletter),
    ]
    assert f"| {' | '.join(cells)} |" in PAGE


@pytest.mark.parametrize(
    "sentence",
    [
        f"{percent(truths.LATE_SHARE)} of the orders sent home arrive late",
        f"{percent(truths.TICKET_SHARE['on time'])} of the orders on time",
        f"{percent(truths.TICKET_SHARE['late'])} of the late ones",
        f"{percent(truths.DISSATISFIED_SHARE)} of the tickets leave the customer dissatisfied",
        f"leaving is multiplied by {truths.BAD_EXPERIENCE_HAZARD:g}**",
        f"“{truths.CAMPAIGN}” was sent",
        f"one half ({percent(truths.CAMPAIGN_TREATED_SHARE)})",
        f"During {truths.CAMPAIGN_DAYS} days",
        f"order {percent(truths.CAMPAIGN_LIFT)} more**",
        f"garden are multiplied by {truths.GARDEN_ODDS:g}",
        f"multiplied by {truths.HEAT_WAVE_ODDS:g} there",
        f"From {truths.HEAT_WAVE[0][1]} to {truths.HEAT_WAVE[1][1]} July",
        f"(`{truths.HEAT_WAVE_CATEGORY}`)",
        f"The store {truths.OPENING_STORE} opens about {truths.OPENING_DAYS_BEFORE_END} days",
        f"within {truths.OPENING_KM:g} km",
        f"order {percent(truths.OPENING_LIFT)} more.",
        f"(`{truths.FALSE_TRAIT}` = `{truths.FALSE_VALUE}`)",
        f"seed={shop.SEED},",
        "place 2.5 more orders",
    ],
)
def test_effects_are_told(sentence):
    assert sentence in PAGE


def test_the_regions_of_the_heat_wave_are_told():
    assert all(region in PAGE for region in truths.HEAT_WAVE_REGIONS)


def test_the_settling_orders_are_those_told():
    assert [group.settling for group in truths.GROUPS if group.settling] == [2.5]


@pytest.mark.parametrize("name", [*shop.EVENTS, *shop.RECORDS])
def test_the_size_of_each_table_is_about_the_one_told(name):
    told = re.search(rf"\| `{name}` \| ([\d,]+) \| `(\w+)` \|", PAGE)
    assert told is not None
    assert table(name).num_rows == pytest.approx(int(told[1].replace(",", "")), rel=0.15)
    assert told[2] == KEYS[name]


def test_shares_add_up():
    assert sum(group.share for group in truths.GROUPS) == pytest.approx(1)
