"""Finding a customer by anything: a key, an e-mail, a phone in any writing, a card, a name, an order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal
from unicodedata import normalize

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from vitrail.app.masking import BEGINNING, pseudonyms_of
from vitrail.app.people.viewer import Viewer
from vitrail.collect.identity import normalise
from vitrail.engine import finding
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.source import File, Source
from vitrail.engine.sql.search import EDGE, Chosen, Probes, Word
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.identities import IdentityKind
from vitrail.warehouse.leaving import files_in_force
from vitrail.warehouse.people import all_keys
from vitrail.warehouse.store import Store

LONGEST = 200
MOST_ROWS = 12_000_000
"""Rows of events that are looked through for a number: more would take longer than anybody waits."""

WORDS = 6
KEPT = 1_000
"""People of whom it is remembered why they were found: nobody reads on after so many."""

Numbers = npt.NDArray[np.int64]
How = Literal["key", "pseudonym", "identity", "order", "value", "words"]
STRONG: tuple[IdentityKind, ...] = ("email", "phone", "loyalty_card", "crm_id", "anonymous_id", "device_id")

PHONE_WORDS = frozenset({"phone", "telephone", "tel", "mobile", "gsm", "portable"})
CODE_WORDS = frozenset({"card", "carte", "loyalty", "fidelite", "crm", "id", "number", "numero", "num", "ref",
                        "reference", "code", "siret", "siren"})  # fmt: skip
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")


class Base(msgspec.Struct, frozen=True):
    """Where customers are looked for: a snapshot, what it knows, and the database that reads it."""

    source: Source
    catalogue: Catalogue
    database: DuckDB
    claims: tuple[File, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """A customer who was found: how well (0 is best), by what, and in which of their profiles."""

    profile: int
    place: int
    how: How
    name: str = ""
    part: int = 0


class Found(msgspec.Struct, frozen=True):
    """Profiles that one way found, how well each of them, and the name of what told."""

    profiles: npt.NDArray[np.integer]
    places: npt.NDArray[np.integer]
    how: How
    name: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether somebody was found by a whole value."""
        return bool(len(self.places)) and int(self.places.min()) == finding.WHOLE


class Hits(msgspec.Struct, frozen=True):
    """Everybody who was found, the best first; `tried` names what was looked at."""

    people: Numbers
    hits: Mapping[int, Hit]
    tried: tuple[How, ...]

    def of(self, profile: int) -> Hit | None:
        """Why a customer is among them."""
        return self.hits.get(profile)


def base_of(store: Store, database: DuckDB) -> Base:
    """The newest snapshot of a workspace."""
    claims = tuple(
        File(str(store.path / each.path), each.rows) for each in files_in_force(store, ("identity",))
    )
    return Base(store.source(), store.catalogue, database, claims)


def search(base: Base, text: str, *, viewer: Viewer, among: BitMap | None = None) -> Hits:
    """Everybody a text leads to, merged profiles as the customer they belong to; `among` keeps some alone.

    Who may not see personal data finds by pseudonym and by whole values they may see, no more: that
    nobody is found must not tell what is hidden.
    """
    sought = " ".join(normalize("NFC", text)[:LONGEST].split())
    found: list[Found] = []
    tried: list[How] = []
    for how, parts in _ways(base, sought, viewer=viewer) if sought else ():
        tried.append(how)
        found += [Found(profiles, places, how, name) for profiles, places, name in parts]
    if not viewer.is_masked and _may_be_an_order(sought) and not any(each.is_sure for each in found):
        tried.append("order")
        found += [Found(*part[:2], "order", part[2]) for part in _by_order(base, sought)]
    return _gathered(base, found, tried=tuple(tried), among=among)


def folded(text: str) -> str:
    """A text without accents or capitals."""
    return finding.plain(text)


Parts = Iterable[tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], str]]


