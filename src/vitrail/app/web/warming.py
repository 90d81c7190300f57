"""What is made ready as the server starts: the first page and the first count are as quick as the next.

It runs beside the server, which answers meanwhile. It asks one small question after another, so that a person
who comes in the meantime waits for one of them at most, and it stops after a while on a large base.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

from vitrail.app.web import charts
from vitrail.app.web.data.catalogue import known_soon
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview import gathering
from vitrail.app.web.pages import prepare
from vitrail.app.web.segments.figures import all_figures
from vitrail.app.web.speech import LANGUAGES, Speech
from vitrail.model.tree import AnyOf, Condition, Did, Known, Selection, Trait, Truth

SECONDS = 10.0
"""So long the server makes itself ready, at most."""


def warm(desk: Desk) -> None:
    """Compile templates, open files, count what is asked first: traits and events."""
    until = time.monotonic() + SECONDS
    for language in LANGUAGES:
        prepare(language)
        _speak(Speech(language))
    at_us = desk.settled.instant()
    for condition in _questions(desk):
        if time.monotonic() > until:
            break
        desk.settled.counted({"": condition}, at_us)
    all_figures(desk)
    charts.warm()
    gathering.warm(desk)
    if time.monotonic() < until:
        known_soon(desk, patience=max(0.0, until - time.monotonic()))


def _questions(desk: Desk) -> Iterator[Condition]:
    """One of each kind: what comes after them takes a tenth of the time of the first."""
    catalogue = desk.ws.catalogue.current()
    if catalogue.traits:
        yield AnyOf((*(Known(Trait(name)) for name in catalogue.traits), Truth(True)))
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
