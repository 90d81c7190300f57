"""The problems a check can find, each with its words in French and English."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Sequence

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
    "anniversary": ("un anniversaire", "an anniversary"),
}

_NUMBERS = {"integer", "decimal", "float"}
_NOUNS = {
    "trait": ("L’attribut", "inconnu", "trait"),
    "property": ("La propriété", "inconnue", "property"),
    "collection": ("La collection", "inconnue", "collection"),
    "segment": ("Le segment", "inconnu", "segment"),
    "score": ("Le score", "inconnu", "score"),
    "purpose": ("La finalité", "inconnue", "purpose"),
    "channel": ("Le canal", "inconnu", "channel"),
}


LONGEST = 60


def shortened(name: str) -> str:
    """A name as a message shows it, cut when nobody would read it to its end."""
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"


def nearest(name: str, names: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The valid names that look most like this one, best first, whatever case and accents."""
    plain = {candidate: _plain(candidate) for candidate in names}
    wanted = _plain(name[:LONGEST])
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


def unknown_name(kind: str, name: str, *, valid: Iterable[str]) -> Problem:
    """A name the catalogue does not hold."""
    noun, ending, english = _NOUNS[kind]
    shown = shortened(name)
    return problem(
        f"unknown_{kind}",
        fr=f"{noun} « {shown} » est {ending} du catalogue.",
        en=f'The {english} "{shown}" is not in the catalogue.',
        hint=nearest(name, valid),
    )


def unknown_trait(name: str, *, valid: Iterable[str], owners: Sequence[str]) -> Problem:
    """A trait the catalogue does not hold, and that may be a property of some records."""
    missing = unknown_name("trait", name, valid=valid)
    if name in ("null", "none", "nil", "nan", "undefined"):
        french = f"« {name} » n’est pas une valeur : écrivez « is unknown » ou « is known »."
        english = f'"{name}" is not a value: write "is unknown" or "is known".'
        return problem("unknown_trait", fr=french, en=english)
    if not owners and not missing.hint:
        french = f"{missing.message.fr} Si c’est un texte, écrivez-le entre guillemets."
        english = f"{missing.message.en} If it is a text, put it between double quotes."
        return problem("unknown_trait", fr=french, en=english)
    if not owners:
        return missing
    owner = owners[0]
    return problem(
        "unknown_trait",
        fr=f"{missing.message.fr} C’est une propriété de « {owner} » : elle s’écrit après « where », "
        f"comme dans did({owner} where {name} is known), ou comme dans last({owner}.{name}).",
        en=f'{missing.message.en} It is a property of "{owner}": it is written after "where", '
        f"as in did({owner} where {name} is known), or as in last({owner}.{name}).",
        hint=missing.hint,
    )


def wrong_type(*, what: str, found: str, expected: Collection[str]) -> Problem:
    """A value of a type its operator or function does not take."""
    kinds = [each for each in KINDS if each in expected]
    if {"integer", "decimal", "float"} <= set(kinds):
        kinds = [each for each in kinds if each not in ("integer", "float")]
    french = " ou ".join(KINDS[kind][0] for kind in kinds)
    english = " or ".join(KINDS[kind][1] for kind in kinds)
    return problem(
        "wrong_type",
        fr=f"« {what} » attend {french}, pas {KINDS[found][0]}.",
        en=f'"{what}" takes {english}, not {KINDS[found][1]}.',
    )


