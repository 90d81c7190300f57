"""What a plan tells before anything is done, and what applying it keeps."""

import pytest

from tests.app.conftest import clock, shop, shops
from vitrail import Class, Remainder, Segment, Segmentation
from vitrail.ledger import runs
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import UserError

__all__ = ["clock", "shop", "shops"]


def loyal(number, **words):
    return Segment("loyal", {"en": "Loyal"}, f"count(order) >= {number}", **words)


BIG = Segment("big", {"en": "Big"}, 'member("loyal") and sum(order.amount) > 5')


def activity(days, *, name="Activity"):
    active = Class("active", {"en": "Active"}, f"did(order, last {days} days)")
    return Segmentation("activity", {"en": name}, (active,), Remainder("rest", {"en": "Rest"}))


def actions(plan):
    return {change.key: change.action for change in plan.changes}


def change_of(plan, key):
    return next(change for change in plan.changes if change.key == key)


def versions(ws):
    with ws.store.ledger.reading() as connection:
        return runs.current_definitions(connection)


# --- what a plan tells -------------------------------------------------------------------------


def test_a_new_segment_is_added_with_who_would_enter(shop):
    change = change_of(shop.plan(loyal(1)), "loyal")
    assert (change.action, change.size_before, change.size_after) == ("added", None, 3)
    assert (change.entering, change.leaving) == (3, 0)
    assert set(change.sample_entering) == {"A", "B", "D"}


def test_a_plan_changes_nothing(shop):
    shop.plan(loyal(1))
    assert shop.catalogue.segments == ()


def test_a_changed_rule_tells_both_sizes_and_who_would_leave(shop):
    shop.define(loyal(1))
    change = change_of(shop.plan(loyal(2)), "loyal")
    assert (change.action, change.size_before, change.size_after) == ("changed", 3, 1)
    assert (change.rule_before, change.rule_after) == ("count(order) >= 1", "count(order) >= 2")
    assert (change.entering, change.leaving, set(change.sample_leaving)) == (0, 2, {"B", "D"})


def test_a_segment_that_refers_to_a_changed_one_follows(shop):
    shop.define(loyal(2))
    shop.define(BIG)
    plan = shop.plan(loyal(1))
    assert actions(plan) == {"loyal": "changed", "big": "follows"}
    assert change_of(plan, "big").entering == 1


def test_another_name_is_a_renaming(shop):
    shop.define(loyal(2))
    plan = shop.plan(Segment("loyal", {"en": "Faithful"}, "count(order) >= 2"))
    assert actions(plan) == {"loyal": "renamed"}
    assert not plan.is_empty


def test_the_same_rule_written_otherwise_is_unchanged(shop):
    shop.define(loyal(2))
    plan = shop.plan(Segment("loyal", {"en": "Loyal"}, "count( order )>=2"))
    assert plan.is_empty


def test_a_class_is_not_concerned_by_those_after_it(shop):
    shop.define(activity(4))
    wider = Class("dormant", {"en": "Dormant"}, "did(order)")
    before = activity(4)
    after = Segmentation("activity", before.name, (*before.classes, wider), before.otherwise)
    assert actions(shop.plan(after)) == {
        "activity.active": "unchanged",
        "activity.dormant": "added",
        "activity.rest": "changed",
    }


def test_classes_are_told_one_by_one(shop):
    shop.define(activity(4))
    plan = shop.plan(activity(10))
    assert actions(plan) == {"activity.active": "changed", "activity.rest": "changed"}
    assert change_of(plan, "activity.rest").sample_leaving == ("A",)


def test_the_rest_is_left_alone(shop):
    shop.define(loyal(2))
    assert actions(shop.plan(activity(4)))["loyal"] == "unchanged"


def test_pruning_removes_what_is_not_given(shop):
    shop.define(loyal(2))
    plan = shop.plan(activity(4), prune=True)
    assert change_of(plan, "loyal").action == "removed"
    assert change_of(plan, "loyal").size_after is None
    assert change_of(plan, "loyal").sample_leaving == ("A",)


def test_removal_is_planned_by_key(shop):
    shop.define(activity(4))
    shop.define(loyal(2))
    shop.apply(shop.plan_removal("activity"))
    assert shop.catalogue.segments == ("loyal",)


def test_removing_what_others_refer_to_is_refused(shop):
    shop.define(loyal(2))
    shop.define(BIG)
    with pytest.raises(UserError) as refused:
        shop.plan_removal("loyal")
    assert refused.value.problems[0].code == "unknown_segment"
    assert refused.value.problems[0].path.startswith("segments.big.rule")


def test_a_plan_counts_its_changes(shop):
    shop.define(loyal(2))
    plan = shop.plan(DefinitionFile(edition=2026, segments=(loyal(1),), segmentations=(activity(4),)))
    assert (plan.count("added"), plan.count("changed"), plan.count("removed")) == (2, 1, 0)


def test_doubts_are_told_with_the_plan(shop):
    doubtful = Segment("odd", {"en": "Odd"}, 'did(order) or not country = "FR"')
    assert shop.plan(doubtful).warnings


# --- what applying keeps -----------------------------------------------------------------------


def test_a_problem_changes_nothing(shop):
    shop.define(loyal(2))
    with pytest.raises(UserError):
        shop.define(Segment("bad", {"en": "Bad"}, "did(nothing)"))
    assert shop.catalogue.segments == ("loyal",)


def test_every_application_is_a_version(shop):
    shop.define(loyal(1))
    shop.define(loyal(2))
    assert versions(shop).version == 2
    assert shop.plan(loyal(2)).version == 2


def test_an_overtaken_plan_is_refused(shop):
    plan = shop.plan(loyal(1))
    shop.define(activity(4))
    with pytest.raises(UserError) as refused:
        shop.apply(plan)
    assert refused.value.problems[0].code == "overtaken"
    assert "loyal" not in shop.catalogue.segments


def test_a_removed_segment_cannot_be_asked_for(shop):
    shop.define(loyal(2))
    shop.refresh()
    shop.apply(shop.plan_removal("loyal"))
    with pytest.raises(UserError):
        shop.segment("loyal")


def test_a_segment_that_comes_back_keeps_its_history(shop, clock):
    shop.define(loyal(2))
    shop.refresh()
    shop.apply(shop.plan_removal("loyal"))
    clock.advance(days=1)
    shop.refresh()
    shop.define(loyal(2))
    clock.advance(days=1)
    shop.refresh()
    assert shop.segment("loyal").history()["members"].to_pylist() == [1, 0, 1]


def test_a_changed_rule_moves_people_at_the_next_refresh(shop, clock):
    shop.define(loyal(2))
    shop.refresh()
    shop.define(loyal(1))
    assert shop.segment("loyal").size() == 1
    clock.advance(hours=1)
    assert shop.refresh().entered == 2
    assert shop.segment("loyal").size() == 3
