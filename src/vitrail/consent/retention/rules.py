"""Checking rules of retention against what a workspace knows, and fitting ready-made ones to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import assert_never

import msgspec

from vitrail.consent.spotting import spoken
from vitrail.language.check import check
from vitrail.language.messages import nearest
from vitrail.language.parse import parse
from vitrail.language.uses import uses
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Problem, problem
from vitrail.model.retention import WAITING, DataKind, DataRule, PeopleRule, RetentionFile

NO_SIGN = re.compile(
    r" (open|opens|opened|ouverture|ouvert|ouverte|sent|envoi|envoye|delivered|impression|bounce) "
)
"""What is done to people, or by their mail program, and is no contact of theirs."""


def check_retention(rules: RetentionFile, catalogue: Catalogue) -> tuple[Problem, ...]:
    """All that is wrong in rules of retention."""
    found = (*_contacts(rules, catalogue), *_keys(rules), *_people(rules, catalogue))
    found += (*_data(rules, catalogue), *_proof(rules))
    return found or tuple(_signs_gone_too_soon(rules))


def fitting(rules: RetentionFile, catalogue: Catalogue) -> RetentionFile:
    """Ready-made rules without what this workspace does not know; rules with nothing left go."""
    known = {name for name, each in catalogue.collections.items() if each.kind == "event"}
    people = []
    for rule in rules.people:
        after = tuple(each for each in rule.after if each in known)
        if (after or not rule.after) and not _wrong(rule, catalogue):
            people.append(msgspec.structs.replace(rule, after=after))
    fitted = (_fitting_data(each, catalogue) for each in rules.data)
    data = [each for each in fitted if any(each.names())]
    contacts = tuple(each for each in rules.contacts if each in known)
    kept = [each for each in people if each.after or contacts or "did(" not in each.who]
    return RetentionFile(2026, contacts=contacts, people=tuple(kept), data=tuple(data))


def _fitting_data(rule: DataRule, catalogue: Catalogue) -> DataRule:
    """A rule about data without what this workspace does not know."""

    def known(kind: DataKind) -> tuple[str, ...]:
        return tuple(
            name for which, name in rule.names() if which == kind and name in _known(kind, catalogue)
        )

    return msgspec.structs.replace(
        rule, events=known("events"), records=known("records"), traits=known("traits")
    )


def _known(kind: DataKind, catalogue: Catalogue) -> tuple[str, ...]:
    """What there is of a kind; what is computed goes with what it follows from."""
    match kind:
        case "events" | "records":
            return tuple(name for name, each in catalogue.collections.items() if each.kind == kind[:-1])
        case "traits":
            return tuple(name for name, each in catalogue.traits.items() if each.computed is None)
        case "quarantine":
            return (WAITING,)
        case _:
            assert_never(kind)


def _wrong(rule: PeopleRule, catalogue: Catalogue) -> bool:
    if any(each.severity == "error" for each in check(rule.who, catalogue)):
        return True
    return any(name not in catalogue.collections for name in uses(parse(rule.who)).collections)


def _contacts(rules: RetentionFile, catalogue: Catalogue) -> Iterator[Problem]:
    named = [("contacts", name) for name in rules.contacts]
    named += [(f"people.{rule.key}.after", name) for rule in rules.people for name in rule.after]
    for path, name in named:
        yield from _event(name, catalogue, path=path)
    for path, name in named:
        if NO_SIGN.search(spoken(name)):
            yield problem(
                "no_contact",
                path=path,
                fr=f"« {name} » n’est pas un contact de la personne\u00a0: "
                "recevoir ou ouvrir un message ne prolonge rien. Retirez-le.",
                en=f"“{name}” is no contact of the person: to receive or open a message prolongs nothing. "
                "Take it out.",
            )


def _event(name: str, catalogue: Catalogue, *, path: str) -> Iterator[Problem]:
    events = [key for key, each in catalogue.collections.items() if each.kind == "event"]
    if name not in events:
        yield problem(
            "unknown_event",
            path=path,
            fr=f"Aucun événement ne s’appelle « {name} ».",
            en=f"There is no event “{name}”.",
            hint=nearest(name, events),
        )


def _keys(rules: RetentionFile) -> Iterator[Problem]:
    every: list[PeopleRule | DataRule] = [*rules.people, *rules.data]
    keys = [rule.key for rule in every]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        yield problem(
            "repeated_key",
            path=key,
            fr=f"La clé « {key} » sert deux fois.",
            en=f"The key “{key}” is used twice.",
        )
    for rule in every:
        if rule.months < 0 or rule.days < 0 or not (rule.months or rule.days):
            yield problem(
                "no_period",
                path=rule.key,
                fr=f"Dites combien de temps « {rule.key} » garde\u00a0: months ou days, au moins 1.",
                en=f"Say how long “{rule.key}” keeps: months or days, at least 1.",
            )


def _people(rules: RetentionFile, catalogue: Catalogue) -> Iterator[Problem]:
    for rule in rules.people:
        for each in check(rule.who, catalogue):
            if each.severity == "error":
                yield msgspec.structs.replace(each, path=f"people.{rule.key}.who:{each.path}".rstrip(":"))
        if not rule.after and not rules.contacts:
            yield problem(
                "no_contacts",
                path=f"people.{rule.key}",
                fr="Dites de quel contact part la durée\u00a0: « contacts » en tête, "
                "ou « after » dans la règle.",
                en="Say from which contact the period runs: “contacts” at the top, or “after” in the rule.",
            )


def _signs_gone_too_soon(rules: RetentionFile) -> Iterator[Problem]:
    """Events that go while a rule about people still asks whether there were any."""
    for rule in rules.people:
        about = uses(parse(rule.who))
        asked = {*(rule.after or rules.contacts), *about.collections, *about.traits}
        for each in rules.data:
            early = sorted(asked & {name for _, name in each.names()})
            if early and _days(each) < _days(rule):
                yield problem(
                    "sign_gone_too_soon",
                    path=f"data.{each.key}",
                    fr=f"« {each.key} » retire « {early[0]} » alors que « {rule.key} » le regarde plus "
                    "longtemps\u00a0: on prendrait des clients pour silencieux. Allongez sa durée.",
                    en=f"“{each.key}” takes “{early[0]}” away while “{rule.key}” still looks at it: "
                    "customers would seem silent. Give it a longer period.",
                )


def _days(rule: PeopleRule | DataRule) -> float:
    return rule.months * 30.44 + rule.days


def _proof(rules: RetentionFile) -> Iterator[Problem]:
    if rules.proof.months < 0:
        yield problem(
            "no_period",
            path="proof.months",
            fr="Dites combien de mois une preuve se garde\u00a0: 0 n’en garde aucune.",
            en="Say how many months a proof is kept: 0 keeps none.",
        )


def _data(rules: RetentionFile, catalogue: Catalogue) -> Iterator[Problem]:
    for rule in rules.data:
        if not any(rule.names()):
            yield problem(
                "no_data",
                path=f"data.{rule.key}",
                fr=f"Dites ce que « {rule.key} » retire\u00a0: events, records, traits ou quarantine.",
                en=f"Say what “{rule.key}” takes out: events, records, traits or quarantine.",
            )
        for kind, name in rule.names():
            if name not in (known := _known(kind, catalogue)):
                yield _unknown(kind, name, known=known, path=f"data.{rule.key}.{kind}")


def _unknown(kind: DataKind, name: str, *, known: Sequence[str], path: str) -> Problem:
    code, fr, en = _UNKNOWN[kind]
    hint = nearest(name, known)
    return problem(code, path=path, fr=fr.format(name), en=en.format(name), hint=hint)


_UNKNOWN: dict[DataKind, tuple[str, str, str]] = {
    "events": ("unknown_event", "Aucun événement ne s’appelle « {} ».", "There is no event “{}”."),
    "records": ("unknown_record", "Aucune fiche ne s’appelle « {} ».", "There are no records “{}”."),
    "traits": (
        "unknown_trait",
        "Aucun attribut chargé ne s’appelle « {} ».",
        "There is no trait “{}” that was loaded.",
    ),
}
