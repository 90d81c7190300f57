"""The problems a check can find, each with its words in French and English."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from vitrail.model.errors import Problem, problem

KINDS = {
    "text": ("un texte", "a text"),
    "integer": ("un nombre entier", "a whole number"),
    "decimal": ("un nombre", "a number"),
    "float": ("un nombre à virgule flottante", "a floating point number"),
    "boolean": ("un oui/non", "a yes/no"),
    "date": ("une date", "a date"),
    "instant": ("un instant", "an instant"),
    "texts": ("un ensemble de textes", "a set of texts"),
    "duration": ("une durée", "a duration"),
}

_NOUNS = {
    "trait": ("L’attribut", "inconnu", "trait"),
    "property": ("La propriété", "inconnue", "property"),
    "collection": ("La collection", "inconnue", "collection"),
    "segment": ("Le segment", "inconnu", "segment"),
    "score": ("Le score", "inconnu", "score"),
    "purpose": ("La finalité", "inconnue", "purpose"),
    "channel": ("Le canal", "inconnu", "channel"),
}


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The valid names that look most like this one, best first, whatever case and accents."""
    plain = {candidate: _plain(candidate) for candidate in names}
    wanted = _plain(name)
    ranked = sorted(
        plain,
        key=lambda candidate: (
            -difflib.SequenceMatcher(None, wanted, plain[candidate]).ratio(),
            candidate,
        ),
    )
    good = [each for each in ranked[:most] if _alike(wanted, plain[each])]
    return tuple(good)


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def _alike(wanted: str, candidate: str) -> bool:
    if wanted and (wanted in candidate or candidate in wanted):
        return True
    return difflib.SequenceMatcher(None, wanted, candidate).ratio() >= 0.55


def unknown_name(kind: str, name: str, *, path: str, valid: Iterable[str]) -> Problem:
    """A name the catalogue does not hold."""
    noun, ending, english = _NOUNS[kind]
    return problem(
        f"unknown_{kind}",
        path=path,
        fr=f"{noun} « {name} » est {ending} du catalogue.",
        en=f'The {english} "{name}" is not in the catalogue.',
        hint=nearest(name, valid),
    )


def wrong_type(path: str, *, what: str, found: str, expected: Iterable[str]) -> Problem:
    """A value of a type its operator or function does not take."""
    kinds = list(expected)
    french = " ou ".join(KINDS[kind][0] for kind in kinds)
    english = " or ".join(KINDS[kind][1] for kind in kinds)
    return problem(
        "wrong_type",
        path=path,
        fr=f"« {what} » attend {french}, pas {KINDS[found][0]}.",
        en=f'"{what}" takes {english}, not {KINDS[found][1]}.',
    )


def not_comparable(path: str, *, operator: str, left: str, right: str) -> Problem:
    """Two values whose types never compare."""
    return problem(
        "not_comparable",
        path=path,
        fr=f"« {operator} » ne compare pas {KINDS[left][0]} avec {KINDS[right][0]}.",
        en=f'"{operator}" does not compare {KINDS[left][1]} with {KINDS[right][1]}.',
    )


def only_elsewhere(path: str, *, what: str) -> Problem:
    """Something about the profile asked inside `where`."""
    return problem(
        "not_about_a_record",
        path=path,
        fr=f"« {what} » porte sur le client : on ne peut pas l’écrire après « where », "
        "où seule parle la fiche ou l’évènement.",
        en=f'"{what}" is about the profile: it cannot stand after "where", where only the record speaks.',
    )


def needs_time(path: str, *, what: str, collection: str) -> Problem:
    """Something about time asked of a collection that has none."""
    return problem(
        "no_time",
        path=path,
        fr=f"« {collection} » n’a pas de date propre : « {what} » n’y a pas de sens.",
        en=f'"{collection}" has no time of its own: "{what}" means nothing there.',
    )


def future_window(path: str) -> Problem:
    """`next …` asked of events."""
    return problem(
        "future_window",
        path=path,
        fr="Un évènement à venir n’existe pas encore : « next … » s’emploie sur une date.",
        en='An event to come does not exist yet: "next …" is for dates held in traits or records.',
    )


def empty_window(path: str) -> Problem:
    """A window that can hold nothing."""
    return problem(
        "empty_window",
        path=path,
        fr="Cette période est vide : son début doit venir avant sa fin.",
        en="This window is empty: its start must come before its end.",
    )


def impossible_range(path: str) -> Problem:
    """`between 9 and 1`."""
    return problem(
        "impossible_range",
        path=path,
        fr="Cet intervalle est vide : la borne basse dépasse la borne haute.",
        en="This range is empty: its low end is above its high end.",
    )


