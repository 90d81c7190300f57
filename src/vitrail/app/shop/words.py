"""How the catalogue of the sample shop is worded: labels, choices, fields."""

from __future__ import annotations

from collections.abc import Sequence

from vitrail.app.shop import products
from vitrail.model.catalogue import Choice, Collection, Field, Gender, Label, Type


def label(fr: str, en: str, gender: Gender | None = None, *, plural: tuple[str, str] = ("", "")) -> Label:
    """A noun in both languages; its plurals are formed with an s when they are not given."""
    return Label(fr, en, plural[0] or f"{fr}s", plural[1] or f"{en}s", gender)


def field(name: str, kind: Type, words: Label, *, unit: str = "", choices: Sequence[Choice] = ()) -> Field:
    """A trait or a property whose column has its name."""
    return Field(name, kind, name, words, tuple(choices), unit)


def personal(one: Field, *purposes: str) -> Field:
    """The same field, sensitive: to be used for these purposes alone."""
    return Field(one.name, one.type, one.column, one.label, one.choices, one.unit, True, purposes)


def plain(values: Sequence[str]) -> list[Choice]:
    """Choices that are their own words."""
    return [Choice(value) for value in values]


def worded(*values: tuple[str, str, str]) -> list[Choice]:
    """Choices with their words in French and English."""
    return [Choice(value, Label(fr, en)) for value, fr, en in values]


def collection(name: str, kind: str, words: Label, *properties: Field) -> Collection:
    """Events (`event`) or records (`record`) with these properties."""
    return Collection(
        name, "event" if kind == "event" else "record", name, words, {p.name: p for p in properties}
    )


CATEGORIES = [Choice(c.key, Label(c.fr, c.en)) for c in products.CATEGORIES]
STORES = plain(products.STORE_NAMES)
COUNTRIES = worded(
    ("FR", "France", "France"),
    ("BE", "Belgique", "Belgium"),
    ("CH", "Suisse", "Switzerland"),
    ("LU", "Luxembourg", "Luxembourg"),
    ("MC", "Monaco", "Monaco"),
)
ACQUISITION = worded(
    ("publicité", "publicité", "advertising"),
    ("recherche web", "recherche web", "web search"),
    ("réseaux sociaux", "réseaux sociaux", "social networks"),
    ("magasin", "magasin", "store"),
    ("parrainage", "parrainage", "referral"),
    ("presse", "presse", "press"),
)
SALES_CHANNELS = worded(
    ("web", "site", "website"), ("store", "magasin", "store"), ("phone", "téléphone", "phone")
)
STATUSES = worded(
    ("livrée", "livrée", "delivered"),
    ("livrée en retard", "livrée en retard", "delivered late"),
    ("emportée", "emportée", "taken away"),
    ("retournée", "retournée", "returned"),
    ("annulée", "annulée", "cancelled"),
)
STAGES = worded(
    ("Prise de contact", "prise de contact", "first contact"),
    ("Visite du showroom", "visite du showroom", "showroom visit"),
    ("Devis envoyé", "devis envoyé", "quote sent"),
    ("Négociation", "négociation", "negotiation"),
    ("Gagné", "gagné", "won"),
    ("Perdu", "perdu", "lost"),
)
DEVICES = worded(
    ("mobile", "mobile", "mobile"),
    ("ordinateur", "ordinateur", "computer"),
    ("tablette", "tablette", "tablet"),
)
CONTRACTS = worded(
    ("actif", "actif", "active"), ("suspendu", "suspendu", "suspended"), ("résilié", "résilié", "terminated")
)
EURO = "EUR"
