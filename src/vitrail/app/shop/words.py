"""How the catalogue of the sample shop is worded: labels, choices, fields."""

from __future__ import annotations

from collections.abc import Sequence

from vitrail.app.shop import products
from vitrail.model.catalogue import Choice, Collection, Field, Gender, Label, Type


def feminine(fr: str, en: str, *, plural: tuple[str, str] = ("", "")) -> Label:
    """A noun that is feminine in French."""
    return _label(fr, en, plural=plural, gender="f")


def masculine(fr: str, en: str, *, plural: tuple[str, str] = ("", "")) -> Label:
    """A noun that is masculine in French."""
    return _label(fr, en, plural=plural, gender="m")


def _label(fr: str, en: str, *, plural: tuple[str, str], gender: Gender) -> Label:
    """Plurals are formed with an s when they are not given."""
    return Label(fr, en, plural[0] or f"{fr}s", plural[1] or f"{en}s", gender)


def field(
    name: str, words: Label, *, kind: Type = "text", unit: str = "", choices: Sequence[Choice] = ()
) -> Field:
    """A trait or a property whose column has its name."""
    return Field(name, kind, name, words, tuple(choices), unit)


def personal(one: Field, *purposes: str) -> Field:
    """The same field, about a person: collected for these purposes."""
    return Field(one.name, one.type, one.column, one.label, one.choices, one.unit, False, purposes)


def plain(values: Sequence[str]) -> list[Choice]:
    """Choices that are their own words."""
    return [Choice(value) for value in values]


def worded(*values: tuple[str, str, str]) -> list[Choice]:
    """Choices with their words in French and English."""
    return [Choice(value, Label(fr, en)) for value, fr, en in values]


def events(name: str, words: Label, *properties: Field) -> Collection:
    """What happens to customers, at an instant."""
    return Collection(name, "event", name, words, {one.name: one for one in properties})


def records(name: str, words: Label, *properties: Field) -> Collection:
    """What customers have, updated by key."""
    return Collection(name, "record", name, words, {one.name: one for one in properties})


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