def not_comparable(*, operator: str, left: str, right: str) -> Problem:
    """Two values whose types never compare."""
    kinds = {left, right}
    french, english = "", ""
    if left == "texts":
        french = " Écrivez « has », « has any of » ou « has all of »."
        english = ' Write "has", "has any of" or "has all of".'
    elif "duration" in kinds and kinds & _NUMBERS:
        french, english = " Donnez une unité au nombre : 180 days.", " Give the number a unit: 180 days."
    elif kinds in ({"instant", "duration"}, {"date", "duration"}):
        french = " Comparez une ancienneté : now - last_time(order) > 90 days."
        english = " Compare an age: now - last_time(order) > 90 days."
    elif "text" in kinds and kinds & {"date", "instant"}:
        french = " Une date s’écrit sans guillemets : 2025-03-31."
        english = " A date is written without quotes: 2025-03-31."
    elif "text" in kinds and kinds & _NUMBERS:
        french = ' Un texte s’écrit entre guillemets ("75001"), un nombre sans.'
        english = ' A text is written between quotes ("75001"), a number without.'
    return problem(
        "not_comparable",
        fr=f"« {operator} » ne compare pas {KINDS[left][0]} avec {KINDS[right][0]}.{french}",
        en=f'"{operator}" does not compare {KINDS[left][1]} with {KINDS[right][1]}.{english}',
    )


def not_ordered(*, operator: str) -> Problem:
    """`<` between yes and no."""
    return problem(
        "not_ordered",
        fr=f"« {operator} » ne s’applique pas à un oui/non : écrivez « = true » ou « = false ».",
        en=f'"{operator}" does not apply to a yes/no: write "= true" or "= false".',
    )


def only_in_record(name: str) -> Problem:
    """A property of a record asked of the profile."""
    shown = shortened(name)
    return problem(
        "not_about_a_profile",
        fr=f"« {shown} » est une propriété de fiche ou d’évènement : elle ne s’écrit qu’après « where ».",
        en=f'"{shown}" is a property of a record: it can stand after "where" alone.',
    )


def only_elsewhere(what: str) -> Problem:
    """Something about the profile asked inside `where`."""
    return problem(
        "not_about_a_record",
        fr=f"« {shortened(what)} » porte sur le client : on ne peut pas l’écrire après « where », "
        "où seule parle la fiche ou l’évènement.",
        en=f'"{shortened(what)}" is about the profile: it cannot stand after "where", '
        "where only the record speaks.",
    )


def needs_time(*, what: str, collection: str) -> Problem:
    """Something about time asked of a collection that has none."""
    return problem(
        "no_time",
        fr=f"« {collection} » n’a pas de date propre : « {what} » n’y a pas de sens.",
        en=f'"{collection}" has no time of its own: "{what}" means nothing there.',
    )


def future_window() -> Problem:
    """`next …` asked of events."""
    return problem(
        "future_window",
        fr="Un évènement à venir n’existe pas encore : « next … » s’emploie sur une date.",
        en='An event to come does not exist yet: "next …" is for dates held in traits or records.',
    )


def empty_window() -> Problem:
    """A window that can hold nothing."""
    return problem(
        "empty_window",
        fr="Cette période est vide : son début doit venir avant sa fin.",
        en="This window is empty: its start must come before its end.",
    )


def endless_window() -> Problem:
    """`last 9000000 years`."""
    return problem(
        "endless_window",
        fr="Cette durée dépasse tout calendrier : un million d’unités au plus.",
        en="This length is beyond any calendar: a million units at most.",
    )


def impossible_range() -> Problem:
    """`between 9 and 1`."""
    return problem(
        "impossible_range",
        fr="Cet intervalle est vide : la borne basse dépasse la borne haute.",
        en="This range is empty: its low end is above its high end.",
    )


def too_short_for_days() -> Problem:
    """A window of hours on a date."""
    return problem(
        "hours_on_a_date",
        fr="Une date n’a pas d’heure : comptez en jours, semaines, mois ou années.",
        en="A date has no hour: count in days, weeks, months or years.",
    )


def not_whole_days() -> Problem:
    """A date moved by something else than days written out."""
    return problem(
        "not_whole_days",
        fr="Une date se décale d’un nombre écrit de jours, semaines, mois ou années : birth_date + 7 days.",
        en="A date moves by a written number of days, weeks, months or years: birth_date + 7 days.",
    )


