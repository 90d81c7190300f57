"""Why am I seeing this: the true rule in plain words, said to the person, with what of theirs met it.

For profiling the GDPR asks for "meaningful information about the logic involved" (articles 13(2)(f) and
15(1)(h); CJEU, 27 February 2025, C-203/22: how one's data were used, in plain words, not a formula).
What is told is a pure function of the explanation and of the grounds; it names nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from vitrail.language.describe import describe_selection, describe_to, yours
from vitrail.language.sentences.figures import day
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Message
from vitrail.model.explanation import Explanation, Finding
from vitrail.model.tree import AnyOf, Condition, Did, Member, Tree, Truth
from vitrail.model.walk import rebuild

Ground = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
]

DATES = 3
"""Dates of what the person did that are told for one test."""


class Grounds(msgspec.Struct, frozen=True, omit_defaults=True):
    """For what, on which legal basis, and whom to write to; `law` names an obligation."""

    purpose: Message
    basis: Ground
    marketing: bool = True
    law: Message = Message(fr="", en="")
    contact: str = ""


class Told(msgspec.Struct, frozen=True):
    """One value of the person that the rule looked at."""

    label: str
    value: str


class WhySeen(msgspec.Struct, frozen=True):
    """The whole answer in one language; `inside` says whether they meet the rule at all."""

    language: str
    inside: bool
    because: str
    values: tuple[Told, ...]
    purpose: str
    basis: str
    rights: str

    def text(self) -> str:
        """The answer as lines for a person."""
        french = self.language == "fr"
        colon = "\u00a0: " if french else ": "
        lines = [self.because]
        if self.values:
            lines += ["", f"{'Ce que nous avons regardé' if french else 'What we looked at'}{colon.rstrip()}"]
            lines += [f"– {each.label}{colon}{each.value}" for each in self.values]
        for head, said in (
            (("Pourquoi", "What for"), self.purpose),
            (("Base légale", "Legal basis"), self.basis),
        ):
            if said:
                lines += ["", f"{head[0 if french else 1]}{colon}{said}"]
        return "\n".join([*lines, "", self.rights])


def why_seen(
    found: Explanation, grounds: Grounds | None, *, catalogue: Catalogue, language: str = "fr"
) -> WhySeen:
    """Why somebody is met by a rule, from its explanation: said to them, in `fr` or `en`."""
    return WhySeen(
        language=language,
        inside=found.inside,
        because=_because(found, catalogue, language=language),
        values=tuple(_values(found.finding, catalogue, language=language)) if found.inside else (),
        purpose="" if grounds is None else grounds.purpose.in_language(language),
        basis="" if grounds is None else _basis(grounds).in_language(language),
        rights=_rights(grounds).in_language(language),
    )


def spelt_out(condition: Condition, catalogue: Catalogue) -> Condition:
    """The condition with the rules of the segments it refers to in their place."""
    found = _without_segments(condition, catalogue, through=())
    return found if isinstance(found, Condition) else Truth(True)


def _without_segments(node: Tree, catalogue: Catalogue, *, through: tuple[str, ...]) -> Tree:
    if isinstance(node, Member) and node.segment in catalogue.segments and node.segment not in through:
        inner = catalogue.segments[node.segment]
        return _without_segments(inner, catalogue, through=(*through, node.segment))
    return rebuild(node, lambda below: _without_segments(below, catalogue, through=through))


def _because(found: Explanation, catalogue: Catalogue, *, language: str) -> str:
    """`Vous recevez ceci parce que vous avez passé au moins 2 commandes au cours des 12 derniers mois.`"""
    french = language == "fr"
    if not found.inside:
        return "Vous n’êtes pas concerné par cette règle." if french else "This rule does not concern you."
    if found.finding.node == Truth(True):
        return (
            "Vous recevez ceci parce que vous êtes client\u202f; rien d’autre n’a été regardé."
            if french
            else "You receive this because you are a customer; nothing else was looked at."
        )
    sentence = describe_to(spelt_out(found.finding.node, catalogue), catalogue, language=language)
    if "\n" in sentence:
        lead = (
            "Vous recevez ceci parce que vous remplissez " if french else "You receive this because you meet "
        )
        return f"{lead}{sentence}"
    que = "parce qu’" if french and sentence.startswith("il ") else "parce que "
    return f"Vous recevez ceci {que}{sentence}." if french else f"You receive this because {sentence}."


# --- what of theirs was looked at -----------------------------------------------------------------


def _values(finding: Finding, catalogue: Catalogue, *, language: str) -> Iterator[Told]:
    """Each value that counted, once; of alternatives, those that were met."""
    told: dict[str, Told] = {}
    for each in _met(finding):
        for found in each.found:
            label = yours(found.label.in_language(language), language)
            told.setdefault(label, Told(label, found.figure.label.in_language(language)))
        if not each.found and each.records:
            found_at = _dates(each, catalogue, language=language)
            told.setdefault(found_at.label, found_at)
    yield from told.values()


def _met(finding: Finding) -> Iterator[Finding]:
    yield finding
    for part in finding.parts:
        if part.truth or not isinstance(finding.node, AnyOf):
            yield from _met(part)


def _dates(finding: Finding, catalogue: Catalogue, *, language: str) -> Told:
    """When they did what was looked for: their own days, the latest last."""
    counted = [each for each in finding.records if each.counts]
    days = sorted({each.at.date() for each in counted if each.at is not None})[-DATES:]
    name = finding.label.in_language(language)
    if isinstance(finding.node, Did):
        name = describe_selection(finding.node.of, catalogue, language=language)
        name = f"vos {name}" if language == "fr" else f"your {name}"
    return Told(name, ", ".join(day(each, language=language) for each in days) if days else str(len(counted)))


# --- on which grounds -----------------------------------------------------------------------------


def _basis(grounds: Grounds) -> Message:
    law = grounds.law
    return {
        "consent": Message(
            "votre consentement (RGPD, article 6(1)(a))", "your consent (GDPR, article 6(1)(a))"
        ),
        "contract": Message(
            "votre contrat avec nous (RGPD, article 6(1)(b))",
            "your contract with us (GDPR, article 6(1)(b))",
        ),
        "legal_obligation": Message(
            f"une obligation légale (RGPD, article 6(1)(c)){_after(law.fr)}",
            f"a legal obligation (GDPR, article 6(1)(c)){_after(law.en)}",
        ),
        "vital_interests": Message(
            "la sauvegarde d’intérêts vitaux (RGPD, article 6(1)(d))",
            "the protection of vital interests (GDPR, article 6(1)(d))",
        ),
        "public_task": Message(
            f"une mission d’intérêt public (RGPD, article 6(1)(e)){_after(law.fr)}",
            f"a task in the public interest (GDPR, article 6(1)(e)){_after(law.en)}",
        ),
        "legitimate_interests": Message(
            "notre intérêt légitime (RGPD, article 6(1)(f))",
            "our legitimate interests (GDPR, article 6(1)(f))",
        ),
    }[grounds.basis]


def _after(text: str) -> str:
    return f", {text}" if text else ""


def _rights(grounds: Grounds | None) -> Message:
    """How to say no, or what may be asked where the law leaves no choice."""
    if grounds is None:
        return Message(
            "Cette règle ne sert aucune finalité déclarée\u00a0: elle compte, et n’adresse rien à personne.",
            "This rule serves no declared purpose: it only counts, and nobody is reached by it.",
        )
    to_whom = Message(
        f" Écrivez à {grounds.contact}." if grounds.contact else "",
        f" Write to {grounds.contact}." if grounds.contact else "",
    )
    if grounds.basis == "consent":
        said = Message(
            "Vous pouvez retirer votre consentement à tout moment, aussi simplement que vous l’avez donné.",
            "You may withdraw your consent at any time, as easily as you gave it.",
        )
    elif grounds.marketing and grounds.basis == "legitimate_interests":
        said = Message(
            "Vous pouvez vous y opposer à tout moment, sans vous justifier et sans frais.",
            "You may object at any time, without giving a reason and free of charge.",
        )
    elif grounds.basis in ("legitimate_interests", "public_task"):
        said = Message(
            "Vous pouvez vous y opposer pour des raisons tenant à votre situation particulière.",
            "You may object on grounds relating to your particular situation.",
        )
    else:
        said = Message(
            "Vous pouvez demander à voir vos données et à faire corriger ce qui est faux.",
            "You may ask to see your data, and to have corrected what is wrong.",
        )
    return Message(said.fr + to_whom.fr, said.en + to_whom.en)
