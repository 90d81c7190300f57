"""Saving waits for no refresh; what waits to be counted is told, and never lost."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_user
from vitrail.app.accounts import sessions
from vitrail.app.accounts.acting import By, note
from vitrail.app.accounts.sessions import Place
from vitrail.app.renewing import MOST_CAUSES, Renewer, renew_all, waiting
from vitrail.app.segment_acts import put_aside, segments_of
from vitrail.app.shop.load import define_ready, load_shop
from vitrail.ledger.audit import Asked, Subject, acts
from vitrail.model.access import Actor
from vitrail.model.definitions import Segment

EVERYBODY = Segment(key="everybody", name={"en": "Everybody"}, rule="true")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("renewing") / "shop"
    with vitrail.create(root) as ws:
        load_shop(ws, customers=60)
        define_ready(ws)
        ws.refresh()
    return root


def until_counted(root: Path, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    with vitrail.open(root) as ws:
        while waiting(ws.store) is not None:
            assert time.monotonic() < until
            time.sleep(0.1)


def until_noted(root: Path, cause: str, seconds: float = 30) -> None:
    """Wait until the trail says that a refresh followed something."""
    until = time.monotonic() + seconds
    with vitrail.open(root) as ws:
        while not any(cause in str(details.get("after")) for _, details in refreshes(ws)):
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.fixture(scope="module")
def session(shop: Path) -> str:
    """The session of somebody who owns the workspace."""
    with vitrail.open(shop) as ws:
        user = make_user(SimpleNamespace(root=shop), "owner")
        return sessions.begin(ws.store, user, place=Place("127.0.0.1", "Firefox"), is_whole=True)


def visitor(served: Served, session: str) -> Visitor:
    return Visitor(served, cookie=f"vitrail={session}")


def test_definitions_wait_until_a_refresh_knows_them(shop: Path):
    with vitrail.open(shop) as ws:
        ws.refresh()
        assert waiting(ws.store) is None
        ws.define(EVERYBODY)
        assert waiting(ws.store) is not None
        renewer = Renewer(ws)
        renewer.ask()
        renewer.wait()
        assert waiting(ws.store) is None
        assert ws.segment("everybody").size() == ws.count("true")


def refreshes(ws: vitrail.Workspace) -> list[tuple[str, Mapping[str, object]]]:
    """Who refreshed, and for what, the newest first."""
    with ws.store.ledger.reading() as connection:
        found = acts(connection, Asked(act="segments.refresh"), limit=100)
    return [(each.act.actor.kind, each.act.details) for each in found]


def saved(ws: vitrail.Workspace, key: str, *, by: By) -> None:
    ws.define(Segment(key=key, name={"en": key}, rule="true"))
    note(ws.store, by.act("definitions.apply", Subject("segment", key)))


def test_the_trail_says_for_whose_changes_the_server_refreshed(shop: Path):
    with vitrail.open(shop) as ws:
        renew_all(ws)
        before = len(refreshes(ws))
        saved(ws, "first", by=By(Actor("user", "u1")))
        saved(ws, "second", by=By(Actor("user", "u2")))
        renew_all(ws)
        renew_all(ws)
        told = refreshes(ws)
    after = ("definitions.apply first", "definitions.apply second")
    assert len(told) == before + 1
    assert told[0] == ("system", {"by": ("u1", "u2"), "after": after})


def test_whose_change_it_was_is_told_however_much_else_was_done_since(shop: Path):
    by = By(Actor("user", "u3"))
    with vitrail.open(shop) as ws:
        saved(ws, "third", by=by)
        put_aside(ws, ["third"])
        note(ws.store, by.act("segment.archive", Subject("segment", "third")))
        for number in range(MOST_CAUSES):
            note(ws.store, by.act("profile.view", Subject("profile", str(number))))
        renew_all(ws)
        assert refreshes(ws)[0][1]["after"] == ("definitions.apply third", "segment.archive third")


def test_a_refresh_after_new_facts_alone_is_no_act(shop: Path):
    with vitrail.open(shop) as ws:
        renew_all(ws)
        before = refreshes(ws)
        ws.load_profiles(pa.table({"id": ["a newcomer"]}), key="id")
        assert renew_all(ws).run
        assert refreshes(ws) == before


def test_a_failure_is_told_and_what_waits_is_done_the_next_time(shop: Path, monkeypatch: pytest.MonkeyPatch):
    def fails(self: Renewer) -> None:
        raise OSError("no room")

    with vitrail.open(shop) as ws:
        ws.define(Segment(key="nobody", name={"en": "Nobody"}, rule="false"))
        renewer = Renewer(ws)
        with monkeypatch.context() as patched:
            patched.setattr(Renewer, "_refresh", fails)
            renewer.ask()
            renewer.wait()
        assert renewer.trouble == "OSError"
        assert waiting(ws.store) is not None
        renewer.resume()
        renewer.wait()
        assert renewer.trouble == ""
        assert waiting(ws.store) is None


def test_what_is_asked_during_a_refresh_is_done_after_it(shop: Path, monkeypatch: pytest.MonkeyPatch):
    done = []

    def slow(self: Renewer) -> None:
        done.append(len(done))
        if len(done) == 1:
            self.ask()
            self.ask()

    monkeypatch.setattr(Renewer, "_refresh", slow)
    with vitrail.open(shop) as ws:
        renewer = Renewer(ws)
        renewer.ask()
        renewer.wait()
    assert done == [0, 1]


@pytest.mark.parametrize("role", ["collect", "all"])
def test_a_server_killed_after_saving_counts_at_its_next_start(shop: Path, session: str, role: str):
    with serving(shop, "", role=role) as served:
        person = visitor(served, session)
        person.go("/segments/new")
        sent = {"do": "save", "was": "", "text": "did(order)", "name_en": f"Bought by {role}"}
        answer = person.send("/segments/new", **sent)
        served.kill()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/segments/bought_by_{role}")
    with serving(shop, "", role=role):
        until_counted(shop)
    with vitrail.open(shop) as ws:
        assert ws.segment(f"bought_by_{role}").size() == ws.count("did(order)")


def test_the_page_of_what_was_saved_has_its_number_at_once(shop: Path, session: str):
    with serving(shop, "") as served:
        person = visitor(served, session)
        person.go("/segments/new")
        person.send("/segments/new", do="save", was="", text="not did(order)", name_en="Never bought")
        page = person.go("/segments/never_bought").text
        with vitrail.open(shop) as ws:
            assert f">{ws.count('not did(order)')}<" in page
        until_counted(shop)
        assert "data-again" not in person.go("/segments/never_bought").text
        until_noted(shop, "definitions.apply never_bought")


def test_many_tagged_at_once_are_counted_again_without_a_worker(shop: Path, session: str):
    with serving(shop, "") as served:
        person = visitor(served, session)
        person.go("/segments")
        person.send("/segments/bulk", do="tag", tags="spring", key="big_basket")
        with vitrail.open(shop) as ws:
            (found,) = segments_of(ws, ["big_basket"])
        assert "spring" in found.tags
        until_counted(shop)