def calendar_duration() -> Problem:
    """A duration in months where an exact one is needed."""
    return problem(
        "calendar_duration",
        fr="Un mois ou une année n’a pas de longueur fixe ici : comptez en jours, "
        "ou écrivez par exemple « last_time(order) < now - 3 months ».",
        en="A month or a year has no fixed length here: count in days, "
        'or write for example "last_time(order) < now - 3 months".',
    )


def bad_arithmetic(*, operator: str, left: str, right: str) -> Problem:
    """Two values that cannot be added, and so on."""
    return problem(
        "bad_arithmetic",
        fr=f"« {operator} » ne s’applique pas à {KINDS[left][0]} et {KINDS[right][0]}.",
        en=f'"{operator}" does not apply to {KINDS[left][1]} and {KINDS[right][1]}.',
    )


def misplaced_anniversary() -> Problem:
    """`anniversary` used with anything but `in`."""
    return problem(
        "misplaced_anniversary",
        fr="« anniversary(…) » s’emploie seulement avec « in » : « in next 7 days », « in this month ».",
        en='"anniversary(…)" is used with "in" alone: "in next 7 days", "in this month".',
    )


def bad_anniversary_window() -> Problem:
    """A window without two ends for an anniversary."""
    return problem(
        "bad_anniversary_window",
        fr="Un anniversaire se cherche dans « last … », « next … », une période ou « between … ».",
        en='An anniversary is looked for in "last …", "next …", a period or "between …".',
    )


def bad_pattern(*, reason: str) -> Problem:
    """A pattern that RE2 does not read."""
    return problem(
        "bad_pattern",
        fr=f"Ce motif n’est pas une expression régulière RE2 valable : {reason}.",
        en=f"This pattern is not a valid RE2 regular expression: {reason}.",
    )


def bad_regularity() -> Problem:
    """`at least 5 of last 4`."""
    return problem(
        "bad_regularity",
        fr="« regularly » demande au moins 1 période, pas plus qu’il n’y en a, sur 120 au plus : "
        "at least 3 of last 4.",
        en='"regularly" asks for at least 1 period, for no more than there are, of 120 at most: '
        "at least 3 of last 4.",
    )


def bad_share() -> Problem:
    """A share above 100 %."""
    return problem(
        "bad_share",
        fr="Une part va de 0 % à 100 %.",
        en="A share goes from 0% to 100%.",
    )


def bad_place() -> Problem:
    """A place off the globe."""
    return problem(
        "bad_place",
        fr="Une latitude va de -90 à 90, une longitude de -180 à 180.",
        en="A latitude goes from -90 to 90, a longitude from -180 to 180.",
    )


def bad_sequence() -> Problem:
    """A sequence that begins with an absence or with a delay."""
    return problem(
        "bad_sequence",
        fr="La première étape d’une séquence est une action, sans « not » ni « within ».",
        en='The first step of a sequence is something done, without "not" or "within".',
    )


def cycle(path: str, keys: list[str]) -> Problem:
    """Segments that refer to one another in a circle."""
    way = " → ".join(keys)
    return problem(
        "cycle",
        path=path,
        fr=f"Ces segments se réfèrent en boucle : {way}.",
        en=f"These segments refer to one another in a circle: {way}.",
    )


def too_deep(most: int) -> Problem:
    """More levels than a person follows."""
    return problem(
        "too_deep",
        fr=f"La règle a plus de {most} niveaux. Découpez-la en plusieurs segments, réunis par member(…).",
        en=f"The rule has more than {most} levels. Cut it into several segments, joined by member(…).",
    )


def too_large(most: int) -> Problem:
    """More parts than a person reads."""
    return problem(
        "too_large",
        fr=f"La règle a plus de {most} éléments. Découpez-la en plusieurs segments, réunis par member(…).",
        en=f"The rule has more than {most} parts. Cut it into several segments, joined by member(…).",
    )
