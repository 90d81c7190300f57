"""French verbs: negation, and what people do with the records of a collection."""

from __future__ import annotations

from vitrail.language.sentences.french.grammar import elides
from vitrail.language.sentences.french.phrases import collection_noun
from vitrail.language.sentences.scene import Scene

_DONE = {
    "commande": "passé",
    "appel": "passé",
    "achat": "effectué",
    "visite": "effectué",
    "réservation": "effectué",
    "paiement": "effectué",
    "retour": "effectué",
    "don": "fait",
    "avis": "laissé",
    "commentaire": "laissé",
}


def negated(predicate: str, *, positive: bool) -> str:
    """The predicate, or its contrary: `n’est pas …`, `ne contient pas …`."""
    if positive:
        return predicate
    verb, _, rest = predicate.partition(" ")
    return f"{'n’' if elides(verb) else 'ne '}{verb} pas {rest}".rstrip()


def having(collection: str, scene: Scene) -> tuple[str, str]:
    """How one has records, and has none: `a passé`, `n’a passé`; `compte`, `ne compte`."""
    known = scene.known_collection(collection)
    head = collection_noun(collection, scene).one.split(" ")[0].casefold()
    if known is not None and known.kind == "event" and head in _DONE:
        return f"a {_DONE[head]}", f"n’a {_DONE[head]}"
    return "compte", "ne compte"
