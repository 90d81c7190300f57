"""What is done to segments over the API of a real server, by whom, and what is asked of them over time."""

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.test_api import ANALYST, Api
from tests.app.terminal import make_shop
from tests.consent.shop import consents, people
from vitrail.app.purposes import define_purposes
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.warehouse.refresh import defined

EDITOR = ("view_segments", "edit_segments")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = make_shop(tmp_path_factory.mktemp("acting") / "shop")
    with vitrail.open(root) as ws:
        define_purposes(ws.store)
        people(ws, "ann", "bob")
        consents(ws, ("ann", "marketing", "email", "granted", 9))
        ws.define(
            DefinitionFile(
                edition=2026,
                segments=(
                    Segment(key="all", name={"en": "All"}, rule="true", purposes=("prospecting_email",)),
                    Segment(key="rest", name={"en": "Rest"}, rule='not member("all")'),
                ),
            )
        )
        ws.refresh()
    with serving(root, "", options=("--requests-a-second", "0")) as server:
        yield server


@pytest.fixture(scope="module")
def editor(served: Served) -> Api:
    return Api(served, *EDITOR)


def document(served: Served) -> dict[str, Segment]:
    with vitrail.open(served.root) as ws:
        return {each.key: each for each in defined(ws.store)[1].document.segments}


def test_tags_and_words_are_changed(served: Served, editor: Api):
    assert editor.post("segments/tags", keys=["all", "rest"], add=["été"]).json() == {"keys": ["all", "rest"]}
    editor.post("segments/all/words", name={"fr": "Tous", "en": "Everybody"}, owner="Ana")
    found = document(served)["all"]
    assert (found.tags, found.name, found.owner) == (("été",), {"fr": "Tous", "en": "Everybody"}, "Ana")
    assert found.purposes == ("prospecting_email",)


def test_archiving_and_back(served: Served, editor: Api):
    editor.post("segments/archive", keys=["all"])
    assert document(served)["all"].archived
    editor.post("segments/archive", keys=["all"], archived=False)
    assert not document(served)["all"].archived


def test_what_is_used_is_not_removed(served: Served, editor: Api):
    answer = editor.client.delete("/api/segments/all")
    assert answer.status_code == 400
    assert "rest" in answer.text
    assert "all" in document(served)


def test_removed_and_restored(served: Served, editor: Api):
    before = document(served)["rest"]
    assert editor.client.delete("/api/segments/rest").status_code == 200
    assert "rest" not in document(served)
    editor.post("segments/rest/restore")
    assert document(served)["rest"] == before
    told = editor.get("refresh").json()
    assert told["waiting"]
    assert told["since"]


def test_a_rule_that_is_not_saved_has_its_waterfall(served: Served):
    told = (
        Api(served, *ANALYST).post("reach", rule="true", purpose="prospecting_email", channel="email").json()
    )
    assert told["audience"]["count"] == 1
    assert told["segment"]["count"] - sum(each["fell"]["count"] for each in told["falls"]) == 1


def test_an_unknown_purpose_is_refused(editor: Api):
    answer = editor.post("reach", rule="true", purpose="nothing", channel="email")
    assert answer.status_code == 400


def test_two_days_are_compared_and_small_groups_hidden(served: Served):
    today = dt.datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()
    path = f"segments/all/between?start={today}&end={today}"
    seen = Api(served, *ANALYST).get(path).json()
    assert seen["before"] == seen["after"] == seen["stayed"]
    assert seen["after"]["count"] > 0
    assert Api(served, "view_segments").get(path).json()["after"] == {"count": None, "under": 20}
