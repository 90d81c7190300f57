"""Figures that take seconds are made beside the pages that show them."""

import threading
from pathlib import Path

import msgspec
import pytest

import vitrail
from vitrail.app.known import what_is_known
from vitrail.app.web.data.catalogue import declared, known_soon
from vitrail.app.web.data.lately import Lately
from vitrail.app.web.desk import Desk
from vitrail.app.web.warming import warm
from vitrail.model.catalogue import Label


def wait_until_made(figures: Lately, state: str = "now") -> object:
    for _ in range(200):
        if (found := figures.now(state, lambda: "again", patience=0.05)) is not None:
            return found
    raise AssertionError("nothing was made")


def test_an_empty_workspace_is_made_ready_too(tmp_path: Path):
    with vitrail.create(tmp_path / "new") as ws:
        desk = Desk(ws)
        warm(desk)
        assert known_soon(desk) is not None


def test_a_page_does_not_wait_for_the_first_figures():
    figures, free = Lately(), threading.Event()
    assert figures.now("now", lambda: free.wait(10), patience=0.01) is None
    free.set()
    assert wait_until_made(figures) is True


def test_figures_are_made_once_however_often_they_are_asked_for():
    figures, free, made = Lately(), threading.Event(), []

    def work() -> int:
        made.append(1)
        free.wait(10)
        return len(made)

    for _ in range(5):
        figures.now("now", work, patience=0.01)
    free.set()
    assert wait_until_made(figures) == 1
    assert figures.now("now", work, patience=1) == 1


def test_old_figures_are_shown_while_newer_ones_are_made():
    figures, free = Lately(), threading.Event()
    assert figures.now("before", lambda: "old", patience=5) == "old"

    def work() -> str:
        free.wait(10)
        return "new"

    assert figures.now("after", work, patience=0.01) == "old"
    assert figures.is_renewing
    free.set()
    while figures.now("after", work, patience=0.01) == "old":
        pass
    assert figures.now("after", work, patience=0.01) == "new"


def test_what_goes_wrong_is_told_and_tried_again():
    figures = Lately()

    def fail() -> str:
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        figures.now("now", fail, patience=5)
    assert figures.now("now", lambda: "made", patience=5) == "made"


def test_what_is_marked_sensitive_is_hidden_before_newer_figures_are_made(desk: Desk):
    known, catalogue = what_is_known(desk.ws), desk.ws.catalogue.current()
    city = msgspec.structs.replace(catalogue.traits["city"], sensitive=True, label=Label("Ville", "Town"))
    now = msgspec.structs.replace(catalogue, traits={**catalogue.traits, "city": city})
    before, after = (
        next(each for each in told.traits if each.name == "city") for told in (known, declared(known, now))
    )
    assert before.values
    assert (after.values, after.label) == ((), city.label)
