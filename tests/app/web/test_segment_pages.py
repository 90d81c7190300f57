"""The pages of one segment: its past, what it shares, and what is done to it."""

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from pyroaring import BitMap

import vitrail
from tests.app.http.serving import Served
from tests.app.http.visiting import Visitor, make_user, new_address
from vitrail.app.accounts import sessions
from vitrail.app.accounts.sessions import Place
from vitrail.app.counting import Counts
from vitrail.app.http.web.segments import course_of
from vitrail.app.segment_dates import Seen, between
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import Point
from vitrail.app.web.segments.sharing import Eyes, shared
from vitrail.app.web.speech import Speech
from vitrail.ledger.audit import Asked, acts
from vitrail.model.access import PERMISSIONS, Role, permissions_of
from vitrail.model.definitions import DefinitionFile, Segment
from vitrail.model.errors import UserError
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.refresh import defined

TODAY = dt.datetime.now(ZoneInfo("Europe/Paris")).date()
EVERYTHING = frozenset(PERMISSIONS)


@pytest.fixture(scope="module")
def people(app: Served, shop_root: Path) -> dict[str, str]:
    """A session of each role."""
    found = {}
    with vitrail.open(shop_root) as ws:
        ws.define(
            DefinitionFile(
                edition=2026,
                segments=(
                    Segment(key="old_one", name={"fr": "Ancien", "en": "Old one"}, rule="did(order)"),
                    Segment(key="new_one", name={"en": "New one"}, rule='member("old_one")'),
                ),
            )
        )
        ws.refresh()
        for role in ("owner", "analyst", "reader"):
            user = make_user(SimpleNamespace(root=shop_root), role, new_address(f"{role}.pages"))
            found[role] = sessions.begin(ws.store, user, place=Place("127.0.0.1", "Firefox"), is_whole=True)
    return found


@pytest.fixture
def visitor(app: Served, people: dict[str, str]) -> Iterator[Visitor]:
    yield Visitor(app, cookie=f"vitrail={people['owner']}")


def of(app: Served, people: dict[str, str], role: Role) -> Visitor:
    return Visitor(app, cookie=f"vitrail={people[role]}")


def eyes(desk: Desk, role: Role = "owner") -> Eyes:
    return Eyes(Counts(desk.ws, permissions_of(role)), Speech("en"), {})


# --- what is shared -----------------------------------------------------------------------------


def test_every_customer_is_in_one_combination(desk: Desk, people: dict[str, str]):
    found = shared(desk, "old_one", others=["big_basket", "new_one"], eyes=eyes(desk))
    members = current_members(desk.ws.store)
    everybody = BitMap.union(*(members[key] for key in found.keys))
    assert sum(int(row.text.replace(",", "")) for row in found.rows) == len(everybody)
    for row in found.rows:
        inside = [members[key] for key, is_in in zip(found.keys, row.inside, strict=True) if is_in]
        outside = [members[key] for key, is_in in zip(found.keys, row.inside, strict=True) if not is_in]
        assert int(row.text.replace(",", "")) == len(BitMap.intersection(*inside).difference(*outside))


def test_small_combinations_are_hidden_from_who_sees_nobody(desk: Desk, people: dict[str, str]):
    found = shared(desk, "big_basket", others=[], eyes=eyes(desk, "reader"))
    shown = [int(row.text.replace(",", "")) for row in found.rows if row.text.replace(",", "").isdigit()]
    assert shown
    assert all(number >= 20 for number in shown)
    assert found.pairs
    assert all(pair.jaccard is None for pair in found.pairs)


def test_the_order_of_what_is_shared_tells_who_sees_nobody_no_more(desk: Desk, people: dict[str, str]):
    def told(text: str) -> int:
        return -int(number) if (number := text.replace(",", "")).isdigit() else 0

    found = shared(desk, "big_basket", others=[], eyes=eyes(desk, "reader"))
    assert [pair.key for pair in found.pairs] == [
        pair.key for pair in sorted(found.pairs, key=lambda pair: (told(pair.common), pair.key))
    ]
    assert list(found.rows) == sorted(found.rows, key=lambda row: (told(row.text), row.name))
    assert len(found.rows) == min(2 ** len(found.keys) - 1, 24)


