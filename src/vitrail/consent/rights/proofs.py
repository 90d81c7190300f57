"""What is kept of the words of somebody who is erased, for as long as they or we may have to show it.

GDPR, article 17(3)(e): erasure gives way to what legal claims need; article 7(1): that somebody consented
must be shown. French Civil Code, article 2224: five years. An address that said no is not reached again by
accident: the gate reads these proofs too, whoever is loaded under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.consent.addresses import address_field, addresses_of, in_one_form, print_of_address
from vitrail.engine.canon import Canon, canon_of
from vitrail.language.windows import add_calendar
from vitrail.ledger import consents, proofs, respect
from vitrail.ledger.database import Transaction
from vitrail.ledger.proofs import Proof
from vitrail.ledger.standing import all_acts
from vitrail.ledger.suppressions import AddressKind, make_suppression_key, suppression_key
from vitrail.model.consents import Consent
from vitrail.model.standing import Act
from vitrail.warehouse.holding import People
from vitrail.warehouse.people import keys_of
from vitrail.warehouse.store import Store

KINDS: tuple[AddressKind, ...] = ("email", "phone")
KEY = "key"

Forms = Mapping[int, set[tuple[str, str]]]
"""The addresses and keys of customers, by their number: (kind, one form)."""


class Word(msgspec.Struct, frozen=True):
    """One thing a customer said, and when it ended; None for what stands."""

    who: int
    proof: Proof
    ended_us: int | None


def keep_proofs(store: Store, people: People, *, erasure: int) -> Callable[[Transaction], None]:
    """What writes down the proofs of some people, in the transaction that begins their erasure."""
    canon = canon_of(store.source())
    with store.ledger.reading() as connection:
        months = respect.retention_rules(connection).proof.months
        if not months:
            return lambda _connection: None
        entries = list(consents.entries(connection, profiles=people.profiles))
        acts = [each.act for each in all_acts(connection, profiles=people.profiles) if each.act]
    said = {each.position: each.consent for each in entries if each.consent is not None}
    words = [*_last_words(said, canon, own=frozenset(people.words)), *_objections(acts, canon)]
    kept = [(each.who, _until(store, each, months=months)) for each in words]
    forms = _forms(store, people, canon=canon)

    def write(connection: Transaction) -> None:
        key = make_suppression_key(connection)
        proofs.add_proofs(connection, _marked(kept, forms, key=key, erasure=erasure))

    return write


def proofs_of(store: Store, identity: str) -> tuple[Proof, ...]:
    """What an erased person had said who comes with an address or a key; nothing where none is kept."""
    with store.ledger.reading() as connection:
        key = suppression_key(connection)
        if key is None:
            return ()
        given = pa.array([identity], pa.string())
        found = {(kind, form) for kind in KINDS for form in in_one_form(given, kind).to_pylist() if form}
        marks = [print_of_address(form, key=key, kind=kind) for kind, form in {*found, (KEY, identity)}]
        return proofs.proofs_under(connection, marks)


def _last_words(said: Mapping[int, Consent], canon: Canon, *, own: frozenset[str]) -> Iterator[Word]:
    """Of each customer, purpose and channel the last yes and the last no: the no ends the yes before it."""
    last: dict[tuple[int, str, str], dict[bool, tuple[int, Consent]]] = {}
    for position, each in said.items():
        [who] = canon.of(np.array([each.profile]))
        about = last.setdefault((int(who), each.purpose, each.channel), {})
        before = about.get(each.state == "granted")
        if before is None or before[1].at_us <= each.at_us:
            about[each.state == "granted"] = (position, each)
    for (who, _, _), about in last.items():
        no_us = about[False][1].at_us if False in about else None
        for position, each in about.values():
            stands = each.state == "granted" and (no_us is None or no_us < each.at_us)
            yield Word(who, _of_consent(each, position, own=own), None if stands else no_us)


def _of_consent(said: Consent, position: int, *, own: frozenset[str]) -> Proof:
    """The proof of a consent, without texts that nobody else was shown: those tell of the person."""
    wording, method = ("" if text in own else text for text in (said.wording, said.method))
    return Proof(
        "", "consent", said.purpose, said.channel, said.state, said.at_us, 0, wording, method, position
    )


def _objections(acts: Sequence[Act], canon: Canon) -> Iterator[Word]:
    """What stands of what was opposed; among the profiles of one customer, once."""
    last = {(act.profile, act.about): act for act in acts if act.right == "objection"}
    held: dict[tuple[int, str], Act] = {}
    for act in last.values():
        if act.step == "raised":
            [who] = canon.of(np.array([act.profile]))
            held.setdefault((int(who), act.about), act)
    for (who, about), act in held.items():
        yield Word(who, Proof("", "objection", about, "", "raised", act.at_us, 0), act.at_us)


def _until(store: Store, word: Word, *, months: int) -> Proof:
    """The proof with its end: so long after the word ended, or after now where it still stood."""
    now_us = store.now_us()
    start = now_us if word.ended_us is None else min(word.ended_us, now_us)
    until_us = add_calendar(start, months, unit="month", zone=store.zone)
    return msgspec.structs.replace(word.proof, until_us=until_us)


def _forms(store: Store, people: People, *, canon: Canon) -> Forms:
    """Under what each customer may come back: the keys of their profiles, and their addresses now."""
    source = store.source()
    profiles = np.array(people.profiles, dtype=np.int64)
    whose = canon.of(profiles)
    found: dict[int, set[tuple[str, str]]] = {}
    for who, key in zip(whose.tolist(), keys_of(source, profiles), strict=True):
        found.setdefault(who, set()).add((KEY, key))
    for kind in KINDS:
        field = address_field(store.catalogue, kind)
        if field is not None:
            forms = in_one_form(addresses_of(source, field, profiles=whose), kind).to_pylist()
            for who, form in zip(whose.tolist(), forms, strict=True):
                if form:
                    found.setdefault(who, set()).add((kind, form))
    return found


def _marked(kept: Iterable[tuple[int, Proof]], forms: Forms, *, key: str, erasure: int) -> Iterator[Proof]:
    """Each proof once for each address and key of its customer."""
    marks: dict[int, list[str]] = {}
    for who, proof in kept:
        if who not in marks:
            theirs = sorted(forms.get(who, ()))
            marks[who] = [print_of_address(form, key=key, kind=kind) for kind, form in theirs]
        for mark in marks[who]:
            yield msgspec.structs.replace(proof, print=mark, erasure=erasure)
