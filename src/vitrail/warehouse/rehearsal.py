"""Trying a change on a copy of the workspace that shares its files and is thrown away afterwards."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitrail.ledger.copying import write_out
from vitrail.warehouse import folder
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@contextmanager
def rehearse(store: Store) -> Iterator[Store]:
    """A copy to change at will: its ledger is its own, its files are links to those of the original.

    Files never change once they are named, so that nothing done to the copy reaches the original.
    """
    with tempfile.TemporaryDirectory(prefix="vitrail-rehearsal-") as place:
        root = Path(place)
        write_out(store.ledger, root / folder.LEDGER)
        (root / folder.STAGING).mkdir()
        for name in folder.FACTS:
            _link(store.path / name, root / name)
        with stores.open(root, clock=lambda: _EPOCH + dt.timedelta(microseconds=store.now_us())) as copy:
            yield copy


def _link(original: Path, copy: Path) -> None:
    """The same folders, holding links to the files."""
    copy.mkdir()
    for entry in os.scandir(original):
        if entry.is_dir(follow_symlinks=False):
            _link(Path(entry.path), copy / entry.name)
        else:
            (copy / entry.name).symlink_to(entry.path)
