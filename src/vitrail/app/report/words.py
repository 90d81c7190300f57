"""The words of the report, in French and English, and its numbers as each language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

FRENCH = {
    "kicker": "Vitrail · rapport",
    "made": "Situation au {when}",
    "profiles": "Clients connus",
    "buyers": "Acheteurs en un an",
    "buyers_note": "{share} des clients",
    "revenue": "Chiffre d’affaires en un an",
    "revenue_note": "{change} par rapport à l’année précédente",
    "no_comparison": "pas d’année précédente à comparer",
    "basket": "Panier moyen",
    "basket_note": "{orders} commandes",
    "contents": "Dans ce rapport",
    "months": "Chiffre d’affaires par mois",
    "months_axis": "milliers d’euros",
    "months_lead": "Le mois le plus fort est {best}, avec {revenue}.",
    "cut": "Le mois estompé n’est pas entier.",
    "month": "Mois",
    "orders": "Commandes",
    "numbers": "Voir les chiffres",
    "rfm": "Carte RFM",
    "rfm_lead": "Chaque case compte les acheteurs selon la récence (R) et la fréquence (F) de leurs achats, "
    "de 1 à 5. En haut à droite, ceux qui viennent d’acheter et achètent souvent.",
    "recency": "Récence (R)",
    "frequency": "Fréquence (F)",
    "customers": "Clients",
    "divisions": "Segmentations",
    "divisions_lead": "Chaque client est dans une classe et une seule. Les parts se lisent parmi les clients "
    "concernés.",
    "all_profiles": "Tous les clients : {size}.",
    "some_profiles": "{size} clients concernés : {among}",
    "class": "Classe",
    "size": "Clients",
    "share": "Part",
    "year": "CA en un an",
    "segments": "Segments",
    "segments_lead": "Un client peut être dans plusieurs segments. La part se lit parmi tous les clients.",
    "segment": "Segment",
    "rule": "Qui exactement",
    "footer": "Rapport produit par Vitrail. Les montants sont ceux des commandes des douze derniers mois.",
    "other": "English version",
    "empty": "Aucun segment n’est encore défini.",
    "map_title": "R {recency}, F {frequency} : {group}, {size} clients",
    "month_title": "{month} : {revenue}, {orders} commandes",
    "bar_title": "{name} : {share}, {size} clients",
}

ENGLISH = {
    "kicker": "Vitrail · report",
    "made": "As of {when}",
    "profiles": "Known customers",
    "buyers": "Buyers in a year",
    "buyers_note": "{share} of customers",
    "revenue": "Revenue in a year",
    "revenue_note": "{change} on the year before",
    "no_comparison": "no year before to compare with",
    "basket": "Average order",
    "basket_note": "{orders} orders",
    "contents": "In this report",
    "months": "Revenue by month",
    "months_axis": "thousands of euros",
    "months_lead": "The strongest month is {best}, with {revenue}.",
    "cut": "The faded month is not whole.",
    "month": "Month",
    "orders": "Orders",
    "numbers": "See the figures",
    "rfm": "RFM map",
    "rfm_lead": "Each cell counts buyers by how recently (R) and how often (F) they buy, from 1 to 5. "
    "At the top right, those who have just bought and buy often.",
    "recency": "Recency (R)",
    "frequency": "Frequency (F)",
    "customers": "Customers",
    "divisions": "Segmentations",
    "divisions_lead": "Each customer is in exactly one class. Shares are among the customers concerned.",
    "all_profiles": "All customers: {size}.",
    "some_profiles": "{size} customers concerned: {among}",
    "class": "Class",
    "size": "Customers",
    "share": "Share",
    "year": "Revenue in a year",
    "segments": "Segments",
    "segments_lead": "A customer may be in several segments. Shares are among all customers.",
    "segment": "Segment",
    "rule": "Who exactly",
    "footer": "Report made by Vitrail. Amounts are those of the orders of the last twelve months.",
    "other": "Version française",
    "empty": "No segment is defined yet.",
    "map_title": "R {recency}, F {frequency}: {group}, {size} customers",
    "month_title": "{month}: {revenue}, {orders} orders",
    "bar_title": "{name}: {share}, {size} customers",
}


class Speech(msgspec.Struct, frozen=True):
    """How to say things and write numbers in one language."""

    language: str
    currency: str = "EUR"

    @property
    def locale(self) -> str:
        """The locale of numbers and dates."""
        return "fr_FR" if self.language == "fr" else "en_GB"

    def say(self, word: str, **details: str) -> str:
        """A sentence of the report, with its details in place."""
        words = FRENCH if self.language == "fr" else ENGLISH
        return words[word].format(**details)

    def count(self, number: int) -> str:
        """A whole number: `12 345`."""
        return format_decimal(number, locale=self.locale)

    def money(self, amount: Decimal) -> str:
        """An amount without cents: `12 345 €`."""
        return format_currency(
            amount, self.currency, format=self._pattern(), locale=self.locale, currency_digits=False
        )

    def precise_money(self, amount: Decimal) -> str:
        """An amount with its cents: `64,20 €`."""
        return format_currency(amount, self.currency, locale=self.locale)

    def share(self, part: float) -> str:
        """A share with one decimal: `4,7 %`; what is nearly nothing is said so."""
        if 0 < part < 0.0005:
            return f"< {format_percent(0.001, format=self._percent(), locale=self.locale)}"
        return format_percent(part, format=self._percent(), locale=self.locale)

    def change(self, ratio: float) -> str:
        """A change with its sign: `+12 %`."""
        sign = "+" if ratio >= 0 else "−"
        return sign + format_percent(abs(ratio), format=self._percent(), locale=self.locale)

    def month(self, first: dt.date) -> str:
        """A month: `mars 2026`."""
        return format_date(first, "LLLL y", locale=self.locale)

    def short_month(self, first: dt.date) -> str:
        """A month in little room: `mars 26`."""
        return format_date(first, "LLL yy", locale=self.locale)

    def moment(self, when: dt.datetime, *, timezone: str) -> str:
        """A day and an hour, in the zone of the workspace."""
        local = when.astimezone(ZoneInfo(timezone))
        pattern = "d MMMM y 'à' HH:mm" if self.language == "fr" else "d MMMM y 'at' HH:mm"
        return format_datetime(local, pattern, locale=self.locale)

    def _pattern(self) -> str:
        return "#,##0\u202f¤" if self.language == "fr" else "¤#,##0"

    def _percent(self) -> str:
        return "#,##0.0\u202f%" if self.language == "fr" else "#,##0.0%"
