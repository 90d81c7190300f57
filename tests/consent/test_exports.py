"""What is taken away is in the register: who was in it, to whom it went, and who is to be told of what."""

import csv
import json
import zipfile
from pathlib import Path

import pytest
from pyroaring import BitMap

from tests.consent.shop import consents, people
from vitrail.app.report import Layout, export_audience, export_segment
from vitrail.app.workspace import Workspace
from vitrail.consent.exports.following_up import Settling
from vitrail.consent.exports.register import Content, Taking, members_of, register_page
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.audit import Asked, acts
from vitrail.model.access import Actor
from vitrail.model.errors import UserError
from vitrail.warehouse.people import number_of

AGENCY = Taking(Actor("cli", "7"), recipient="Agence Dupont")
NOW = Patience(0)


@pytest.fixture
def shop(ws: Workspace) -> Workspace:
    people(ws, "ann", "bob", "cyd")
    consents(ws, ("ann", "marketing", "email", "granted", 9), ("bob", "marketing", "email", "granted", 9))
    ws.refresh()
    return ws


def audience_file(ws: Workspace, path: Path, taking: Taking = AGENCY, traits: tuple[str, ...] = ()) -> int:
    found = ws.audience("all", purpose="prospecting_email", channel="email")
    return export_audience(ws, found, path=path, layout=Layout(traits, "en"), taking=taking)


def numbers(ws: Workspace, *keys: str) -> BitMap:
    return BitMap([number_of(ws.store.source(), key) for key in keys])


def test_an_export_is_a_row_with_who_was_in_it(shop: Workspace, tmp_path: Path):
    assert audience_file(shop, tmp_path / "a.csv") == 2
    [found] = shop.exports.all()
    assert (found.kind, found.segment, found.purpose, found.people) == (
        "audience", "all", "prospecting_email", 2,
    )  # fmt: skip
    assert (found.recipient, found.columns, found.definitions) == ("Agence Dupont", ("profile", "email"), 2)
    assert members_of(shop.exports.find(found.number)) == numbers(shop, "ann", "bob")


def test_exports_are_listed_by_pages(shop: Workspace, tmp_path: Path):
    for number in range(3):
        audience_file(shop, tmp_path / f"{number}.csv")
    assert [each.number for each in shop.exports.all(before=3, limit=1)] == [2]


def test_a_list_for_a_study_is_in_the_register_and_in_the_trail(shop: Workspace, tmp_path: Path):
    export_segment(shop, "all", path=tmp_path / "l.csv", taking=Taking(Actor("user", "u1")))
    [found] = shop.exports.all()
    assert (found.kind, found.people, found.actor) == ("list", 3, Actor("user", "u1"))
    with shop.store.ledger.reading() as connection:
        [told] = acts(connection, Asked(act="segment.export"), limit=9)
    assert told.act.details["export"] == 1


def test_a_file_that_cannot_be_written_is_not_in_the_register(shop: Workspace, tmp_path: Path):
    with pytest.raises(UserError):
        audience_file(shop, tmp_path / "a.pdf")
    assert shop.exports.all() == ()


