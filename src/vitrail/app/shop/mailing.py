"""E-mails sent, opened and clicked; the randomised campaign; what customers accepted."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.app.shop import products, truths
from vitrail.app.shop.demand import in_campaign
from vitrail.app.shop.draw import Integers, instants, record_keys, texts
from vitrail.app.shop.orders import Sheet, before_end, in_time, sheet
from vitrail.app.shop.people import BLOCK, Block, people
from vitrail.app.shop.purchases import purchases
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
def sent(block: Block) -> Sent:
    """The e-mails of one block and what became of them."""
    random = block.chance("mail")
    crowd = people(block)
    letters = np.array([mailing.at for mailing in mailings(block.span)])
    reached = crowd.subscribed[:, None] & (crowd.created[:, None] < letters)
    reached &= crowd.withdrawn[:, None] >= letters
    reached[:, -1] = in_campaign(block) & crowd.treated
    owner, mailing = np.nonzero(reached)
    at = letters[mailing] + random.integers(0, 1800, len(owner))
    habit = random.beta(1.2, 2.6, BLOCK)
    habit = habit[owner] * np.where(at < purchases(block).dropped[owner], 1.0, 0.35)
    never = block.span.end * DAY
    opens = random.random(len(owner)) < habit
    opened = np.where(opens, at + random.exponential(5 * 3600, len(owner)).astype(np.int64) + 30, never)
    clicks = opens & (random.random(len(owner)) < 0.14)
    clicked = np.where(clicks, opened + random.integers(5, 300, len(owner)), never)
    return Sent(owner, mailing, at, opened, clicked)


def emails_sent(block: Block) -> Sheet:
    """E-mails that left."""
    mail = sent(block)
    return _mail_sheet(block, ("email_id", "E"), at=mail.at)


def emails_opened(block: Block) -> Sheet:
    """E-mails opened, at their first opening."""
    return _mail_sheet(block, ("open_id", "EO"), at=sent(block).opened)


def emails_clicked(block: Block) -> Sheet:
    """E-mails in which a link was followed."""
    return _mail_sheet(block, ("click_id", "EC"), at=sent(block).clicked)


def _mail_sheet(block: Block, key: tuple[str, str], *, at: Integers) -> Sheet:
    mail = sent(block)
    rows = in_time(block, mail.owner, at=at)
    owner, mailing = mail.owner[rows], mail.mailing[rows]
    letters = mailings(block.span)
    columns = {
        key[0]: record_keys(key[1], owner, first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "campaign": texts([letter.campaign for letter in letters], mailing),
        "subject": texts([letter.subject for letter in letters], mailing),
    }
    return sheet(block, owner, columns=columns)


def assignments(block: Block) -> Sheet:
    """Who was drawn for the randomised campaign, and on which side: treated or held out."""
    crowd = people(block)
    owner = np.flatnonzero(in_campaign(block))
    at = np.full(len(owner), campaign_day(block.span) * DAY + 6 * 3600)
    columns = {
        "assignment_id": record_keys("X", owner, first=block.first),
        "at": instants(to_utc(at, block.span)),
        "experiment": texts((truths.CAMPAIGN,), np.zeros_like(owner)),
        "variant": texts(("témoin", "traité"), crowd.treated[owner].astype(np.int64)),
    }
    return sheet(block, owner, columns=columns)


def consents(block: Block) -> Sheet:
    """What customers accepted or refused, channel by channel, and later withdrawals."""
    random = block.chance("consents")
    crowd = people(block)
    everyone = np.arange(BLOCK)
    asked = everyone[random.random(BLOCK) < 0.7]
    left = everyone[crowd.subscribed & (crowd.withdrawn < block.span.end * DAY)]
    owner = np.r_[everyone, asked, asked, left]
    kind = np.repeat([0, 1, 2, 0], [BLOCK, len(asked), len(asked), len(left)])
    granted = np.r_[
        crowd.subscribed,
        random.random(len(asked)) < 0.35,
        random.random(len(asked)) < 0.62,
        np.zeros(len(left), dtype=np.bool_),
    ]
    at = np.r_[crowd.created, crowd.created[asked] + 5, crowd.created[asked] + 9, crowd.withdrawn[left]]
    rows = before_end(block, owner, at=at)
    wording = np.searchsorted(WORDING_DAYS, at[rows] // DAY, side="right") - 1
    columns = {
        "consent_id": record_keys("K", owner[rows], first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "purpose": texts(("marketing", "marketing", "analytics"), kind[rows]),
        "channel": texts(("email", "sms", "web"), kind[rows]),
        "granted": pa.array(granted[rows]),
        "wording": texts(WORDINGS, np.maximum(wording, 0)),
    }
    return sheet(block, owner[rows], columns=columns)


def newsletter(block: Block) -> pa.Array:
    """Who receives the newsletter at the end."""
    crowd = people(block)
    return pa.array(crowd.subscribed & (crowd.withdrawn >= block.span.end * DAY))
