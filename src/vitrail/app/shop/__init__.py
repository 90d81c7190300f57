"""The sample shop: a believable French home-goods chain, made from a seed, with planted truths.

    shop = sample_shop(customers=20_000)
    profiles(shop); events(shop, "order"); records(shop, "deal"); scores(shop, "lead")

each give a `RecordBatchReader`; `planted_groups(shop)` tells what the data hide.
"""

from vitrail.app.shop.people import Shop
from vitrail.app.shop.stream import (
    EVENTS,
    RECORDS,
    SCORES,
    SEED,
    events,
    planted_groups,
    profiles,
    records,
    sample_shop,
    scores,
)

__all__ = [
    "EVENTS",
    "RECORDS",
    "SCORES",
    "SEED",
    "Shop",
    "events",
    "planted_groups",
    "profiles",
    "records",
    "sample_shop",
    "scores",
]
