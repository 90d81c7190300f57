"""One form for each identity, so that two ways of writing it are the same; and what is no identity."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal, assert_never

import msgspec
import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from vitrail.model.identities import IdentityKind

Reason = Literal["empty", "forbidden", "malformed"]


class Reject(msgspec.Struct, frozen=True):
    """An identity that is not kept, and why.

    `forbidden`: a value many profiles share without being one person (`guest`, `test@test.com`).
    """

    reason: Reason


LONGEST = 512


def normalise(kind: IdentityKind, value: str) -> str | Reject:
    """The value in its one form, or why it is no identity.

    >>> normalise("email", "  Anne.Durand@Exemple.FR ")
    'anne.durand@exemple.fr'
    >>> normalise("phone", "06 98 76 54 31")
    '+33698765431'
    >>> normalise("loyalty_card", "n/a")
    Reject(reason='forbidden')
    """
    text = (value if value.isascii() else unicodedata.normalize("NFC", value)).strip()
    if not text:
        return Reject("empty")
    if len(text) > LONGEST:
        return Reject("malformed")
    if text.casefold() in FORBIDDEN or (kind != "phone" and _repeats(text)):
        return Reject("forbidden")
    match kind:
        case "email":
            return _email(text)
        case "phone":
            return _phone(text)
        case "loyalty_card":
            return re.sub(r"[\s.\-]", "", text).upper() or Reject("malformed")
        case "device_id":
            return text.casefold()
        case "key" | "crm_id" | "anonymous_id" | "decision":
            return text
        case _:
            assert_never(kind)


FORBIDDEN = frozenset({
    "null", "none", "nil", "undefined", "nan", "void", "empty", "vide", "blank", "0", "-1", "-", "--",
    "---", ".", "?", "/", "n/a", "na", "n.a.", "n/c", "nc", "n.c.", "#n/a", "#na", "guest", "invité",
    "invite", "invitée", "visiteur", "visitor", "unknown", "inconnu", "inconnue", "anonymous", "anonyme",
    "default", "user", "customer", "client", "test", "tests", "demo", "dummy", "fake", "temp", "tmp",
    "xxx", "todo", "tbd", "true", "false", "yes", "no", "oui", "non", "aucun", "aucune", "néant",
    "neant", "sans", "(null)", "(none)", "<null>", "not set", "(not set)", "[object object]",
    "non renseigné", "non renseigne", "sans objet", "pas de mail",
})  # fmt: skip
"""What is written where there is nothing to write."""


def _repeats(text: str) -> bool:
    """One character again and again (`0000`, `xxxxx`, the advertising id of those who refuse it)."""
    bare = text.replace("-", "").replace(" ", "").casefold()
    return len(bare) > 2 and len(set(bare)) == 1


# --- e-mail -----------------------------------------------------------------------------------

_PLAIN = re.compile(
    r"[a-z0-9_%+'-]+(?:\.[a-z0-9_%+'-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}"
)
"""What needs no closer look: ASCII, one `@`, a domain without an accent."""

_NOBODY = re.compile(
    r"(?:no|not|ne)[._-]?(?:reply|respond|repondez|repondre|mail|email)|do[._-]?not[._-]?reply|nepasrepondre"
    r"|sans[._-]?(?:mail|email|adresse)|pas[._-]?de[._-]?(?:mail|email)|aucun|inconnu|unknown|none|null|noemail"
)
"""Names of mailboxes that nobody reads."""

_SAMPLES = frozenset({"example.com", "example.org", "example.net", "test.com", "test.fr"})
"""Domains of made-up addresses."""

_DOODLES = frozenset({"a", "aa", "abc", "azerty", "qwerty", "titi", "toto", "xx"})
"""What is typed before and after the `@` to get past a form."""


def _email(text: str) -> str | Reject:
    folded = text.casefold()
    if len(folded) > 254 or not _PLAIN.fullmatch(folded) or _is_special(folded):
        found = _validated(folded)
        if isinstance(found, Reject):
            return found
        folded = found
    name, _, domain = folded.rpartition("@")
    doodle = name == domain.partition(".")[0] and (name in _DOODLES or name in FORBIDDEN)
    made_up = doodle or domain in _SAMPLES or _NOBODY.fullmatch(name)
    return Reject("forbidden") if made_up or _repeats(name) else folded


def _is_special(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return len(address) - len(domain) > 65 or any(
        domain == name or domain.endswith("." + name) for name in SPECIAL_USE_DOMAIN_NAMES
    )


def _validated(address: str) -> str | Reject:
    """The address with its domain in ASCII (IDNA)."""
    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return Reject("malformed")
    return unicodedata.normalize("NFC", f"{found.local_part.casefold()}@{found.ascii_domain}")


# --- telephone --------------------------------------------------------------------------------

HOME = "FR"
"""The country of a number written without one."""

OVERSEAS = ("GP", "MQ", "GF", "RE", "YT")
"""Where numbers are written as in France (0690, 0692…) and dialled under another country's code."""

_SAMPLE_NUMBERS = frozenset({"123456789", "612345678", "601020304", "102030405", "987654321"})
_PUNCTUATION = re.compile(r"[\s.\-/()]")
_FRENCH = re.compile(r"(?:0|\+33|0033|\+330|00330)([1-9][0-9]{8})")


def _phone(text: str) -> str | Reject:
    french = _FRENCH.fullmatch(_PUNCTUATION.sub("", text))
    code = _dialled(french[1]) if french else None
    if french and code:
        return Reject("forbidden") if _is_sample(french[1]) else f"+{code}{french[1]}"
    try:
        found = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        return Reject("malformed")
    if _is_sample(str(found.national_number)):
        return Reject("forbidden")
    if not phonenumbers.is_valid_number(found):
        return Reject("malformed")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def _dialled(national: str) -> int | None:
    """The code of the country a number written the French way is dialled under."""
    return next((code for code, kinds in _plans() if any(kind.fullmatch(national) for kind in kinds)), None)


@cache
def _plans() -> tuple[tuple[int, tuple[re.Pattern[str], ...]], ...]:
    """The mobile and fixed numbers of France and overseas, as the library knows them: it is slow to ask."""
    places = (phonenumbers.PhoneMetadata.metadata_for_region(place) for place in (*OVERSEAS, HOME))
    return tuple((place.country_code or 0, _patterns(place)) for place in places if place is not None)


def _patterns(place: phonenumbers.PhoneMetadata) -> tuple[re.Pattern[str], ...]:
    kinds = (place.mobile, place.fixed_line)
    return tuple(re.compile(kind.national_number_pattern or "(?!)") for kind in kinds if kind is not None)


def _is_sample(national: str) -> bool:
    """Whether a number is one that people make up: `0600000000`, `0612345678`."""
    return national in _SAMPLE_NUMBERS or len(set(national)) == 1 or len(set(national[1:])) == 1
