"""The tables of the shop, block by block: memory stays flat whatever the number of customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from vitrail.app.shop import browsing, business, mailing, orders
from vitrail.app.shop import profiles as customers
from vitrail.app.shop.orders import Sheet
from vitrail.app.shop.people import BLOCK, Block, Shop
from vitrail.app.shop.seasons import span_before

Maker = Callable[[Block], Sheet]

EVENTS: Mapping[str, Maker] = {
    "order": orders.orders,
    "page_view": browsing.page_views,
    "search": browsing.searches,
    "add_to_cart": browsing.carts,
    "store_visit": orders.store_visits,
    "email_sent": mailing.emails_sent,
    "email_open": mailing.emails_opened,
    "email_click": mailing.emails_clicked,
    "experiment_assignment": mailing.assignments,
    "survey_answer": orders.survey_answers,
    "support_ticket": orders.support_tickets,
    "consent": mailing.consents,
}
RECORDS: Mapping[str, Maker] = {"deal": business.deals, "subscription": business.subscriptions}
SCORES: Mapping[str, Maker] = {"lead": business.lead_scores}

SEED = 7


def sample_shop(customers: int = 20_000, *, seed: int = SEED, end: dt.datetime | None = None) -> Shop:
    """The shop with this many customers, over the two years before the day of `end` in Paris.

    `end` is an aware instant; by default, now. The same three give the same shop, to the last
    character, and a larger shop begins with the customers of a smaller one.
    """
    if customers < 0:
        raise ValueError("a shop has no fewer than 0 customers")
    if end is not None and end.tzinfo is None:
        raise ValueError("the end of the shop needs a time zone")
    return Shop(customers, seed, span_before(end))


def profiles(shop: Shop) -> pa.RecordBatchReader:
    """The customers, one row each."""
    return _reader(shop, customers.profiles)


def events(shop: Shop, name: str) -> pa.RecordBatchReader:
    """The events of one collection of `EVENTS`, by customer and time."""
    return _reader(shop, EVENTS[name])


def records(shop: Shop, name: str) -> pa.RecordBatchReader:
    """The records of one collection of `RECORDS`."""
    return _reader(shop, RECORDS[name])


def scores(shop: Shop, name: str) -> pa.RecordBatchReader:
    """The values of one score of `SCORES`."""
    return _reader(shop, SCORES[name])


def planted_groups(shop: Shop) -> pa.RecordBatchReader:
    """The true group of each customer (`truths.GROUPS`), which no table of the shop tells."""
    return _reader(shop, customers.planted)


def _reader(shop: Shop, maker: Maker) -> pa.RecordBatchReader:
    schema = maker(Block(shop, 0)).batch.schema
    return pa.RecordBatchReader.from_batches(schema, _batches(shop, maker))


def _batches(shop: Shop, maker: Maker) -> Iterator[pa.RecordBatch]:
    for block in shop.blocks:
        sheet = maker(block)
        size = min(BLOCK, shop.customers - block.first)
        yield sheet.batch.slice(0, int(sheet.owner.searchsorted(size)))
