"""Keeping segments up to date beside filing: who came and went is known seconds after it was told."""

from __future__ import annotations

import time
from collections.abc import Callable

from vitrail.app.renewing import renew_all
from vitrail.app.workspace import Workspace
from vitrail.warehouse.refresh import defined

CATCHING_UP_SECONDS = 30.0
"""While more waits to be filed than one batch, memberships wait too, but no longer than that."""

PASSING_SECONDS = 300.0
"""Without anything new, time alone moves people: looked at this often…"""

SHARE = 20
"""…but so that refreshing takes at most a twentieth of the time."""

Clock = Callable[[], float]


class Current:
    """Refreshes the segments of a workspace when something changed, or when time has passed.

    One thread uses it. What a refresh raises is for the caller to tell.
    """

    def __init__(self, ws: Workspace, clock: Clock = time.monotonic) -> None:
        self._ws = ws
        self._clock = clock
        self._seen: object = None
        self._at = float("-inf")
        self._seconds = 0.0

    def is_due(self, *, more: bool) -> bool:
        """Whether to refresh now; `more` says that messages wait to be filed."""
        since = self._clock() - self._at
        if since < self._seconds:
            return False
        if self._state() != self._seen:
            return not more or since >= CATCHING_UP_SECONDS
        return since >= max(PASSING_SECONDS, SHARE * self._seconds)

    def refresh(self) -> None:
        """Bring every segment up to date; a failure is not tried again before something changes."""
        self._seen = self._state()
        started = self._clock()
        try:
            if defined(self._ws.store)[0]:
                renew_all(self._ws)
        finally:
            self._at = self._clock()
            self._seconds = self._at - started

    def _state(self) -> object:
        """What segments depend on: facts, catalogue and definitions."""
        return self._ws.store.version.number, self._ws.store.stamp()
