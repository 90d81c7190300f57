"""Hiding personal data from those who may not see them: one place for the API, the pages and exports.

Who lacks `view_personal_data` sees a pseudonym in the place of a key (GDPR 4(5)): one block of AES over
the number of the profile, the same at each look, turned back by Vitrail alone. Values of fields
that say who somebody is become `•••`, and no rule may ask for them: a count would tell what is hidden.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Mapping
from itertools import pairwise
from unicodedata import combining, normalize

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from vitrail.ledger.secrets import find_secret, keep_secret
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import Message, Problem, UserError, problem
from vitrail.model.explanation import Change, Evidence, Explanation, Figure, Finding
from vitrail.model.tree import Aggregate, Condition, Known, Member, Property, Selection, Step, Trait
from vitrail.model.walk import walk
from vitrail.warehouse.store import Store

HIDDEN = "•••"
BEGINNING = "p-"
SECRET = "pseudonyms"
BLOCK = 16

PERSONAL_WORDS = frozenset(
    {
        "email",
        "mail",
        "courriel",
        "phone",
        "telephone",
        "tel",
        "mobile",
        "gsm",
        "firstname",
        "lastname",
        "surname",
        "prenom",
        "nom",
        "address",
        "adresse",
        "street",
        "rue",
        "birth",
        "birthday",
        "birthdate",
        "naissance",
        "dob",
        "iban",
        "ssn",
        "nir",
        "passport",
        "passeport",
        "ip",
        "login",
        "username",
        "pseudo",
        "fullname",
    }
)
PERSONAL_PAIRS = frozenset({("first", "name"), ("last", "name"), ("full", "name"), ("given", "name")})
LONGER_PAIRS = frozenset({("family", "name"), ("maiden", "name"), ("user", "name"), ("customer", "name")})
COMPARED = frozenset({"given_name", "surname", "full_name", "birth_date", "email", "phone", "street"})

_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_PHONE = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d(?!\d))\+?\d[\d .()/-]{7,}\d(?![\w-])")


class Pseudonyms:
    """The pseudonyms of one workspace, under its own key: no other workspace has the same."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(AES(key), ECB())

    def of(self, numbers: npt.NDArray[np.integer]) -> list[str]:
        """The pseudonyms of profiles, by their numbers, in the order given."""
        blocks = np.zeros((len(numbers), 2), dtype=">u8")
        blocks[:, 1] = numbers
        sealer = self._cipher.encryptor()
        sealed = sealer.update(blocks.tobytes()) + sealer.finalize()
        return [_written(sealed[at : at + BLOCK]) for at in range(0, len(sealed), BLOCK)]

    def number(self, pseudonym: str) -> int | None:
        """The number of the profile with this pseudonym; None for what is none."""
        try:
            block = base64.b32decode(pseudonym.removeprefix(BEGINNING).upper() + "======")
        except ValueError:
            return None
        if len(block) != BLOCK or not pseudonym.startswith(BEGINNING):
            return None
        opener = self._cipher.decryptor()
        first, number = np.frombuffer(opener.update(block) + opener.finalize(), dtype=">u8")
        return int(number) if first == 0 else None


def pseudonyms_of(store: Store) -> Pseudonyms:
    """The pseudonyms of a workspace; the first who asks makes their key, sealed among the secrets."""
    with store.ledger.reading() as connection:
        written = find_secret(connection, SECRET)
    if written is None:
        with store.ledger.writing() as connection:
            written = find_secret(connection, SECRET)
            if written is None:
                written = base64.b64encode(secrets.token_bytes(32)).decode()
                keep_secret(connection, SECRET, text=written, at_us=store.now_us())
    return Pseudonyms(base64.b64decode(written))


# --- fields and values --------------------------------------------------------------------------


def is_personal(field: Field, *, of_trait: bool) -> bool:
    """Whether the values of a field say who somebody is: by what was declared, else by its name.

    `name` alone is that of a person among traits, and of a product or a page among properties.
    """
    if field.identity is not None or field.sensitive or field.compare in COMPARED:
        return True
    return is_personal_name(field.name, of_trait=of_trait)


def is_personal_name(name: str, *, of_trait: bool) -> bool:
    """Whether a field is called as what says who somebody is."""
    words = _words(name)
    pairs = PERSONAL_PAIRS | LONGER_PAIRS
    if (of_trait and words == ["name"]) or not PERSONAL_WORDS.isdisjoint(words):
        return True
    return any(pair in pairs for pair in pairwise(words))


def hidden_text(text: str) -> str:
    """A text without the e-mails and telephone numbers it holds, wherever they are written."""
    return _PHONE.sub(HIDDEN, _EMAIL.sub(HIDDEN, text))


def personal_questions(condition: Condition, catalogue: Catalogue) -> tuple[Problem, ...]:
    """What a rule asks that a masked person may not: the values of personal fields. Whether one is known may
    be asked, and membership of segments that others have defined."""
    return tuple(_no_question(name) for name in sorted(set(_asked(condition, catalogue, known_may=True))))


def refuse_personal(condition: Condition, catalogue: Catalogue) -> None:
    """Raise `UserError` when a rule asks for the values of personal fields."""
    if found := personal_questions(condition, catalogue):
        raise UserError(found)


