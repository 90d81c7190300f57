"""The first run: the sample shop made beside the server, the ready-made segments applied in one step."""

from __future__ import annotations

from collections.abc import Mapping

from vitrail.app.accounts.acting import By, note
from vitrail.app.ready.here import choose_mapping
from vitrail.app.tasks import bringing
from vitrail.app.tasks.kept import asked_by
from vitrail.app.tasks.runner import Runner
from vitrail.ledger.audit import Subject
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

SHOP, SEGMENTS = "shop", "segments"


def begin_shop(runner: Runner, store: Store, *, by: By) -> None:
    """Make the sample shop; only in a workspace that holds nothing but, perhaps, a part of it."""
    with runner.at_rest(SHOP) as start:
        begun = runner.tasks.step(SHOP)
        if begun is None and not bringing.is_empty(store):
            raise refuse(
                "not_empty",
                fr="La boutique d’exemple se fait dans un espace vide\u00a0: celui-ci a déjà des données.",
                en="The sample shop is made in an empty workspace: this one has data already.",
            )
        if begun is None:
            runner.tasks.begin(at_us=store.now_us(), by=by.actor.id, id=SHOP)
        note(store, by.act("shop.make", Subject("task", SHOP)))
        start("shop")


def begin_segments(runner: Runner, store: Store, *, mapping: Mapping[str, str], by: By) -> None:
    """Define the ready-made segments that fit, and evaluate them; the names they go by are chosen for all.

    A role with an empty name is taken out. Raises `UserError` for roles that no definition knows.
    """
    if (step := runner.tasks.step(SEGMENTS)) is not None and step.is_under_way:
        return
    with runner.at_rest(SEGMENTS) as start:
        choose_mapping(store, dict(mapping))
        note(store, by.act("mapping.choose", Subject("mapping")))
        runner.tasks.begin(at_us=store.now_us(), by=by.actor.id, id=SEGMENTS)
        runner.tasks.write(SEGMENTS, asked=asked_by(by))
        runner.tasks.write(SEGMENTS, mapping={role: name for role, name in mapping.items() if name.strip()})
        start("segments")
    runner.wait(SEGMENTS, bringing.QUICK)
