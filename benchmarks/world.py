"""The shop of the benchmarks: its catalogue, and how often and among whom each thing happens."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.model.catalogue import Catalogue, Collection, Field, Named, Type

AT_US = (dt.datetime(2025, 11, 20, 10, 30, tzinfo=dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // (
    dt.timedelta(microseconds=1)
)
"""The instant all questions are asked at."""

DAY_US = 86_400_000_000
DAYS = 730
"""How far the histories go back."""


class Texts(msgspec.Struct, frozen=True):
    """So many texts, the first ones more often than the last; a share of the rows has none."""

    form: str
    kinds: int
    unknown: float = 0.0


class Numbers(msgspec.Struct, frozen=True):
    """Numbers around a middle, with a long tail to the right."""

    type: Type
    middle: float
    unknown: float = 0.0


class Truths(msgspec.Struct, frozen=True):
    """True as often as the share says."""

    share: float
    unknown: float = 0.0


class Days(msgspec.Struct, frozen=True):
    """Days evenly spread between two numbers of days around the instant of the questions."""

    earliest: int
    latest: int
    unknown: float = 0.0


class Places(msgspec.Struct, frozen=True):
    """Degrees, evenly spread."""

    low: float
    high: float
    unknown: float = 0.0


class Interests(msgspec.Struct, frozen=True):
    """Sets of a few texts."""

    kinds: int
    unknown: float = 0.0


Values = Texts | Numbers | Truths | Days | Places | Interests


class Happening(msgspec.Struct, frozen=True):
    """A collection of events: its share of all events, and of all people those it ever concerns."""

    share: float
    people: float
    properties: dict[str, Values]


CATEGORIES = Texts("category {}", 14)
CAMPAIGNS = {"campaign": Texts("campaign {}", 120), "subject": Texts("Nouveauté n° {}", 60)}

EVENTS: dict[str, Happening] = {
    "page_view": Happening(
        0.440,
        0.85,
        {
            "path": Texts("/maison/rayon-{}", 500),
            "category": CATEGORIES,
            "device": Texts("device {}", 3),
            "referrer": Texts("referrer {}", 20, 0.3),
            "seconds": Numbers("integer", 30),
        },
    ),
    "email_sent": Happening(0.180, 0.75, CAMPAIGNS),
    "email_open": Happening(0.090, 0.55, CAMPAIGNS),
    "add_to_cart": Happening(
        0.080,
        0.50,
        {
            "product": Texts("product {}", 200),
            "category": CATEGORIES,
            "price": Numbers("decimal", 40),
            "quantity": Numbers("integer", 1.5),
        },
    ),
    "search": Happening(0.070, 0.60, {"query": Texts("Canapé {}", 300)}),
    "order": Happening(
        0.060,
        0.45,
        {
            "amount": Numbers("decimal", 70),
            "items": Numbers("integer", 2),
            "category": CATEGORIES,
            "channel": Texts("channel {}", 4),
            "coupon": Texts("coupon {}", 12, 0.7),
            "status": Texts("status {}", 5),
        },
    ),
    "email_click": Happening(0.030, 0.40, CAMPAIGNS),
    "store_visit": Happening(0.025, 0.30, {"store": Texts("store {}", 30)}),
    "support_ticket": Happening(0.015, 0.20, {"topic": Texts("topic {}", 9), "satisfied": Truths(0.7, 0.2)}),
    "survey_answer": Happening(
        0.010, 0.15, {"survey": Texts("survey {}", 6), "rating": Numbers("integer", 6, 0.05)}
    ),
}

RECORDS: dict[str, Happening] = {
    "deal": Happening(
        0.004,
        0.10,
        {
            "stage": Texts("stage {}", 6),
            "amount": Numbers("decimal", 900),
            "opened_on": Days(-DAYS, 0),
        },
    ),
    "subscription": Happening(
        0.004,
        0.15,
        {
            "plan": Texts("plan {}", 5),
            "status": Texts("status {}", 4),
            "monthly_price": Numbers("decimal", 20),
            "renewal_date": Days(-60, 365, 0.1),
        },
    ),
}
"""Record sets; their share is of the number of events too."""

TRAITS: dict[str, Values] = {
    "country": Texts("country {}", 9, 0.04),
    "city": Texts("Commune {}", 3_000, 0.1),
    "language": Texts("language {}", 4),
    "acquisition": Texts("acquisition {}", 8, 0.2),
    "company": Texts("Société {}", 5_000, 0.9),
    "birth_date": Days(-80 * 365, -18 * 365, 0.35),
    "newsletter": Truths(0.5, 0.1),
    "loyalty_card": Truths(0.3),
    "interests": Interests(14, 0.3),
    "latitude": Places(43.0, 50.0, 0.2),
    "longitude": Places(-1.5, 7.0, 0.2),
    "store_credit": Numbers("decimal", 5, 0.5),
    "household_size": Numbers("integer", 2, 0.4),
    "nps": Numbers("integer", 7, 0.6),
}

SCORES = ("lead", "churn")


def type_of(values: Values) -> Type:
    """The type of the field that holds such values."""
    match values:
        case Texts():
            return "text"
        case Numbers(kind):
            return kind
        case Truths():
            return "boolean"
        case Days():
            return "date"
        case Places():
            return "float"
        case Interests():
            return "texts"


def _fields(values: dict[str, Values]) -> dict[str, Field]:
    return {name: Field(name, type_of(each), name) for name, each in values.items()}


CATALOGUE = Catalogue(
    traits={**_fields(TRAITS), "created_at": Field("created_at", "instant", "created_at")},
    collections={
        **{
            name: Collection(name, "event", name, None, _fields(each.properties))
            for name, each in EVENTS.items()
        },
        **{
            name: Collection(name, "record", name, None, _fields(each.properties))
            for name, each in RECORDS.items()
        },
    },
    scores={name: Named(name) for name in SCORES},
    purposes={"marketing": Named("marketing")},
    channels={"email": Named("email")},
    created="created_at",
)
"""All that the generated segments may name."""
