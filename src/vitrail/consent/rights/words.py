"""What tells of a person: their identities, and the values that nobody else has.

A value that others have too (a first name, a city) tells of nobody by itself: it is neither looked for in
free texts nor in the search at the end of an erasure, and the answer says which were left out. An e-mail
address that a text about somebody else quotes is no address of theirs: it is looked for. The
instants of consents are not, since their proof keeps them (decision 0023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.consent.rights.ledger_holders import ConsentHolder, StandingHolder, folded
from vitrail.ledger.manifest import FileKind
from vitrail.ledger.sources import all_sources
from vitrail.ledger.write_keys import tracking_sources
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.holding import People
from vitrail.warehouse.leaving import GONE, files_in_force, rows_of
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store

SHORTEST = 5
"""Letters a value needs to tell of anybody."""

FEWEST_DIGITS = 7
MOST_WORDS = 4_000
"""Values looked for; of somebody with a longer history, the traits first."""

AT_ONCE = 300
"""Values in one search: more in one expression cost far more."""

KINDS: tuple[FileKind, ...] = ("observation", "record", "event")
_OURS = frozenset({"profile", "at_us", "sequence", "load", "source~", "kind", "canonical"})


def gather(store: Store, profiles: Sequence[int]) -> People:
    """Some people with all that tells of them."""
    numbers = tuple(sorted({int(each) for each in profiles}))
    identities = tuple(dict.fromkeys(_identities(store, numbers)))
    said = dict.fromkeys(value for _, value in identities)
    proved = {str(row["at_us"]) for row in ConsentHolder().show(store, People(numbers))}
    values = (each for each in _values(store, numbers) if each.strip() and each not in proved)
    candidates = list(dict.fromkeys((*said, *values)))[:MOST_WORDS]
    telling = [each for each in candidates if _may_tell(each)]
    shared = _shared(store, telling, profiles=numbers)
    shared |= _written(store, [each for each in telling if each not in said])
    words = tuple(each for each in telling if each not in shared)
    others = tuple(each for each in candidates if each not in words)
    return People(numbers, identities, words, others)


def _identities(store: Store, profiles: Sequence[int]) -> Iterator[tuple[str, str]]:
    for _, table in rows_of(store, ("keys",), profiles=profiles):
        yield from (("key", key) for key in table.column("key").to_pylist() if key != GONE)
    for _, table in rows_of(store, ("identity",), profiles=profiles):
        yield from zip(table.column("kind").to_pylist(), table.column("value").to_pylist(), strict=True)


def _values(store: Store, profiles: Sequence[int]) -> Iterator[str]:
    for kind in KINDS:
        for _, table in rows_of(store, (kind,), profiles=profiles):
            for name in table.column_names:
                if name not in _OURS and not name.endswith(FOLDED):
                    yield from _texts(table.column(name))
    people = People(tuple(profiles))
    for row in ConsentHolder().show(store, people):
        yield from (str(row[name]) for name in ("proof", "place", "wording", "method"))
    for row in StandingHolder().show(store, people):
        yield from (str(row[name]) for name in ("proof", "why"))


def _texts(column: pa.ChunkedArray) -> Iterator[str]:
    """The texts of a column, and its long whole numbers; nothing of other columns."""
    if pa.types.is_list(column.type):
        column = pa.chunked_array([chunk.flatten() for chunk in column.chunks], column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        yield from (each for each in pc.unique(column).to_pylist() if each)
    elif pa.types.is_integer(column.type):
        yield from (str(each) for each in pc.unique(column).to_pylist() if each is not None)


def _may_tell(text: str) -> bool:
    bare = text.strip()
    return len(bare) >= (FEWEST_DIGITS if bare.lstrip("-").isdigit() else SHORTEST)


def _shared(store: Store, words: Sequence[str], *, profiles: Sequence[int]) -> set[str]:
    """The words that the rows of other people hold."""
    left: dict[str, list[str]] = {}
    for word in words:
        left.setdefault(folded(word), []).append(word)
    shared: set[str] = set()
    for file in files_in_force(store, (*KINDS, "keys", "identity")):
        if not left:
            break
        for texts in _texts_of_others(store.path / file.path, profiles):
            for form in _held(texts, tuple(left)):
                shared.update(left.pop(form))
    return shared


def _texts_of_others(path: object, profiles: Sequence[int]) -> Iterator[pa.Array]:
    """The distinct texts in a file, part by part, of people other than these."""
    with pq.ParquetFile(path) as file:
        names = [name for name in file.schema_arrow.names if name not in _OURS and not name.endswith(FOLDED)]
        for batch in file.iter_batches(columns=["profile", *names], batch_size=250_000):
            theirs = pc.is_in(batch.column("profile"), pa.array(profiles, pa.int32()))
            others = batch.filter(pc.invert(theirs))
            for name in names:
                found = [each for each in _texts(pa.chunked_array([others.column(name)])) if _may_tell(each)]
                if found:
                    yield pa.array([folded(each) for each in found], pa.string())


def _held(texts: pa.Array, words: Sequence[str]) -> set[str]:
    """Which words are in one of the texts; an address, which texts are nothing but it."""
    found = set(pc.unique(texts.filter(pc.is_in(texts, pa.array(words, pa.string())))).to_pylist())
    left = [word for word in words if word not in found and "@" not in word]
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        pattern = "|".join(re.escape(word) for word in some)
        holding = texts.filter(pc.match_substring_regex(texts, pattern)).to_pylist()
        found |= {word for word in some if any(word in text for text in holding)}
    return found


def _written(store: Store, words: Iterable[str]) -> set[str]:
    """The words that stand in the catalogue, the definitions or names of sources: somebody chose them."""
    document = defined(store)[1].document
    with store.ledger.reading() as connection:
        sources = [each.name for each in tracking_sources(connection)]
        sources += [each.key for each in all_sources(connection)]
    texts = folded(repr(_named(store.catalogue)) + repr(document) + repr(sources))
    return {word for word in words if folded(word) in texts}


def _named(catalogue: Catalogue) -> object:
    return catalogue.traits, catalogue.collections, catalogue.purposes, catalogue.channels
