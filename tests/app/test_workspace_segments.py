import datetime as dt

import pyarrow as pa
import pytest

from tests.app.conftest import DAY, NOW
from vitrail import Class, Remainder, Segment, Segmentation
from vitrail.model.errors import UserError

HOUR = dt.timedelta(hours=1)
BUYERS = Segment("buyers", {"en": "Buyers"}, "did(order, last 90 days)")
LOYAL = Segment("loyal", {"en": "Loyal"}, "count(order) >= 2")
TOP = Segment("top", {"en": "Top"}, "percentile(sum(order.amount) among did(order)) = 100")


def activity(among=""):
    return Segmentation(
        "activity",
        {"en": "Activity"},
        (
            Class("active", {"en": "Active"}, "did(order, last 4 days)"),
            Class("dormant", {"en": "Dormant"}, "did(order, last 1 year)"),
        ),
        Remainder("inactive", {"en": "Inactive"}),
        among=among,
    )


def members(ws, key, as_of=None):
    return ws.segment(key).members(as_of)["profile"].to_pylist()


def order(ws, number, who, at, amount=1):
    row = pa.table({"number": [number], "who": [who], "at": [at], "amount": [amount]})
    return ws.load_events("order", row, profile="who", at="at", key="number")


def problem_of(question, *arguments, **named):
    with pytest.raises(UserError) as refused:
        question(*arguments, **named)
    return refused.value.problems[0]


# --- refreshing --------------------------------------------------------------------------------


def test_a_refresh_tells_what_it_did(shop):
    shop.define(BUYERS)
    done = shop.refresh()
    assert (done.evaluated_profiles, done.entered, done.left, done.full) == (4, 2, 0, True)
    assert done.duration > 0


def test_a_refresh_without_news_changes_nothing(shop):
    shop.define(BUYERS)
    shop.refresh()
    again = shop.refresh()
    assert (again.evaluated_profiles, again.entered, again.left, again.full) == (0, 0, 0, False)


def test_a_load_moves_people(shop, clock):
    shop.define(BUYERS)
    shop.refresh()
    order(shop, "5", "C", NOW - DAY)
    clock.advance(hours=1)
    assert shop.refresh().entered == 1
    assert members(shop, "buyers") == ["A", "B", "C"]


def test_time_alone_moves_people(shop, clock):
    shop.define(BUYERS)
    shop.refresh()
    clock.advance(days=86)
    assert shop.refresh().left == 1
    assert members(shop, "buyers") == ["B"]


def test_a_full_refresh_gives_the_same_members(shop, clock):
    shop.define(BUYERS)
    shop.define(activity())
    shop.refresh()
    clock.advance(days=2)
    order(shop, "5", "C", NOW + DAY)
    shop.refresh()
    done = shop.refresh(full=True)
    assert (done.full, done.entered, done.left) == (True, 0, 0)


def test_a_refresh_before_the_last_one_is_refused(shop):
    shop.define(BUYERS)
    shop.refresh()
    assert problem_of(shop.refresh, NOW - DAY).code == "refresh_in_the_past"


def test_a_segment_has_no_members_before_its_first_refresh(shop):
    shop.define(BUYERS)
    assert problem_of(shop.segment("buyers").members).code == "never_evaluated"


def test_an_unknown_segment_comes_with_the_nearest(shop):
    shop.define(BUYERS)
    assert problem_of(shop.segment, "buyer").hint == ("buyers",)


# --- history -----------------------------------------------------------------------------------


@pytest.fixture
def lived(shop, clock):
    """Buyers: A and B; a day later C too; 86 days later B and C are left."""
    shop.define(BUYERS)
    shop.refresh()
    clock.advance(days=1)
    order(shop, "5", "C", NOW)
    shop.refresh()
    clock.advance(days=85)
    shop.refresh()
    return shop


def test_members_of_the_past(lived):
    assert members(lived, "buyers", NOW) == ["A", "B"]
    assert members(lived, "buyers", NOW + 2 * DAY) == ["A", "B", "C"]
    assert members(lived, "buyers") == ["B", "C"]


