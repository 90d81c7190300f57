"""The addresses people are reached at, all at once: the trait that holds them, and their one form."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
from pyroaring import BitMap

from vitrail.engine.source import Source
from vitrail.ledger.suppressions import AddressKind
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.purposes import Channel
from vitrail.warehouse.reading import read_columns
from vitrail.warehouse.scratch import Scratch

KINDS: Mapping[Channel, AddressKind] = {
    "email": "email",
    "pixel": "email",
    "sms": "phone",
    "phone": "phone",
    "automatic_call": "phone",
}
"""The channels that go to an address that can be on the suppression list."""

NAMES: Mapping[AddressKind, frozenset[str]] = {
    "email": frozenset({"email", "e-mail", "mail", "email_address", "adresse_email", "courriel"}),
    "phone": frozenset({"phone", "mobile", "telephone", "téléphone", "portable", "phone_number"}),
}
"""What traits with addresses are called where nothing else tells them."""

EMAIL = r"^[^\s@,;<>]+@[^\s@,;<>.]+(\.[^\s@,;<>.]+)*\.[^\s@,;<>.\d]{2,}$"
PHONE = r"^\+\d{8,15}$"
_PHONE_STEPS = (
    (r"[^\d+]", ""),
    (r"^00", "+"),
    (r"^\+330", "+33"),
    (r"^33([1-9]\d{8})$", r"+33\1"),
    (r"^0?([1-9]\d{8})$", r"+33\1"),
)


def address_field(catalogue: Catalogue, kind: AddressKind) -> Field | None:
    """The trait that holds addresses: declared as an identity, compared as one, or called like one."""
    texts = [field for field in catalogue.traits.values() if field.type == "text"]
    told = (
        lambda field: field.identity == kind,
        lambda field: field.compare == kind,
        lambda field: field.name.casefold() in NAMES[kind],
    )
    return next((field for holds in told for field in texts if holds(field)), None)


def in_one_form(values: pa.Array, kind: AddressKind) -> pa.Array:
    """Each address in one form; unknown where it cannot be one. A French number may lack its prefix."""
    text = compute.utf8_trim_whitespace(compute.utf8_normalize(values.cast(pa.string()), form="NFC"))
    if kind == "email":
        found, pattern = compute.utf8_lower(text), EMAIL
    else:
        found, pattern = text, PHONE
        for what, by in _PHONE_STEPS:
            found = compute.replace_substring_regex(found, pattern=what, replacement=by)
    usable = compute.match_substring_regex(found, pattern=pattern)
    return compute.if_else(usable, found, pa.scalar(None, pa.string()))


def addresses_of(source: Source, field: Field, *, profiles: npt.NDArray[np.integer]) -> pa.Array:
    """What the trait says of each of some profiles at the snapshot; a later file replaces whole rows."""
    files = [file.path for file in source.traits.snapshots]
    if not files:
        return pa.nulls(len(profiles), pa.string())
    rows = read_columns(files, ["profile", field.column])
    place = np.full(source.profiles, -1, dtype=np.int64)
    place[rows["profile"].to_numpy()] = np.arange(rows.num_rows)
    found = place[profiles]
    values = rows[field.column].combine_chunks()
    return values.take(pa.array(found, mask=found < 0))


def prints(addresses: pa.Array, *, key: str, kind: AddressKind) -> list[str]:
    """The keyed hash (HMAC-SHA-256, RFC 2104) of each address in its one form."""
    with _hashing(addresses) as scratch:
        return [str(row[0]) for row in scratch.rows(_PRINTS, _pads(key, kind))]


def print_of_address(form: str, *, key: str, kind: str) -> str:
    """The same hash of one address in its one form, or of a key of a profile (`kind` is then `key`)."""
    return hmac.digest(bytes.fromhex(key) + kind.encode(), form.encode(), "sha256").hex()


def listed(addresses: pa.Array, known: Collection[str], *, key: str, kind: AddressKind) -> dict[int, str]:
    """The places of the addresses whose hash is one of the known ones, with that hash."""
    with _hashing(addresses) as scratch:
        scratch.register("known", pa.table({"print": pa.array(known, pa.string())}))
        return {int(str(place)): str(mark) for place, mark in scratch.rows(_LISTED, _pads(key, kind))}


class Addressed(msgspec.Struct, frozen=True):
    """Some people with the address of each on a channel, in one form; unknown where there is none."""

    profiles: npt.NDArray[np.uint32]
    forms: pa.Array

    def among(self, people: BitMap) -> Addressed:
        """The same for those of them who are among some people."""
        kept = np.isin(self.profiles, np.frombuffer(people.to_array(), dtype=np.uint32))
        return Addressed(self.profiles[kept], self.forms.filter(pa.array(kept)))


def addressed(source: Source, catalogue: Catalogue, *, channel: Channel, people: BitMap) -> Addressed | None:
    """The addresses of some people; None where the channel goes to no address, or no trait holds one."""
    kind = KINDS.get(channel)
    field = None if kind is None else address_field(catalogue, kind)
    if kind is None or field is None:
        return None
    profiles = np.frombuffer(people.to_array(), dtype=np.uint32)
    return Addressed(profiles, in_one_form(addresses_of(source, field, profiles=profiles), kind))


def usable_places(forms: pa.Array) -> npt.NDArray[np.bool_]:
    """Where there is an address."""
    return np.asarray(compute.is_valid(forms))


def _hashing(addresses: pa.Array) -> Scratch:
    scratch = Scratch(Path(tempfile.gettempdir()))
    places = pa.array(np.arange(len(addresses), dtype=np.int64))
    scratch.register("addresses", pa.table({"place": places, "address": addresses}))
    return scratch


def _pads(key: str, kind: AddressKind) -> dict[str, str]:
    block = (bytes.fromhex(key) + kind.encode()).ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return {"inner": inner.hex(), "outer": outer.hex()}


_PRINTS = """
SELECT sha256(unhex($outer) || unhex(sha256(unhex($inner) || encode(address)))) AS print
FROM addresses WHERE address IS NOT NULL ORDER BY place
"""
_LISTED = """
SELECT place, print FROM (
    SELECT place, sha256(unhex($outer) || unhex(sha256(unhex($inner) || encode(address)))) AS print
    FROM addresses WHERE address IS NOT NULL
) SEMI JOIN known USING (print)
"""
