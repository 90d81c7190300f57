"""Where one begins among people: the largest segments, and the customers looked at last."""

from __future__ import annotations

import msgspec
import numpy as np

from vitrail.app.people.viewer import Viewer
from vitrail.app.web.desk import Desk
from vitrail.app.web.people.listing import Line, Wish, lines_of
from vitrail.app.web.people.words import Words
from vitrail.app.web.segments.figures import all_figures
from vitrail.app.web.segments.listing import said
from vitrail.app.written import whole_number
from vitrail.engine.canon import canon_of
from vitrail.ledger import audit
from vitrail.ledger.audit import Asked
from vitrail.model.access import Actor
from vitrail.model.tree import Truth
from vitrail.warehouse.refresh import bitmap, defined

LARGEST, LOOKS, LAST = 6, 60, 6


class Way(msgspec.Struct, frozen=True):
    """A segment as a way to its customers."""

    address: str
    name: str
    customers: int


def ways_in(desk: Desk, *, language: str) -> tuple[Way, ...]:
    """The largest segments that hold some customers and not all of them, the largest first."""
    figures = all_figures(desk)
    sizes = {key: each.size for key, each in figures.segments.items() if 0 < each.size < figures.customers}
    ways = [
        Way(Wish(segment=each.key).address(), said(each.name, language) or each.key, sizes[each.key])
        for each in defined(desk.ws.store)[1].document.segments
        if each.key in sizes and not each.archived
    ]
    return tuple(sorted(ways, key=lambda way: -way.customers)[:LARGEST])


def looked_at_last(desk: Desk, viewer: Viewer, *, actor: Actor, words: Words) -> tuple[Line, ...]:
    """The customers somebody looked at last, as the audit trail says; who is no longer there is left out."""
    with desk.ws.store.ledger.reading() as connection:
        looks = audit.acts(connection, Asked(actor=actor, act="profile.view"), limit=LOOKS)
    subjects = (each.act.subject.id for each in looks if each.act.subject.kind == "profile")
    source = desk.ws.store.source()
    numbers = [
        number for each in subjects if (number := whole_number(each)) is not None and number < source.profiles
    ]
    if not numbers:
        return ()
    counted = desk.settled.counted({"": Truth(True)}, desk.settled.instant())
    everybody = bitmap(counted.members[""], counted.size)
    looked = dict.fromkeys(canon_of(source).of(np.array(numbers)).tolist())
    people = [each for each in looked if each in everybody]
    return lines_of(desk, viewer, people=people[:LAST], words=words)
