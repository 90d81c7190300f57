"""What is made ready as the server starts: the first page and the first count are as quick as the next.

What a person asks first comes before the server says that it answers. The rest is made ready beside it, one
small step after another, and steps aside while somebody is answered; it stops after a while on a large base.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import TracebackType

from vitrail.app.web import charts
from vitrail.app.web.builder.reading import Ground
from vitrail.app.web.builder.session import build, opened
from vitrail.app.web.data.catalogue import known_soon
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview import gathering
from vitrail.app.web.pages import prepare
from vitrail.app.web.segments.figures import all_figures
from vitrail.app.web.speech import LANGUAGES, Speech
from vitrail.consent.sensitive.words import sensitive_words
from vitrail.language.format import format
from vitrail.model.tree import AnyOf, Condition, Did, Known, Selection, Trait, Truth

SECONDS = 10.0
"""So long the server makes itself ready, at most; that it stepped aside is not counted."""

QUIET_SECONDS = 0.5
"""After so long without anybody to answer, what makes ready goes on."""

Step = Callable[[], object]


class Visits:
    """The requests that are being answered: a `with` block is one of them."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._present = 0
        self._last = float("-inf")

    def __enter__(self) -> None:
        """Somebody asks."""
        with self._free:
            self._present += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """They are answered."""
        with self._free:
            self._present -= 1
            self._last = time.monotonic()
            self._free.notify_all()

    def step_aside(self) -> float:
        """Wait until nobody is being answered, nor was a moment ago; how many seconds that took."""
        start = time.monotonic()
        with self._free:
            while self._present or time.monotonic() < self._last + QUIET_SECONDS:
                self._free.wait(None if self._present else self._last + QUIET_SECONDS - time.monotonic())
        return time.monotonic() - start


def warm_first(desk: Desk) -> None:
    """What the first count waits for: its page, the catalogue, the files, the words of what is sensitive."""
    sensitive_words()
    at_us = desk.settled.instant()
    rule = format(next(_questions(desk), Truth(True)))
    for language in LANGUAGES:
        prepare(language, only="builder")
        _speak(Speech(language))
        ground = Ground(desk.ws.catalogue.current(), language)
        build(opened(rule, ground), ground, settled=desk.settled, at_us=at_us)


def warm(desk: Desk, visits: Visits | None = None) -> None:
    """All that is asked first: pages, what traits and events cost the first time, overview, charts."""
    aside = visits or Visits()
    until = time.monotonic() + SECONDS
    for step in _steps(desk):
        until += aside.step_aside()
        if time.monotonic() > until:
            return
        step()
    known_soon(desk, patience=max(0.0, until - time.monotonic()))


def _steps(desk: Desk) -> Iterator[Step]:
    """The cheap ones first."""
    yield partial(warm_first, desk)
    yield from (partial(prepare, language) for language in LANGUAGES)
    at_us = desk.settled.instant()
    for condition in _questions(desk):
        yield partial(desk.settled.counted, {"": condition}, at_us)
    yield partial(all_figures, desk)
    yield charts.warm
    yield from gathering.warm_steps(desk)


def _questions(desk: Desk) -> Iterator[Condition]:
    """One of each kind: what comes after them takes a tenth of the time of the first."""
    catalogue = desk.ws.catalogue.current()
    if catalogue.traits:
        names = list(catalogue.traits)
        yield Known(Trait(names[0]))
        yield AnyOf((*(Known(Trait(name)) for name in names), Truth(True)))
    for name in catalogue.collections:
        yield Did(Selection(name))


def _speak(speech: Speech) -> None:
    """Write a number, an amount and a moment, so that what a language knows of them is read."""
    now = dt.datetime.now(dt.UTC)
    speech.count(1_000)
    speech.share(0.5)
    speech.money(1)
    speech.moment(now)
    speech.ago(now, now)
    speech.listed(["", ""])