def test_an_audience_has_its_address_and_the_traits_that_are_named(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv", traits=("phone",))
    rows = list(csv.reader((tmp_path / "a.csv").open(encoding="utf-8-sig")))
    assert rows == [
        ["Customer", "email", "phone"],
        ["ann", "ann@example.com", "06 12 34 56 00"],
        ["bob", "bob@example.com", "06 12 34 56 01"],
    ]


def test_masked_nobody_can_be_told(shop: Workspace, tmp_path: Path):
    export_segment(shop, "all", path=tmp_path / "m.csv", taking=Taking(masked=True))
    text = (tmp_path / "m.csv").read_text("utf-8")
    assert "ann" not in text and "06 12" not in text and text.count("p-") == 3


def test_access_says_to_whom_the_data_went(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.access("ann", tmp_path / "ann.zip")
    shop.privacy.access("cyd", tmp_path / "cyd.zip")
    with zipfile.ZipFile(tmp_path / "ann.zip") as archive:
        told = json.loads(archive.read("dossier.json"))
        page = archive.read("dossier-fr.html").decode()
    assert [each["recipient"] for each in told["about"]["exports"]] == ["Agence Dupont"]
    assert "Agence Dupont" in page
    with zipfile.ZipFile(tmp_path / "cyd.zip") as archive:
        assert "Agence Dupont" not in archive.read("dossier-fr.html").decode()


def test_an_erasure_leaves_what_is_to_be_asked(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.erase("ann", patience=NOW)
    [told] = shop.exports.follow_ups("open")
    assert (told.follow_up.cause, told.follow_up.people, told.export.recipient) == (
        "erasure", 1, "Agence Dupont",
    )  # fmt: skip
    assert members_of(shop.exports.find(told.export.number)) == numbers(shop, "bob")
    assert told.export.people == 2


def test_who_was_in_no_file_leaves_nothing_to_be_asked(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.erase("cyd", patience=NOW)
    assert shop.exports.follow_ups() == ()


def test_what_waits_takes_the_next_person_in(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.erase("ann", patience=NOW)
    shop.privacy.erase("bob", patience=NOW)
    assert [each.follow_up.people for each in shop.exports.follow_ups()] == [2]


def test_a_rectification_concerns_the_files_that_had_the_trait(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.rectify("ann", {"phone": "06 00 00 00 00"})
    assert shop.exports.follow_ups() == ()
    shop.privacy.rectify("ann", {"email": "anne@example.com"})
    [told] = shop.exports.follow_ups()
    assert (told.follow_up.cause, told.follow_up.about) == ("rectification", ("email",))


def test_a_restriction_is_told_as_well(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.restrict("ann")
    shop.privacy.restrict("ann")
    assert [(each.follow_up.cause, each.follow_up.people) for each in shop.exports.follow_ups()] == [
        ("restriction", 1)
    ]


def test_under_pseudonyms_nothing_is_to_be_asked(shop: Workspace, tmp_path: Path):
    export_segment(shop, "all", path=tmp_path / "m.csv", taking=Taking(masked=True))
    shop.privacy.erase("ann", patience=NOW)
    assert shop.exports.follow_ups() == ()


def test_a_follow_up_says_who_settled_it_and_when(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.erase("ann", patience=NOW)
    shop.exports.settle(1, Settling("asked", "ana"))
    done = shop.exports.settle(1, Settling("done", "ana", "mail of 5 March"))
    assert (done.state, done.by, done.note) == ("done", "ana", "mail of 5 March")
    assert shop.exports.follow_ups("open") == ()
    with shop.store.ledger.reading() as connection:
        told = [each.act.name for each in acts(connection, Asked(act="follow_up"), limit=9)]
    assert told == ["follow_up.done", "follow_up.asked"]


def test_the_impossible_needs_a_reason(shop: Workspace, tmp_path: Path):
    audience_file(shop, tmp_path / "a.csv")
    shop.privacy.erase("ann", patience=NOW)
    with pytest.raises(UserError, match="19"):
        shop.exports.settle(1, Settling("impossible"))


def test_the_rows_of_who_was_erased_are_told_from_the_file(shop: Workspace, tmp_path: Path):
    export_segment(shop, "all", path=tmp_path / "l.csv")
    assert shop.exports.gone(tmp_path / "l.csv").keys == ()
    shop.privacy.erase("ann", patience=NOW)
    found = shop.exports.gone(tmp_path / "l.csv")
    assert (found.rows, found.keys) == (3, ("ann",))


def test_a_file_of_strangers_is_refused(shop: Workspace, tmp_path: Path):
    (tmp_path / "other.csv").write_text("a,b\nx,1\ny,2\n")
    with pytest.raises(UserError):
        shop.exports.gone(tmp_path / "other.csv")


def test_pages_read_in_a_day_are_one_row(shop: Workspace):
    for key in ("ann", "bob"):
        page = Content("members", "all", numbers(shop, key), ("profile",), "json", shop.store.now_us())
        register_page(shop.store, page, taking=Taking(Actor("key", "k1")))
    [found] = shop.exports.all()
    assert members_of(shop.exports.find(found.number)) == numbers(shop, "ann", "bob")


def test_who_is_split_off_later_was_in_the_file(shop: Workspace, tmp_path: Path):
    both = numbers(shop, "ann", "bob")
    shop.confirm("ann", "bob", who="ana")
    export_segment(shop, "all", path=tmp_path / "l.csv")
    [found] = shop.exports.all()
    assert found.people == 2
    assert members_of(shop.exports.find(found.number)) >= both
