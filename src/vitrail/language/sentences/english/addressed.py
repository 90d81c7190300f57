"""The same facts said to the customer, in English: `you have 2 orders`, `your country is France`."""

from __future__ import annotations

import msgspec

from vitrail.language.sentences.english.clauses import speak
from vitrail.language.sentences.facts import Fact, Share, Top
from vitrail.language.sentences.scene import Clause, Scene

_VERBS = {"has": "have", "is": "are"}


def speak_to(fact: Fact, scene: Scene) -> Clause:
    """One fact as a clause whose reader is the customer; what is said of others stays as it is."""
    clause = speak(fact, msgspec.structs.replace(scene, speak=speak))
    if clause.subject == "the customer":
        verb, _, rest = clause.predicate.partition(" ")
        doubt = clause.doubt.replace("their position", "your position")
        predicate = f"{_VERBS.get(verb, verb)} {rest}"
        return msgspec.structs.replace(clause, subject="you", predicate=predicate, doubt=doubt)
    predicate = clause.predicate
    if not isinstance(fact.test, Share | Top):
        predicate = predicate.replace(" their ", " your ")
    return msgspec.structs.replace(clause, subject=yours(clause.subject), predicate=predicate)


def yours(phrase: str) -> str:
    """A noun phrase as the customer's: `your country`, `the total amount of your orders`."""
    told = (
        phrase.replace("the customer’s ", "your ")
        .replace(" their ", " your ")
        .replace(" from the customer", "")
    )
    if "your " in told:
        return told
    return f"your {told.removeprefix('the ')}" if told.startswith("the ") else told
