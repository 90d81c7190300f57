"""The addresses people had under their names: every e-mail and telephone in their traits, past ones too.

Where nobody declared which traits tell who somebody is, these alone know an erased person again who comes
under a new key. A trait holds them by its identity, how it is compared, its name, or the `@` in its values.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.collect.identity.forms import normalise
from vitrail.consent.addresses import NAMES
from vitrail.consent.rights.erasing import pending
from vitrail.consent.rights.tombstones import Identity
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.identities import IdentityKind
from vitrail.warehouse.leaving import files_in_force
from vitrail.warehouse.store import Store

Those = Callable[[pa.Array], pa.Array]
"""Which of some profiles are asked for."""

DIGITS = 6
"""The last digits of a telephone, by which those of others are looked through before they are compared."""


def contact_kind(field: Field) -> IdentityKind | None:
    """What the values of a trait are by what is declared of it, or its name: None where each is looked at."""
    if field.identity is not None:
        return field.identity
    return "phone" if field.compare == "phone" or field.name.casefold() in NAMES["phone"] else None


def own_contacts(store: Store, profiles: Collection[int]) -> tuple[Identity, ...]:
    """The addresses some people ever had in a trait that nobody else has, in one form.

    Who is being erased counts as nobody.
    """
    leaving = {profile for each in pending(store) for profile in each.profiles}
    theirs, gone = (pa.array(sorted(each), pa.int32()) for each in ({*profiles}, {*profiles, *leaving}))
    found: dict[Identity, None] = {}
    for kind, values in _columns(store, only=lambda column: pc.is_in(column, theirs)):
        found |= dict.fromkeys(_in_one_form(values, kind))
    had = _had_by_others(store, tuple(found), gone=gone) if found else set()
    return tuple(each for each in found if each not in had)


def _had_by_others(store: Store, contacts: Sequence[Identity], *, gone: pa.Array) -> set[Identity]:
    wanted = set(contacts)
    found: set[Identity] = set()
    for kind, values in _columns(store, only=lambda column: pc.invert(pc.is_in(column, gone))):
        likely = values.filter(_likely(values, kind, wanted=wanted))
        found |= wanted.intersection(_in_one_form(likely, kind))
    return found


def _columns(store: Store, *, only: Those) -> Iterator[tuple[IdentityKind, pa.Array]]:
    """The distinct values that may be addresses, trait by trait, of the profiles that are asked for."""
    kinds = dict(_readable(store.catalogue))
    for file in files_in_force(store, ("observation",)):
        for name, values in _values(store.path / file.path, kinds, only=only):
            yield kinds[name] or "email", values


def _readable(catalogue: Catalogue) -> Iterator[tuple[str, IdentityKind | None]]:
    for field in catalogue.traits.values():
        kind = contact_kind(field)
        if field.type == "text" and kind in ("email", "phone", None):
            yield field.column, kind


def _values(
    path: Path, kinds: Mapping[str, IdentityKind | None], *, only: Those
) -> Iterator[tuple[str, pa.Array]]:
    with pq.ParquetFile(path) as file:
        names = [name for name in kinds if name in file.schema_arrow.names]
        for batch in file.iter_batches(columns=["profile", *names], batch_size=250_000):
            asked = batch.filter(only(batch.column("profile")))
            for name in names:
                values = pc.unique(asked.column(name).cast(pa.string())).drop_null()
                if kinds[name] != "phone":
                    values = values.filter(pc.match_substring(values, "@"))
                if len(values):
                    yield name, values


def _in_one_form(values: pa.Array, kind: IdentityKind) -> Iterator[Identity]:
    """The addresses among some values: not what is none, nor what many write who have none."""
    for value in values.to_pylist():
        form = normalise(kind, value)
        if isinstance(form, str):
            yield kind, form


def _likely(values: pa.Array, kind: IdentityKind, *, wanted: Collection[Identity]) -> pa.Array:
    """Which values may be one of the addresses: a look that is quick, and passes none of them over."""
    forms = [value for each, value in wanted if each == kind]
    odd = pc.invert(pc.string_is_ascii(values))
    if kind == "email":
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(values))
        return pc.or_(odd, pc.is_in(plain, pa.array(forms, pa.string())))
    odd = pc.or_(odd, pc.match_substring_regex(values, "[A-Za-z;,#]"))
    digits = pc.replace_substring_regex(values, "[^0-9]", "")
    endings = pa.array([value[-DIGITS:] for value in forms], pa.string())
    return pc.or_(odd, pc.is_in(pc.utf8_slice_codeunits(digits, -DIGITS), endings))