def too_short_for_days(path: str) -> Problem:
    """A window of hours on a date."""
    return problem(
        "hours_on_a_date",
        path=path,
        fr="Une date n’a pas d’heure : comptez en jours, semaines, mois ou années.",
        en="A date has no hour: count in days, weeks, months or years.",
    )


def calendar_duration(path: str) -> Problem:
    """A duration in months where an exact one is needed."""
    return problem(
        "calendar_duration",
        path=path,
        fr="Un mois ou une année n’a pas de longueur fixe ici : comptez en jours, "
        "ou écrivez par exemple « last_time(order) < now - 3 months ».",
        en="A month or a year has no fixed length here: count in days, "
        'or write for example "last_time(order) < now - 3 months".',
    )


def bad_arithmetic(path: str, *, operator: str, left: str, right: str) -> Problem:
    """Two values that cannot be added, and so on."""
    return problem(
        "bad_arithmetic",
        path=path,
        fr=f"« {operator} » ne s’applique pas à {KINDS[left][0]} et {KINDS[right][0]}.",
        en=f'"{operator}" does not apply to {KINDS[left][1]} and {KINDS[right][1]}.',
    )


def misplaced_anniversary(path: str) -> Problem:
    """`anniversary` used with anything but `in`."""
    return problem(
        "misplaced_anniversary",
        path=path,
        fr="« anniversary(…) » s’emploie seulement avec « in » : « in next 7 days », « in this month ».",
        en='"anniversary(…)" is used with "in" alone: "in next 7 days", "in this month".',
    )


def bad_anniversary_window(path: str) -> Problem:
    """A window without two ends for an anniversary."""
    return problem(
        "bad_anniversary_window",
        path=path,
        fr="Un anniversaire se cherche dans « last … », « next … », une période ou « between … ».",
        en='An anniversary is looked for in "last …", "next …", a period or "between …".',
    )


def bad_pattern(path: str, *, reason: str) -> Problem:
    """A pattern that RE2 does not read."""
    return problem(
        "bad_pattern",
        path=path,
        fr=f"Ce motif n’est pas une expression régulière RE2 valable : {reason}.",
        en=f"This pattern is not a valid RE2 regular expression: {reason}.",
    )


def bad_regularity(path: str) -> Problem:
    """`at least 5 of last 4`."""
    return problem(
        "bad_regularity",
        path=path,
        fr="« regularly » demande au moins 1 période, sur 120 au plus : at least 3 of last 4.",
        en='"regularly" asks for at least 1 period, of 120 at most: at least 3 of last 4.',
    )


def bad_share(path: str) -> Problem:
    """A share above 100 %."""
    return problem(
        "bad_share",
        path=path,
        fr="Une part va de 0 % à 100 %.",
        en="A share goes from 0% to 100%.",
    )


def bad_place(path: str) -> Problem:
    """A place off the globe."""
    return problem(
        "bad_place",
        path=path,
        fr="Une latitude va de -90 à 90, une longitude de -180 à 180.",
        en="A latitude goes from -90 to 90, a longitude from -180 to 180.",
    )


def bad_sequence(path: str) -> Problem:
    """A sequence that begins with an absence or with a delay."""
    return problem(
        "bad_sequence",
        path=path,
        fr="La première étape d’une séquence est une action, sans « not » ni « within ».",
        en='The first step of a sequence is something done, without "not" or "within".',
    )


def cycle(path: str, keys: list[str]) -> Problem:
    """Segments that refer to one another in a circle."""
    way = " → ".join(keys)
    return problem(
        "cycle",
        path=path,
        fr=f"Ces segments se réfèrent en boucle : {way}.",
        en=f"These segments refer to one another in a circle: {way}.",
    )


def too_deep(depth: int) -> Problem:
    """More than 32 levels."""
    return problem(
        "too_deep",
        fr=f"La règle a {depth} niveaux ; le maximum est 32. Découpez-la en plusieurs segments.",
        en=f"The rule has {depth} levels; the most is 32. Cut it into several segments.",
    )


def too_large(nodes: int) -> Problem:
    """More than 500 nodes."""
    return problem(
        "too_large",
        fr=f"La règle a {nodes} éléments ; le maximum est 500. Découpez-la en plusieurs segments.",
        en=f"The rule has {nodes} parts; the most is 500. Cut it into several segments.",
    )


def too_many_factors(path: str) -> Problem:
    """Arithmetic that can need more than 38 digits inside `where`."""
    return problem(
        "too_many_factors",
        path=path,
        fr="Ce produit dépasse ce qui se calcule exactement (38 chiffres) : moins de facteurs.",
        en="This product is beyond what is computed exactly (38 digits): use fewer factors.",
    )