def test_sizes_of_the_past(lived):
    buyers = lived.segment("buyers")
    assert [buyers.size(NOW), buyers.size(NOW + DAY), buyers.size()] == [2, 3, 2]


def test_before_the_first_refresh_there_is_no_answer(lived):
    assert problem_of(lived.segment("buyers").size, NOW - DAY).code == "never_evaluated"


def test_history_has_one_row_per_refresh(lived):
    rows = lived.segment("buyers").history().to_pylist()
    assert [(row["at"], row["entered"], row["left"], row["members"]) for row in rows] == [
        (NOW, 2, 0, 2),
        (NOW + DAY, 1, 0, 3),
        (NOW + 86 * DAY, 0, 1, 2),
    ]


def test_who_entered_and_who_left(lived):
    buyers = lived.segment("buyers")
    assert buyers.entered().to_pylist()[-1] == {"profile": "C", "at": NOW + DAY}
    assert buyers.left().to_pylist() == [{"profile": "A", "at": NOW + 86 * DAY}]


def test_who_entered_since_an_instant(lived):
    buyers = lived.segment("buyers")
    assert buyers.entered(since=NOW + HOUR)["profile"].to_pylist() == ["C"]
    assert buyers.left(since=NOW + 87 * DAY).num_rows == 0


def test_members_and_moves_are_ordered_by_key_whatever_the_loads(empty):
    for who in "DBCA":
        order(empty, who, who, NOW - DAY)
    empty.define(BUYERS)
    empty.refresh()
    assert members(empty, "buyers") == list("ABCD")
    assert empty.segment("buyers").entered()["profile"].to_pylist() == list("ABCD")


# --- segmentations -----------------------------------------------------------------------------


def classes(ws, as_of=None):
    return {
        who: key.removeprefix("activity.")
        for key in ws.catalogue.segments
        if key.startswith("activity.")
        for who in members(ws, key, as_of)
    }


def test_everybody_has_exactly_one_class(shop):
    shop.define(activity())
    shop.refresh()
    assert classes(shop) == {"A": "dormant", "B": "active", "C": "inactive", "D": "inactive"}
    assert sum(shop.segment(f"activity.{key}").size() for key in ("active", "dormant", "inactive")) == 4


def test_among_leaves_the_others_without_a_class(shop):
    shop.define(activity(among="country is known"))
    shop.refresh()
    assert classes(shop) == {"A": "dormant", "B": "active"}


def test_a_class_is_a_segment_too(shop):
    shop.define(activity())
    assert shop.members('member("activity.inactive") and did(order)')["profile"].to_pylist() == ["D"]


def test_a_segmentation_is_no_segment(shop):
    shop.define(activity())
    assert problem_of(shop.count, 'member("activity")').code == "unknown_segment"


# --- frozen cut points -------------------------------------------------------------------------


@pytest.fixture
def ranked(shop, clock):
    """A spent most of the three buyers; then C buys for far more."""
    shop.define(TOP)
    shop.refresh()
    clock.advance(hours=1)
    order(shop, "5", "C", NOW, 1000)
    return shop


def test_purchases_of_others_do_not_move_me(ranked):
    ranked.refresh()
    assert members(ranked, "top") == ["A", "C"]
    ranked.refresh(full=True)
    assert members(ranked, "top") == ["A", "C"]


def test_cutting_again_moves_and_says_so(ranked):
    done = ranked.refresh(recut=True)
    assert done.recut
    assert members(ranked, "top") == ["C"]


def test_a_question_on_the_spot_ranks_at_its_instant(ranked):
    assert ranked.members(TOP.rule)["profile"].to_pylist() == ["C"]


def test_cut_points_are_dated(ranked):
    frozen = ranked.refresh().cut_points_us
    assert frozen == NOW.timestamp() * 1_000_000
    assert ranked.refresh(recut=True).cut_points_us == (NOW + HOUR).timestamp() * 1_000_000
