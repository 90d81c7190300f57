"""How the record of processing and the command line speak of purposes, in French and English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from vitrail.consent.purposes import CHANNEL_WORDS
from vitrail.model.purposes import Basis, Channel, Purpose, Retention, Special, Start, Transfer, Words

Pair = tuple[str, str]
"""French, English."""

BASES: dict[Basis, Pair] = {
    "consent": ("consentement (6(1)(a))", "consent (6(1)(a))"),
    "contract": ("contrat (6(1)(b))", "contract (6(1)(b))"),
    "legal_obligation": ("obligation légale (6(1)(c))", "legal obligation (6(1)(c))"),
    "vital_interests": ("intérêts vitaux (6(1)(d))", "vital interests (6(1)(d))"),
    "public_task": ("mission d’intérêt public (6(1)(e))", "public task (6(1)(e))"),
    "legitimate_interests": ("intérêt légitime (6(1)(f))", "legitimate interests (6(1)(f))"),
}
SPECIALS: dict[Special, Pair] = {
    "explicit_consent": ("consentement explicite (9(2)(a))", "explicit consent (9(2)(a))"),
    "employment": ("droit du travail (9(2)(b))", "employment law (9(2)(b))"),
    "vital_interests": ("intérêts vitaux (9(2)(c))", "vital interests (9(2)(c))"),
    "members_of_a_body": ("membres d’un organisme (9(2)(d))", "members of a body (9(2)(d))"),
    "made_public": ("rendu public par la personne (9(2)(e))", "made public by the person (9(2)(e))"),
    "legal_claims": ("droits en justice (9(2)(f))", "legal claims (9(2)(f))"),
    "public_interest": ("intérêt public important (9(2)(g))", "substantial public interest (9(2)(g))"),
    "health_care": ("soins (9(2)(h))", "health care (9(2)(h))"),
    "public_health": ("santé publique (9(2)(i))", "public health (9(2)(i))"),
    "research": ("recherche ou archives (9(2)(j))", "research or archiving (9(2)(j))"),
}
STARTS: dict[Start, Pair] = {
    "collection": ("la collecte", "collection"),
    "last_contact": ("le dernier contact de la personne", "the person’s last contact"),
    "last_purchase": ("le dernier achat", "the last purchase"),
    "end_of_contract": ("la fin du contrat", "the end of the contract"),
    "withdrawal": ("le retrait du consentement", "the withdrawal of consent"),
}
THEN: dict[str, Pair] = {
    "erase": ("puis effacement", "then erased"),
    "anonymise": ("puis anonymisation", "then made anonymous"),
    "archive": ("puis archivage intermédiaire", "then archived with limited access"),
}
HEADINGS: dict[str, Pair] = {
    "key": ("Clé", "Key"),
    "name": ("Finalité", "Purpose"),
    "description": ("Description", "Description"),
    "basis": ("Base légale (6)", "Legal basis (6)"),
    "balancing": ("Mise en balance (6(1)(f))", "Balancing test (6(1)(f))"),
    "law": ("Texte (6(1)(c))", "Law (6(1)(c))"),
    "people": ("Personnes concernées (30(1)(c))", "Data subjects (30(1)(c))"),
    "data": ("Catégories de données (30(1)(c))", "Categories of data (30(1)(c))"),
    "sensitive": ("Données sensibles (9(2))", "Special categories (9(2))"),
    "recipients": ("Destinataires (30(1)(d))", "Recipients (30(1)(d))"),
    "transfers": ("Transferts hors UE (30(1)(e))", "Transfers outside the EU (30(1)(e))"),
    "retention": ("Conservation (30(1)(f))", "Retention (30(1)(f))"),
    "security": ("Sécurité (30(1)(g))", "Security (30(1)(g))"),
    "marketing": ("Prospection", "Direct marketing"),
    "profiling": ("Profilage", "Profiling"),
    "channels": ("Canaux", "Channels"),
    "consents": ("Consentements gardés sous", "Consents kept under"),
    "sources": ("Sources", "Sources"),
    "traits": ("Attributs", "Traits"),
    "segments": ("Segments", "Segments"),
}


class RecordWords(msgspec.Struct, frozen=True):
    """The words of one language."""

    language: Literal["fr", "en"]

    @property
    def nothing(self) -> str:
        """What stands where nothing is declared."""
        return self._pick(("non déclaré", "not declared"))

    def heading(self, name: str) -> str:
        """What a part of a purpose is called, with its article."""
        return self._pick(HEADINGS[name])

    def basis(self, basis: Basis) -> str:
        """A legal basis, with its article."""
        return self._pick(BASES[basis])

    def channel(self, channel: Channel) -> str:
        """A channel."""
        label = CHANNEL_WORDS[channel]
        return label.fr if self.language == "fr" else label.en

    def text(self, words: Words) -> str:
        """A text in this language, or in the one there is."""
        return words.get(self.language) or next(iter(words.values()), "")

    def retention(self, retention: Retention | None) -> str:
        """A retention period as one phrase."""
        if retention is None:
            return ""
        start, then = self._pick(STARTS[retention.after]), self._pick(THEN[retention.then])
        number = retention.months or retention.days
        unit = self._unit(retention)
        after = self._pick(("après", "after"))
        note = f" ({self.text(retention.note)})" if retention.note else ""
        return f"{number}\u00a0{unit} {after} {start}, {then}{note}"

    def told(self, purpose: Purpose) -> Iterator[tuple[str, str]]:
        """Every part of a purpose by its name, as text; empty where nothing is declared."""
        yield "key", purpose.key
        yield "name", self.text(purpose.name)
        yield "description", self.text(purpose.description)
        yield "basis", self.basis(purpose.basis)
        yield "balancing", self.text(purpose.balancing)
        yield "law", self.text(purpose.law)
        yield "people", self._listed(purpose.people)
        yield "data", self._listed(purpose.data)
        yield (
            "sensitive",
            self._pick(("non", "no"))
            if purpose.sensitive is None
            else self._pick(SPECIALS[purpose.sensitive]),
        )
        yield "recipients", self._listed(purpose.recipients)
        yield "transfers", self._transfers(purpose.transfers)
        yield "retention", self.retention(purpose.retention)
        yield "security", self.text(purpose.security)
        yield "marketing", self._yes(purpose.marketing)
        yield "profiling", self._yes(purpose.profiling)
        yield "channels", ", ".join(self.channel(each) for each in purpose.channels)
        yield "consents", purpose.asked if purpose.basis == "consent" else ""

    def _transfers(self, transfers: Sequence[Transfer]) -> str:
        if not transfers:
            return self._pick(("aucun", "none"))
        colon = self._pick((" : ", ": "))
        return " ; ".join(
            f"{each.country}{colon}{self.text(each.recipient)} ({self.text(each.safeguard)})"
            for each in transfers
        )

    def _listed(self, texts: Sequence[Words]) -> str:
        return " ; ".join(filter(None, map(self.text, texts)))

    def _unit(self, retention: Retention) -> str:
        if retention.months:
            return self._pick(("mois", "month" if retention.months == 1 else "months"))
        one = retention.days == 1
        return self._pick(("jour" if one else "jours", "day" if one else "days"))

    def _yes(self, fact: bool) -> str:
        return self._pick(("oui", "yes")) if fact else self._pick(("non", "no"))

    def _pick(self, words: Pair) -> str:
        return words[0] if self.language == "fr" else words[1]
