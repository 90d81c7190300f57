"""One profile as it is known: each value with who said it, since when, and who says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from vitrail.app.answering import unknown_profile
from vitrail.app.instants import instant
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.profile.conflicts import held
from vitrail.engine.profile.history import Fact
from vitrail.engine.provenance import Said, last_words, sayings
from vitrail.engine.source import ALWAYS
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.catalogue import Field, Label
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import keys_of, number_of
from vitrail.warehouse.store import Store

Value = Fact | tuple[str, ...]
"""A value as it is shown: a set of texts has an order."""


class Provenance(msgspec.Struct, frozen=True):
    """Where a value comes from.

    `observed_at` is None for what holds since always: the first value of a trait, in a load without
    dates. `received_at` is when its load came. `age_days` counts from the observation or, without one,
    from the load. What files older than provenance hold has no source.
    """

    source: str | None
    observed_at: dt.datetime | None
    received_at: dt.datetime | None
    load: int | None
    age_days: float | None


class OtherValue(msgspec.Struct, frozen=True):
    """What another source last said of the same trait; it may say the same."""

    value: Value
    agrees: bool
    provenance: Provenance


class TraitValue(msgspec.Struct, frozen=True):
    """The value of a trait that holds, where it comes from, and what the other sources say."""

    name: str
    type: str
    label: Label | None
    value: Value
    provenance: Provenance
    others: tuple[OtherValue, ...] = ()


class ProfileView(msgspec.Struct, frozen=True):
    """What is known of one customer at an instant, and the segments it is in as of the last refresh.

    `others` are the keys of the other profiles of the same customer.
    """

    key: str
    at: dt.datetime
    traits: tuple[TraitValue, ...]
    segments: tuple[str, ...]
    others: tuple[str, ...] = ()


def view_profile(store: Store, key: str, *, at_us: int, database: DuckDB) -> ProfileView:
    """One profile as of an instant. Raises `UserError` for a key nobody has."""
    source, catalogue = store.source(), store.catalogue
    number = number_of(source, key)
    if number is None:
        raise unknown_profile(key, source)
    with store.ledger.reading() as connection:
        loads = {load.id: load for load in all_loads(connection)}
    said = sayings(number, catalogue.traits, source=source, database=database)
    values = [
        _value(catalogue.traits[name], entries, loads=loads, at_us=at_us) for name, entries in said.items()
    ]
    own, *others = keys_of(source, np.array([number, *canon_of(source).parts(number)]))
    return ProfileView(
        key=own,
        at=instant(at_us),
        traits=tuple(value for value in values if value is not None),
        segments=tuple(name for name, inside in current_members(store).items() if number in inside),
        others=tuple(each for each in others if each != own),
    )


def _value(
    field: Field, entries: Sequence[Said], *, loads: Mapping[int, Load], at_us: int
) -> TraitValue | None:
    holds = held((entry for entry in entries if entry.at_us < at_us), field.policy)
    if holds is None:
        return None
    words = last_words(entries, before_us=at_us)
    others = (word for source, word in words.items() if source != holds.source)
    return TraitValue(
        name=field.name,
        type=field.type,
        label=field.label,
        value=_shown(holds.value),
        provenance=_provenance(holds, loads, at_us=at_us),
        others=tuple(
            OtherValue(
                _shown(other.value), other.value == holds.value, _provenance(other, loads, at_us=at_us)
            )
            for other in others
        ),
    )


def _shown(value: Fact) -> Value:
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


def _provenance(said: Said, loads: Mapping[int, Load], *, at_us: int) -> Provenance:
    load = loads.get(said.load if said.load is not None else said.sequence)
    received_us = None if load is None else load.received_at_us
    observed_us = None if said.at_us == ALWAYS else said.at_us
    since_us = received_us if observed_us is None else observed_us
    return Provenance(
        source=said.source,
        observed_at=None if observed_us is None else instant(observed_us),
        received_at=None if received_us is None else instant(received_us),
        load=None if load is None else load.id,
        age_days=None if since_us is None else round((at_us - since_us) / 86_400_000_000, 2),
    )