def test_who_sees_nobody_is_not_told_which_segments_share_nobody(desk: Desk, people: dict[str, str]):
    exact, hidden = (
        {pair.key for pair in shared(desk, "big_basket", others=[], eyes=eyes(desk, role)).pairs}
        for role in ("owner", "reader")
    )
    members = current_members(desk.ws.store)
    apart = [key for key in members if not members[key] & members["big_basket"]]
    assert apart
    assert not set(apart) & exact
    assert set(apart) & hidden


# --- its past -----------------------------------------------------------------------------------


def test_the_last_day_of_the_calendar_is_no_fault(desk: Desk, people: dict[str, str]):
    ends = (dt.date.max - dt.timedelta(days=1), dt.date.max)
    seen = Seen(people=False, masked=True)
    found = between(desk.ws, "old_one", days=ends, counts=Counts(desk.ws, EVERYTHING), seen=seen)
    assert found.stayed == found.after


def test_two_days_add_up(desk: Desk, people: dict[str, str]):
    counts = Counts(desk.ws, EVERYTHING)
    found = between(
        desk.ws, "old_one", days=(TODAY, TODAY), counts=counts, seen=Seen(people=True, masked=False)
    )
    assert found.before.value == found.after.value == found.stayed.value > 0
    assert (found.entered.value, found.left.value) == (0, 0)


def test_a_day_before_the_first_count_is_refused_with_that_day(desk: Desk, people: dict[str, str]):
    seen = Seen(people=False, masked=True)
    with pytest.raises(UserError, match=f"{TODAY:%Y}"):
        days = (dt.date(2020, 1, 1), TODAY)
        between(desk.ws, "old_one", days=days, counts=Counts(desk.ws, EVERYTHING), seen=seen)


def test_who_falls_is_listed_for_who_may_see_people_alone(app: Served, people: dict[str, str]):
    page = "/segments/old_one/reach?reach_purpose=prospecting_email&step=basis"
    assert 'class="keys"' in of(app, people, "owner").go(page).text
    masked = of(app, people, "analyst").go(page).text
    assert re.search(r'class="tag"[^>]*>p-', masked)
    assert not re.search(r'class="tag"[^>]*>C\d', masked)
    assert 'class="keys"' not in of(app, people, "reader").go(page).text


def test_a_look_at_who_falls_is_on_the_trail(visitor: Visitor, shop_root: Path):
    def looks() -> int:
        with vitrail.open(shop_root) as ws, ws.store.ledger.reading() as connection:
            return len(list(acts(connection, Asked(act="people.list"), limit=500)))

    before = looks()
    visitor.go("/segments/old_one/reach?reach_purpose=prospecting_email&step=basis")
    assert looks() == before + 1


# --- what is done to it -------------------------------------------------------------------------


def segment(root: Path, key: str) -> Segment | None:
    with vitrail.open(root) as ws:
        return next((each for each in defined(ws.store)[1].document.segments if each.key == key), None)


def test_deleting_says_first_what_uses_it(visitor: Visitor, shop_root: Path):
    page = visitor.go("/segments/old_one/remove").text
    assert "New one" in page
    assert 'action="/segments/old_one/remove"' not in page
    refused = visitor.send("/segments/old_one/remove")
    assert refused.status_code == 400
    assert segment(shop_root, "old_one") is not None


def test_what_is_deleted_is_brought_back_from_the_list(visitor: Visitor, shop_root: Path):
    before = segment(shop_root, "new_one")
    visitor.go("/segments/new_one/remove")
    answer = visitor.send("/segments/new_one/remove")
    assert segment(shop_root, "new_one") is None
    listed = visitor.go(answer.headers["location"])
    assert 'action="/segments/new_one/restore"' in listed.text
    visitor.send("/segments/new_one/restore")
    assert segment(shop_root, "new_one") == before


def test_many_are_tagged_at_once_and_found_by_the_tag(visitor: Visitor, shop_root: Path):
    visitor.go("/segments")
    token = visitor.token
    fields = {
        "csrf": token,
        "do": "tag",
        "tags": "été, mode",
        "key": ["old_one", "new_one"],
        "back": "/segments",
    }
    visitor.client.post("/segments/bulk", data=fields)
    assert segment(shop_root, "old_one").tags == ("été", "mode")
    found = unescape(visitor.go("/segments?tag=mode").text)
    assert "New one" in found
    assert "big_basket" not in found


