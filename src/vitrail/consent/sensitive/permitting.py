"""Whether purposes permit what a rule reveals; what they do not keeps a segment from acting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from vitrail.consent.sensitive.places import Sensitive, called_so, revealed, sensitive_places
from vitrail.consent.sensitive.words import SPECIAL, law_of, name_of
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message, Problem, problem
from vitrail.model.purposes import Purpose
from vitrail.model.tree import Condition
from vitrail.model.typography import french

BY_LAW = frozenset({"legal_obligation", "public_task"})


def permits(purpose: Purpose, subject: str) -> bool:
    """Whether a purpose may use data about a subject.

    Special categories: it says what allows them (GDPR, article 9(2)). Offences (article 10) and national
    identifiers (article 87): the law asks for it. Data about children: neither marketing nor profiling
    (recital 38).
    """
    if subject in ("offences", "national_id"):
        return purpose.basis in BY_LAW
    if subject == "children":
        return not (purpose.marketing or purpose.profiling)
    return purpose.sensitive is not None


def forbidden(
    condition: Condition, catalogue: Catalogue, *, purposes: Sequence[Purpose]
) -> tuple[Sensitive, ...]:
    """What a condition reveals that one of its purposes does not permit; without a purpose, all of it."""
    return tuple(
        each
        for each in revealed(condition, catalogue)
        if not purposes or not all(permits(purpose, each.subject) for purpose in purposes)
    )


def blocked(
    condition: Condition, catalogue: Catalogue, *, purposes: Sequence[Purpose]
) -> tuple[Problem, ...]:
    """Why a rule may not be used to reach people or to treat them differently; nothing when it may."""
    return tuple(_problem(each, purposes) for each in forbidden(condition, catalogue, purposes=purposes))


def blocked_by_name(
    segment: str, catalogue: Catalogue, *, purposes: Sequence[Purpose]
) -> tuple[Problem, ...]:
    """Why a segment may not be used because of what it is called; nothing when it may."""
    found = {each.subject: each for each in called_so(segment, catalogue)}
    return tuple(
        _named(each, purposes)
        for each in found.values()
        if not purposes or not all(permits(purpose, each.subject) for purpose in purposes)
    )


def warned(
    condition: Condition, catalogue: Catalogue, *, purposes: Sequence[Purpose], path: str = ""
) -> tuple[Problem, ...]:
    """The same as warnings, for those who write the rule: it may be asked, and not acted upon."""
    return tuple(
        msgspec.structs.replace(each, severity="warning", path=f"{path}.{each.path}".strip("."))
        for each in blocked(condition, catalogue, purposes=purposes)
    )


def unmarked(catalogue: Catalogue) -> tuple[Problem, ...]:
    """What a catalogue holds that is called like sensitive data, and that nobody has marked."""
    return tuple(_unmarked(each) for each in _once(sensitive_places(catalogue)) if each.by != "declared")


def subject_words(subject: str) -> Message:
    """A subject with the article that protects it: `santé (article 9 du RGPD)`."""
    if subject not in SPECIAL | {"offences", "national_id", "children"}:
        return Message(fr="donnée déclarée sensible", en="data declared sensitive")
    name, law = name_of(subject), law_of(subject)
    return Message(fr=f"{name.fr} ({law} du RGPD)", en=f"{name.en} (GDPR, {law})")


def _once(found: Iterable[Sensitive]) -> Iterable[Sensitive]:
    return {(each.path, each.subject): each for each in found}.values()


def _because(each: Sensitive, purposes: Sequence[Purpose]) -> Message:
    names = ", ".join(purpose.key for purpose in purposes if not permits(purpose, each.subject))
    if not purposes:
        return Message(fr="aucune finalité n’est nommée", en="no purpose is named")
    return Message(fr=f"la finalité {names} ne le permet pas", en=f"the purpose {names} does not permit it")


def _named(each: Sensitive, purposes: Sequence[Purpose]) -> Problem:
    subject, because = subject_words(each.subject), _because(each, purposes)
    return problem(
        "sensitive_name",
        path=each.what,
        fr=french(
            f"Le nom de ce segment (« {each.words} ») dit : {subject.fr}, et {because.fr}. Personne ne "
            "sera contacté d’après lui. Rattachez-le à une finalité qui dit ce qui le permet ou, s’il veut "
            "dire autre chose, renommez-le."
        ),
        en=f"The name of this segment (“{each.words}”) says: {subject.en}, and {because.en}. Nobody will be "
        "reached by it. Give it a purpose that says what permits it or, if it means something else, rename "
        "it.",
    )


def _problem(each: Sensitive, purposes: Sequence[Purpose]) -> Problem:
    subject, because = subject_words(each.subject), _because(each, purposes)
    remedy = _remedy(each.subject)
    return problem(
        "sensitive_use",
        path=each.path,
        fr=french(
            f"« {each.words} » révèle ou laisse déduire\u00a0: {subject.fr}, et {because.fr}. "
            f"Personne ne sera contacté d’après cette règle. {remedy.fr}"
        ),
        en=f"“{each.words}” reveals, or lets one infer: {subject.en}, and {because.en}. "
        f"Nobody will be reached by this rule. {remedy.en}",
    )


def _remedy(subject: str) -> Message:
    match subject:
        case "offences" | "national_id":
            return Message(
                fr="Retirez-le\u00a0: seule une obligation légale le permet.",
                en="Take it out: only a legal obligation permits it.",
            )
        case "children":
            return Message(
                fr="Retirez-le\u00a0: ni prospection ni profilage d’après des données d’enfants.",
                en="Take it out: no marketing and no profiling from data about children.",
            )
        case _:
            return Message(
                fr="Retirez-le, ou rattachez le segment à une finalité qui dit ce qui le permet "
                "(sensitive: explicit_consent…). Si ce n’est pas une donnée sensible, dites-le dans le "
                "catalogue (sensitive: false).",
                en="Take it out, or give the segment a purpose that says what permits it "
                "(sensitive: explicit_consent…). If it is not sensitive, say so in the catalogue "
                "(sensitive: false).",
            )


def _unmarked(each: Sensitive) -> Problem:
    subject = subject_words(each.subject)
    found = problem(
        "looks_sensitive",
        path=each.path,
        fr=f"« {each.what} » semble révéler\u00a0: {subject.fr}. Dites-le dans le catalogue "
        "(sensitive: true ou false), et ne le gardez que si une finalité en a besoin.",
        en=f"“{each.what}” seems to reveal: {subject.en}. Say so in the catalogue "
        "(sensitive: true or false), and keep it only if a purpose needs it.",
    )
    return msgspec.structs.replace(found, severity="warning")
