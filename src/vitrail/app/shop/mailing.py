"""E-mails sent, opened and clicked; the randomised campaign; what customers accepted."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.app.shop import products, truths
from vitrail.app.shop.draw import BLOCK, Integers, chance, instants, record_keys, texts
from vitrail.app.shop.orders import Sheet, before_end, in_time, sheet
from vitrail.app.shop.people import People, Shop, people
from vitrail.app.shop.purchases import in_campaign, purchases
from vitrail.app.shop.seasons import DAY, EPOCH, Span, campaign_day, date_of, to_utc

EVERY_DAYS = 21
WORDINGS = ("2021-03", "2023-09", "2025-02")
WORDING_DAYS = tuple((dt.date.fromisoformat(f"{wording}-01") - EPOCH).days for wording in WORDINGS)


class Mailing(msgspec.Struct, frozen=True):
    """One e-mail to subscribers: its campaign, its subject, the moment it leaves."""

    campaign: str
    subject: str
    at: int


@lru_cache(maxsize=4)
def mailings(span: Span) -> tuple[Mailing, ...]:
    """A newsletter every three weeks, on a Tuesday at ten, and the randomised campaign at seven."""
    first = span.start + (1 - date_of(span.start).weekday()) % 7
    letters = []
    for number, day in enumerate(range(first, span.end, EVERY_DAYS)):
        choices = products.LETTERS_BY_MONTH[date_of(day).month - 1]
        name, subject = products.NEWSLETTERS[choices[number % len(choices)]]
        letters.append(Mailing(f"{name} · {date_of(day):%Y-%m}", subject, day * DAY + 10 * 3600))
    trial = campaign_day(span) * DAY + 7 * 3600
    return (*letters, Mailing(truths.CAMPAIGN, products.CAMPAIGN_SUBJECT, trial))


class Sent(msgspec.Struct, frozen=True):
    """E-mails of a block: to whom, which, when; when opened and clicked, past the end if never."""

    owner: Integers
    mailing: Integers
    at: Integers
    opened: Integers
    clicked: Integers


@lru_cache(maxsize=16)
def sent(shop: Shop, block: int) -> Sent:
    """The e-mails of one block and what became of them."""
    random = chance(shop.seed, block, "mail")
    crowd = people(shop, block)
    letters = np.array([mailing.at for mailing in mailings(shop.span)])
    reached = crowd.subscribed[:, None] & (crowd.created[:, None] < letters)
    reached &= crowd.withdrawn[:, None] >= letters
    reached[:, -1] = in_campaign(crowd, shop) & crowd.treated
    owner, mailing = np.nonzero(reached)
    at = letters[mailing] + random.integers(0, 1800, len(owner))
    habit = random.beta(1.2, 2.6, BLOCK)
    habit = habit[owner] * np.where(at < purchases(shop, block).dropped[owner], 1.0, 0.35)
    never = shop.span.end * DAY
    opens = random.random(len(owner)) < habit
    opened = np.where(opens, at + random.exponential(5 * 3600, len(owner)).astype(np.int64) + 30, never)
    clicks = opens & (random.random(len(owner)) < 0.14)
    clicked = np.where(clicks, opened + random.integers(5, 300, len(owner)), never)
    return Sent(owner, mailing, at, opened, clicked)


def emails_sent(shop: Shop, block: int) -> Sheet:
    """E-mails that left."""
    mail = sent(shop, block)
    return _mail_sheet(shop, block, ("email_id", "E"), mail.at)


def emails_opened(shop: Shop, block: int) -> Sheet:
    """E-mails opened, at their first opening."""
    return _mail_sheet(shop, block, ("open_id", "EO"), sent(shop, block).opened)


def emails_clicked(shop: Shop, block: int) -> Sheet:
    """E-mails in which a link was followed."""
    return _mail_sheet(shop, block, ("click_id", "EC"), sent(shop, block).clicked)


def _mail_sheet(shop: Shop, block: int, key: tuple[str, str], at: Integers) -> Sheet:
    mail = sent(shop, block)
    rows = in_time(shop, mail.owner, at)
    owner, mailing = mail.owner[rows], mail.mailing[rows]
    letters = mailings(shop.span)
    columns = {
        key[0]: record_keys(key[1], people(shop, block).first, owner),
        "at": instants(to_utc(at[rows], shop.span)),
        "campaign": texts([letter.campaign for letter in letters], mailing),
        "subject": texts([letter.subject for letter in letters], mailing),
    }
    return sheet(shop, block, owner, columns)


def assignments(shop: Shop, block: int) -> Sheet:
    """Who was drawn for the randomised campaign, and on which side: treated or held out."""
    crowd = people(shop, block)
    owner = np.flatnonzero(in_campaign(crowd, shop))
    at = np.full(len(owner), campaign_day(shop.span) * DAY + 6 * 3600)
    columns = {
        "assignment_id": record_keys("X", crowd.first, owner),
        "at": instants(to_utc(at, shop.span)),
        "experiment": texts((truths.CAMPAIGN,), np.zeros_like(owner)),
        "variant": texts(("témoin", "traité"), crowd.treated[owner].astype(np.int64)),
    }
    return sheet(shop, block, owner, columns)


def consents(shop: Shop, block: int) -> Sheet:
    """What customers accepted or refused, channel by channel, and later withdrawals."""
    random = chance(shop.seed, block, "consents")
    crowd = people(shop, block)
    everyone = np.arange(BLOCK)
    asked = everyone[random.random(BLOCK) < 0.7]
    left = everyone[crowd.subscribed & (crowd.withdrawn < shop.span.end * DAY)]
    owner = np.r_[everyone, asked, asked, left]
    kind = np.repeat([0, 1, 2, 0], [BLOCK, len(asked), len(asked), len(left)])
    granted = np.r_[
        crowd.subscribed,
        random.random(len(asked)) < 0.35,
        random.random(len(asked)) < 0.62,
        np.zeros(len(left), dtype=np.bool_),
    ]
    at = np.r_[crowd.created, crowd.created[asked] + 5, crowd.created[asked] + 9, crowd.withdrawn[left]]
    rows = before_end(shop, owner, at)
    wording = np.searchsorted(WORDING_DAYS, at[rows] // DAY, side="right") - 1
    columns = {
        "consent_id": record_keys("K", crowd.first, owner[rows]),
        "at": instants(to_utc(at[rows], shop.span)),
        "purpose": texts(("marketing", "marketing", "analytics"), kind[rows]),
        "channel": texts(("email", "sms", "web"), kind[rows]),
        "granted": pa.array(granted[rows]),
        "wording": texts(WORDINGS, np.maximum(wording, 0)),
    }
    return sheet(shop, block, owner[rows], columns)


def newsletter(shop: Shop, crowd: People) -> pa.Array:
    """Who receives the newsletter at the end."""
    return pa.array(crowd.subscribed & (crowd.withdrawn >= shop.span.end * DAY))
