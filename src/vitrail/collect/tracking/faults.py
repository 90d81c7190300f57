"""All that can be wrong with a tracking request or one of its messages, in words for whoever sent it."""

from __future__ import annotations

import difflib
import re

from vitrail.model.errors import Problem, problem
from vitrail.model.tracking import KINDS

_PLACE = re.compile(r"byte (\d+)")

BODY_BYTES = 500 * 1024
MESSAGE_BYTES = 32 * 1024
DEPTH = 32
MEMBERS = 1_000
ID_LETTERS = 512


class Fault(Exception):
    """A message, or a whole request, that is refused; it carries the problem."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.message.en)
        self.problem = found


def body_too_large() -> Fault:
    return _fault(
        "body_too_large",
        fr=f"La requête dépasse {BODY_BYTES // 1024} ko une fois décompressée. Envoyez des lots plus petits.",
        en=f"The request is larger than {BODY_BYTES // 1024} kB once decompressed. Send smaller batches.",
    )


def body_too_slow() -> Fault:
    return _fault(
        "body_too_slow",
        fr="La requête n’est pas arrivée entière à temps. Renvoyez-la.",
        en="The request did not arrive whole in time. Send it again.",
    )


def bad_gzip() -> Fault:
    return _fault(
        "bad_gzip",
        fr="Le corps commence comme du gzip mais est abîmé ou incomplet. Renvoyez-le.",
        en="The body begins like gzip but is damaged or cut. Send it again.",
    )


def not_json(reason: str = "") -> Fault:
    """Text that is no JSON; `reason` is what its reader said, of which the place is kept."""
    found = _PLACE.search(reason)
    return _fault(
        "not_json",
        fr="Ce n’est pas du JSON lisible" + (f" (octet {found[1]})." if found else "."),
        en="This is not JSON that can be read" + (f" (byte {found[1]})." if found else "."),
    )


def not_utf8() -> Fault:
    return _fault("not_utf8", fr="Le texte n’est pas en UTF-8.", en="The text is not in UTF-8.")


def no_batch() -> Fault:
    return _fault(
        "no_batch",
        path="batch",
        fr="Un lot est un objet dont « batch » est la liste, non vide, des messages.",
        en="A batch is an object whose “batch” is the list, not empty, of the messages.",
    )


def message_too_large() -> Fault:
    return _fault(
        "message_too_large",
        fr=f"Le message dépasse {MESSAGE_BYTES // 1024} ko.",
        en=f"The message is larger than {MESSAGE_BYTES // 1024} kB.",
    )


def too_deep() -> Fault:
    return _fault(
        "too_deep",
        fr=f"Le message emboîte plus de {DEPTH} niveaux d’objets ou de listes.",
        en=f"The message nests objects or lists more than {DEPTH} levels deep.",
    )


def too_many_members() -> Fault:
    return _fault(
        "too_many_members",
        fr=f"Le message a plus de {MEMBERS} clés.",
        en=f"The message has more than {MEMBERS:,} keys.",
    )


def duplicate_key(key: str) -> Fault:
    shown = key[:80]
    return _fault(
        "duplicate_key",
        path=shown,
        fr=f"La clé « {shown} » est donnée deux fois dans le même objet : laquelle croire ?",
        en=f"The key “{shown}” is given twice in one object: which one holds?",
    )


def number_out_of_range() -> Fault:
    return _fault(
        "number_out_of_range",
        fr="Un nombre est trop grand pour être gardé exactement.",
        en="A number is too large to be kept exactly.",
    )


def not_an_object(path: str = "") -> Fault:
    return _fault(
        "not_an_object",
        path=path,
        fr=f"« {path or 'message'} » doit être un objet JSON.",
        en=f"“{path or 'message'}” must be a JSON object.",
    )


def unknown_type(given: object) -> Fault:
    shown = str(given)[:80]
    return _fault(
        "unknown_type",
        path="type",
        hint=tuple(difflib.get_close_matches(shown, KINDS, n=1)) or KINDS,
        fr=f"Le type « {shown} » n’existe pas.",
        en=f"There is no type “{shown}”.",
    )


def no_identity() -> Fault:
    return _fault(
        "no_identity",
        path="userId",
        fr="Le message ne dit pas de qui il s’agit : donnez userId ou anonymousId.",
        en="The message does not say who it is about: give userId or anonymousId.",
    )


def missing(path: str) -> Fault:
    return _fault(
        "missing",
        path=path,
        fr=f"« {path} » manque ou est vide.",
        en=f"“{path}” is missing or empty.",
    )


def bad_id(path: str) -> Fault:
    return _fault(
        "bad_id",
        path=path,
        fr=f"« {path} » doit être un texte d’au plus {ID_LETTERS} lettres, ou un entier.",
        en=f"“{path}” must be a text of at most {ID_LETTERS} letters, or a whole number.",
    )


def bad_timestamp(path: str) -> Fault:
    return _fault(
        "bad_timestamp",
        path=path,
        fr=f"« {path} » n’est pas un instant. Exemple : 2026-03-01T08:00:00.000Z.",
        en=f"“{path}” is not an instant. Example: 2026-03-01T08:00:00.000Z.",
    )


def _fault(code: str, *, fr: str, en: str, path: str = "", hint: tuple[str, ...] = ()) -> Fault:
    return Fault(problem(code, fr=fr, en=en, path=path, hint=hint))
