"""The tables around an order: the order itself, visits to the stores, answers, support tickets."""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.app.shop import products
from vitrail.app.shop.baskets import baskets
from vitrail.app.shop.draw import (
    ABSENT,
    Integers,
    customer_keys,
    euros,
    instants,
    record_keys,
    repeat_index,
    texts,
)
from vitrail.app.shop.people import NEW_STORE, Block, opening, people, seconds_of_day
from vitrail.app.shop.purchases import STORE, purchases
from vitrail.app.shop.seasons import DAY, to_utc

CHANNELS = ("web", "store", "phone")
STATUSES = ("livrée", "livrée en retard", "emportée", "retournée", "annulée")
PAYMENTS = ("carte bancaire", "PayPal", "virement", "carte cadeau", "paiement en trois fois")
QUESTION = "Recommanderiez-vous notre maison à un proche ?"


class Sheet(msgspec.Struct, frozen=True):
    """The rows of a block, by customer; `owner` is the row of the customer in the block."""

    owner: Integers
    batch: pa.RecordBatch


def sheet(block: Block, owner: Integers, *, columns: dict[str, pa.Array]) -> Sheet:
    """The rows with their customer first."""
    return Sheet(
        owner, pa.RecordBatch.from_pydict({"customer_id": customer_keys(block.first, owner), **columns})
    )


def in_time(block: Block, owner: Integers, *, at: Integers) -> Integers:
    """The positions of what happens within the two years, by customer and time."""
    return before_end(block, owner, at=np.where(at < block.span.start * DAY, block.span.end * DAY, at))


def before_end(block: Block, owner: Integers, *, at: Integers) -> Integers:
    """The positions of what happens before the end, by customer and time."""
    kept = np.flatnonzero(at < block.span.end * DAY)
    return kept[np.lexsort((at[kept], owner[kept]))]


def orders(block: Block) -> Sheet:
    """Orders, each with its main category and product."""
    random = block.chance("orders")
    bought, basket = purchases(block), baskets(block)
    size = len(bought.owner)
    mishap = random.random(size)
    conditions = [bought.late, mishap < 0.015, mishap < 0.05, bought.channel == STORE]
    status = np.select(conditions, [1, 4, 3, 2], 0)
    columns = {
        "order_id": record_keys("O", bought.owner, first=block.first),
        "at": instants(to_utc(bought.at, block.span)),
        "amount": euros(basket.amount),
        "discount": euros(basket.discount),
        "items": pa.array(basket.items),
        "category": texts(products.CATEGORY_KEYS, basket.category),
        "product": texts(products.PRODUCTS, basket.product),
        "channel": texts(CHANNELS, bought.channel),
        "store": texts(products.STORE_NAMES, bought.store),
        "payment": texts(PAYMENTS, random.choice(5, size, p=[0.62, 0.16, 0.06, 0.04, 0.12])),
        "coupon": texts(products.COUPONS, basket.coupon),
        "status": texts(STATUSES, status),
    }
    return sheet(block, bought.owner, columns=columns)


def support_tickets(block: Block) -> Sheet:
    """Requests for help after an order, and whether the answer satisfied."""
    random = block.chance("tickets")
    bought = purchases(block)
    asked = np.flatnonzero(bought.ticket != ABSENT)
    topic = np.where(bought.late[asked], 0, random.integers(0, len(products.TICKET_TOPICS), len(asked)))
    rows = in_time(block, bought.owner[asked], at=bought.ticket[asked])
    chosen = asked[rows]
    columns = {
        "ticket_id": record_keys("T", bought.owner[chosen], first=block.first),
        "at": instants(to_utc(bought.ticket[chosen], block.span)),
        "topic": texts(products.TICKET_TOPICS, topic[rows]),
        "satisfied": pa.array(bought.satisfied[chosen]),
    }
    return sheet(block, bought.owner[chosen], columns=columns)


class Answers(msgspec.Struct, frozen=True):
    """Answers to the survey sent a week after an order."""

    owner: Integers
    at: Integers
    score: Integers
    comment: Integers


COMMENTS = tuple(text for answers in products.ANSWERS.values() for text in answers)


def answers(block: Block) -> Answers:
    """Who answered what: one order in seven, with lower scores after a mishap."""
    random = block.chance("answers")
    bought = purchases(block)
    asked = np.flatnonzero(random.random(len(bought.owner)) < 0.15)
    at = bought.at[asked] + 6 * DAY + random.integers(0, 3 * DAY, len(asked))
    angry = (bought.ticket[asked] != ABSENT) & ~bought.satisfied[asked]
    mean = np.where(angry, 4.0, np.where(bought.late[asked], 6.5, 8.8))
    score = np.clip(np.round(random.normal(mean, 1.6)), 0, 10).astype(np.int64)
    mood = np.where(score >= 9, 0, np.where(score >= 7, 1, 2))
    place = random.random(len(asked)) * np.array([4, 3, 4])[mood]
    comment = np.array([0, 4, 7])[mood] + place.astype(np.int64)
    comment = np.where(random.random(len(asked)) < 0.45, comment, ABSENT)
    rows = in_time(block, bought.owner[asked], at=at)
    return Answers(bought.owner[asked][rows], at[rows], score[rows], comment[rows])


def survey_answers(block: Block) -> Sheet:
    """The answers as a table: a score from 0 to 10 and, for some, a comment."""
    given = answers(block)
    columns = {
        "answer_id": record_keys("A", given.owner, first=block.first),
        "at": instants(to_utc(given.at, block.span)),
        "survey": texts(("Satisfaction après achat",), np.zeros_like(given.owner)),
        "question": texts((QUESTION,), np.zeros_like(given.owner)),
        "rating": pa.array(given.score),
        "answer": texts(COMMENTS, given.comment),
    }
    return sheet(block, given.owner, columns=columns)


def store_visits(block: Block) -> Sheet:
    """Visits to a store: before most orders placed there, and for the pleasure of it."""
    random = block.chance("visits")
    crowd, bought = people(block), purchases(block)
    shopping = np.flatnonzero((bought.channel == STORE) & (random.random(len(bought.owner)) < 0.7))
    rate = np.where(crowd.store != ABSENT, 1.2, 0.0)
    first = np.clip(crowd.created, block.span.start * DAY, block.span.end * DAY)
    stay = np.clip(np.minimum(bought.dropped, block.span.end * DAY) - first, 0, None)
    strolling, _ = repeat_index(random.poisson(rate * stay / (365 * DAY)))
    moment = first[strolling] + (stay[strolling] * random.random(len(strolling))).astype(np.int64)
    moment = moment // DAY * DAY + seconds_of_day(random, np.ones_like(strolling))
    owner = np.r_[bought.owner[shopping], strolling]
    at = np.r_[bought.at[shopping] - random.integers(300, 3000, len(shopping)), moment]
    at = np.maximum(at, crowd.created[owner] + 60)
    store = np.r_[bought.store[shopping], crowd.store[strolling]]
    exists = np.flatnonzero((store != NEW_STORE) | (at >= opening(block.span)))
    rows = exists[in_time(block, owner[exists], at=at[exists])]
    columns = {
        "visit_id": record_keys("M", owner[rows], first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "store": texts(products.STORE_NAMES, store[rows]),
    }
    return sheet(block, owner[rows], columns=columns)
