"""Data in: what a workspace loads, each load seen whole or not at all."""

from __future__ import annotations

from typing import Unpack

from vitrail.collect import load
from vitrail.collect.reading import Data
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store


class Loads:
    """The loads of an open workspace: customers, what happened, records, scores, consents."""

    store: Store

    def load_profiles(self, data: Data, **columns: Unpack[load.ProfileColumns]) -> LoadReport:
        """Load customers by their `key` column; every other column is a trait."""
        return load.load_profiles(self.store, data, **columns)

    def load_events(self, name: str, data: Data, **columns: Unpack[load.EventColumns]) -> LoadReport:
        """Load what happened: `profile`, `at` and `key` name columns, the others are properties."""
        return load.load_events(self.store, name, data=data, **columns)

    def load_records(self, name: str, data: Data, **columns: Unpack[load.RecordColumns]) -> LoadReport:
        """Load records that are updated by their `key` (deals, subscriptions)."""
        return load.load_records(self.store, name, data=data, **columns)

    def load_scores(self, key: str, data: Data, **columns: Unpack[load.ScoreColumns]) -> LoadReport:
        """Load the values of a score: `profile`, `value` and, if known, `at` name columns."""
        return load.load_scores(self.store, key, data=data, **columns)

    def load_consents(self, data: Data, **columns: Unpack[load.ConsentColumns]) -> LoadReport:
        """Load what people agreed to: `profile`, `state` and, if known, `at`, `purpose`… name columns."""
        return load.load_consents(self.store, data, **columns)
