"""A hundred random edits over the whole language: form, tree, a fresh page and the workspace agree."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import vitrail
from tests.app.web.builder.test_round_trip import sent
from tests.strategies.trees import conditions
from vitrail.app.instants import instant
from vitrail.app.web.builder.drawing import draw
from vitrail.app.web.builder.form import ROOT, Group, parts, received
from vitrail.app.web.builder.offering import offers
from vitrail.app.web.builder.reading import Ground, read
from vitrail.app.web.builder.session import Built, Draft, build, opened, sent_back
from vitrail.app.web.desk import Desk
from vitrail.app.web.speech import Speech
from vitrail.language.check import check
from vitrail.language.format import format
from vitrail.model.tree import All, AnyOf, Condition, Not

ROWS = 9
EDITS = 25
ONCE: dict[str, Any] = {
    "max_examples": 4,
    "phases": [Phase.generate],
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
}
"""Four times twenty-five edits; one that fails is told as it is, since making it smaller takes minutes."""


def pressed(draft: Draft, ground: Ground, *, data: DataObject) -> dict[str, list[str]]:
    """The form as it stands, with one button that it has."""
    fields = sent(draft.group)
    fields |= {"was": [draft.text], "text": [draft.text], "undo": list(draft.undo), "redo": list(draft.redo)}
    places = list(parts(draft.group))
    path, part = data.draw(st.sampled_from(places))
    buttons = [f"{each}:{path}" for each in ("remove", "copy", "up", "down")] if path != ROOT else []
    if isinstance(part, Group):
        buttons += [f"add:{path}", f"all:{path}"]
        offered = [about for _, family in offers(ground.catalogue, Speech("en")) for about, _ in family]
        fields[f"{path}:new"] = [data.draw(st.sampled_from(offered))]
        fields[f"{path}:kind"] = [data.draw(st.sampled_from(["all", "any", "none"]))]
    elif part.about.startswith("of:"):
        buttons += [f"detail:{path}"]
    if len(places) > ROWS:
        buttons = [each for each in buttons if not each.startswith(("add", "copy", "detail"))] or ["recount"]
    fields["do"] = [data.draw(st.sampled_from([*buttons, "undo", "redo", "recount"]))]
    return fields


def written(draft: Draft, ground: Ground, *, data: DataObject) -> dict[str, list[str]]:
    """The form with another rule in writing, drawn from the whole language."""
    found: Condition = data.draw(conditions(ground.catalogue))
    other: Condition = data.draw(conditions(ground.catalogue))
    wraps = {"alone": found, "not": Not(found), "with": AnyOf((found, other))}
    rule = All((wraps[data.draw(st.sampled_from(sorted(wraps)))], found))
    text = format(rule)
    if any(each.severity == "error" for each in check(rule, ground.catalogue)):
        text = draft.text
    fields = sent(draft.group) | {"was": [draft.text], "undo": list(draft.undo), "redo": list(draft.redo)}
    return fields | {"text": [text], "do": ["text"]}


def the_page_agrees(built: Built, ground: Ground, *, desk: Desk, at_us: int) -> None:
    """With the form it is sent back as, with a page drawn anew, and with the workspace."""
    again = read(received(sent(built.draft.group)), ground)
    assert again.condition == read(built.draft.group, ground).condition
    fresh = build(opened(built.rule, ground), ground, settled=desk.settled, at_us=at_us)
    assert (fresh.rule, fresh.sentence, fresh.total) == (built.rule, built.sentence, built.total)
    if built.said.is_whole and built.total is not None:
        assert built.total == desk.ws.count(built.rule or "true", as_of=instant(at_us))
        assert read(draw(again.condition, ground), ground).condition == again.condition


@seed(20261126)
@settings(**ONCE)
@given(data=st.data())
def test_a_hundred_edits_and_everything_agrees(shop_root: Path, data: DataObject):
    with vitrail.open(shop_root) as ws:
        desk = Desk(ws)
        ground = Ground(ws.catalogue.current(), "en")
        at_us = desk.settled.instant()
        draft = opened('country = "FR" and did(order, last 90 days)', ground)
        for number in range(EDITS):
            change = written if number % 5 == 4 else pressed
            draft = sent_back(change(draft, ground, data=data), ground)
            built = build(draft, ground, settled=desk.settled, at_us=at_us)
            draft = built.draft
            the_page_agrees(built, ground, desk=desk, at_us=at_us)
