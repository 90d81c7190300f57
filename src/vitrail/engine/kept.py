"""Answers to elementary tests, kept from one refresh to the next: one bit per test and profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.plan import Atom
from vitrail.model.tree import Tree, from_json

PACKING = "lz4"
_LENGTH = 8


class Kept(msgspec.Struct, frozen=True):
    """Which profiles met each elementary test as of an instant, whatever the population.

    `files` are the paths of the facts they were found in.
    """

    at_us: int
    size: int
    atoms: Mapping[Atom, Bits]
    files: frozenset[str] = frozenset()

    def grown(self, size: int) -> Kept:
        """The same answers among more profiles, of which the new ones meet nothing yet."""
        if size == self.size:
            return self
        atoms = {atom: _grown(each, size) for atom, each in self.atoms.items()}
        return msgspec.structs.replace(self, size=size, atoms=atoms)


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Where the bits of one test stand, and the test as text."""

    atom: str
    start: int
    length: int


class _Contents(msgspec.Struct, frozen=True):
    at_us: int
    size: int
    files: list[str]
    places: list[_Place]


def packed(kept: Kept) -> bytes:
    """The answers as the bytes of a file: where each set stands, then the sets, compressed one by one."""
    places: list[_Place] = []
    blocks: list[bytes] = []
    start = 0
    for atom, each in kept.atoms.items():
        block = pa.compress(each.tobytes(), codec=PACKING, asbytes=True)
        places.append(_Place(atom.to_json(), start, len(block)))
        blocks.append(block)
        start += len(block)
    contents = msgspec.json.encode(_Contents(kept.at_us, kept.size, sorted(kept.files), places))
    return b"".join([len(contents).to_bytes(_LENGTH, "little"), contents, *blocks])


def unpacked(content: bytes) -> Kept:
    """The answers in the bytes of a file."""
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    contents = msgspec.json.decode(content[_LENGTH:end], type=_Contents)
    length = len(bits.nobody(contents.size))
    view = memoryview(content)[end:]
    atoms: dict[Atom, Bits] = {}
    for place in contents.places:
        block = view[place.start : place.start + place.length]
        raw = pa.decompress(pa.py_buffer(block), decompressed_size=length, codec=PACKING)
        atoms[_atom(from_json(place.atom))] = np.frombuffer(raw, dtype=np.uint8)
    return Kept(contents.at_us, contents.size, atoms, frozenset(contents.files))


def _atom(tree: Tree) -> Atom:
    return cast(Atom, tree)


def _grown(each: Bits, size: int) -> Bits:
    grown = bits.nobody(size)
    grown[: len(each)] = each
    return grown
