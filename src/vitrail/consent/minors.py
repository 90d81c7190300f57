"""Minors: who is too young for marketing and profiling, by the date of birth that is known, never guessed.

In France one agrees for oneself at 15 (GDPR, article 8(1); French law 78-17, article 45). Under 18 nobody
is shown advertising based on profiling (Regulation (EU) 2022/2065, article 28(2)). Those whose age is not
known are told apart: they are not taken for minors, and nobody supposes they are of age.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from vitrail.consent.spotting import spoken
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import Message
from vitrail.model.purposes import Purpose
from vitrail.model.tree import Age, AnyOf, Compare, Condition, Integer, Known, Not, Trait, Truth, Value

CONSENT_AGE, ADULT_AGE = 15, 18

BIRTH = re.compile(r" (date )?(de )?naissance | birth ?(date|day) | date of birth | dob | anniversaire ")
AGE = re.compile(r" age | age client | customer age ")
OTHERS = re.compile(
    r" (enfants?|child|children|kids?|bebe|baby|conjoint|spouse|partner|animal|pet|chien|chat|dog|cat) "
)

Reason = Literal["minor", "age_unknown"]

REASONS: dict[Reason, Message] = {
    "minor": Message(
        fr="mineur\u00a0: ni prospection ni profilage avant {age} ans",
        en="a minor: no marketing and no profiling under {age}",
    ),
    "age_unknown": Message(
        fr="âge inconnu\u00a0: rien ne dit que la personne a {age} ans",
        en="age unknown: nothing says that the person is {age}",
    ),
}


class Ages(msgspec.Struct, frozen=True):
    """How the age of a person is known: the dates of birth and the ages among the traits."""

    births: tuple[str, ...]
    ages: tuple[str, ...]

    @property
    def values(self) -> tuple[Value, ...]:
        """The age as values to compare."""
        return (*(Age(Trait(name)) for name in self.births), *(Trait(name) for name in self.ages))


def ages_of(catalogue: Catalogue) -> Ages:
    """The traits that tell the age of the customer, and not that of their children."""
    traits = catalogue.traits.values()
    births = tuple(each.name for each in traits if each.type in ("date", "instant") and _tells(each, BIRTH))
    ages = tuple(each.name for each in traits if each.type in ("integer", "decimal") and _tells(each, AGE))
    return Ages(births, ages)


def age_asked(purpose: Purpose) -> int | None:
    """From which age a purpose may reach people: 18 for marketing and profiling, 15 for a consent."""
    if purpose.marketing or purpose.profiling:
        return ADULT_AGE
    return CONSENT_AGE if purpose.basis == "consent" else None


def too_young(catalogue: Catalogue, age: int) -> Condition:
    """Who is known to be under an age, by any trait that tells; nobody where none does."""
    tests: list[Condition] = [Compare(value, "<", Integer(age)) for value in ages_of(catalogue).values]
    return _any(tests, otherwise=False)


def of_unknown_age(catalogue: Catalogue) -> Condition:
    """Whose age is not known; everybody where no trait tells it."""
    tests: list[Condition] = [Known(value) for value in ages_of(catalogue).values]
    return Not(_any(tests, otherwise=False)) if tests else Truth(True)


def reason(why: Reason, age: int) -> Message:
    """Why somebody is left out, or doubtful, in words."""
    words = REASONS[why]
    return Message(fr=words.fr.format(age=age), en=words.en.format(age=age))


def _any(tests: list[Condition], *, otherwise: bool) -> Condition:
    if not tests:
        return Truth(otherwise)
    return tests[0] if len(tests) == 1 else AnyOf(tuple(tests))


def _tells(field: Field, pattern: re.Pattern[str]) -> bool:
    texts = [field.name, *([field.label.fr, field.label.en] if field.label else [])]
    return any(pattern.search(spoken(text)) and not OTHERS.search(spoken(text)) for text in texts)