def masked_explanation(found: Explanation, catalogue: Catalogue, *, pseudonym: str) -> Explanation:
    """An explanation under a pseudonym. Raises `UserError` when its rule reads personal fields, in itself
    or in the segments it refers to."""
    rule = found.finding.node
    reads = {*_asked(rule, catalogue, known_may=False), *_asked_by_segments(rule, catalogue)}
    if reads:
        raise UserError(tuple(_no_question(name) for name in sorted(reads)))
    return msgspec.structs.replace(
        found,
        key=pseudonym,
        finding=_finding(found.finding, found.key, pseudonym=pseudonym),
        summary=_message(found.summary, found.key, pseudonym=pseudonym),
        flip=None if found.flip is None else msgspec.structs.replace(
            found.flip, changes=tuple(_change(each) for each in found.flip.changes)
        ),
    )  # fmt: skip


def masked_keys(store: Store, numbers: npt.NDArray[np.integer]) -> pa.Array:
    """The pseudonyms of profiles in their own order, which tells nothing of that of the keys."""
    return pa.array(sorted(pseudonyms_of(store).of(numbers)), pa.string())


# --- inside -------------------------------------------------------------------------------------


def _written(block: bytes) -> str:
    return BEGINNING + base64.b32encode(block).decode().rstrip("=").lower()


def _words(name: str) -> list[str]:
    """The words of a name, without accents, in lower case: `dateNaissance` is date, naissance."""
    plain = "".join(each for each in normalize("NFKD", name) if not combining(each))
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return [each for each in re.split(r"[^a-z0-9]+", parted.lower()) if each]


def _asked(condition: Condition, catalogue: Catalogue, *, known_may: bool) -> Iterator[str]:
    """The names of the personal fields a rule reads."""
    free = {id(node.value) for _, node in walk(condition) if isinstance(node, Known)} if known_may else set()
    for _, node in walk(condition):
        match node:
            case Trait() if id(node) not in free and _trait(node.name, catalogue):
                yield node.name
            case Property() if id(node) not in free and is_personal_name(node.name, of_trait=False):
                yield node.name
            case Aggregate() if _property(node.property, node.of, catalogue=catalogue):
                yield node.property
            case Selection() | Step() if node.where is not None:
                yield from _declared(node, catalogue)
            case _:
                pass


def _asked_by_segments(condition: Condition, catalogue: Catalogue) -> Iterator[str]:
    waiting, seen = [condition], set[str]()
    while waiting:
        for _, node in walk(waiting.pop()):
            if isinstance(node, Member) and node.segment not in seen and node.segment in catalogue.segments:
                seen.add(node.segment)
                waiting.append(catalogue.segments[node.segment])
                yield from _asked(catalogue.segments[node.segment], catalogue, known_may=False)


def _declared(node: Selection | Step, catalogue: Catalogue) -> Iterator[str]:
    """The properties of a collection that were declared personal, where they are read."""
    assert node.where is not None
    for _, below in walk(node.where):
        if isinstance(below, Property) and _property(below.name, node, catalogue=catalogue):
            yield below.name


def _trait(name: str, catalogue: Catalogue) -> bool:
    field = catalogue.traits.get(name)
    return is_personal_name(name, of_trait=True) if field is None else is_personal(field, of_trait=True)


def _property(name: str, of: Selection | Step, *, catalogue: Catalogue) -> bool:
    collection = catalogue.collections.get(of.collection)
    field = None if collection is None else collection.properties.get(name)
    return is_personal_name(name, of_trait=False) if field is None else is_personal(field, of_trait=False)


def _finding(found: Finding, key: str, *, pseudonym: str) -> Finding:
    return msgspec.structs.replace(
        found,
        label=_message(found.label, key, pseudonym=pseudonym),
        records=tuple(_evidence(each) for each in found.records),
        parts=tuple(_finding(each, key, pseudonym=pseudonym) for each in found.parts),
    )


def _evidence(found: Evidence) -> Evidence:
    return msgspec.structs.replace(found, id=HIDDEN, properties=_figures(found.properties))


def _change(found: Change) -> Change:
    return msgspec.structs.replace(found, values=_figures(found.values))


def _figures(found: Mapping[str, Figure]) -> dict[str, Figure]:
    return {name: _figure(name, each) for name, each in found.items()}


def _figure(name: str, found: Figure) -> Figure:
    told = found.value if isinstance(found.value, str) else " ".join(found.value)
    if not is_personal_name(name, of_trait=False) and (found.type != "text" or hidden_text(told) == told):
        return found
    return Figure(found.type, HIDDEN, Message(fr=HIDDEN, en=HIDDEN))


def _message(found: Message, key: str, *, pseudonym: str) -> Message:
    plain = re.compile(rf"(?<!\w){re.escape(key)}(?!\w)")
    return Message(fr=plain.sub(pseudonym, found.fr), en=plain.sub(pseudonym, found.en))


def _no_question(name: str) -> Problem:
    return problem(
        "personal_field",
        path=name,
        fr=f"« {name} » dit qui est quelqu’un : votre rôle ne permet pas d’en lire les valeurs, ni de "
        "chercher des clients par elles. Vous pouvez demander si elle est connue.",
        en=f"“{name}” says who somebody is: your role does not allow reading its values, nor asking for "
        "customers by them. You may ask whether it is known.",
    )
