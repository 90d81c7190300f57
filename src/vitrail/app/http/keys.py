"""The write keys in force, kept at hand: a change of them holds within a second."""

from __future__ import annotations

import base64
import binascii

from vitrail.ledger.write_keys import TrackingSource, tracking_sources
from vitrail.warehouse.store import Store


class KeyRing:
    """Which source has which write key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sources: dict[str, TrackingSource] = {}
        self.read_again()

    def read_again(self) -> None:
        """Learn what was added, changed or removed."""
        with self._store.ledger.reading() as connection:
            self._sources = {source.key: source for source in tracking_sources(connection)}

    def source_of(self, key: str) -> TrackingSource | None:
        """The source that has this key; None when there is none."""
        return self._sources.get(key)


def basic_user(header: bytes) -> str:
    """The user of a Basic `Authorization` header; empty when there is none."""
    scheme, _, credentials = header.partition(b" ")
    if scheme.lower() != b"basic":
        return ""
    try:
        return base64.b64decode(credentials.strip()).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
