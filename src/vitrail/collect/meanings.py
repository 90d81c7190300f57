"""What a column means to a person, from its name and its cells: an e-mail, a phone, a postcode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from vitrail.collect.files.shapes import EMAIL, PHONE

Meaning = Literal[
    "email", "phone", "postcode", "country", "city", "first_name", "last_name", "key", "customer",
    "birth_date", "date", "amount", "quantity", "consent", "company_number", "card", "product_code", "",
]  # fmt: skip

ENOUGH = 0.8
"""The share of cells that must look like an e-mail or a phone."""


def meaning(name: str, samples: Sequence[str]) -> Meaning:
    """What the column means; an empty text when nothing tells."""
    words = spoken(name)
    if _share(samples, EMAIL) >= ENOUGH:
        return "email"
    by_name: Meaning = next((kind for kind, pattern in _NAMES if re.search(pattern, words)), "")
    if by_name == "phone" and _share(samples, PHONE) < ENOUGH / 2:
        return ""
    if by_name == "email":
        return ""
    return by_name


def is_code(name: str) -> bool:
    """Whether the name says that figures are a code: what counts is how they are written."""
    return re.search(_CODES, spoken(name)) is not None


def is_name(name: str) -> bool:
    """Whether the name says that there are codes, keys or words: never figures that one counts with."""
    by_name = next((kind for kind, pattern in _NAMES if re.search(pattern, spoken(name))), "")
    return is_code(name) or by_name in _WORDS


def is_date(name: str) -> bool:
    """Whether the name says that there are dates."""
    return re.search(_DATES, spoken(name)) is not None


def spoken(name: str) -> str:
    """A name as words: small letters without accents, one space between them."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    return f" {' '.join(re.findall('[a-z0-9]+', plain))} "


def _share(samples: Sequence[str], pattern: str) -> float:
    compiled = re.compile(pattern.replace(r"\x{a0}", "\u00a0").replace(r"\x{202f}", "\u202f"))
    found = [each for each in samples if each]
    return sum(compiled.match(each.strip()) is not None for each in found) / len(found) if found else 0.0


_POSTCODE = r" (cp|code postal|codepostal|postal|postcode|post code|zip|zipcode|postal code) "
_PHONE = r" (tel|telephone|phone|mobile|portable|gsm|fixe|fax|numero de telephone) "
_COMPANY = r" (siret|siren|tva|vat|duns) "
_CARD = r" (carte|card|fidelite|loyalty|iban) "
_PRODUCT = r" (ean|ean13|gtin|isbn|sku|insee|code insee|naf|ape) "
_CODES = "|".join((_POSTCODE, _PHONE, _COMPANY, _CARD, _PRODUCT))
_BIRTH = r" (naissance|birth|birthday|birthdate|born|ne (e )?le|nee le|anniversaire|dob) "
_DATES = rf"{_BIRTH}| (dates?|jour|day|created|creee?|creation|updated|inscription|since|depuis) "
_CUSTOMER = (
    r" ((client|customer|contact|user) id|id (client|contact)|(code|numero|num|no) client|client|customer) "
)
_WORDS = ("consent", "email", "customer", "first_name", "last_name", "city", "country", "key")
_NAMES: tuple[tuple[Meaning, str], ...] = (
    ("consent", r" (optin|opt in|consent|consentement|newsletter|rgpd|gdpr|desinscrit|unsubscribed) "),
    ("email", r" (e mail|email|mail|courriel|adresse mail|mel) "),
    ("phone", _PHONE),
    ("postcode", _POSTCODE),
    ("company_number", _COMPANY),
    ("card", _CARD),
    ("product_code", _PRODUCT),
    ("birth_date", _BIRTH),
    ("customer", _CUSTOMER),
    ("first_name", r" (prenom|first name|firstname|given name) "),
    ("last_name", r" (nom|last name|lastname|surname|nom de famille|family name) "),
    ("city", r" (ville|city|town|commune|localite) "),
    ("country", r" (pays|country) "),
    ("date", _DATES),
    ("amount", r" (montant|amount|total|prix|price|ca|revenue|chiffre d affaires|valeur|value|ttc|ht) "),
    ("quantity", r" (quantite|quantity|qte|qty|nombre|count) "),
    ("key", r" (id|identifiant|cle|key|ref|reference|numero|num|code|no) "),
)
