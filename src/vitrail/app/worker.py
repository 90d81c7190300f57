"""The worker: a process beside the server that files what the inbox holds, keeps segments up to date,
pulls sources in time, and looks once a day at what is past its retention period.

`python -m vitrail.app.worker DIR` works until its standard input ends, which is when the server ends,
however that happens. It tells how it goes on standard output, one JSON document a line.

It is no thread of the server, since both would take turns in one interpreter: measured under load, the
server then acknowledged a third of the requests, and its slow answers took four times as long.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from vitrail.app.keeping_current import Current
from vitrail.app.logs import configure_logs, told
from vitrail.app.pulling import Puller
from vitrail.app.retaining import Retainer
from vitrail.app.workspace import Workspace
from vitrail.collect.filing.drain import drain
from vitrail.ledger.inbox import Inbox, open_inbox
from vitrail.model.errors import VitrailError
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

IDLE_SECONDS = 0.3
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before trying again after a failure: twice as long each time, but never for ever."""

LOOKING_SECONDS = 2.0
"""How often the schedules of sources are looked at."""

RETAINING_SECONDS = 60.0
"""How often it is asked whether a day has passed since retention was looked at."""

UNTIL_COLLECTED = 200_000
"""Messages are made of many small objects without any cycle: looking for cycles all the time would cost a
sixth of filing."""

POLITENESS = 5
"""How far the worker stands back when the server needs the processor."""


class News(msgspec.Struct, frozen=True, omit_defaults=True):
    """How it goes: how far the inbox is filed, or why filing fails."""

    position: int = 0
    trouble: str = ""


def work(store: Store, inbox: Inbox, *, current: Current, ended: threading.Event) -> None:
    """File, and refresh what changed, until told to end.

    What cannot be filed now stays in the inbox and is tried again.
    """
    pause = FIRST_PAUSE
    tell(News())
    while not ended.is_set():
        try:
            filed = drain(store, inbox)
            if current.is_due(more=filed.more):
                current.refresh()
        except Exception as error:
            tell(News(trouble=told(error)))
            ended.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        pause = FIRST_PAUSE
        if filed.messages:
            tell(News(position=filed.position))
        if not filed.more:
            ended.wait(IDLE_SECONDS)


@contextmanager
def pulling(store: Store, *, ended: threading.Event) -> Iterator[None]:
    """Pull the sources that are due, in threads beside the block; how each went is in the ledger."""

    def look_again() -> None:
        with Puller(store, ended=ended) as puller:
            while not ended.wait(LOOKING_SECONDS):
                try:
                    puller.look(dt.datetime.now(dt.UTC))
                except (VitrailError, OSError) as error:
                    tell(News(trouble=told(error)))

    thread = threading.Thread(target=look_again, name="puller")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def retaining(store: Store, *, ended: threading.Event) -> Iterator[None]:
    """Look once a day at what is past its period, in a thread beside the block."""

    def look_again() -> None:
        retainer, pause = Retainer(store), LOOKING_SECONDS
        while not ended.wait(pause):
            pause = RETAINING_SECONDS
            try:
                if retainer.is_due():
                    retainer.look()
            except (VitrailError, OSError) as error:
                tell(News(trouble=told(error)))

    thread = threading.Thread(target=look_again, name="retainer")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def tell(news: News) -> None:
    """One line to the server; when nobody listens any more, that is told on standard input too."""
    try:
        sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        return


def main(folder: Path) -> None:
    """Work on a workspace until standard input ends; signals are for the server."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    os.nice(POLITENESS)
    gc.set_threshold(UNTIL_COLLECTED)
    configure_logs()
    ended = threading.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=watch, daemon=True).start()
    with (
        stores.open(folder) as store,
        open_inbox(store.inbox) as inbox,
        pulling(store, ended=ended),
        retaining(store, ended=ended),
    ):
        work(store, inbox, current=Current(Workspace(store)), ended=ended)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
