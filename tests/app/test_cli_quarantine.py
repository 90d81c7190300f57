"""What could not be filed, from the command line."""

from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, codes, run
from tests.collect.tracked import did, filed, track
from vitrail.app.workspace import open as open_workspace


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop whose site must keep to a plan that holds nothing yet, and sent two visits."""
    vitrail.create(tmp_path / "shop").close()
    run("source", "add", "site", "--unplanned", "refuse", workspace=tmp_path / "shop")
    sent(tmp_path / "shop", {"value": 1}, {"value": 2})
    return tmp_path / "shop"


def sent(shop: Path, *visits: dict[str, object]) -> None:
    with open_workspace(shop) as ws:
        filed(ws.store, *(track("visit", visit) for visit in visits))


def waiting(shop: Path) -> list[dict]:
    return answer(run("quarantine", "list", "--json", workspace=shop))["groups"]


def test_the_list_says_why_and_what_to_do(shop: Path):
    (group,) = waiting(shop)
    assert (group["code"], group["messages"]) == ("unplanned_event", 2)
    told = run("quarantine", "list", workspace=shop, language="fr").stdout
    assert "n’est pas au plan de marquage" in " ".join(told.split())


def test_messages_are_shown_as_they_were_sent(shop: Path):
    (group,) = waiting(shop)
    assert '"event":"visit"' in run("quarantine", "show", group["id"], workspace=shop).stdout


def test_messages_are_filed_again_once_the_plan_holds_them(shop: Path, tmp_path: Path):
    (tmp_path / "plan.yaml").write_text("edition: 2026\nevents:\n  visit: {properties: {value: decimal}}\n")
    run("declare", str(tmp_path / "plan.yaml"), workspace=shop)
    assert answer(run("quarantine", "replay", "--all", "--json", workspace=shop))["filed"] == 2
    assert waiting(shop) == []
    with open_workspace(shop) as ws:
        assert len(did(ws.store, "visit")) == 2


def test_discarding_asks_first(shop: Path):
    (group,) = waiting(shop)
    assert codes(run("quarantine", "discard", group["id"], "--json", workspace=shop)) == ["not_confirmed"]
    assert answer(run("quarantine", "discard", group["id"], "--yes", "--json", workspace=shop)) == {
        "discarded": 2
    }
    assert waiting(shop) == []


@pytest.mark.parametrize(("words", "code"), [((), "no_group"), (("cafe",), "unknown_group")])
def test_groups_must_be_named(shop: Path, words: tuple[str, ...], code: str):
    assert codes(run("quarantine", "replay", *words, "--json", workspace=shop)) == [code]


def test_a_source_can_be_let_off_the_plan_and_warned_of(shop: Path):
    run("source", "change", "site", "--unplanned", "warn", workspace=shop)
    sent(shop, {"value": 3}, {"value": 4.12345})
    found = answer(run("source", "warnings", "site", "--json", workspace=shop))["warnings"]
    assert sorted((each["code"], each["path"], each["messages"]) for each in found) == [
        ("decimals_rounded", "value", 1),
        ("unplanned_event", "", 2),
        ("unplanned_property", "value", 2),
    ]
    assert "rounded to 4 digits" in run("source", "warnings", "--forget", workspace=shop).stdout
    assert answer(run("source", "warnings", "--json", workspace=shop))["warnings"] == []


def test_network_addresses_are_kept_for_a_source_that_says_so(shop: Path):
    run("source", "change", "site", "--unplanned", "allow", "--keep-ip", workspace=shop)
    with open_workspace(shop) as ws:
        filed(ws.store, track("visit", context={"ip": "192.0.2.1"}))
        assert did(ws.store, "visit")[0]["ip"] == "192.0.2.1"


def test_the_catalogue_tells_what_was_seen_from_what_was_declared(shop: Path):
    run("source", "change", "site", "--unplanned", "allow", workspace=shop)
    sent(shop, {"value": 3})
    told = run("catalogue", workspace=shop).stdout
    assert "visit: 1 events, not declared" in told and "seen, not declared" in told
