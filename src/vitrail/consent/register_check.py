"""Checking a register of purposes: every problem at once, before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vitrail.language.check import check
from vitrail.language.messages import nearest
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Problem, problem
from vitrail.model.purposes import Basis, Channel, Purpose, PurposeFile, Relation, Retention

KEY = re.compile("[a-z_][a-z0-9_]{0,63}")
NEVER_MARKETING: tuple[Basis, ...] = ("legal_obligation", "vital_interests", "public_task")
"""Bases that no direct marketing can rest on."""

OWN_CONSENT: tuple[Channel, ...] = ("phone", "pixel")
"""Channels whose consent is asked for apart from any other (C. consom., L.223-1; CNIL 2026-042)."""

TCF_PURPOSES = range(1, 12)


def check_register(register: PurposeFile, catalogue: Catalogue) -> Iterator[Problem]:
    """All that is wrong in a register."""
    for each in register.purposes:
        yield from _wrong_in(each, path=f"purposes.{each.key}")
    yield from _shared_consents(register.purposes)
    yield from _relation_problems(register.relations, catalogue)
    yield from _source_problems(register)
    yield from _signal_problems(register)


def fitting_relations(relations: Mapping[Relation, str], catalogue: Catalogue) -> dict[Relation, str]:
    """The relations whose condition can be asked of this catalogue."""
    return {key: rule for key, rule in relations.items() if not _errors(rule, catalogue)}


def _wrong_in(purpose: Purpose, *, path: str) -> Iterator[Problem]:
    if not KEY.fullmatch(purpose.key):
        yield problem(
            "bad_key",
            path=f"{path}.key",
            fr=f"« {purpose.key} » n’est pas une clé : des minuscules sans accent, des chiffres et _.",
            en=f"“{purpose.key}” is not a key: lower-case letters without accents, digits and _.",
        )
    if not any(purpose.name.get(language) for language in ("fr", "en")):
        yield problem(
            "no_name",
            path=f"{path}.name",
            fr=f"« {purpose.key} » n’a pas de nom, ni en français (fr) ni en anglais (en).",
            en=f"“{purpose.key}” has no name, neither in French (fr) nor in English (en).",
        )
    yield from _basis_problems(purpose, path=path)
    if purpose.retention is not None:
        yield from _retention_problems(purpose.retention, path=f"{path}.retention")


def _basis_problems(purpose: Purpose, *, path: str) -> Iterator[Problem]:
    if purpose.basis == "legitimate_interests" and not any(purpose.balancing.values()):
        yield problem(
            "no_balancing",
            path=f"{path}.balancing",
            fr="L’intérêt légitime demande une mise en balance : écrivez « balancing » (RGPD, 6(1)(f)).",
            en="Legitimate interests ask for a balancing test: write it in “balancing” (GDPR, 6(1)(f)).",
        )
    if purpose.basis == "legal_obligation" and not any(purpose.law.values()):
        yield problem(
            "no_law",
            path=f"{path}.law",
            fr="Une obligation légale vient d’un texte : nommez-le dans « law » (RGPD, 6(1)(c)).",
            en="A legal obligation comes from a text: name it in “law” (GDPR, 6(1)(c)).",
        )
    if purpose.marketing and purpose.basis in NEVER_MARKETING:
        yield problem(
            "marketing_without_basis",
            path=f"{path}.basis",
            fr="La prospection ne peut reposer que sur le consentement, le contrat ou l’intérêt légitime.",
            en="Direct marketing can only rest on consent, contract or legitimate interests.",
            hint=("consent", "legitimate_interests"),
        )
    if purpose.sensitive == "explicit_consent" and purpose.basis != "consent":
        yield problem(
            "explicit_without_consent",
            path=f"{path}.sensitive",
            fr="« explicit_consent » (RGPD, 9(2)(a)) ne va qu’avec la base « consent ».",
            en="“explicit_consent” (GDPR, 9(2)(a)) only goes with the basis “consent”.",
        )
    if purpose.consents and purpose.basis != "consent":
        yield problem(
            "consents_without_consent",
            path=f"{path}.consents",
            fr="« consents » ne va qu’avec la base « consent ».",
            en="“consents” only goes with the basis “consent”.",
        )


def _retention_problems(retention: Retention, *, path: str) -> Iterator[Problem]:
    if min(retention.months, retention.days) < 0 or (retention.months > 0) == (retention.days > 0):
        yield problem(
            "bad_retention",
            path=path,
            fr="Une durée de conservation est un nombre de mois (months) ou de jours (days), l’un des deux.",
            en="A retention period is a number of months or of days, one of the two.",
        )


def _shared_consents(purposes: Sequence[Purpose]) -> Iterator[Problem]:
    """A channel that needs its own consent shares neither its purpose nor its key with another."""
    for each in purposes:
        apart = [channel for channel in each.channels if channel in OWN_CONSENT]
        others = [other.key for other in purposes if other.asked == each.asked and other.key != each.key]
        if each.basis == "consent" and apart and (len(each.channels) > 1 or others):
            yield problem(
                "consent_not_apart",
                path=f"purposes.{each.key}.channels",
                fr=f"Le canal « {apart[0]} » demande un consentement à part : une finalité pour lui seul, "
                "dont le consentement ne sert à aucune autre.",
                en=f"The channel “{apart[0]}” needs a consent of its own: one purpose for it alone, "
                "whose consent serves no other.",
            )


def _relation_problems(relations: Mapping[Relation, str], catalogue: Catalogue) -> Iterator[Problem]:
    for key, rule in relations.items():
        for each in _errors(rule, catalogue):
            path = f"relations.{key}:{each.path}" if each.path else f"relations.{key}"
            yield Problem(each.code, path, each.message, each.span, each.hint)


def _errors(rule: str, catalogue: Catalogue) -> list[Problem]:
    return [each for each in check(rule, catalogue) if each.severity == "error"]


def _source_problems(register: PurposeFile) -> Iterator[Problem]:
    known = [each.key for each in register.purposes]
    for source, keys in register.sources.items():
        yield from (_unknown(key, known, path=f"sources.{source}") for key in keys if key not in known)


def _signal_problems(register: PurposeFile) -> Iterator[Problem]:
    known = {key for each in register.purposes for key in (each.key, each.asked)}
    for each in register.signals:
        path = f"signals.{each.purpose}"
        if each.purpose not in known:
            yield _unknown(each.purpose, known, path=path)
        if any(number not in TCF_PURPOSES for number in each.tcf):
            yield problem(
                "unknown_tcf_purpose",
                path=f"{path}.tcf",
                fr="Les finalités du TCF vont de 1 à 11.",
                en="The purposes of the TCF go from 1 to 11.",
            )
        if not (each.tcf or each.consent_mode or each.gpc):
            yield problem(
                "empty_signal",
                path=path,
                fr="Dites quel signal compte : « tcf », « consent_mode » ou « gpc ».",
                en="Say which signal counts: “tcf”, “consent_mode” or “gpc”.",
            )


def _unknown(key: str, known: Iterable[str], *, path: str) -> Problem:
    return problem(
        "unknown_purpose",
        path=path,
        fr=f"Aucune finalité ne s’appelle « {key} ».",
        en=f"There is no purpose “{key}”.",
        hint=nearest(key, known),
    )


def repeated_keys(register: PurposeFile) -> Iterator[Problem]:
    """Purposes that are given twice, where the second would silently win."""
    keys = [each.key for each in register.purposes]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield problem(
            "repeated_key",
            path=f"purposes.{key}",
            fr=f"La clé « {key} » est définie deux fois.",
            en=f"The key “{key}” is defined twice.",
        )
