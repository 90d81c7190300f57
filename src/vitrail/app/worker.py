"""The worker: a process beside the server that files what the inbox holds, as soon as it comes.

`python -m vitrail.app.worker DIR` works until its standard input ends, which is when the server ends,
however that happens. It tells how it goes on standard output, one JSON document a line.

It is no thread of the server, since both would take turns in one interpreter: measured under load, the
server then acknowledged a third of the requests, and its slow answers took four times as long.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import msgspec

from vitrail.collect.filing.drain import drain
from vitrail.ledger.inbox import Inbox, open_inbox
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

IDLE_SECONDS = 0.3
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before trying again after a failure: twice as long each time, but never for ever."""

POLITENESS = 5
"""How far the worker stands back when the server needs the processor."""


class News(msgspec.Struct, frozen=True, omit_defaults=True):
    """How it goes: how far the inbox is filed, or why filing fails."""

    position: int = 0
    trouble: str = ""


def work(store: Store, inbox: Inbox, *, ended: threading.Event) -> None:
    """File until told to end; what cannot be filed now stays in the inbox and is tried again."""
    pause = FIRST_PAUSE
    while not ended.is_set():
        try:
            filed = drain(store, inbox)
        except Exception as error:
            tell(News(trouble=f"{type(error).__name__}: {error}"))
            ended.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        pause = FIRST_PAUSE
        if filed.messages:
            tell(News(position=filed.position))
        if not filed.more:
            ended.wait(IDLE_SECONDS)


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
    ended = threading.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        ended.set()

    threading.Thread(target=watch, daemon=True).start()
    with stores.open(folder) as store, open_inbox(store.path) as inbox:
        work(store, inbox, ended=ended)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