def test_what_is_archived_leaves_the_list(visitor: Visitor, shop_root: Path):
    visitor.go("/segments/new_one")
    visitor.send("/segments/new_one/archive", archived="1")
    assert "/segments/new_one" not in visitor.go("/segments").text
    assert "/segments/new_one" in visitor.go("/segments?only=archived").text
    visitor.go("/segments/new_one")
    visitor.send("/segments/new_one/archive", archived="0")
    assert "/segments/new_one" in visitor.go("/segments").text


def test_another_begins_as_this_one_with_its_purposes(visitor: Visitor):
    page = unescape(visitor.go("/segments/new?from=big_basket").text)
    assert "Copie de" in page
    assert re.search(r'name="purposes" value="[^"]+" checked', page)


def test_an_edit_keeps_the_purposes(visitor: Visitor, shop_root: Path):
    before = segment(shop_root, "big_basket")
    visitor.go("/segments/big_basket/edit")
    fields = {
        "csrf": visitor.token, "do": "save", "was": before.rule, "text": "max(order.amount) >= 500",
        "name_fr": "Grands", "purposes": list(before.purposes),
    }  # fmt: skip
    visitor.client.post("/segments/big_basket/edit", data=fields)
    after = segment(shop_root, "big_basket")
    assert (after.rule, after.purposes) == ("max(order.amount) >= 500", before.purposes)


def test_a_segment_is_renamed_and_nothing_typed_is_lost(visitor: Visitor, shop_root: Path):
    visitor.go("/segments/new_one/rename")
    empty = visitor.send("/segments/new_one/rename", **{"name.fr": "", "description.fr": "Pour l’été"})
    assert empty.status_code == 400
    assert "Pour l’été" in unescape(empty.text)
    named = visitor.send("/segments/new_one/rename", **{"name.fr": "Neuf", "description.fr": "Pour l’été"})
    assert named.status_code == 303
    with vitrail.open(shop_root) as ws:
        (found,) = [each for each in defined(ws.store)[1].document.segments if each.key == "new_one"]
    assert (found.name, found.description) == ({"fr": "Neuf"}, {"fr": "Pour l’été"})
    assert found.rule == 'member("old_one")'


def members_shown(visitor: Visitor) -> list[str]:
    page = visitor.go("/segments/old_one").text
    return re.findall(r'<a href="(/people/[^"]+)">', page.partition('id="members"')[2].partition("</ul>")[0])


def test_some_customers_are_shown_to_who_may_see_them(app: Served, people: dict[str, str]):
    assert members_shown(of(app, people, "reader")) == []
    assert len(members_shown(of(app, people, "owner"))) == 10
    masked = members_shown(of(app, people, "analyst"))
    assert len(masked) == 10
    assert not set(masked) & set(members_shown(of(app, people, "owner")))


def test_two_counts_of_a_day_are_one_point_of_the_course():
    noon = dt.datetime(2026, 5, 1, 10, tzinfo=dt.UTC)
    counted = [Point(noon + dt.timedelta(hours=hours), size) for hours, size in ((0, 5), (2, 9), (48, 7))]
    drawn = str(course_of(Speech("en"), tuple(counted)).wide)
    assert "01/05/2026 · 9" in drawn
    assert "01/05/2026 · 5" not in drawn


def test_the_history_says_who_changed_what(visitor: Visitor):
    visitor.go("/segments/new_one/rename")
    visitor.send("/segments/new_one/rename", **{"name.en": "Newest", "name.fr": ""})
    page = unescape(visitor.go("/segments/new_one/history").text)
    assert "What was changed of it" in page
    assert re.search(r"· owner\s*</p><p>Name", page)


def test_a_class_beside_others_tells_its_segmentation(app: Served, people: dict[str, str]):
    owner = Visitor(app, cookie=f"vitrail={people['owner']}")
    assert "Value: VIP" in owner.go("/segments/big_basket/overlap").text
