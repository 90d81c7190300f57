"""Messages of people who were erased: counted, and kept nowhere, not even among what waits."""

from __future__ import annotations

from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.collect.filing.batch import Claim, claims_of, profile_key
from vitrail.collect.identity.forms import normalise
from vitrail.consent.rights.tombstones import Doorkeeper, doorkeeper
from vitrail.model.tracking import Tracked
from vitrail.warehouse.writer import Shelf, Writer

KEYS = Shelf("keys")


class Doorway:
    """Tells the messages of people who were erased, for one batch.

    A message is theirs by its key or, for a key nobody has, by an identity it claims. What is said of a
    customer who is there counts, on whatever device.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._keeper = writer.look(doorkeeper)

    def turns_away(self, message: Tracked) -> bool:
        """Whether a message is of somebody who was erased, or is being erased."""
        keeper = self._keeper
        key = profile_key(message) if keeper is not None else None
        if keeper is None or key is None:
            return False
        if keeper.turns_away("key", key) or key in self._leaving:
            return True
        return any(_is_marked(each, keeper) for each in claims_of(message, key)) and not self._is_live(key)

    @cached_property
    def _leaving(self) -> frozenset[str]:
        if self._keeper is None or not self._keeper.leaving:
            return frozenset()
        gone = pa.array(sorted(self._keeper.leaving), pa.int32())
        keys = self._keys.filter(pc.is_in(self._keys.column("profile"), gone))
        return frozenset(keys.column("key").to_pylist())

    def _is_live(self, key: str) -> bool:
        return bool(pc.index(self._keys.column("key"), key).as_py() >= 0)

    @cached_property
    def _keys(self) -> pa.Table:
        schema = pa.schema([("profile", pa.int32()), ("key", pa.string())])
        tables = [pq.read_table(path).select(schema.names).cast(schema) for path in self._writer.paths(KEYS)]
        return pa.concat_tables([schema.empty_table(), *tables])


def _is_marked(claim: Claim, keeper: Doorkeeper) -> bool:
    form = normalise(claim.kind, claim.value)
    return isinstance(form, str) and keeper.turns_away(claim.kind, form)
