"""What is true of the sample shop by construction, so that what is found in it can be judged.

`docs/reference/sample-shop.md` tells the same in words; a test compares the two.
"""

from __future__ import annotations

import msgspec


class Group(msgspec.Struct, frozen=True):
    """Customers who behave alike; the group itself is in no trait and no event.

    `orders` is the mean number of orders a year while active, spread between people by a gamma law
    of shape `shape`; `dropout` the mean hazard of leaving for good, per year; `browsing` the mean
    number of visits to the site a year besides those that lead to an order; `first_order` the share
    whose account was opened by an order; `newsletter` the share who subscribe; `settling` the mean
    number of extra orders in the weeks after the account was opened.
    """

    key: str
    fr: str
    en: str
    share: float
    orders: float
    shape: float
    dropout: float
    browsing: float
    first_order: float
    newsletter: float
    settling: float = 0.0


GROUPS = (
    Group("regulars", "Habitués", "Regulars", 0.12, 7.0, 3.0, 0.15, 6.0, 0.6, 0.75),
    Group("settlers", "Nouveaux installés", "Settling in", 0.15, 0.8, 1.2, 0.5, 2.0, 0.7, 0.5, 2.5),
    Group("sale_hunters", "Chasseurs de soldes", "Sale hunters", 0.20, 3.6, 3.0, 0.25, 5.0, 0.6, 0.9),
    Group("gardeners", "Jardiniers", "Gardeners", 0.10, 2.5, 2.0, 0.2, 3.0, 0.6, 0.6),
    Group("gift_givers", "Acheteurs de cadeaux", "Gift givers", 0.13, 1.8, 2.0, 0.25, 2.0, 0.7, 0.55),
    Group("browsers", "Flâneurs", "Browsers", 0.24, 0.35, 0.6, 0.9, 9.0, 0.06, 0.45),
    Group("professionals", "Professionnels", "Professionals", 0.06, 6.0, 1.0, 0.25, 4.0, 0.3, 0.5),
)

GROUP_KEYS = tuple(group.key for group in GROUPS)

# --- who leaves, and why ------------------------------------------------------------------------

BAD_EXPERIENCE_HAZARD = 3.0
"""The dropout hazard is multiplied by this after a bad experience: a support ticket that left the
customer dissatisfied, or a second late delivery."""

LATE_SHARE = 0.10
"""Share of the web and phone orders that arrive late, whoever the customer."""

TICKET_SHARE = {"on time": 0.08, "late": 0.30}
"""Share of the orders that lead to a support ticket."""

DISSATISFIED_SHARE = 0.40
"""Share of the tickets that leave the customer dissatisfied, whoever the customer."""

# --- what one campaign changes ------------------------------------------------------------------

CAMPAIGN = "Avant-première des soldes"
"""A campaign sent at random to one half of the subscribers, the other half being held out."""

CAMPAIGN_TREATED_SHARE = 0.5
CAMPAIGN_GROUP = "sale_hunters"
CAMPAIGN_LIFT = 0.30
"""More orders of the treated customers of that group while it lasts; nothing for the others."""

CAMPAIGN_DAYS = 14

# --- season, weather, a new store ---------------------------------------------------------------

GARDEN_MONTHS = (4, 5, 6)
GARDEN_ODDS = 3.0
"""The odds that an order is for the garden are multiplied by this in those months, in every group."""

HEAT_WAVE = ((7, 7), (7, 20))
"""First and last day (month, day) of the heat wave of every summer."""

HEAT_WAVE_REGIONS = (
    "Auvergne-Rhône-Alpes",
    "Nouvelle-Aquitaine",
    "Occitanie",
    "Provence-Alpes-Côte d'Azur",
    "Corse",
)
HEAT_WAVE_CATEGORY = "ventilateurs"
HEAT_WAVE_ODDS = 6.0
"""The odds that an order of a customer of those regions is for fans, during the heat wave."""

OPENING_STORE = "Lyon Confluence"
OPENING_DAYS_BEFORE_END = 365
OPENING_KM = 25.0
OPENING_LIFT = 0.50
"""More orders of the customers who live within that distance, from the day the store opened."""

# --- what is not true ---------------------------------------------------------------------------

FALSE_TRAIT = "acquisition_channel"
FALSE_VALUE = "parrainage"
"""It sounds true that customers brought by a friend order more and stay longer. Here it is false:
how people came was drawn independently of the group and of everything they do."""
