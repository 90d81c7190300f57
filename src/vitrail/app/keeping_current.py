"""Keeping segments up to date beside filing: who came and went is known seconds after it was told.

An erasure somebody began and nobody finished is finished here too, with or without segments.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from vitrail.app.renewing import renew_all
from vitrail.app.workspace import Workspace
from vitrail.consent.rights.erasing import pending
from vitrail.warehouse.refresh import defined

CATCHING_UP_SECONDS = 30.0
"""While more waits to be filed than one batch, memberships wait too, but no longer than that."""

PASSING_SECONDS = 300.0
"""Without anything new, time alone moves people: looked at this often…"""

SHARE = 20
"""…but so that refreshing takes at most a twentieth of the time."""

ERASING_SECONDS = 5.0
"""How often it is asked whether an erasure waits to be finished."""

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
        self._asked_at = float("-inf")

    def is_due(self, *, more: bool) -> bool:
        """Whether to refresh now; `more` says that messages wait to be filed."""
        since = self._clock() - self._at
        if since < self._seconds:
            return False
        if self._erases():
            return True
        if self._state() != self._seen:
            return not more or since >= CATCHING_UP_SECONDS
        return since >= max(PASSING_SECONDS, SHARE * self._seconds)

    def refresh(self) -> None:
        """Finish erasures and bring every segment up to date.

        A failure is not tried again before something changes; an erasure that waits is.
        """
        self._seen = self._state()
        started = self._clock()
        try:
            if self._ws.privacy.resume():
                self._seen = self._state()
            if defined(self._ws.store)[0]:
                renew_all(self._ws)
        finally:
            self._at = self._clock()
            self._seconds = self._at - started

    def _erases(self) -> bool:
        """Whether an erasure waits to be finished, asked now and then."""
        now = self._clock()
        if now - self._asked_at < ERASING_SECONDS:
            return False
        self._asked_at = now
        return bool(pending(self._ws.store))

    def _state(self) -> object:
        """What segments depend on: facts, catalogue and definitions."""
        return self._ws.store.version.number, self._ws.store.stamp()
