"""Who of a segment may be reached, asked of a workspace."""

from __future__ import annotations

import datetime as dt

from vitrail.app.instants import microseconds
from vitrail.consent.gate import Audience, Foreseen, Instead, audience, foreseen
from vitrail.consent.waterfall import Wanted
from vitrail.engine.duckdb import DuckDB
from vitrail.model.purposes import Channel
from vitrail.warehouse.store import Store


class Audiences:
    """The part of a workspace that reaches people: through the gate, and in no other way."""

    store: Store
    database: DuckDB

    def audience(
        self, segment: str, *, purpose: str, channel: Channel, as_of: dt.datetime | None = None
    ) -> Audience:
        """Who of a segment may be reached: `.members()`, `.waterfall`, `.reason(…)`, `.contacts()`.

        Raises `UserError` for an unknown segment or purpose.
        """
        at_us = None if as_of is None else microseconds(as_of)
        return audience(self.store, Wanted(segment, purpose, channel, at_us), database=self.database)

    def foresee(self, wanted: Wanted, instead: Instead | None = None) -> Foreseen:
        """How many of a segment may be reached and who falls where; `instead` is what it would be, unsaved.

        It is no audience: nobody can be reached with it. Raises `UserError` as `audience` does.
        """
        return foreseen(self.store, wanted, database=self.database, instead=instead)
