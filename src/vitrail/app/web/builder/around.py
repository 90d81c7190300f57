"""Around a segment being built: whom it shares with the others, and some of its people."""

from __future__ import annotations

import msgspec
import numpy as np

from vitrail.app.web.builder.form import ROOT
from vitrail.app.web.builder.words import segment_word
from vitrail.app.web.desk import Desk
from vitrail.app.web.settled import Counted
from vitrail.app.web.speech import Speech
from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import keys_of

SHOWN = 12
PEOPLE = 8


class Overlap(msgspec.Struct, frozen=True):
    """What a segment shares with another: how many, in share of each, and of both together (Jaccard)."""

    key: str
    name: str
    size: int
    common: int
    of_this: float
    of_other: float
    jaccard: float


def overlaps(desk: Desk, counted: Counted, *, speech: Speech, but: str = "") -> tuple[Overlap, ...]:
    """The segments that share most, as of the last refresh; the more alike, the earlier."""
    members, size = counted.members[ROOT], bits.count(counted.members[ROOT])
    catalogue = desk.ws.catalogue.current()
    found = []
    for key, (other, other_size) in _refreshed(desk, counted.size).items():
        common = bits.count(np.bitwise_and(members, other))
        if key == but or not common:
            continue
        name = segment_word(key, catalogue, speech=speech)
        both = size + other_size - common
        found.append(
            Overlap(key, name, other_size, common, common / size, common / other_size, common / both)
        )
    return tuple(sorted(found, key=lambda each: -each.jaccard)[:SHOWN])


def people(desk: Desk, counted: Counted) -> tuple[str, ...]:
    """The keys of some members, taken evenly among all."""
    found = bits.profiles_of(counted.members[ROOT], counted.size)
    if not len(found):
        return ()
    taken = found[:: max(1, len(found) // PEOPLE)][:PEOPLE]
    return tuple(keys_of(desk.ws.store.source(), taken))


def _refreshed(desk: Desk, size: int) -> dict[str, tuple[Bits, int]]:
    """The members of every segment at the last refresh, as packed bits."""

    def work_out() -> dict[str, tuple[Bits, int]]:
        return {
            key: (bits.of_profiles(np.array(inside, dtype=np.int64), size), len(inside))
            for key, inside in current_members(desk.ws.store).items()
        }

    return desk.keep(("bits", desk.state(), size), work_out)
