"""Respect from the command line: the lint, and why somebody is met."""

from pathlib import Path

import pytest

from tests.app.terminal import answer, make_shop, run

RULES = """edition: 2026
segments:
  - {key: plain, name: {fr: Acheteurs, en: Buyers}, rule: did(order)}
  - {key: mums, name: {fr: Futures mamans, en: Mums to be}, rule: did(order)}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = make_shop(tmp_path / "shop")
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    run("apply", str(tmp_path / "rules.yaml"), "--yes", workspace=made)
    return made


def test_something_serious_is_told_with_what_to_do(shop: Path):
    done = run("lint", "mums", workspace=shop, language="fr")
    assert done.exit_code == 1
    assert "grossesse" in done.output and "liste de naissance" in done.output


def test_a_plain_segment_passes(shop: Path):
    done = run("lint", "plain", workspace=shop)
    assert (done.exit_code, "Nothing intrusive" in done.output) == (0, True)


def test_all_segments_are_looked_at(shop: Path):
    found = answer(run("lint", "--json", workspace=shop))["segments"]
    assert {each["key"]: len(each["remarks"]) for each in found} == {"plain": 0, "mums": 1}


def test_an_unknown_segment_is_refused(shop: Path):
    assert run("lint", "nobody", workspace=shop).exit_code == 2


@pytest.fixture
def refreshed(shop: Path) -> Path:
    run("refresh", workspace=shop)
    return shop


def test_a_customer_is_told_why(refreshed: Path):
    done = run("why", "A", "plain", workspace=refreshed, language="fr")
    assert done.exit_code == 0
    assert "Vous recevez ceci parce que vous" in done.output and "aucune finalité" in done.output


def test_a_customer_who_is_not_in_is_told_so(refreshed: Path):
    done = run("why", "C", "plain", "--json", workspace=refreshed)
    assert (done.exit_code, answer(done)["inside"]) == (1, False)
