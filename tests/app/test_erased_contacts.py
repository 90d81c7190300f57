"""Who was erased does not come back under another key by an address nobody had declared an identity."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.consent.marked import SOURCE, file, search_all, send
from tests.copies import Mould
from vitrail.collect.declare import Declaration
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.standing import all_tombstones
from vitrail.ledger.write_keys import add_source
from vitrail.model.catalogue import Field
from vitrail.model.reports import LoadReport

AT_ONCE = Patience(seconds=0)
BASE = {
    "id": ["zoe", "ben", "eve"],
    "contact": ["Zoe@Marques.fr", "home@marques.fr", "home@marques.fr"],
    "mobile": ["06 98 76 54 31", "06 98 76 54 32", "+33698765432"],
    "at_work": ["+33 1 42 68 53 01", None, None],
    "note": ["null", "test@test.com", "test@test.com"],
}


def make(root: Path) -> None:
    with vitrail.create(root) as ws:
        ws.catalogue.declare(Declaration(traits=(Field("at_work", "text", "", compare="phone"),)))
        ws.load_profiles(pa.table(BASE), key="id")
        ws.load_profiles(pa.table({"id": ["zoe"], "contact": ["zoe@ailleurs.fr"]}), key="id")


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("contacts"), make)


@pytest.fixture
def ws(shops: Mould, tmp_path: Path) -> Iterator[vitrail.Workspace]:
    with vitrail.open(shops.cast(tmp_path / "shop")) as opened:
        yield opened


def bring(ws: vitrail.Workspace, row: Mapping[str, str]) -> LoadReport:
    return ws.load_profiles(pa.Table.from_pylist([{"id": "new", **row}]), key="id")


@pytest.mark.parametrize(
    "row",
    [
        {"contact": "zoe@ailleurs.fr"},
        {"contact": " ZOE@marques.FR "},
        {"another": "zoe@marques.fr"},
        {"mobile": "0033698765431"},
        {"at_work": "0142685301"},
    ],
    ids=str,
)
def test_an_address_they_had_keeps_them_away(ws: vitrail.Workspace, row: dict[str, str]):
    ws.privacy.erase("zoe", patience=AT_ONCE)
    report = bring(ws, row)
    assert (report.accepted, report.rejected, report.rejects[0].code) == (0, 1, "erased")


@pytest.mark.parametrize("row", [{"contact": "home@marques.fr"}, {"mobile": "06 98 76 54 32"}], ids=str)
def test_an_address_that_somebody_else_has_keeps_nobody_away(ws: vitrail.Workspace, row: dict[str, str]):
    ws.privacy.erase("ben", patience=AT_ONCE)
    assert bring(ws, row).accepted == 1


def test_an_address_that_only_those_being_erased_had_is_marked(ws: vitrail.Workspace):
    ws.privacy.begin_erasure("ben")
    ws.privacy.begin_erasure("eve")
    ws.privacy.resume(patience=AT_ONCE)
    assert bring(ws, {"contact": "home@marques.fr"}).rejected == 1


def test_what_people_write_who_have_no_address_is_not_marked(ws: vitrail.Workspace):
    ws.privacy.erase("ben", "eve", patience=AT_ONCE)
    assert bring(ws, {"note": "test@test.com"}).accepted == 1


def test_who_asks_for_it_comes_back_by_any_of_their_addresses(ws: vitrail.Workspace):
    ws.privacy.erase("zoe", patience=AT_ONCE)
    assert ws.privacy.readmit("06 98 76 54 31", why="a new account") == 5
    assert bring(ws, {"contact": "zoe@marques.fr"}).accepted == 1


def test_each_address_is_marked_once(ws: vitrail.Workspace):
    ws.privacy.erase("zoe", patience=AT_ONCE)
    with ws.store.ledger.reading() as connection:
        kinds = sorted(each.kind for each in all_tombstones(connection))
    assert kinds == ["email", "email", "key", "phone", "phone"]


def test_it_is_told_at_the_console_why_a_row_is_left_out(ws: vitrail.Workspace):
    ws.privacy.erase("zoe", patience=AT_ONCE)
    refused = bring(ws, {"contact": "zoe@marques.fr"}).rejects[0]
    assert "effac" in refused.message.fr and "eras" in refused.message.en


def test_what_a_page_says_of_them_under_another_key_is_kept_nowhere(ws: vitrail.Workspace):
    ws.privacy.erase("zoe", patience=AT_ONCE)
    with ws.store.ledger.writing() as connection:
        add_source(connection, SOURCE)
    traits = {"email": "zoe@marques.fr"}
    send(ws, {"type": "identify", "userId": "new", "messageId": "m1", "traits": traits})
    file(ws)
    assert search_all(ws.store, ["zoe@marques.fr"]) == ()
