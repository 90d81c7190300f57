"""Why a message waits in quarantine, in words that say what to do about it."""

from __future__ import annotations

from typing import Literal, assert_never

import msgspec

from vitrail.model.errors import Message

Code = Literal[
    "type",
    "number_too_large",
    "future",
    "past",
    "failed",
    "unplanned_event",
    "unplanned_property",
    "too_many_events",
    "event_name",
    "other_kind",
    "no_profile",
]


class Fault(msgspec.Struct, frozen=True):
    """What keeps a message from being filed: a reason, the property or event it is about, what was found."""

    code: Code
    path: str = ""
    found: str = ""
    expected: str = ""


def words(fault: Fault, *, event: str) -> Message:
    """The reason as a sentence, and what would put it right."""
    match fault.code:
        case "type":
            return _type(fault, event)
        case "number_too_large":
            return Message(
                fr=f"« {fault.path} » de « {event} » est un nombre trop grand ({fault.found}) : "
                "déclarez un texte.",
                en=f"“{fault.path}” of “{event}” is too large a number ({fault.found}): declare it a text.",
            )
        case "future" | "past" | "failed":
            return _moment(fault.code, fault.found)
        case "unplanned_event":
            return Message(
                fr=f"« {event} » n’est pas au plan de marquage, et cette source n’en sort pas : déclarez-le.",
                en=f"“{event}” is not in the tracking plan, and this source must keep to it: declare it.",
            )
        case "unplanned_property":
            return Message(
                fr=f"« {fault.path} » de « {event} » n’est pas au plan de marquage, et cette source n’en "
                "sort pas : déclarez cette propriété.",
                en=f"“{fault.path}” of “{event}” is not in the tracking plan, and this source must keep to "
                "it: declare the property.",
            )
        case "too_many_events" | "event_name" | "other_kind" | "no_profile":
            return _shape(fault.code, event)
        case _:
            assert_never(fault.code)


def _type(fault: Fault, event: str) -> Message:
    french, english = _TYPES.get(fault.expected, (fault.expected, fault.expected))
    return Message(
        fr=f"« {fault.path} » de « {event} » doit être {french} ; la source envoie « {fault.found} ». "
        "Corrigez la source, ou écartez ces messages.",
        en=f"“{fault.path}” of “{event}” must be {english}; the source sends “{fault.found}”. Mend the "
        "source, or discard these messages.",
    )


def _moment(code: Literal["future", "past", "failed"], found: str) -> Message:
    match code:
        case "future":
            return Message(
                fr=f"L’heure de l’événement ({found}) est à plus de 24 heures dans l’avenir : l’horloge de "
                "l’appareil est fausse. Rejouez quand cette heure sera passée, ou écartez.",
                en=f"The time of the event ({found}) is more than 24 hours ahead: the clock of the device is "
                "wrong. Replay once that time has passed, or discard.",
            )
        case "past":
            return Message(
                fr=f"L’heure de l’événement ({found}) est avant 1970 : l’horloge de l’appareil est fausse.",
                en=f"The time of the event ({found}) is before 1970: the clock of the device is wrong.",
            )
        case "failed":
            return Message(
                fr=f"Vitrail a échoué sur ce message ({found}). Signalez-le, et rejouez après la correction.",
                en=f"Vitrail failed on this message ({found}). Report it, and replay once that is mended.",
            )
        case _:
            assert_never(code)


def _shape(code: Literal["too_many_events", "event_name", "other_kind", "no_profile"], event: str) -> Message:
    match code:
        case "too_many_events":
            return Message(
                fr=f"« {event} » est nouveau, et il y a déjà trop d’événements différents : la source met "
                "sans doute une valeur dans leur nom. Déclarez-le s’il doit exister.",
                en=f"“{event}” is new, and there are too many different events already: the source probably "
                "puts a value in their names. Declare it if it must exist.",
            )
        case "event_name":
            return Message(
                fr="Le nom de l’événement manque, est trop long ou contient des caractères de contrôle.",
                en="The name of the event is missing, too long, or has control characters.",
            )
        case "other_kind":
            return Message(
                fr=f"« {event} » est une collection de fiches : un événement ne peut pas porter ce nom.",
                en=f"“{event}” is a collection of records: an event cannot bear this name.",
            )
        case "no_profile":
            return Message(
                fr="Le message ne dit pas de qui il parle : son identifiant est vide ou passe-partout "
                "(« null », « guest »…).",
                en="The message does not say whom it is about: its id is empty or stands for nobody "
                "(“null”, “guest”…).",
            )
        case _:
            assert_never(code)


_TYPES = {
    "text": ("un texte", "a text"),
    "integer": ("un nombre entier", "a whole number"),
    "decimal": ("un nombre", "a number"),
    "float": ("un nombre", "a number"),
    "boolean": ("vrai ou faux", "true or false"),
    "date": ("une date (AAAA-MM-JJ)", "a date (YYYY-MM-DD)"),
    "instant": ("un instant (AAAA-MM-JJThh:mm:ssZ)", "an instant (YYYY-MM-DDThh:mm:ssZ)"),
    "texts": ("une liste de textes", "a list of texts"),
}
