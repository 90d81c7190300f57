"""Each version of a segment says when it was put in force, by whom, and what it changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import vitrail
from tests.app.accounts.people import CLI
from vitrail.app import segment_acts
from vitrail.app.accounts.acting import By, note
from vitrail.app.accounts.users import add_user
from vitrail.app.definition_history import Maker, history_of
from vitrail.app.segment_acts import Naming, defining
from vitrail.app.web.segments.changed import changes_of
from vitrail.app.web.speech import Speech
from vitrail.app.workspace import Workspace
from vitrail.ledger.audit import Asked, Subject, acts
from vitrail.model.access import Actor
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.model.errors import UserError

VIP = Segment(key="vip", name={"en": "VIP"}, rule="true")


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with vitrail.create(tmp_path / "shop") as opened:
        opened.define(VIP, acts=(CLI.act("definitions.apply", Subject("definitions")),))
        yield opened


@pytest.fixture
def ann(ws: Workspace) -> By:
    user, _ = add_user(ws.store, "ann@example.org", role="owner", name="Ann", by=CLI)
    return By(Actor("user", user.id))


def made(ws: Workspace) -> list[tuple[str, Maker]]:
    told = changes_of(ws.store, "vip", speech=Speech("en"))
    return [(each.what, each.by) for each in told]


def test_each_change_is_told_with_who_made_it(ws: Workspace, ann: By):
    segment_acts.rename(ws, "vip", naming=Naming({"en": "Best"}), by=ann)
    plan = ws.plan(Segment(key="vip", name={"en": "Best"}, rule="false", tags=("top",)))
    ws.apply(plan, acts=defining(plan, ann))
    assert made(ws) == [
        ("rule, tags", Maker("user", "Ann")),
        ("name", Maker("user", "Ann")),
        ("defined", Maker("cli")),
    ]


def test_what_changes_others_is_no_version_of_it(ws: Workspace, ann: By):
    ws.define(DefinitionFile(2026, segments=(Segment(key="other", name={"en": "O"}, rule="true"),)))
    assert len(history_of(ws.store, "vip")) == 1


def test_a_removal_and_a_return_are_told(ws: Workspace, ann: By):
    segment_acts.remove(ws, "vip", by=ann)
    segment_acts.bring_back(ws, "vip", by=ann)
    assert [what for what, _ in made(ws)] == ["defined", "deleted", "defined"]


def test_the_act_says_which_version_it_made_and_both_are_kept_or_none(ws: Workspace, ann: By):
    stale = ws.plan(Segment(key="vip", name={"en": "VIP"}, rule="false"))
    segment_acts.rename(ws, "vip", naming=Naming({"en": "Best"}), by=ann)
    with pytest.raises(UserError):
        ws.apply(stale, acts=defining(stale, ann))
    with ws.store.ledger.reading() as connection:
        told = acts(connection, Asked(actor=ann.actor), limit=10)
    assert [(each.act.name, each.act.details) for each in told] == [("segment.rename", {"version": 2})]


def test_an_act_of_before_that_names_no_version_is_the_one_that_follows_it(ws: Workspace, ann: By):
    ws.define(Segment(key="vip", name={"en": "VIP"}, rule="false"))
    note(ws.store, ann.act("definitions.apply", Subject("segment", "vip")))
    assert made(ws)[0] == ("rule", Maker("user", "Ann"))


def test_what_nobody_told_of_is_by_nobody_known(ws: Workspace):
    ws.define(Segment(key="vip", name={"en": "VIP"}, rule="false"))
    assert made(ws)[0] == ("rule", Maker())
