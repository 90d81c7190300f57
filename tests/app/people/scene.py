"""A small base whose people are known by heart."""

import datetime as dt
from decimal import Decimal

from vitrail.model.catalogue import Choice, Field, Label
from vitrail.model.definitions import Segment

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
AT = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)

TRAITS = {
    "first_name": "text",
    "last_name": "text",
    "email": Field("email", "text", "", identity="email"),
    "mobile": Field("mobile", "text", "", identity="phone"),
    "card": Field("card", "text", "", identity="loyalty_card"),
    "postcode": "text",
    "city": "text",
    "birth_date": "date",
    "country": Field("country", "text", "", choices=(Choice("FR", Label("France", "France")),
                                                    Choice("BE", Label("Belgique", "Belgium")))),
    "note": "text",
}  # fmt: skip

PEOPLE = {
    "id": ["C1", "C2", "C3", "W7", "C4"],
    "first_name": ["Hélène", "Ben", "Zoé", None, "Ada"],
    "last_name": ["Durand", "Petit", "Durand-Ruel", None, "Byron"],
    "email": ["helene.durand@exemple.fr", "ben@exemple.fr", None, "Helene.Durand@exemple.fr", None],
    "mobile": ["06 98 76 54 31", "+33 6 11 22 33 55", None, None, None],
    "card": ["4012 3456", None, "99.88.77", None, None],
    "postcode": ["75011", "69003", "75011", None, "13001"],
    "city": ["Paris", "Lyon", "Paris", None, "Marseille"],
    "birth_date": [dt.date(1990, 3, 12), None, dt.date(2000, 1, 2), None, None],
    "country": ["FR", "FR", "BE", None, "FR"],
    "note": ["écrire à helene.durand@exemple.fr", "rien", "rien", None, "rien"],
}
ORDERS = {
    "customer": ["C1", "W7", "C2"],
    "id": ["O-1001", "O-1002", "O-2001"],
    "at": [AT, AT + dt.timedelta(days=30), AT],
    "amount": [Decimal("120.50"), Decimal("10.00"), Decimal("40.00")],
    "product": ["Lampe", "Vase", "Lampe"],
}


SEGMENTS = (
    Segment(key="buyers", name={"fr": "Acheteurs", "en": "Buyers"}, rule="count(order) >= 2"),
    Segment(key="ben", name={"fr": "Ben"}, rule='first_name = "Ben"'),
)
