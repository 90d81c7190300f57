"""What is done to segments that exist, shared by the pages and the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import vitrail
from vitrail.app import segment_acts
from vitrail.app.segment_acts import Naming
from vitrail.app.workspace import Workspace
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.model.errors import UserError
from vitrail.warehouse.refresh import defined

ALL = Segment(key="all", name={"en": "All"}, rule="true", tags=("a", "b"))
OTHERS = Segment(key="others", name={"en": "Others"}, rule='not member("all")')
ALONE = Segment(key="alone", name={"en": "Alone"}, rule="false", owner="Ana", purposes=("news",))


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with vitrail.create(tmp_path / "shop") as opened:
        opened.define(DefinitionFile(edition=2026, segments=(ALL, OTHERS, ALONE)))
        yield opened


def now(ws: Workspace, key: str) -> Segment | None:
    return next((each for each in defined(ws.store)[1].document.segments if each.key == key), None)


def test_tags_are_added_and_taken_from_many_at_once(ws: Workspace):
    segment_acts.retag(ws, ["all", "alone"], add=["c", "a"], take=["b"])
    assert (now(ws, "all").tags, now(ws, "alone").tags) == (("a", "c"), ("c", "a"))


def test_nothing_is_tagged_when_one_key_is_wrong(ws: Workspace):
    with pytest.raises(UserError, match="alon"):
        segment_acts.retag(ws, ["all", "alon"], add=["c"])
    assert now(ws, "all").tags == ("a", "b")


def test_what_is_archived_stays_defined_and_can_come_back(ws: Workspace):
    segment_acts.put_aside(ws, ["all"])
    assert now(ws, "all").archived
    assert ws.count('member("all")') == ws.count("true")
    segment_acts.put_aside(ws, ["all"], aside=False)
    assert now(ws, "all") == ALL


def test_renaming_keeps_the_rest(ws: Workspace):
    segment_acts.rename(ws, "alone", naming=Naming(name={"en": "Lonely"}))
    assert now(ws, "alone") == Segment(
        key="alone", name={"en": "Lonely"}, rule="false", owner="Ana", purposes=("news",)
    )


def test_a_segment_keeps_a_name(ws: Workspace):
    with pytest.raises(UserError, match="name"):
        segment_acts.rename(ws, "alone", naming=Naming(name={"en": ""}))


def test_what_is_used_is_not_removed_and_the_users_are_told(ws: Workspace):
    with pytest.raises(UserError, match="others"):
        segment_acts.remove(ws, "all")
    assert now(ws, "all") == ALL


def test_what_was_removed_comes_back_as_it_was(ws: Workspace):
    segment_acts.remove(ws, "alone")
    assert now(ws, "alone") is None
    segment_acts.bring_back(ws, "alone")
    assert now(ws, "alone") == ALONE


def test_what_never_was_cannot_come_back(ws: Workspace):
    with pytest.raises(UserError, match="never"):
        segment_acts.bring_back(ws, "never")
