"""Putting right what waits in quarantine: filed again after a correction, or discarded for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from vitrail.collect.filing.quarantine import QUARANTINE, Aside, group_of, read_file, set_aside
from vitrail.collect.filing.taking import Again, file_messages
from vitrail.collect.reference.placing import place_profiles
from vitrail.ledger.manifest import StoredFile
from vitrail.warehouse.compaction import compact
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Writer

Chosen = Callable[[Aside], bool]


class Replayed(msgspec.Struct, frozen=True):
    """What became of messages that waited: filed now, known already, waiting still, without their text."""

    filed: int = 0
    known: int = 0
    waiting: int = 0
    lost: int = 0


def replay(store: Store, groups: frozenset[str] | None = None) -> Replayed:
    """File again what waits in some groups, or in all; what still cannot be filed waits on.

    A message counts once, however often it is sent or replayed. Stopped half way, the rest waits.
    """
    total = Replayed()
    with store.writing() as writer:
        for file in _holding(writer, _chosen(groups)):
            found = _replay_file(writer, file, chosen=_chosen(groups))
            total = _sum(total, found)
            writer = writer.again()
        compact(writer)
    if total.filed:
        place_profiles(store)
    return total


def discard(store: Store, groups: frozenset[str] | None = None) -> int:
    """Forget what waits in some groups, or in all, for good; answers how many messages there were."""
    discarded = 0
    with store.writing() as writer:
        for file in _holding(writer, _chosen(groups)):
            rows = list(read_file(writer.root / file.path))
            kept = [each for each in rows if not _chosen(groups)(each)]
            set_aside(writer, kept, replaced=[file])
            writer.commit(writer.catalogue)
            discarded += sum(each.messages for each in rows) - sum(each.messages for each in kept)
            writer = writer.again()
    return discarded


def _replay_file(writer: Writer, file: StoredFile, *, chosen: Chosen) -> Replayed:
    rows = list(read_file(writer.root / file.path))
    readable = [message for each in rows if chosen(each) and (message := each.read()) is not None]
    others = [each for each in rows if not chosen(each) or each.message is None]
    taken = file_messages(writer, readable, again=Again(tuple(others), (file,), writer.now_us))
    taken.commit(writer)
    lost = sum(each.lost for each in others if chosen(each))
    return Replayed(taken.report.filed, taken.report.known, taken.report.set_aside, lost)


def _chosen(groups: frozenset[str] | None) -> Chosen:
    return lambda each: groups is None or group_of(each) in groups


def _holding(writer: Writer, chosen: Chosen) -> Iterator[StoredFile]:
    """The files that hold chosen messages, as they are now."""
    for file in writer.stored(QUARANTINE):
        path: Path = writer.root / file.path
        if any(chosen(each) for each in read_file(path, texts=False)):
            yield file


def _sum(one: Replayed, other: Replayed) -> Replayed:
    return Replayed(
        one.filed + other.filed,
        one.known + other.known,
        one.waiting + other.waiting,
        one.lost + other.lost,
    )
