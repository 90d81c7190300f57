"""The ledger of consents from the command line, and segments that ask it."""

from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, run
from tests.ledger.databases import behind_its_back

ROWS = """client;newsletter;le;canal
C1;oui;2026-02-01 10:00;email
C2;non;2026-02-02 10:00;email
C3;peut-être;2026-02-02 10:00;email
C1;désinscrit;2026-03-02 10:00;email
"""
COLUMNS = ("--profile", "client", "--state", "newsletter", "--at", "le", "--channel-column", "canal")
RULE = "consented(marketing, email)"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with vitrail.create(tmp_path / "shop") as ws:
        ws.catalogue.declare(purposes=["marketing"], channels=["email"])
    return tmp_path / "shop"


@pytest.fixture
def loaded(shop: Path) -> Path:
    bring(shop)
    return shop


def bring(shop: Path, *more: str):
    (shop.parent / "optin.csv").write_text(ROWS, "utf-8")
    file = str(shop.parent / "optin.csv")
    words = ("consent", "import", file, *COLUMNS, "--purpose", "marketing", *more, "--json")
    return run(*words, workspace=shop)


def test_consents_come_in_and_the_row_that_says_neither_is_told(shop: Path):
    told = bring(shop)
    report = answer(told)["report"]
    assert (told.exit_code, report["accepted"], report["rejected"]) == (1, 3, 1)
    assert (report["rejects"][0]["column"], report["rejects"][0]["found"]) == ("newsletter", "peut-être")


def test_a_trial_leaves_nothing(shop: Path):
    bring(shop, "--dry-run")
    assert answer(run("catalogue", "--json", workspace=shop))["profiles"] == 0


def test_what_a_customer_said_is_shown_in_order(loaded: Path):
    found = answer(run("consent", "show", "C1", "--json", workspace=loaded))["consents"]
    assert [each["state"] for each in found] == ["granted", "withdrawn"]


@pytest.mark.parametrize(("instant", "size"), [("2026-02-15", 1), ("2026-04-01", 0)])
def test_a_condition_asks_the_ledger_as_of_an_instant(loaded: Path, instant: str, size: int):
    assert answer(run("count", RULE, "--as-of", instant, "--json", workspace=loaded))["count"] == size


def test_a_ledger_changed_from_outside_is_found(loaded: Path):
    assert run("consent", "verify", workspace=loaded).exit_code == 0
    changed = "UPDATE consents SET state = 'granted' WHERE position = 3"
    with vitrail.open(loaded) as ws:
        behind_its_back(ws.store.ledger, "consents", statement=changed)
    told = run("consent", "verify", "--json", workspace=loaded)
    assert (told.exit_code, answer(told)["broken"]) == (1, {"position": 3, "reason": "changed"})


def test_a_consent_moves_somebody_into_a_segment_at_the_next_refresh(loaded: Path):
    with vitrail.open(loaded) as ws:
        ws.define(vitrail.Segment(key="reachable", name={"en": "Reachable"}, rule=RULE))
        ws.refresh()
        (loaded.parent / "more.csv").write_text("client,says\nC2,yes\n", "utf-8")
        run(
            *("consent", "import", str(loaded.parent / "more.csv"), "--profile", "client", "--state", "says"),
            *("--purpose", "marketing", "--channel", "email"),
            workspace=loaded,
        )
        done = ws.refresh()
        assert ws.segment("reachable").members()["profile"].to_pylist() == ["C2"]
        assert (done.entered, done.left) == (1, 0)
