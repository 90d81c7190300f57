"""Which names of a workspace play the roles of the ready-made segments: guessed from words, then chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.ready import library, read_mapping, roles
from vitrail.collect.meanings import spoken
from vitrail.model.catalogue import Catalogue, Collection, Field, Type
from vitrail.model.errors import Message

NUMBERS: tuple[Type, ...] = ("integer", "decimal", "float")
DATES: tuple[Type, ...] = ("date", "instant")
TEXTS: tuple[Type, ...] = ("text", "texts")

_TRAITS: Mapping[str, tuple[str, tuple[Type, ...]]] = {
    "birth_date": (r"naissance|birth ?day|birth|born|ne e? ?le|dob|anniversaire", DATES),
    "created_at": (r"created|creation|inscription|inscrit|sign ?up|registered|since|depuis", DATES),
    "company": (r"company|societe|entreprise|organisation|raison sociale", TEXTS),
    "interests": (r"interests?|interets?|centres d interet|passions?", ("texts",)),
    "latitude": (r"lat|latitude", NUMBERS),
    "longitude": (r"lon|lng|long|longitude", NUMBERS),
    "loyalty_card": (r"loyalty|fidelite|carte", (*TEXTS, "boolean")),
    "newsletter": (r"newsletter|lettre|infolettre", ("boolean",)),
}
_COLLECTIONS: Mapping[str, str] = {
    "order": r"orders?|order completed|commandes?|ventes?|sales?|purchases?|achats?|tickets? de caisse|"
    r"factures?",
    "page_view": r"page views?|pages?( vues?)?|pageviews?|visites? web",
    "search": r"search(es)?|recherches?",
    "add_to_cart": r"add to cart|product added|ajout(s)? au panier|paniers?",
    "store_visit": r"store visits?|visites? magasin|visites? en magasin",
    "email_sent": r"e ?mails? sent|e ?mails? envoyes?|envois?",
    "email_open": r"e ?mails? open(ed|s)?|ouvertures?",
    "email_click": r"e ?mails? click(ed|s)?|clics?",
    "survey_answer": r"survey answers?|surveys?|enquetes?|avis|nps",
    "support_ticket": r"support tickets?|tickets?|reclamations?|sav",
    "deal": r"deals?|opportunit(y|ies|es?)|affaires?|devis",
    "subscription": r"subscriptions?|abonnements?|contrats?",
}
_PROPERTIES: Mapping[str, tuple[str, tuple[Type, ...]]] = {
    "amount": (r"amount|total|montant|prix|price|ca|revenue|valeur|value|ttc|ht|chiffre d affaires", NUMBERS),
    "category": (r"category|categorie|famille|rayon|univers|product category", TEXTS),
    "channel": (r"channel|canal", TEXTS),
    "discount": (r"discount|remise|reduction|rabais", NUMBERS),
    "status": (r"status|statut|etat", TEXTS),
    "rating": (r"rating|note|score", NUMBERS),
    "satisfied": (r"satisfied|satisfait|satisfaction", ("boolean",)),
    "opened_on": (r"opened|ouverture|ouvert|created|creation|date", DATES),
    "stage": (r"stage|etape|phase", TEXTS),
    "renewal_date": (r"renewal|renouvellement|echeance|fin", DATES),
}
NAMES: Mapping[str, Message] = {
    "birth_date": Message("Date de naissance", "Date of birth"),
    "created_at": Message("Client depuis le", "Customer since"),
    "company": Message("Société", "Company"),
    "interests": Message("Centres d’intérêt", "Interests"),
    "latitude": Message("Latitude", "Latitude"),
    "longitude": Message("Longitude", "Longitude"),
    "loyalty_card": Message("Carte de fidélité", "Loyalty card"),
    "newsletter": Message("Abonné à la lettre", "Takes the newsletter"),
    "order": Message("Commandes", "Orders"),
    "page_view": Message("Pages vues", "Pages viewed"),
    "search": Message("Recherches sur le site", "Searches on the site"),
    "add_to_cart": Message("Ajouts au panier", "Added to the basket"),
    "store_visit": Message("Visites en magasin", "Store visits"),
    "email_sent": Message("E-mails envoyés", "E-mails sent"),
    "email_open": Message("E-mails ouverts", "E-mails opened"),
    "email_click": Message("Clics dans les e-mails", "Clicks in e-mails"),
    "survey_answer": Message("Réponses aux enquêtes", "Survey answers"),
    "support_ticket": Message("Demandes au service client", "Support requests"),
    "deal": Message("Affaires", "Deals"),
    "subscription": Message("Abonnements", "Subscriptions"),
    "amount": Message("montant", "amount"),
    "category": Message("famille de produits", "family of products"),
    "channel": Message("canal", "channel"),
    "discount": Message("remise", "discount"),
    "status": Message("état", "status"),
    "rating": Message("note", "rating"),
    "satisfied": Message("satisfait", "satisfied"),
    "opened_on": Message("ouverte le", "opened on"),
    "stage": Message("étape", "stage"),
    "renewal_date": Message("échéance", "renewal date"),
}
"""How people call the roles."""


class Part(msgspec.Struct, frozen=True):
    """One role with the names that may play it, and the one that does."""

    role: str
    name: Message
    choices: tuple[str, ...]
    chosen: str = ""


class Fit(msgspec.Struct, frozen=True):
    """Every role that something in the workspace may play; `mapping` is what is chosen, for `ready`."""

    parts: tuple[Part, ...]
    mapping: dict[str, str]

    @property
    def names(self) -> dict[str, str]:
        """The mapping with every role that was asked for: empty where nothing plays it."""
        return {each.role: each.chosen for each in self.parts} | self.mapping


def fit(catalogue: Catalogue, chosen: Mapping[str, str] | None = None) -> Fit:
    """The roles of this workspace: as chosen, else as their words tell."""
    parts: list[Part] = []
    for role in _asked():
        parts.extend(_parts(role, catalogue, chosen=chosen))
    mapping = {each.role: each.chosen for each in parts if each.chosen}
    return Fit(tuple(parts), mapping | dict(_fixed(catalogue)))


def _asked() -> tuple[str, ...]:
    """The roles of traits and collections that ready-made definitions need, in the order of the mapping."""
    needed = {role for each in library() for role in roles(each)}
    return tuple(role for role in read_mapping() if role in needed and "." not in role)


def _parts(role: str, catalogue: Catalogue, *, chosen: Mapping[str, str] | None) -> Iterator[Part]:
    if role in _TRAITS:
        words, types = _TRAITS[role]
        names = [each.name for each in catalogue.traits.values() if each.type in types]
        if names:
            yield _part(role, NAMES[role], names=names, words=words, chosen=chosen)
    elif role in _COLLECTIONS and catalogue.collections:
        kind = "record" if role in ("deal", "subscription") else "event"
        names = [each.name for each in catalogue.collections.values() if each.kind == kind]
        if not names:
            return
        found = _part(role, NAMES[role], names=names, words=_COLLECTIONS[role], chosen=chosen)
        yield found
        if found.chosen:
            yield from _properties(role, catalogue.collections[found.chosen], chosen=chosen)


def _properties(role: str, collection: Collection, *, chosen: Mapping[str, str] | None) -> Iterator[Part]:
    for other in read_mapping():
        of, _, name = other.partition(".")
        if of != role or not name or "." in name or name not in _PROPERTIES:
            continue
        words, types = _PROPERTIES[name]
        names = [each.name for each in collection.properties.values() if _fits(each, types)]
        if names:
            yield _part(other, NAMES[name], names=names, words=words, chosen=chosen)


def _fits(field: Field, types: tuple[Type, ...]) -> bool:
    return field.type in types


def _part(
    role: str, name: Message, *, names: list[str], words: str, chosen: Mapping[str, str] | None
) -> Part:
    if chosen is not None and role in chosen:
        told = chosen[role] if chosen[role] in names else ""
    else:
        same = [each for each in names if each == role.rpartition(".")[2]]
        told = next((each for each in [*same, *names] if each in same or _says(each, words)), "")
    return Part(role, name, tuple(names), told)


def _says(name: str, words: str) -> bool:
    return re.search(rf" ({words}) ", spoken(name)) is not None


def _fixed(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Roles that need no question: a purpose, a channel, a score that are called so."""
    for purpose in ("marketing", "prospecting_email"):
        if purpose in catalogue.purposes:
            yield "purpose.marketing", purpose
            break
    if "email" in catalogue.channels:
        yield "channel.email", "email"
    if "lead" in catalogue.scores:
        yield "score.lead", "lead"
