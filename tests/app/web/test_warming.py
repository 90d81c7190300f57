"""As the server starts, what is asked first is made ready, and nobody waits for the rest."""

import threading
from pathlib import Path

import pytest
from litestar.datastructures import State

import vitrail
from vitrail.app.http.application import make_ready
from vitrail.app.shop.load import load_shop
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import prepare, template_of
from vitrail.app.web.warming import Visits, warm
from vitrail.model.definitions import Segment


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("warming") / "shop"
    with vitrail.create(root) as ws:
        load_shop(ws, customers=60)
    return root


def test_after_warming_the_first_questions_are_known(shop: Path):
    with vitrail.open(shop) as ws:
        desk = Desk(ws)
        assert desk.settled.instant() >= ws.store.now_us() - 1_000
        warm(desk)
        warmed = desk.settled.instant()
        assert warmed < ws.store.now_us() - 1_000
        ws.define(Segment(key="other", name={"en": "Other"}, rule="false"))
        assert desk.settled.instant() > warmed


def test_the_server_answers_once_a_first_count_was_made(shop: Path):
    with vitrail.open(shop) as ws:
        desk, visits = Desk(ws), Visits()
        visits.__enter__()  # somebody is being answered all along: nothing but what comes first is made ready
        make_ready(desk, State({"keeps_current": True, "visits": visits}))
        assert desk.settled.instant() < ws.store.now_us() - 1_000


def test_what_makes_ready_steps_aside_for_who_is_being_answered():
    visits = Visits()
    aside = threading.Thread(target=visits.step_aside)
    with visits:
        aside.start()
        aside.join(0.2)
        assert aside.is_alive()
    aside.join()


def test_a_template_is_compiled_once_for_both_languages():
    prepare("fr", only="builder")
    prepare("en", only="builder")
    french, english = (template_of("builder.html", language) for language in ("fr", "en"))
    assert french is not english
    assert french.root_render_func.__code__ is english.root_render_func.__code__
