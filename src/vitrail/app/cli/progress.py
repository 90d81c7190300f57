"""Showing how far a long step is: nothing for what is short, nothing where nobody looks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from vitrail.app.cli.session import Session

PATIENCE = 1.0
"""Seconds before a bar is shown."""


class Bar:
    """One bar on standard error. Call it with what is done and, when it is known, out of how many."""

    def __init__(self, session: Session, label: str) -> None:
        margin = session.margin
        self._drawn = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=margin,
            transient=True,
        )
        self._task = self._drawn.add_task(label, total=None)
        self._timer = threading.Timer(PATIENCE, self._drawn.start)
        self._timer.daemon = True
        if margin.is_terminal:
            self._timer.start()

    def __call__(self, done: int, total: int | None = None) -> None:
        """Tell how many are done."""
        self._drawn.update(self._task, completed=done, total=total)

    def label(self, words: str) -> None:
        """Say what is being done now, from its beginning."""
        self._drawn.reset(self._task, total=None, description=words, start=True)

    def close(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        if self._drawn.live.is_started:
            self._drawn.stop()


@contextmanager
def progress(session: Session, *, fr: str, en: str) -> Iterator[Bar]:
    """A bar for as long as the block lasts."""
    bar = Bar(session, session.pick(fr=fr, en=en))
    try:
        yield bar
    finally:
        bar.close()
