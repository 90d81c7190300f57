"""The recipe of docs/how-to/rfm-by-position.md counts as the usual lines of pandas do."""

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from vitrail.app.workspace import create

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "rfm-by-position.md"
STUDY = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def recipe():
    names = {}
    exec(re.search(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)[1], names)
    return names


def made_orders(seed):
    """Three hundred customers, most of whom ordered once or twice."""
    dice = np.random.default_rng(seed)
    people = np.repeat(np.arange(300), dice.geometric(0.45, 300))
    minutes = dice.integers(0, 200 * 1440, len(people))
    at = pd.Timestamp(STUDY) - pd.to_timedelta(minutes + 1, unit="min")
    return pd.DataFrame({"who": [f"c{number:03}" for number in people], "at": at})


def as_usual(orders, groups):
    """The groups as most notebooks compute them."""
    per_person = orders.groupby("who")["at"].agg(["max", "size"])
    age = (pd.Timestamp(STUDY) - per_person["max"]).dt.days
    recency = pd.qcut(age, 5, labels=[5, 4, 3, 2, 1]).astype(int)
    frequency = pd.qcut(per_person["size"].rank(method="first"), 5, labels=[1, 2, 3, 4, 5]).astype(int)
    return {who: groups[5 - recency[who]][frequency[who] - 1] for who in per_person.index}


@pytest.mark.parametrize("seed", [1, 2])
def test_recipe_counts_as_published_figures_do(recipe, tmp_path, seed):
    orders = made_orders(seed)
    with create(tmp_path / "shop") as ws:
        ws.load_events("order", orders, profile="who", at="at")
        people, groups = recipe["rfm_by_position"](ws, days=201, orders=12, as_of=STUDY)
    assert dict(zip(people, groups, strict=True)) == as_usual(orders, recipe["GROUPS"])
