"""Pulling the parties of a real Tryton."""

from collections.abc import Iterator

import msgspec
import pytest

from tests.collect.contents import keys, snapshot
from tests.collect.sources import tryton_server
from tests.collect.sources.tryton_server import Clerk
from vitrail.collect.sources import pull, tryton
from vitrail.collect.sources.definition import Columns, Target, Tryton
from vitrail.warehouse.store import Store

FIELDS = {
    "id": "id",
    "code": "code",
    "name": "name",
    "language": "lang.code",
    "active": "active",
    "changed": "write_date",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with tryton_server.running(tmp_path_factory.mktemp("tryton")) as address:
        yield address


@pytest.fixture
def source(server: str, monkeypatch: pytest.MonkeyPatch) -> Tryton:
    monkeypatch.setenv("VITRAIL_SECRET_TRYTON_PASSWORD", tryton_server.PASSWORD)
    return Tryton(
        key="tryton",
        url=server,
        database=tryton_server.DATABASE,
        user="admin",
        password="${TRYTON_PASSWORD}",
        fields=FIELDS,
        load=Target("profiles", Columns(key="id"), types={"active": "boolean"}),
        overlap="0 seconds",
        allow_private=True,
    )


def test_parties_are_pulled_page_by_page_and_then_as_they_change(
    store: Store, server: str, source: Tryton, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tryton, "PAGE", 2)
    clerk = Clerk(server)
    zoe, *_ = clerk.create(*({"name": name} for name in ("Zoé", "Max", "Léa", "Tom")))
    clerk.create({"name": "Ana"})
    first = pull.pull(store, source)
    assert (first.outcome, first.created, first.rejected) == ("done", 5, 0), first.problems
    assert snapshot(store)[str(zoe)]["name"] == "Zoé"
    assert store.catalogue.traits["changed"].type == "instant"
    clerk.write(zoe, name="Zoé Martin")
    clerk.create({"name": "Eva"})
    again = pull.pull(store, source)
    assert (again.created, again.updated) == (1, 1)
    assert again.accepted <= 3  # those two, and the last one seen
    assert snapshot(store)[str(zoe)]["name"] == "Zoé Martin"
    assert len(keys(store)) == 6


def test_what_tryton_refuses_is_said(store: Store, source: Tryton, monkeypatch: pytest.MonkeyPatch):
    wrong = msgspec.structs.replace(source, fields={**FIELDS, "oops": "nonexistent"})
    assert [each.code for each in pull.pull(store, wrong).problems] == ["tryton_refused"]
    monkeypatch.setenv("VITRAIL_SECRET_TRYTON_PASSWORD", "not-this-one")
    found = pull.pull(store, source)
    assert [each.code for each in found.problems] == ["not_allowed"]
