"""Addresses, numbers and postcodes judged one by one: usable, made up, wrong, shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from vitrail.collect.identity.forms import normalise
from vitrail.collect.reference.communes import Communes
from vitrail.collect.reference.countries import country_of
from vitrail.collect.reference.departments import by_country
from vitrail.collect.reference.postcodes import department_of, french_postcode

ROLES = frozenset({
    "abuse", "accueil", "achat", "achats", "admin", "administration", "billing", "bonjour", "bureau",
    "commande", "commandes", "commercial", "compta", "comptabilite", "contact", "direction", "facturation",
    "hello", "help", "hostmaster", "hr", "info", "infos", "information", "jobs", "mairie", "marketing",
    "noc", "office", "orders", "postmaster", "recrutement", "rh", "sales", "sav", "secretariat", "security",
    "service", "serviceclient", "service-client", "support", "team", "vente", "ventes", "webmaster",
})  # fmt: skip
"""Mailboxes of a function, not of a person (RFC 2142, and French usage)."""

DISPOSABLE = frozenset({
    "10minutemail.com", "burnermail.io", "byom.de", "dispostable.com", "emailondeck.com",
    "fakeinbox.com", "getairmail.com", "getnada.com", "grr.la", "guerrillamail.com", "guerrillamail.info",
    "inboxkitten.com", "jetable.com", "jetable.net", "jetable.org", "mail-temporaire.fr", "mailcatch.com",
    "maildrop.cc", "mailinator.com", "mailnesia.com", "minutemail.com", "mohmal.com", "moakt.com",
    "mytemp.email", "sharklasers.com", "spamgourmet.com", "temp-mail.org", "tempmail.com", "tempr.email",
    "throwawaymail.com", "trash-mail.com", "trashmail.com", "trashmail.net", "yopmail.com", "yopmail.fr",
    "yopmail.net",
})  # fmt: skip
"""The best known domains of addresses that are thrown away; there are thousands of others."""

OVERSEAS_PREFIXES = ("+262", "+508", "+590", "+594", "+596", "+681", "+687", "+689")
"""The country codes of the French overseas territories."""


class EmailFigures(msgspec.Struct, frozen=True):
    """The addresses of a trait. `valid` ones may be `role` (a function's) or `disposable`; `made_up` ones
    are nobody's. `shared` counts the addresses of several profiles, `sharing` these profiles."""

    known: int = 0
    valid: int = 0
    malformed: int = 0
    made_up: int = 0
    role: int = 0
    disposable: int = 0
    shared: int = 0
    sharing: int = 0


class PhoneFigures(msgspec.Struct, frozen=True):
    """The numbers of a trait, in metropolitan France, overseas and abroad; the others as for addresses."""

    known: int = 0
    valid: int = 0
    malformed: int = 0
    made_up: int = 0
    metropolitan: int = 0
    overseas: int = 0
    foreign: int = 0
    shared: int = 0
    sharing: int = 0


class PostcodeFigures(msgspec.Struct, frozen=True):
    """The French postcodes of a trait; `unknown` ones look right and lie in no commune.

    `abroad` are those of profiles in another country, which are not judged. `reference` names the
    edition of the communes; without one, only the department is looked up.
    """

    known: int = 0
    valid: int = 0
    malformed: int = 0
    unknown: int = 0
    abroad: int = 0
    reference: str = ""


def judge_emails(values: Iterable[tuple[str, int]]) -> EmailFigures:
    """The figures of addresses, each with its number of profiles; nothing is asked of any server."""
    counts: Counter[str] = Counter()
    profiles: Counter[str] = Counter()
    for text, count in values:
        counts["known"] += count
        found = normalise("email", text)
        if not isinstance(found, str):
            counts["made_up" if found.reason == "forbidden" else "malformed"] += count
            continue
        name, _, domain = found.rpartition("@")
        counts["valid"] += count
        counts["role"] += count if name in ROLES else 0
        counts["disposable"] += count if domain in DISPOSABLE else 0
        profiles[found] += count
    return EmailFigures(**counts, **_shared(profiles))


def judge_phones(values: Iterable[tuple[str, int]]) -> PhoneFigures:
    """The figures of telephone numbers, each with its number of profiles."""
    counts: Counter[str] = Counter()
    profiles: Counter[str] = Counter()
    for text, count in values:
        counts["known"] += count
        found = normalise("phone", text)
        if not isinstance(found, str):
            counts["made_up" if found.reason == "forbidden" else "malformed"] += count
            continue
        counts["valid"] += count
        counts[_zone(found)] += count
        profiles[found] += count
    return PhoneFigures(**counts, **_shared(profiles))


def judge_postcodes(
    values: Iterable[tuple[tuple[str | None, ...], int]], communes: Communes | None
) -> PostcodeFigures:
    """The figures of postcodes, each with its country, if any, and its number of profiles."""
    counts: Counter[str] = Counter()
    for (postcode, *others), count in values:
        counts["known"] += count
        country = country_of(others[0]) if others and others[0] else None
        if country is not None and country != "FR" and country not in by_country():
            counts["abroad"] += count
            continue
        digits = french_postcode(postcode or "", surely=country is not None)
        if digits is None:
            counts["malformed"] += count
        elif department_of(digits) is None or (communes is not None and digits not in communes.by_postcode):
            counts["unknown"] += count
        else:
            counts["valid"] += count
    return PostcodeFigures(**counts, reference="" if communes is None else communes.edition)


def _zone(number: str) -> str:
    if number.startswith("+33"):
        return "metropolitan"
    return "overseas" if number.startswith(OVERSEAS_PREFIXES) else "foreign"


def _shared(profiles: Counter[str]) -> dict[str, int]:
    shared = [count for count in profiles.values() if count > 1]
    return {"shared": len(shared), "sharing": sum(shared)}