def _ways(base: Base, text: str, *, viewer: Viewer) -> Iterator[tuple[How, Parts]]:
    """Each way to look at people themselves, from the surest; whoever is masked has two."""
    if text.startswith(BEGINNING):
        yield "pseudonym", _by_pseudonym(base, text, viewer=viewer)
    if not viewer.is_masked:
        yield "key", _by_key(base, text)
        if base.claims:
            yield "identity", _by_identity(base, text)
    probes, types = probes_for(base.catalogue, text, viewer=viewer)
    table = finding.find_in_traits(probes, types, source=base.source, database=base.database)
    yield "words" if probes.within else "value", [(_numbers(table, "profile"), _numbers(table, "place"), "")]


def _by_pseudonym(base: Base, text: str, *, viewer: Viewer) -> Parts:
    number = pseudonyms_of(viewer.store).number(text)
    if number is not None and number < base.source.profiles:
        yield _same([number], finding.WHOLE, name="")


def _by_key(base: Base, text: str) -> Parts:
    keys = all_keys(base.source)
    for form in dict.fromkeys((text, text.upper(), text.casefold())):
        position = keys.index(form).as_py()
        if position >= 0:
            yield _same([position], finding.WHOLE, name=form)
    if len(text) >= 3 and " " not in text:
        for form in dict.fromkeys((text, text.upper())):
            begun = pc.indices_nonzero(pc.starts_with(keys, form)).to_numpy()
            yield _same(begun, finding.BEGINS, name="")


def _by_identity(base: Base, text: str) -> Parts:
    for kind in STRONG:
        form = normalise(kind, text)
        if not isinstance(form, str):
            continue
        rows = finding.find_by_id(base.claims, ("kind", "value"), forms=(form,), database=base.database)
        mine = rows.filter(pc.and_(pc.equal(rows["kind"], kind), pc.equal(rows["value"], form)))
        if mine.num_rows:
            yield _same(_numbers(mine, "profile"), finding.WHOLE, name=kind)


def _may_be_an_order(text: str) -> bool:
    return " " not in text and any(each.isdigit() for each in text)


def _by_order(base: Base, text: str) -> Parts:
    """Who has an event or a record of this number; the smallest collections first."""
    forms = tuple(dict.fromkeys((text, text.upper(), text.removeprefix("#"))))
    source, left = base.source, MOST_ROWS
    every = [*source.records.items(), *source.events.items()]
    for name, files in sorted(every, key=lambda each: sum(file.rows for file in each[1])):
        left -= sum(file.rows for file in files)
        if left < 0:
            return
        codes = [
            field.column
            for field in base.catalogue.collections[name].properties.values()
            if field.type == "text" and not CODE_WORDS.isdisjoint(words_of(field.name))
        ]
        rows = finding.find_by_id(files, ("id", *codes), forms=forms, database=base.database)
        if rows.num_rows:
            yield _same(_numbers(rows, "profile"), finding.WHOLE, name=name)


def _same(
    profiles: Sequence[int] | npt.NDArray[np.integer], place: int, *, name: str
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], str]:
    numbers = np.asarray(profiles, dtype=np.int64)
    return numbers, np.full(len(numbers), place, dtype=np.int64), name


def _numbers(table: pa.Table, name: str) -> Numbers:
    found: Numbers = table[name].combine_chunks().to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _gathered(
    base: Base,
    found: Sequence[Found],
    *,
    tried: tuple[How, ...],
    among: BitMap | None,
) -> Hits:
    """Each customer once, by their best reason."""
    canon = canon_of(base.source)
    nobody = np.zeros(0, np.int64)
    parts = np.concatenate([nobody, *(each.profiles for each in found)]).astype(np.int64)
    places = np.concatenate([nobody, *(each.places for each in found)]).astype(np.int64)
    ways = np.repeat(np.arange(len(found)), [len(each.profiles) for each in found])
    people = canon.of(parts)
    if among is not None and len(people):
        kept = np.isin(people, np.array(among, dtype=np.int64))
        parts, places, ways, people = parts[kept], places[kept], ways[kept], people[kept]
    order = np.lexsort((people, ways, places))
    _, first = np.unique(people[order], return_index=True)
    best = order[np.sort(first)]
    hits = {
        int(people[each]): Hit(
            int(people[each]),
            int(places[each]),
            found[ways[each]].how,
            found[ways[each]].name,
            int(parts[each]),
        )
        for each in best[:KEPT]
    }
    return Hits(people[best], hits, tried)


