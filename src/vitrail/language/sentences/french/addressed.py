"""The same facts said to the customer, in French: `vous avez passé 2 commandes`, `votre pays est France`."""

from __future__ import annotations

import msgspec

from vitrail.language.sentences.facts import Fact, Share, Top
from vitrail.language.sentences.french.clauses import speak
from vitrail.language.sentences.scene import Clause, Scene

_VERBS = {
    "a ": "avez ",
    "n’a ": "n’avez ",
    "compte": "comptez",
    "ne compte": "ne comptez",
    "fait ": "faites ",
    "ne fait ": "ne faites ",
    "est ": "êtes ",
    "n’est ": "n’êtes ",
}
_ARTICLES = {"le ": "votre ", "la ": "votre ", "l’": "votre ", "les ": "vos "}


def speak_to(fact: Fact, scene: Scene) -> Clause:
    """One fact as a clause whose reader is the customer; what is said of others stays as it is."""
    clause = speak(fact, msgspec.structs.replace(scene, speak=speak))
    if clause.subject == "le client":
        doubt = clause.doubt.replace("sa position", "votre position")
        return msgspec.structs.replace(clause, subject="vous", predicate=_yours_to_do(clause), doubt=doubt)
    predicate = clause.predicate
    if not isinstance(fact.test, Share | Top):
        predicate = predicate.replace(" de ses ", " de vos ")
    return msgspec.structs.replace(clause, subject=yours(clause.subject), predicate=predicate)


def yours(phrase: str) -> str:
    """A noun phrase as the customer's: `votre pays`, `le total des montants de vos commandes`."""
    told = phrase.replace(" du client", "").replace(" de ses ", " de vos ")
    if told != phrase and " de vos " in told:
        return told
    for article, mine in _ARTICLES.items():
        if told.startswith(article):
            return f"{mine}{told[len(article) :]}"
    return told


def _yours_to_do(clause: Clause) -> str:
    for verb, told in _VERBS.items():
        if clause.predicate.startswith(verb):
            return f"{told}{clause.predicate[len(verb) :]}"
    return clause.predicate
