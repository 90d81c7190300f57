"""Figures that take seconds: shown as they last were while newer ones are made, never waited for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from vitrail.app.renewing import in_thread
from vitrail.app.web.desk import Desk

Found = TypeVar("Found")
MINUTES = 5.0
PATIENCE = 1.0
"""So many seconds a page waits for figures that nobody has seen yet, before it says that they are made."""


class Lately(Generic[Found]):
    """Figures, under which state and when they were made, and whether others are on their way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._found: list[Found] = []
        self._made: tuple[Hashable, float] = (None, 0.0)
        self._busy = False
        self._trouble: Exception | None = None

    @property
    def is_renewing(self) -> bool:
        """Whether newer figures are on their way."""
        return self._busy

    def now(self, state: Hashable, work_out: Callable[[], Found], *, patience: float) -> Found | None:
        """The figures at hand, having newer ones made where these are old; None while there are none yet.

        Raises what went wrong where the first ones could not be made; who asks again has them tried again.
        """
        self._renew(state, work_out)
        if not self._found:
            self._done.wait(patience)
        with self._lock:
            trouble, self._trouble = self._trouble, None
            if trouble is not None and not self._found:
                raise trouble
            return self._found[0] if self._found else None

    def _renew(self, state: Hashable, work_out: Callable[[], Found]) -> None:
        with self._lock:
            made_of, at = self._made
            fresh = made_of == state and time.monotonic() - at < MINUTES * 60
            if self._busy or (self._found and fresh):
                return
            self._busy = True
            self._done.clear()
        in_thread(lambda: self._make(state, work_out), "figures")

    def _make(self, state: Hashable, work_out: Callable[[], Found]) -> None:
        try:
            found = work_out()
        except Exception as error:
            with self._lock:
                self._busy, self._trouble = False, error
            self._done.set()
            raise
        with self._lock:
            self._busy, self._trouble = False, None
            self._found[:] = [found]
            self._made = (state, time.monotonic())
        self._done.set()


def lately(
    desk: Desk,
    name: str,
    *,
    work_out: Callable[[], Found],
    state: Hashable = None,
    patience: float = PATIENCE,
) -> Found | None:
    """Figures that may be some minutes old; None while the first ones are being made.

    What `state` tells makes newer ones be made; sites that send would make them old every second.
    """
    kept: Lately[Found] = _kept(desk, name)
    return kept.now(state, work_out, patience=patience)


def is_renewing(desk: Desk, name: str) -> bool:
    """Whether newer figures of a name are being made."""
    kept: Lately[object] = _kept(desk, name)
    return kept.is_renewing


def _kept(desk: Desk, name: str) -> Lately[Found]:
    return desk.keep(("lately", name), Lately)