# --- in the values of traits --------------------------------------------------------------------


def probes_for(catalogue: Catalogue, text: str, *, viewer: Viewer) -> tuple[Probes, dict[str, str]]:
    """What a text may stand for in the traits somebody may see, and the types of the columns it reads."""
    fields = viewer.seen(catalogue.traits.values())
    texts = [field for field in fields if field.type == "text" and not field.choices]
    plain, bare = folded(text), re.sub(r"[ .()/+-]", "", text)
    phones = [field for field in texts if _is_phone(field)] if len(bare) >= 6 and bare.isdigit() else []
    codes = [
        field
        for field in texts
        if bare and not viewer.is_masked and bare != text and not CODE_WORDS.isdisjoint(words_of(field.name))
    ]
    probes = Probes(
        texts=tuple(f"{field.column}{finding.FOLDED}" for field in texts),
        whole=plain.replace(EDGE, ""),
        words=tuple(Word(each, tuple(_chosen(fields, each))) for each in plain.split()[:WORDS]),
        within=not viewer.is_masked,
        phones=tuple(field.column for field in phones),
        digits=_national(text, bare) if phones else "",
        codes=tuple(field.column for field in codes),
        code=bare.upper() if codes else "",
        chosen=tuple(_chosen(fields, plain)),
        equal=dict(_equal(fields, text)),
    )
    return probes, _types(probes, fields)


def _types(probes: Probes, fields: Sequence[Field]) -> dict[str, str]:
    types = dict.fromkeys((*probes.texts, *probes.phones, *probes.codes), finding.TEXT)
    types |= {name: kind for name, (kind, _) in probes.equal.items()}
    chosen = [*probes.chosen, *(each for word in probes.words for each in word.chosen)]
    kinds = {field.column: finding.SQL_TYPES[field.type] for field in fields}
    return types | {each.column: kinds[each.column] for each in chosen}


def _chosen(fields: Sequence[Field], text: str) -> Iterator[Chosen]:
    """The declared values a text names, in either language."""
    for field in fields:
        if field.choices and field.type in ("text", "texts"):
            values = [
                each.value
                for each in field.choices
                if text in {folded(each.value), *(folded(said) for said in _said(each.label))}
            ]
            if values:
                yield Chosen(field.column, tuple(values), field.type == "texts")


def _said(label: object) -> tuple[str, ...]:
    return (getattr(label, "fr", ""), getattr(label, "en", "")) if label is not None else ()


def _equal(fields: Sequence[Field], text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    day = _day(text)
    for field in fields:
        if field.type == "date" and day is not None:
            yield field.column, ("DATE", day.isoformat())
        if field.type == "integer" and text.isascii() and text.isdigit() and 4 <= len(text) <= 18:
            yield field.column, ("BIGINT", text)


def _day(text: str) -> dt.date | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year, other, month_of, day_of = (int(each) if each else 0 for each in found.groups())
    try:
        return dt.date(year or other, month or month_of, day or day_of)
    except ValueError:
        return None


def _national(text: str, bare: str) -> str:
    """The digits a phone ends with, however its country is written."""
    form = normalise("phone", text)
    digits = form.removeprefix("+") if isinstance(form, str) else bare
    return digits[-9:] if len(digits) > 9 else digits.lstrip("0")


def words_of(name: str) -> list[str]:
    """The words of a name, without accents, in lower case."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return [each for each in re.split(r"[^a-z0-9]+", folded(parted)) if each]


def _is_phone(field: Field) -> bool:
    if field.identity is not None or field.compare is not None:
        return "phone" in (field.identity, field.compare)
    return not PHONE_WORDS.isdisjoint(words_of(field.name))
