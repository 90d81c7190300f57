"""The table of customers: what the shop knows of each, with the gaps of a real customer file."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.app.shop import names, products, truths
from vitrail.app.shop.communes import communes
from vitrail.app.shop.draw import (
    ABSENT,
    Booleans,
    Integers,
    customer_keys,
    days,
    euros,
    instants,
    pick,
    texts,
    unless,
)
from vitrail.app.shop.mailing import newsletter
from vitrail.app.shop.orders import Sheet, answers
from vitrail.app.shop.people import BLOCK, Block, People, people
from vitrail.app.shop.seasons import to_utc

FIRST_NAMES = tuple(name for text in (*names.FEMALE, *names.MALE) for name in names.words(text))
GENERATION = len(names.words(names.FEMALE[0]))
FAMILY_NAMES = names.words(names.FAMILY)
TYPES, SIGNS = names.words(names.COMPANIES), names.words(names.SIGNS)
FICTION = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
"""The ranges of numbers that the French regulator keeps for works of fiction."""

CHANNEL_WEIGHTS = (24, 26, 18, 14, 12, 6)


def profiles(block: Block) -> Sheet:
    """One row per customer of the block."""
    crowd = people(block)
    everyone = np.arange(BLOCK)
    columns = {
        "customer_id": customer_keys(block.first, everyone),
        **_identity(block, crowd),
        **_home(block, crowd),
        "created_at": instants(to_utc(crowd.created, block.span)),
        **_relation(block, crowd),
    }
    return Sheet(everyone, pa.RecordBatch.from_pydict(columns))


def _identity(block: Block, crowd: People) -> dict[str, pa.Array]:
    random = block.chance("identity")
    woman = random.random(BLOCK) < 0.58
    year = np.clip(random.normal(1978, 15, BLOCK), 1935, 2006).astype(np.int64)
    born = (year - 1970) * 365 + (year - 1969) // 4 + random.integers(0, 365, BLOCK)
    generation = np.where(year < 1965, 0, np.where(year < 1990, 1, 2))
    first_name = ((~woman) * 3 + generation) * GENERATION + random.integers(0, GENERATION, BLOCK)
    family = (random.random((2, BLOCK)) ** 1.6 * len(FAMILY_NAMES)).astype(np.int64)
    double = random.random(BLOCK) < 0.06
    language = np.where(crowd.french | (random.random(BLOCK) < 0.8), 0, random.integers(1, 3, BLOCK))
    return {
        "first_name": unless(random.random(BLOCK) < 0.01, texts(FIRST_NAMES, first_name)),
        "last_name": _joined(family, double),
        "email": unless(
            random.random(BLOCK) < 0.05, _addresses(random, block, given=first_name, last=family[0])
        ),
        "phone": unless((random.random(BLOCK) < 0.3) | ~crowd.french, _phones(random)),
        "birth_date": unless(random.random(BLOCK) < 0.28, days(born)),
        "gender": unless(random.random(BLOCK) < 0.09, texts(("f", "m"), 1 - woman.astype(np.int64))),
        "language": texts(("fr", "nl", "de"), language),
    }


def _joined(family: Integers, double: Booleans) -> pa.Array:
    """Family names, some of them double-barrelled."""
    single = texts(FAMILY_NAMES, family[0])
    pair = pc.binary_join_element_wise(single, texts(FAMILY_NAMES, family[1]), "-")
    return pc.if_else(pa.array(double & (family[0] != family[1])), pair, single)


def _addresses(random: np.random.Generator, block: Block, *, given: Integers, last: Integers) -> pa.Array:
    """Addresses in the domains that are kept for examples, with the number of the customer."""
    first_name = texts([names.address_form(name) for name in FIRST_NAMES], given)
    family = texts([names.address_form(name) for name in FAMILY_NAMES], last)
    number = pa.array(block.first + np.arange(BLOCK) + 1).cast(pa.string())
    domain = texts(("@example.org", "@example.com", "@example.net"), pick(random, (5, 3, 2), size=BLOCK))
    dotted = pc.binary_join_element_wise(first_name, family, number, ".")
    return pc.binary_join_element_wise(dotted, domain, "")


def _phones(random: np.random.Generator) -> pa.Array:
    start = texts(FICTION, pick(random, (1, 1, 1, 1, 1, 12), size=BLOCK))
    rest = pc.utf8_lpad(pa.array(random.integers(0, 10_000, BLOCK)).cast(pa.string()), 4, "0")
    return pc.binary_join_element_wise(start, rest, "")


def _home(block: Block, crowd: People) -> dict[str, pa.Array]:
    random = block.chance("home")
    places = communes()
    known = np.where(random.random(BLOCK) < 0.06, ABSENT, crowd.commune)
    lost = (known == ABSENT) | (random.random(BLOCK) < 0.08)
    return {
        "postcode": texts([place.postcode for place in places], known),
        "city": texts([place.city for place in places], known),
        "department": texts([place.department for place in places], known),
        "region": texts([place.region for place in places], known),
        "country": texts([place.country for place in places], known),
        "latitude": pa.array(crowd.latitude, mask=lost),
        "longitude": pa.array(crowd.longitude, mask=lost),
    }


def _relation(block: Block, crowd: People) -> dict[str, pa.Array]:
    random = block.chance("relation")
    professional = crowd.of_group("professionals")
    pro = professional | (random.random(BLOCK) < 0.01)
    loyal = np.array([0.7, 0.3, 0.45, 0.4, 0.35, 0.12, 0.2])[crowd.group]
    card = random.random(BLOCK) < loyal
    credit = np.where(random.random(BLOCK) < 0.25, random.integers(1, 60, BLOCK) * 50, 0)
    channel = pick(random, CHANNEL_WEIGHTS, size=BLOCK)
    size = 1 + random.binomial(5, 0.28, BLOCK)
    return {
        "acquisition_channel": unless(random.random(BLOCK) < 0.07, texts(products.CHANNELS, channel)),
        "newsletter": newsletter(block),
        "interests": _interests(random, crowd),
        "loyalty_card": pa.array(card),
        "store_credit": unless(~card, euros(credit)),
        "company": unless(~pro, _companies(random, crowd)),
        "household_size": pa.array(size, mask=pro | (random.random(BLOCK) < 0.45)),
        "preferred_store": unless(random.random(BLOCK) < 0.3, texts(products.STORE_NAMES, crowd.store)),
        "nps": _last_scores(block),
    }


def _interests(random: np.random.Generator, crowd: People) -> pa.Array:
    """Sets of categories, the favourite often among them; a third are unknown, some are empty."""
    chosen = random.random((BLOCK, len(products.CATEGORY_KEYS))) < 0.18
    chosen[np.arange(BLOCK), crowd.favourite] |= random.random(BLOCK) < 0.7
    chosen[random.random(BLOCK) < 0.08] = False
    words = texts(products.CATEGORY_KEYS, np.nonzero(chosen)[1])
    limits = np.r_[0, np.cumsum(chosen.sum(axis=1))].astype(np.int32)
    sets = pa.ListArray.from_arrays(pa.array(limits), words)
    return unless(random.random(BLOCK) < 0.33, sets)


def _companies(random: np.random.Generator, crowd: People) -> pa.Array:
    kind = texts(TYPES, random.integers(0, len(TYPES), BLOCK))
    sign = texts(SIGNS, random.integers(0, len(SIGNS), BLOCK))
    city = texts([place.city for place in communes()], crowd.commune)
    return pc.binary_join_element_wise(kind, sign, city, " ")


def _last_scores(block: Block) -> pa.Array:
    """The last answer to the survey, for those who gave one."""
    given = answers(block)
    last = np.full(BLOCK, ABSENT)
    last[given.owner] = given.score
    return pa.array(last, mask=last == ABSENT)


def planted(block: Block) -> Sheet:
    """What is true of each customer and told nowhere else in the data: their group."""
    crowd = people(block)
    everyone = np.arange(BLOCK)
    columns = {
        "customer_id": customer_keys(block.first, everyone),
        "group": texts(truths.GROUP_KEYS, crowd.group),
    }
    return Sheet(everyone, pa.RecordBatch.from_pydict(columns))
