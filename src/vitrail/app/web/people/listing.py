"""Who was found, as the page of people lists them: the name, why, and what tells them apart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.app.people.searching import Hit, base_of, folded, search
from vitrail.app.people.viewer import Viewer
from vitrail.app.web.desk import Desk
from vitrail.app.web.people.words import Words, marked
from vitrail.collect.duplicates.people import compared_traits
from vitrail.engine.finding import values_of
from vitrail.engine.source import Source
from vitrail.model.catalogue import Catalogue, Compared, Field
from vitrail.model.errors import UserError
from vitrail.model.identities import LABELS
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import keys_of

PAGE = 30
REASONS = 3
SURE = ("key", "pseudonym", "identity", "order")
NAMES: tuple[Compared, ...] = ("given_name", "surname")


class Wish(msgspec.Struct, frozen=True):
    """Whom somebody looks for, and in which segment; the fields of the form and of the address."""

    q: str = ""
    segment: str = ""
    page: int = 1

    def address(self, **changed: object) -> str:
        """The address of the same search, but for what changes."""
        wish = msgspec.structs.replace(self, **changed)
        asked = {name: str(value) for name, value in msgspec.structs.asdict(wish).items() if value}
        if wish.page == 1:
            del asked["page"]
        return "/people" + (f"?{urlencode(asked)}" if asked else "")


class Reason(msgspec.Struct, frozen=True):
    """What told that somebody is meant: what it is called, and its pieces, some of them marked."""

    label: str
    pieces: tuple[tuple[str, bool], ...] = ()


class Line(msgspec.Struct, frozen=True):
    """Somebody who was found."""

    address: str
    title: str
    name: str
    place: str
    reasons: tuple[Reason, ...]


class Listing(msgspec.Struct, frozen=True):
    """A page of those found; `straight` is where one goes at once where a whole identity tells who it is."""

    lines: tuple[Line, ...] = ()
    found: int = 0
    pages: int = 1
    page: int = 1
    tried: tuple[str, ...] = ()
    straight: str = ""


class Found(msgspec.Struct, frozen=True):
    """What the lines of a page are drawn from: who looks, for what, who was found, and what may be seen."""

    desk: Desk
    viewer: Viewer
    wish: Wish
    words: Words
    source: Source
    hits: Mapping[int, Hit]
    values: Mapping[int, Mapping[str, object]] = {}
    fields: tuple[Field, ...] = ()


def listing(desk: Desk, viewer: Viewer, *, wish: Wish, words: Words, most: int = PAGE) -> Listing:
    """Whom a text or a segment leads to, so many a page. Raises `UserError` for an unknown segment."""
    base = base_of(desk.ws.store, desk.ws.database)
    among = _segment(desk, wish.segment) if wish.segment else None
    if wish.q.strip():
        hits = search(base, wish.q, viewer=viewer, among=among)
        people, by, tried = hits.people, hits.hits, tuple(hits.tried)
    else:
        people, by, tried = np.array(among or (), dtype=np.int64), {}, ()
    pages = max(1, -(-len(people) // most))
    page = min(max(1, wish.page), pages)
    shown = people[(page - 1) * most : page * most].tolist()
    lines = _lines(Found(desk, viewer, wish, words, base.source, by), shown)
    sure = len(people) == 1 and all(each.how in SURE for each in by.values()) and bool(by)
    return Listing(tuple(lines), len(people), pages, page, tried, lines[0].address if sure else "")


def lines_of(desk: Desk, viewer: Viewer, *, people: Sequence[int], words: Words) -> tuple[Line, ...]:
    """Some customers by their numbers, in the order given."""
    base = base_of(desk.ws.store, desk.ws.database)
    return tuple(_lines(Found(desk, viewer, Wish(), words, base.source, {}), people))


def _segment(desk: Desk, key: str) -> BitMap:
    known = desk.ws.catalogue.current().segments
    if key not in known:
        raise UserError((unknown_segment(key, known),))
    members = desk.keep(("members", desk.state()), lambda: current_members(desk.ws.store))
    return members.get(key, BitMap())


def _lines(found: Found, shown: Sequence[int]) -> list[Line]:
    if not shown:
        return []
    fields = tuple(found.viewer.seen(found.words.catalogue.traits.values()))
    hits, source = found.hits, found.source
    numbers = sorted(
        {number for each in shown for number in (each, hits[each].part if each in hits else each)}
    )
    values = values_of(numbers, fields, source=source, database=found.desk.ws.database)
    found = msgspec.structs.replace(found, values=values, fields=fields)
    addresses, names = found.viewer.addresses(shown, source), found.viewer.names(shown, source)
    return [
        _line(found, number, address=address, name=name)
        for number, address, name in zip(shown, addresses, names, strict=True)
    ]


def _line(found: Found, number: int, *, address: str, name: str) -> Line:
    own, hit = found.values.get(number, {}), found.hits.get(number)
    catalogue = found.words.catalogue
    reasons = () if hit is None else tuple(_reasons(found, hit))
    return Line(address, title_of(own, catalogue) or name, name, _place(own, found.words), reasons)


def title_of(values: Mapping[str, object], catalogue: Catalogue) -> str:
    """The name of somebody, out of the values that may be seen of them."""
    roles = {kind: name for name, kind in compared_traits(catalogue).items()}
    full = values.get(roles.get("full_name", ""))
    parts = [values.get(roles[kind]) for kind in NAMES if kind in roles]
    return str(full) if full else " ".join(str(part) for part in parts if part)


def _place(values: Mapping[str, object], words: Words) -> str:
    roles = {kind: name for name, kind in compared_traits(words.catalogue).items()}
    wanted = [roles.get("postcode", ""), roles.get("city", ""), "country"]
    told = [name for name in wanted if values.get(name) is not None]
    return " ".join(words.value(values[name], words.catalogue.traits[name]) for name in told)


def _merged(found: Found, hit: Hit) -> str:
    """The key of the profile that was found, where it is part of another one."""
    if hit.part == hit.profile or found.viewer.is_masked:
        return ""
    return keys_of(found.source, np.array([hit.part]))[0]


def _reasons(found: Found, hit: Hit) -> Iterator[Reason]:
    """What told: the key or the identity, the order, or the values that hold what was typed."""
    text, say = " ".join(found.wish.q.split()), found.words.speech.say
    merged = _merged(found, hit)
    match hit.how:
        case "key":
            own = keys_of(found.source, np.array([hit.part]))[0]
            yield Reason(say("Key"), marked(own, (folded(text),)))
        case "pseudonym":
            yield Reason(say("Pseudonym"))
        case "identity":
            label = next(said for kind, said in LABELS.items() if kind == hit.name)
            told = label.in_language(found.words.speech.language)
            yield Reason(told[:1].upper() + told[1:], ((text, True),))
        case "order":
            yield Reason(found.words.collection(hit.name), ((text, True),))
        case _:
            yield from _of_values(found, hit, text=text)
    if merged and hit.how != "key":
        yield Reason(say("in the merged profile %(key)s", key=merged))


def _of_values(found: Found, hit: Hit, *, text: str) -> list[Reason]:
    """The values that hold what was typed, the one that holds most of it first."""
    values = found.values.get(hit.part, {})
    told: list[tuple[int, Reason]] = []
    for field in found.fields:
        value = values.get(field.name)
        if value is None:
            continue
        said = found.words.value(value, field)
        pieces = marked(said, (folded(text), *folded(text).split()))
        if not any(is_marked for _, is_marked in pieces):
            if not _is_same(value, text, words=found.words):
                continue
            pieces = ((said, True),)
        length = max(len(piece) for piece, is_marked in pieces if is_marked)
        told.append((-length, Reason(found.words.field(field), pieces)))
    return [reason for _, reason in sorted(told, key=lambda each: each[0])[:REASONS]]


def _is_same(value: object, text: str, *, words: Words) -> bool:
    """Whether a value is what was typed, written otherwise: a day, a telephone."""
    if isinstance(value, dt.date):
        return text in (value.isoformat(), words.speech.short_day(value))
    digits, bare = (re.sub(r"\D", "", each) for each in (text, str(value)))
    alike = len(digits) >= 6 and bool(bare) and bare.endswith(digits.lstrip("0")[-9:])
    return alike or str(value) == text
