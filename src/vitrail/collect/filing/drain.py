"""Emptying the inbox into the warehouse: each acknowledged message is filed exactly once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from vitrail.collect.filing import quarantine
from vitrail.collect.filing.batch import Batch
from vitrail.collect.filing.laying import Laid, lay_down
from vitrail.collect.filing.quarantine import Aside
from vitrail.collect.tracking.reading import messages_of
from vitrail.ledger import filing, write_keys
from vitrail.ledger.database import Change, Transaction
from vitrail.ledger.filing import SourceCount
from vitrail.ledger.inbox import Inbox, StoredRequest
from vitrail.model.tracking import Tracked
from vitrail.warehouse import prints
from vitrail.warehouse.compaction import compact
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, Writer

MESSAGES = Shelf("message")
LIMIT = 5_000
"""Messages in one batch, about: enough for the cost of a commit to be shared, few enough to be quick."""

BYTES = 16_000_000
PAGE = 64
"""Requests read from the inbox at a time; the largest ones fit in memory together."""


class Filed(msgspec.Struct, frozen=True):
    """What one drain did: how many messages it read, filed, knew already, set aside; and what they came to.

    `position` is how far the inbox is filed; `more` says that others wait.
    """

    messages: int = 0
    filed: int = 0
    known: int = 0
    set_aside: int = 0
    laid: Laid = Laid()
    position: int = 0
    version: int = 0
    more: bool = False
    seconds: float = 0.0


def drain(store: Store, inbox: Inbox, *, limit: int = LIMIT) -> Filed:
    """File the next messages of the inbox, about `limit` of them, and forget those requests.

    Everything they come to is one commit, which also says how far the inbox is filed: stopped at any
    point, it has happened or it has not, and the next call goes on from there. A message whose id was
    filed before is left out.
    """
    started = time.monotonic()
    inbox.trim(filed_until(store))
    with store.writing() as writer:
        position = writer.look(filing.filed_position)
        requests, more = _next_requests(inbox, position, limit=limit)
        if not requests:
            return Filed(position=position, version=writer.version.number)
        end = requests[-1].position
        messages = [message for request in requests for message in messages_of(request)]
        taken = file_messages(writer, messages)
        version = taken.commit(writer, lambda connection: filing.save_position(connection, end))
        compact(writer.again())
    inbox.trim(end)
    return msgspec.structs.replace(
        taken.report, position=end, version=version, more=more, seconds=time.monotonic() - started
    )


def filed_until(store: Store) -> int:
    """The position up to which the inbox is filed."""
    with store.ledger.reading() as connection:
        return filing.filed_position(connection)


class Taken(msgspec.Struct, frozen=True):
    """Messages whose files stand on disk and wait for the commit that makes them seen."""

    batch: Batch
    report: Filed
    loads: dict[str, int]
    counts: dict[str, SourceCount]

    def commit(self, writer: Writer, note: Change) -> int:
        """Make the next snapshot together with the counts and a note of the caller's; answers its number."""

        def count(connection: Transaction) -> None:
            for source, found in self.counts.items():
                filing.count_source(
                    connection, self.loads[source], source=source, count=found, now_us=writer.now_us
                )
            filing.count_warnings(connection, self.batch.notes, now_us=writer.now_us)

        return writer.commit(self.batch.known(), also=(count, note)).number


def file_messages(writer: Writer, messages: Sequence[Tracked], *, aside: Iterable[Aside] = ()) -> Taken:
    """Write what messages come to; those that must wait join the ones that are set `aside` already."""
    marks = prints.prints_of(message.message_id for message in messages)
    known = prints.known(writer.paths(MESSAGES), marks)
    batch = _open_batch(writer)
    outcomes: dict[tuple[int, int], bool] = {}
    waiting = list(aside)
    counts: dict[str, Counter[str]] = {}
    for message, mark, is_known in zip(messages, marks.tolist(), known.tolist(), strict=True):
        count = counts.setdefault(message.source, Counter())
        print_ = (mark[0], mark[1])
        if is_known or print_ in outcomes:
            count["known"] += 1
            continue
        now_us = message.received_at_us
        fault = batch.take(message, sequence=mark[0] >> 32, now_us=now_us)
        if fault is None:
            outcomes[print_] = True
            count["filed"] += 1
        else:
            waiting.append(quarantine.aside(message, fault))
            count["set_aside"] += 1
    loads = _loads(writer, counts)
    laid = lay_down(batch, writer, loads=loads)
    _write_prints(writer, list(outcomes))
    quarantine.set_aside(writer, waiting)
    totals: Counter[str] = sum(counts.values(), Counter())
    report = Filed(
        messages=len(messages),
        filed=totals["filed"],
        known=totals["known"],
        set_aside=totals["set_aside"],
        laid=laid,
    )
    return Taken(batch, report, loads, {name: SourceCount(**count) for name, count in counts.items()})


def _next_requests(inbox: Inbox, after: int, *, limit: int) -> tuple[list[StoredRequest], bool]:
    """The next requests, until they hold about so many messages or so many bytes; and whether more wait."""
    found: list[StoredRequest] = []
    messages = size = 0
    while page := inbox.read(after, limit=PAGE):
        for request in page:
            if messages >= limit or size >= BYTES:
                return found, True
            found.append(request)
            messages += request.body.count(b'"type"')
            size += len(request.body)
        after = page[-1].position
    return found, False


def _open_batch(writer: Writer) -> Batch:
    sources = writer.look(write_keys.tracking_sources)
    policies = {source.name: source.unplanned for source in sources}
    return Batch(writer.catalogue, policies=policies, ip=frozenset())


def _loads(writer: Writer, counts: dict[str, Counter[str]]) -> dict[str, int]:
    """The load that stands for what each source sent today: known, or new."""
    known = writer.look(lambda connection: filing.loads_of_day(connection, writer.now_us))
    new = (source for source in counts if source not in known)
    return known | {source: writer.load + number for number, source in enumerate(new)}


def _write_prints(writer: Writer, filed: Sequence[tuple[int, int]]) -> None:
    if not filed:
        return
    path = writer.staged("messages" + prints.SUFFIX)
    rows = prints.write_run(prints.words(filed), path)
    writer.add(MESSAGES, path, rows=rows)
