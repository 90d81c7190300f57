"""Messages on their way to a commit: those that were filed before left out, the others filed or set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from vitrail.collect.filing import quarantine
from vitrail.collect.filing.batch import Batch
from vitrail.collect.filing.erased import Doorway
from vitrail.collect.filing.faults import Fault
from vitrail.collect.filing.laying import Laid, lay_down
from vitrail.collect.filing.quarantine import Aside
from vitrail.collect.filing.said import Listening
from vitrail.ledger import filing, write_keys
from vitrail.ledger.database import Change, Transaction
from vitrail.ledger.filing import SourceCount
from vitrail.ledger.manifest import StoredFile
from vitrail.ledger.purposes import current_register
from vitrail.model.tracking import Tracked
from vitrail.warehouse import prints
from vitrail.warehouse.writer import Shelf, Writer

MESSAGES = Shelf("message")


class Filed(msgspec.Struct, frozen=True):
    """What one drain did: how many messages it read, filed, knew already, set aside; and what they came to.

    `erased` are messages of people who were erased, which are kept nowhere.
    `position` is how far the inbox is filed; `more` says that others wait.
    """

    messages: int = 0
    filed: int = 0
    known: int = 0
    set_aside: int = 0
    laid: Laid = Laid()
    erased: int = 0
    position: int = 0
    version: int = 0
    more: bool = False
    seconds: float = 0.0


class Again(msgspec.Struct, frozen=True):
    """What is particular to messages that were set aside before: what stays there, in place of which files.

    A message from the future is judged by the present instant, no longer by that of its arrival.
    """

    aside: tuple[Aside, ...]
    replaced: tuple[StoredFile, ...]
    now_us: int


class Taken(msgspec.Struct, frozen=True):
    """Messages whose files stand on disk and wait for the commit that makes them seen."""

    batch: Batch
    report: Filed
    loads: dict[str, int]
    counts: dict[str, SourceCount]

    def commit(self, writer: Writer, *notes: Change) -> int:
        """Make the next snapshot together with the counts and notes of the caller; answers its number."""

        def count(connection: Transaction) -> None:
            for source, found in self.counts.items():
                load = self.loads[source]
                filing.count_source(connection, load, source=source, count=found, now_us=writer.now_us)
            filing.count_warnings(connection, self.batch.notes, now_us=writer.now_us)

        brought_by = next(iter(self.loads.values()), None)
        return writer.commit(self.batch.known(), also=(count, *notes), brought_by=brought_by).number


class _Sorted:
    """Messages told apart: which are filed, by the marks of their ids, and which must wait."""

    def __init__(self, batch: Batch, doorway: Doorway) -> None:
        self.batch = batch
        self.doorway = doorway
        self.marks: dict[tuple[int, int], None] = {}
        self.waiting: list[Aside] = []
        self.counts: dict[str, Counter[str]] = {}

    def add(self, message: Tracked, mark: tuple[int, int], *, is_known: bool, now_us: int) -> None:
        """File a message in the batch, unless it is known already or must wait."""
        count = self.counts.setdefault(message.source, Counter())
        if is_known or mark in self.marks:
            count["known"] += 1
            return
        if self.doorway.turns_away(message):
            count["erased"] += 1
            return
        fault = self._take(message, sequence=mark[0] >> 32, now_us=now_us)
        if fault is None:
            self.marks[mark] = None
            count["filed"] += 1
        else:
            self.waiting.append(quarantine.aside(message, fault))
            count["set_aside"] += 1

    def _take(self, message: Tracked, *, sequence: int, now_us: int) -> Fault | None:
        """One message the program stumbles over must not stop those behind it: it waits for our repair."""
        try:
            return self.batch.take(message, sequence=sequence, now_us=now_us)
        except MemoryError:
            raise
        except Exception as error:
            return Fault("failed", found=f"{type(error).__name__}: {error}")


def file_messages(writer: Writer, messages: Sequence[Tracked], *, again: Again | None = None) -> Taken:
    """Write what messages come to: their rows, the marks of their ids, and those that must wait."""
    marks = prints.prints_of(message.message_id for message in messages)
    known = prints.known(writer.paths(MESSAGES), marks)
    found = _Sorted(_open_batch(writer), Doorway(writer))
    for message, (first, second), is_known in zip(messages, marks.tolist(), known.tolist(), strict=True):
        now_us = again.now_us if again else message.received_at_us
        found.add(message, (first, second), is_known=is_known, now_us=now_us)
    loads = _loads(writer, found.counts)
    laid = lay_down(found.batch, writer, loads=loads)
    _write_marks(writer, list(found.marks))
    aside, replaced = (again.aside, again.replaced) if again else ((), ())
    quarantine.set_aside(writer, [*aside, *found.waiting], replaced=replaced)
    counts = {source: _count(count, is_new=again is None) for source, count in found.counts.items()}
    return Taken(found.batch, _report(found.counts, len(messages), laid=laid), loads, counts)


def _report(counts: dict[str, Counter[str]], messages: int, *, laid: Laid) -> Filed:
    totals: Counter[str] = sum(counts.values(), Counter())
    return Filed(messages, totals["filed"], totals["known"], totals["set_aside"], laid, totals["erased"])


def _count(count: Counter[str], *, is_new: bool) -> SourceCount:
    """What counts for the source: a message that is set aside again was counted the first time."""
    refused = count["set_aside"] + count["erased"]
    return SourceCount(count["filed"], count["known"], refused if is_new else 0)


def _open_batch(writer: Writer) -> Batch:
    sources = writer.look(write_keys.tracking_sources)
    policies = {source.name: source.unplanned for source in sources}
    keeping_ip = frozenset(source.name for source in sources if source.keeps_ip)
    listening = Listening(writer.look(current_register).document)
    return Batch(writer.catalogue, policies=policies, keeping_ip=keeping_ip, listening=listening)


def _loads(writer: Writer, counts: dict[str, Counter[str]]) -> dict[str, int]:
    """The load that stands for what each source sent today: known, or new."""
    known = writer.look(lambda connection: filing.loads_of_day(connection, writer.now_us))
    new = [source for source in counts if source not in known]
    numbers = known | {source: writer.load + number for number, source in enumerate(new)}
    return {source: numbers[source] for source in counts}


def _write_marks(writer: Writer, filed: Sequence[tuple[int, int]]) -> None:
    if not filed:
        return
    path = writer.staged("messages" + prints.SUFFIX)
    rows = prints.write_run(prints.words(filed), path)
    writer.add(MESSAGES, path, rows=rows)
