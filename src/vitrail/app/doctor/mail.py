"""The names of a sender domain: SPF, DKIM, DMARC and MX, without which mail is refused or goes astray."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.resolver
import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vitrail.app.doctor.findings import Finding, bad, good, warning

MOST_LOOKUPS = 10
"""RFC 7208, 4.6.4: beyond, receivers give an error instead of an answer."""

SHORT, STRONG = 1024, 2048
SECONDS = 5.0


class Sender(msgspec.Struct, frozen=True):
    """A domain that mail is sent from, and the names of its DKIM keys; `server`: another resolver."""

    domain: str
    selectors: tuple[str, ...] = ()
    server: str = ""
    port: int = 53


class Unreachable(Exception):
    """The resolver did not answer: nothing is known of the domain."""


def look_at_mail(sender: Sender) -> Iterator[Finding]:
    """All that receivers look at, of one domain."""
    names = Names(sender)
    try:
        yield from _spf(names, sender.domain)
        for selector in sender.selectors:
            yield from _dkim(names, sender.domain, selector=selector)
        yield from _dmarc(names, sender.domain)
        yield from _mx(names, sender.domain)
    except Unreachable as error:
        yield bad(
            "dns_unreachable",
            what=(f"Le DNS ne répond pas ({error}).", f"The DNS does not answer ({error})."),
            todo=("Vérifiez le réseau, puis recommencez.", "Check the network, then try again."),
        )


class Names:
    """What the DNS says, asked once each."""

    def __init__(self, sender: Sender) -> None:
        self._resolver = dns.resolver.Resolver(configure=not sender.server)
        if sender.server:
            self._resolver.nameservers = [sender.server]
            self._resolver.port = sender.port
        self._resolver.lifetime = SECONDS

    def texts(self, name: str) -> list[str]:
        """The texts of a name; none when there is no such name."""
        return [b"".join(each.strings).decode("utf-8", "replace") for each in self._ask(name, "TXT")]

    def exchangers(self, name: str) -> list[str]:
        """Who takes the mail of a name."""
        return [str(each.exchange) for each in self._ask(name, "MX")]

    def _ask(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise Unreachable(f"{name}: {type(error).__name__}") from None


def _spf(names: Names, domain: str) -> Iterator[Finding]:
    found = [text for text in names.texts(domain) if _is_spf(text)]
    if len(found) != 1:
        number = len(found)
        yield bad(
            "spf_missing" if not found else "spf_twice",
            what=(
                f"{domain} a {number} enregistrement SPF : il en faut un, et un seul (RFC 7208).",
                f"{domain} has {number} SPF records: it takes one, and only one (RFC 7208).",
            ),
            todo=(
                f"Dans le DNS de {domain}, un seul TXT : v=spf1 include:… ~all",
                f"In the DNS of {domain}, a single TXT: v=spf1 include:… ~all",
            ),
        )
        return
    words = found[0].lower().split()
    last = next((word for word in words if word.lstrip("+-~?") == "all"), "")
    lookups = _lookups(names, found[0], left=MOST_LOOKUPS + 1)
    if last in ("all", "+all"):
        yield bad(
            "spf_open",
            what=(f"Le SPF de {domain} laisse tout le monde envoyer ({last}).",
                  f"The SPF of {domain} lets everybody send ({last})."),
            todo=("Terminez-le par ~all ou -all.", "End it with ~all or -all."),
        )  # fmt: skip
    elif lookups > MOST_LOOKUPS:
        yield bad(
            "spf_lookups",
            what=(
                f"Le SPF de {domain} demande plus de {MOST_LOOKUPS} recherches : il compte pour une erreur.",
                f"The SPF of {domain} takes more than {MOST_LOOKUPS} look-ups: it counts as an error.",
            ),
            todo=("Retirez des « include ».", "Take some “include” away."),
        )
    elif last not in ("~all", "-all") and not any(word.startswith("redirect=") for word in words):
        yield warning(
            "spf_neutral",
            what=(f"Le SPF de {domain} ne refuse rien.", f"The SPF of {domain} refuses nothing."),
            todo=("Terminez-le par ~all ou -all.", "End it with ~all or -all."),
        )
    else:
        yield good("spf", fr=f"SPF de {domain} : {found[0]}", en=f"SPF of {domain}: {found[0]}")


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def _lookups(names: Names, record: str, *, left: int) -> int:
    """How many look-ups a record takes, those of what it includes too; stops counting beyond the limit."""
    count = 0
    for word in record.split()[1:]:
        term = word.lstrip("+-~?").lower()
        kind, _, target = term.replace("=", ":", 1).partition(":")
        if kind.partition("/")[0] not in ("include", "a", "mx", "ptr", "exists", "redirect"):
            continue
        count += 1
        if kind in ("include", "redirect") and target and count < left:
            inner = next((text for text in names.texts(target) if _is_spf(text)), "")
            count += _lookups(names, inner, left=left - count)
        if count >= left:
            return count
    return count


def _dkim(names: Names, domain: str, *, selector: str) -> Iterator[Finding]:
    name = f"{selector}._domainkey.{domain}"
    found = [tags for text in names.texts(name) if "p" in (tags := _tags(text))]
    todo = (f"Publiez la clé en TXT sous {name}.", f"Publish the key as TXT at {name}.")
    if not found:
        what = (f"Il n’y a pas de clé DKIM sous {name}.", f"There is no DKIM key at {name}.")
        yield bad("dkim_missing", what=what, todo=todo)
        return
    bits = _bits(found[0].get("p", ""))
    if not found[0]["p"]:
        yield bad(
            "dkim_revoked", what=(f"La clé {name} est révoquée.", f"The key {name} is revoked."), todo=todo
        )
    elif bits is None or bits < SHORT:
        what = (f"La clé {name} ne sert pas ({bits} bits).", f"The key {name} is of no use ({bits} bits).")
        yield bad("dkim_weak", what=what, todo=todo)
    elif bits < STRONG:
        yield warning(
            "dkim_short",
            what=(f"La clé {name} est courte ({bits} bits).", f"The key {name} is short ({bits} bits)."),
            todo=("Passez à 2048 bits.", "Go to 2048 bits."),
        )
    else:
        yield good("dkim", fr=f"Clé DKIM {name} publiée.", en=f"DKIM key {name} published.")


def _bits(written: str) -> int | None:
    """The length of a key; an Ed25519 key (RFC 8463) counts as strong, None is no key."""
    try:
        content = base64.b64decode("".join(written.split()), validate=True)
        if len(content) == 32:
            return STRONG
        key = load_der_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None


def _dmarc(names: Names, domain: str) -> Iterator[Finding]:
    found = [tags for text in names.texts(f"_dmarc.{domain}") if (tags := _tags(text)).get("v") == "DMARC1"]
    policy = found[0].get("p", "").lower() if len(found) == 1 else ""
    todo = (
        f"Un seul TXT sous _dmarc.{domain} : v=DMARC1; p=quarantine; rua=mailto:…",
        f"A single TXT at _dmarc.{domain}: v=DMARC1; p=quarantine; rua=mailto:…",
    )
    if policy not in ("none", "quarantine", "reject"):
        what = (f"{domain} n’a pas de DMARC valable.", f"{domain} has no DMARC that is valid.")
        yield bad("dmarc_missing", what=what, todo=todo)
    elif policy == "none":
        what = (f"Le DMARC de {domain} ne fait que regarder.", f"The DMARC of {domain} only looks on.")
        yield warning("dmarc_none", what=what, todo=todo)
    else:
        yield good("dmarc", fr=f"DMARC de {domain} : {policy}.", en=f"DMARC of {domain}: {policy}.")


def _mx(names: Names, domain: str) -> Iterator[Finding]:
    found = names.exchangers(domain)
    if not found or found == ["."]:
        yield warning(
            "mx_missing",
            what=(f"{domain} ne reçoit pas de courrier.", f"{domain} takes no mail."),
            todo=(
                "Sans MX, les réponses et les retours d’erreur se perdent.",
                "Without MX, answers and bounces are lost.",
            ),
        )
    else:
        told = ", ".join(found)
        yield good("mx", fr=f"MX de {domain} : {told}", en=f"MX of {domain}: {told}")


def _tags(text: str) -> dict[str, str]:
    """The tags of a record: `v=DKIM1; p=…`."""
    parts = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if name.strip()}
